"""Skills that come and go with a plugin."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.errors import UsageError
from agent.skills.owned import adopt, owned
from agent.skills.shelf import Shelf
from tests.helpers.skills import enabled_skill, write_skill


def statuses(shelf: Shelf) -> dict[str, tuple[str, str]]:
    return {one.skill.name: (one.status, one.source) for one in shelf.look()}


def test_they_come_stay_as_a_person_wants_and_go(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "skills")
    mine = tmp_path / "plugin" / "skills"
    for name in ("a", "b", "c"):
        write_skill(mine, name)
    enabled_skill(shelf.skills, "own")
    adopt(shelf, mine, "plugin:p")
    of_it = ("on", "plugin:p")
    assert statuses(shelf) == {"a": of_it, "b": of_it, "c": of_it, "own": ("on", "")}
    shelf.disable("b")
    (mine / "a" / "new.md").write_text("x")
    (mine / "b" / "new.md").write_text("x")
    (mine / "c" / "SKILL.md").unlink()
    assert [one.skill.name for one in adopt(shelf, mine, "plugin:p")] == ["a", "b"]
    assert statuses(shelf) == {"a": of_it, "b": ("off", "plugin:p"), "own": ("on", "")}
    assert owned(shelf, "plugin:p") == {"a": True, "b": False}
    (mine / "a" / "SKILL.md").unlink()
    (mine / "b" / "SKILL.md").unlink()
    assert adopt(shelf, mine, "plugin:p") == []
    assert statuses(shelf) == {"own": ("on", "")}


def test_a_name_that_is_taken_and_a_skill_that_cannot_be_used(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "skills")
    enabled_skill(shelf.skills, "letters", body="Mine.")
    write_skill(tmp_path / "1", "letters")
    write_skill(tmp_path / "1", "other")
    (write_skill(tmp_path / "2", "bad") / "link").symlink_to("/etc")
    write_skill(tmp_path / "3" / "x", "twice")
    write_skill(tmp_path / "3" / "y", "twice")
    for place, why in (("1", "skill letters already"), ("2", "cannot be used"), ("3", "the same name")):
        with pytest.raises(UsageError, match=why):
            adopt(shelf, tmp_path / place, "plugin:p")
    assert statuses(shelf) == {"letters": ("on", "")} and shelf.find("letters").skill.body == "Mine."
    assert adopt(shelf, tmp_path / "none", "plugin:p") == []
