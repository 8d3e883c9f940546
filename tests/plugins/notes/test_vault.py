import os
from pathlib import Path

import pytest

from agent.api import ToolRetry
from plugins.notes.vault import Hit, Vault


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    root = tmp_path / "vault"
    notes = {
        "Plan.md": "The plan: write the book with [[Ann]].",
        "Projects/Book.md": "# Book\n\nSee [[Projects/Plan]] and [[plan|ours]].",
        "Projects/Plan.md": "Chapters.",
        "People/Ann.markdown": "Writes. [[Plan]]",
        ".obsidian/Hidden.md": "the book",
        "Grüße.md": "hello",
    }
    for age, (name, text) in enumerate(notes.items()):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        os.utime(path, (1_000_000 - age, 1_000_000 - age))
    (tmp_path / "secret.md").write_text("the book of secrets")
    (root / "Out.md").symlink_to(tmp_path / "secret.md")
    return Vault(root)


def test_notes_are_listed_by_their_age_without_hidden_ones_and_links_out(vault: Vault) -> None:
    assert vault.names() == ["Plan.md", "Projects/Book.md", "Projects/Plan.md", "People/Ann.markdown", "Grüße.md"]


def test_all_words_must_be_there_and_names_come_first(vault: Vault) -> None:
    assert vault.find("BOOK", 9) == [
        Hit("Projects/Book", "# Book"),
        Hit("Plan", "The plan: write the book with [[Ann]]."),
    ]
    assert vault.find("book ann", 9) == [Hit("Plan", "The plan: write the book with [[Ann]].")]
    assert vault.find("gru\u0308ße", 9) == [Hit("Grüße", "")]
    assert len(vault.find("", 2)) == 2


@pytest.mark.parametrize(
    ("name", "note"),
    [("ann", "People/Ann.markdown"), ("[[Projects/Plan#x|y]]", "Projects/Plan.md"), ("Plan", "Plan.md")],
)
def test_a_name_means_what_a_link_means(vault: Vault, name: str, note: str) -> None:
    assert vault.resolve(name) == note


@pytest.mark.parametrize("name", ["../secret", "Out", "/etc/passwd", "Hidden", "Ams"])
def test_what_is_not_there_is_said_with_what_is_near(vault: Vault, name: str) -> None:
    with pytest.raises(ToolRetry, match="There is no note"):
        vault.resolve(name)


def test_two_of_one_name_are_told_apart_by_their_path(vault: Vault) -> None:
    (vault.root / "Plan.md").unlink()
    (vault.root / "People" / "Plan.md").write_text("Another.")
    with pytest.raises(ToolRetry, match="People/Plan, Projects/Plan"):
        vault.resolve("plan")


def test_links_to_a_note_are_found(vault: Vault) -> None:
    assert vault.links_to("Projects/Plan.md") == ["Projects/Book", "People/Ann"]


def test_a_new_note_gets_a_name_that_every_system_takes(vault: Vault) -> None:
    assert vault.new("Ideas/What? A: b.") == "Ideas/What A b.md"
    assert vault.new("con") == "con note.md"
    assert vault.new("Note.md") == "Note.md"


@pytest.mark.parametrize("title", ["", "..", "../x", "a/../b", "???"])
def test_a_name_that_is_none_is_refused(vault: Vault, title: str) -> None:
    with pytest.raises(ToolRetry, match="cannot be the name"):
        vault.new(title)


def test_a_note_that_is_there_is_not_made_anew(vault: Vault) -> None:
    with pytest.raises(ToolRetry, match="there already"):
        vault.new("projects/book")
    with pytest.raises(ToolRetry, match="there already"):
        vault.new("Out")


def test_what_is_no_text_is_said(vault: Vault) -> None:
    (vault.root / "Picture.md").write_bytes(b"\xff\xd8\x00")
    with pytest.raises(ToolRetry, match="not UTF-8"):
        vault.text("Picture.md")
    assert vault.find("hello", 9) == [Hit("Grüße", "hello")]


def test_what_another_program_changed_is_not_written_over(vault: Vault) -> None:
    read = vault.text("Plan.md")
    vault.check_same("Plan.md", read)
    vault.check_same("New.md", None)
    (vault.root / "Plan.md").write_text(read + "By hand.")
    (vault.root / "New.md").write_text("")
    for name, before in (("Plan.md", read), ("New.md", None), ("Gone.md", "x")):
        with pytest.raises(ToolRetry, match=f"{name} was changed by something else"):
            vault.check_same(name, before)
