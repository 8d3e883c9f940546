"""All skills that can be seen, and what a person says of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.errors import UsageError
from agent.skills.shelf import Shelf
from tests.helpers.skills import enabled_skill, write_skill


def statuses(shelf: Shelf, cwd: Path | None = None) -> dict[str, str]:
    return {one.skill.name: one.status for one in shelf.look(cwd)}


def test_off_on_changed_and_on_again(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "skills")
    folder = write_skill(shelf.skills, "letters", a_DOT_md="1")
    assert statuses(shelf) == {"letters": "off"}
    assert shelf.enable("letters").status == "on"
    (folder / "a.md").write_text("2")
    (folder / "b.md").write_text("2")
    found = shelf.find("letters")
    assert (found.status, found.changes) == ("changed", ("changed: a.md", "new: b.md"))
    assert shelf.enable("letters").status == "on" and shelf.disable("letters").status == "off"


def test_a_skill_that_needs_what_is_not_there_says_so(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "skills")
    folder = write_skill(shelf.skills, "letters")
    (folder / "SKILL.md").write_text(
        '---\nname: letters\ndescription: d\nmetadata: {openclaw: {"requires": {"bins": ["no-such-program"]}}}\n---\nx'
    )
    found = shelf.enable("letters")
    assert (found.status, found.why) == ("unavailable", "the program no-such-program is not installed.")


def test_what_cannot_be_used_cannot_be_enabled(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "skills")
    folder = write_skill(shelf.skills, "letters")
    (folder / "link").symlink_to("/etc")
    with pytest.raises(UsageError, match="link is a link"):
        shelf.enable("letters")
    with pytest.raises(UsageError, match="There are: letters"):
        shelf.enable("other")


def test_one_s_own_comes_before_a_working_folder_s_of_the_same_name(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "skills")
    enabled_skill(shelf.skills, "letters", "Mine.")
    write_skill(tmp_path / "work" / ".agents" / "skills", "letters", "Theirs.")
    write_skill(tmp_path / "work" / ".agents" / "skills", "review")
    assert statuses(shelf, tmp_path / "work") == {"letters": "on"}
    told = {(one.skill.name, one.status) for one in shelf.trust(tmp_path / "work")}
    assert told == {("letters", "unusable"), ("review", "on")}
    assert shelf.find("letters", tmp_path / "work").skill.description == "Mine."
    write_skill(tmp_path / "work" / ".agents" / "skills", "later")
    assert statuses(shelf, tmp_path / "work")["later"] == "off"
    assert shelf.trust(tmp_path / "work", trusted=False) == []
    assert statuses(shelf, tmp_path / "work") == {"letters": "on"}


def test_trusting_again_enables_nothing_that_changed_or_was_switched_off(tmp_path: Path) -> None:
    shelf, work = Shelf(tmp_path / "skills"), tmp_path / "work"
    folder = write_skill(work / ".claude" / "skills", "letters")
    assert [one.status for one in shelf.trust(work)] == ["on"]
    (folder / "new.md").write_text("x")
    assert [one.status for one in shelf.trust(work)] == ["changed"]
    shelf.disable("letters", work)
    assert [one.status for one in shelf.trust(work)] == ["off"]


def test_removing_deletes_it_and_its_leave(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "skills")
    folder = enabled_skill(shelf.skills, "letters")
    assert shelf.remove("letters") == folder and not folder.exists()
    write_skill(shelf.skills, "letters")
    assert statuses(shelf) == {"letters": "off"}
    with pytest.raises(UsageError, match="no skill 'other'"):
        shelf.remove("other")
    with pytest.raises(UsageError, match="no folder"):
        shelf.trust(tmp_path / "gone")


def test_on_for_single_sessions_and_jobs(tmp_path: Path) -> None:
    write_skill(tmp_path, "letters")
    shelf = Shelf(tmp_path)
    steps: list[tuple[str, str, str, tuple[str, ...], tuple[str, ...]]] = [
        ("enable", "session:1", "on", ("session:1",), ()),
        ("enable", "job:2", "on", ("session:1", "job:2"), ()),
        ("disable", "session:1", "on", ("job:2",), ()),
        ("disable", "job:2", "off", (), ()),
        ("enable", "", "on", (), ()),
        ("enable", "job:2", "on", (), ()),
        ("disable", "job:2", "on", (), ("job:2",)),
        ("disable", "session:1", "on", (), ("job:2", "session:1")),
        ("enable", "job:2", "on", (), ("session:1",)),
        ("disable", "", "off", (), ()),
    ]
    for what, scope, status, only, never in steps:
        found = getattr(shelf, what)("letters", scope=scope)
        assert (found.status, found.only, found.never) == (status, only, never)


def test_a_change_says_where_it_was_on_and_stays_there(tmp_path: Path) -> None:
    folder = write_skill(tmp_path, "letters")
    shelf = Shelf(tmp_path)
    shelf.enable("letters", scope="job:2")
    (folder / "x").write_text("x")
    assert (shelf.find("letters").status, shelf.find("letters").only) == ("changed", ("job:2",))
    assert shelf.enable("letters", scope="job:2").only == ("job:2",)
    assert shelf.is_enabled(folder) and not shelf.is_enabled(tmp_path / "none")
    with pytest.raises(UsageError, match="another one than the one you looked at"):
        shelf.agree("letters", "0" * 64)


def test_only_what_a_person_looked_at_is_enabled(tmp_path: Path) -> None:
    folder = write_skill(tmp_path, "letters")
    shelf = Shelf(tmp_path)
    seen = shelf.find("letters").skill.tree.digest
    (folder / "x").write_text("x")
    with pytest.raises(UsageError, match="another one than the one you looked at"):
        shelf.enable("letters", seen=seen)
    assert shelf.find("letters").status == "off"
    assert shelf.enable("letters", seen=shelf.find("letters").skill.tree.digest[:12]).status == "on"
