from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.viewmodels.composer import (
    MAX_SENT,
    MAX_SHOWN,
    ComposerViewModel,
    Draft,
    Mention,
    SentTexts,
    best_fits,
    list_files,
    mention_at,
    mention_of,
    skill_at,
)


@pytest.mark.parametrize(
    ("before", "mention"),
    [
        ("@", Mention(0, "")),
        ("see @no", Mention(4, "no")),
        ("see\n@no", Mention(4, "no")),
        ('see @"my no', Mention(4, "my no")),
        ("mail me@example", None),
        ("see @notes ", None),
        ('see @"my notes" ', None),
        ("", None),
    ],
)
def test_a_mention_is_an_at_that_begins_a_word(before: str, mention: Mention | None) -> None:
    assert mention_at(before) == mention


def test_a_file_is_named_from_the_working_folder_on() -> None:
    assert mention_of("/a/b/c.txt", "/a") == "@b/c.txt"
    assert mention_of("/ab/c.txt", "/a") == "@/ab/c.txt"
    assert mention_of("/a/my file.txt", "/a/") == '@"my file.txt"'


def test_what_was_sent_is_bounded_and_called_back() -> None:
    sent = SentTexts([str(number) for number in range(300)])
    sent.add("299")
    sent.add("  ")
    sent.add("x" * 50_000)
    sent.add("last")
    assert len(sent.texts) == MAX_SENT and sent.texts[-2:] == ["299", "last"]
    assert [sent.older("begun"), sent.older("last"), sent.newer(), sent.newer(), sent.newer()] == [
        "last",
        "299",
        "last",
        "begun",
        None,
    ]


def test_a_name_that_fits_comes_before_a_folder_that_does() -> None:
    files = ["notes/a.txt", "deep/er/notes.md", "other.txt", "notes/"]
    assert best_fits("notes", files) == ["notes/", "deep/er/notes.md", "notes/a.txt"]
    assert best_fits("", files) == ["notes/", "other.txt", "notes/a.txt", "deep/er/notes.md"]
    assert len(best_fits("a", [f"a{number}" for number in range(500)])) == MAX_SHOWN


def test_files_are_listed_as_a_tool_would_find_them(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / ".git").mkdir()
    for name in ("a.txt", "sub/b.txt", "build.log", ".git/config"):
        (tmp_path / name).write_text("")
    (tmp_path / ".gitignore").write_text("*.log\n")
    assert sorted(list_files(str(tmp_path))) == [".gitignore", "a.txt", "sub/", "sub/b.txt"]
    assert list_files(str(tmp_path / "gone")) == list_files("") == ()


def test_only_the_newest_question_is_answered(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "alpha.txt").write_text("")
    (tmp_path / "beta.txt").write_text("")
    model = ComposerViewModel()
    model.set_folder(str(tmp_path))
    answers: list[tuple[str, list[str]]] = []
    model.files_found.connect(lambda typed, paths: answers.append((typed, paths)))
    for typed in ("a", "al", "be"):
        model.look_for(typed)
    qtbot.waitUntil(lambda: answers != [])
    assert answers == [("be", ["beta.txt"])]


def test_a_message_is_what_was_typed_and_the_long_texts_below() -> None:
    assert Draft(" hello ", (), ("long\n", "other")).whole_text() == "hello\n\nlong\n\n\nother"
    assert Draft("", (), ("long",)).whole_text() == "long"
    assert Draft("  \n").is_empty() and not Draft(pasted=("x",)).is_empty()


@pytest.mark.parametrize(
    ("before", "typed"),
    [
        ("/", ""),
        ("/pd", "pd"),
        ("/skill", ""),
        ("/skill ", ""),
        ("/skill pd", "pd"),
        ("/usr/bin", None),
        ("/pdf fill", None),
        ("/skill pdf fill", None),
        (" /pd", None),
        ("see /pd", None),
        ("/a\n", None),
        ("", None),
    ],
)
def test_a_skill_is_named_at_the_very_beginning(before: str, typed: str | None) -> None:
    assert skill_at(before) == typed
