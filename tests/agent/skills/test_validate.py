"""Strict eyes."""

from __future__ import annotations

from pathlib import Path

from agent.skills.validate import validate
from tests.helpers.skills import write_skill


def test_a_good_one_and_what_would_make_it_better(tmp_path: Path) -> None:
    folder = write_skill(tmp_path, "letters", "Short.", "word " * 5_000 + "<!-- psst -->")
    verdict = validate(folder)
    assert verdict.errors == ()
    assert [one.split()[0] for one in verdict.advice] == ["SKILL.md", "The", "The"]


def test_a_bad_one(tmp_path: Path) -> None:
    folder = write_skill(tmp_path, "letters", "d\u200b")
    (folder / "skill.md").write_text("x")
    (folder / "link").symlink_to("/")
    said = " ".join(validate(folder).errors)
    for words in ("invisible", "skill.md stands beside", "link is a link", "same file"):
        assert words in said


def test_what_is_no_skill(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    assert validate(tmp_path / "x").errors == ("There is no file SKILL.md in it.",)
    assert "cannot be read" in validate(tmp_path / "gone").errors[0]
