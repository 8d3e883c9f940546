"""Updates: fetched, compared, and taken only as a person has seen them."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.errors import UsageError
from agent.skills.install import install, install_from
from agent.skills.shelf import Found, Shelf
from agent.skills.source import Source, source_of
from agent.skills.update import Update, take_update, updates
from tests.helpers.repositories import commit, repository, skill_text
from tests.helpers.skills import write_skill


def looked(
    shelf: Shelf, *names: str, source: Source | None = None, do: Callable[[Update], object] = lambda _one: None
) -> list[Update]:
    async def main() -> list[Update]:
        async with updates(shelf, names, source=source) as found:
            for one in found:
                do(one)
            return found

    return asyncio.run(main())


def installed(shelf: Shelf, made: Path, *names: str) -> list[Found]:
    source = source_of(f"file://{made}", made)
    return asyncio.run(install_from(shelf, source, names=names, every=not names))


def outcomes(found: list[Update]) -> dict[str, str]:
    return {one.name: one.outcome for one in found}


def test_what_is_newer_is_shown_and_taken_and_stays_on_where_it_was_on(tmp_path: Path) -> None:
    made = repository(tmp_path / "r")
    commit(
        made, s__a__SKILL_DOT_md=skill_text("a"), s__b__SKILL_DOT_md=skill_text("b"), s__c__SKILL_DOT_md=skill_text("c")
    )
    shelf = Shelf(tmp_path / "skills")
    installed(shelf, made)
    shelf.enable("a", scope="job:j")
    last = commit(made, s__a__SKILL_DOT_md=skill_text("a", "Do more."), s__b__SKILL_DOT_md=skill_text("b", "Do more."))
    assert outcomes(looked(shelf)) == {"a": "newer", "b": "newer", "c": "same"}
    assert shelf.find("a").skill.body == "Do it."
    looked(shelf, "a", "b", do=lambda one: take_update(shelf, one))
    for name, status, only in (("a", "on", ("job:j",)), ("b", "off", ())):
        found = shelf.find(name)
        assert (found.status, found.only, found.skill.body) == (status, only, "Do more.")
        assert found.origin is not None and (found.origin.commit, found.place) == (last, f"s/{name}")
        assert not found.changed_since_install
    assert outcomes(looked(shelf)) == {"a": "same", "b": "same", "c": "same"}
    assert {path.name for path in shelf.skills.iterdir()} == {"a", "b", "c", ".state.json"}


def test_what_was_changed_here_is_not_lost_unsaid(tmp_path: Path) -> None:
    made = repository(tmp_path / "r")
    commit(made, a__SKILL_DOT_md=skill_text("a"))
    shelf = Shelf(tmp_path / "skills")
    installed(shelf, made)
    (shelf.skills / "a" / "mine.md").write_text("mine")
    shelf.enable("a")
    commit(made, a__SKILL_DOT_md=skill_text("a", "Do more."))

    def refused(one: Update) -> None:
        assert one.edited and {(file.path, file.kind) for file in one.review.files} >= {("mine.md", "gone")}
        with pytest.raises(UsageError, match="was changed here"):
            take_update(shelf, one)

    looked(shelf, "a", do=refused)
    assert (shelf.skills / "a" / "mine.md").read_text() == "mine" and shelf.find("a").status == "on"
    looked(shelf, "a", do=lambda one: take_update(shelf, one, over_edits=True))
    assert not (shelf.skills / "a" / "mine.md").exists() and shelf.find("a").status == "on"


def test_what_changes_while_a_person_looks_is_not_taken(tmp_path: Path) -> None:
    made = repository(tmp_path / "r")
    commit(made, a__SKILL_DOT_md=skill_text("a"))
    shelf = Shelf(tmp_path / "skills")
    installed(shelf, made)
    shelf.enable("a")
    commit(made, a__SKILL_DOT_md=skill_text("a", "Do more."))

    def swap_newer(one: Update) -> None:
        assert one.after is not None
        (one.after.folder / "SKILL.md").write_text(skill_text("a", "Do evil."))
        with pytest.raises(UsageError, match="changed while it was copied"):
            take_update(shelf, one)

    def swap_installed(one: Update) -> None:
        (shelf.skills / "a" / "x").write_text("x")
        with pytest.raises(UsageError, match="changed while you looked"):
            take_update(shelf, one)

    looked(shelf, "a", do=swap_newer)
    assert shelf.find("a").skill.body == "Do it." and shelf.find("a").status == "on"
    looked(shelf, "a", do=swap_installed)
    assert shelf.find("a").skill.body == "Do it."


def test_what_cannot_be_told_or_taken(tmp_path: Path) -> None:
    made = repository(tmp_path / "r")
    commit(made, a__SKILL_DOT_md=skill_text("a"), b__SKILL_DOT_md=skill_text("b"), c__SKILL_DOT_md=skill_text("c"))
    shelf = Shelf(tmp_path / "skills")
    installed(shelf, made)
    write_skill(shelf.skills, "hand")
    (made / "b" / "link").symlink_to("/etc")
    shutil.rmtree(made / "a")
    commit(made, c__SKILL_DOT_md=skill_text("other"))
    found = {one.name: one.why for one in looked(shelf, "a", "b", "c", "hand")}
    assert found["a"].startswith("There is no skill a in file://") and found["a"].endswith("There are: b, other.")
    assert "b/link: it is a link" in found["b"] and "no skill c" in found["c"]
    assert found["hand"].startswith("It was put there by hand")
    shutil.rmtree(made)
    assert all("there is no repository" in one.why for one in looked(shelf))
    with pytest.raises(UsageError, match="no skill 'nope'"):
        looked(shelf, "nope")


def test_one_that_moved_in_its_repository_is_found_by_its_name(tmp_path: Path) -> None:
    made = repository(tmp_path / "r")
    commit(made, a__SKILL_DOT_md=skill_text("a"))
    shelf = Shelf(tmp_path / "skills")
    installed(shelf, made)
    (made / "skills").mkdir()
    (made / "a").rename(made / "skills" / "a")
    commit(made, skills__a__x_DOT_md="x")
    looked(shelf, do=lambda one: take_update(shelf, one))
    assert (shelf.find("a").place, sorted(shelf.find("a").skill.tree.files)) == ("skills/a", ["SKILL.md", "x.md"])


def test_from_elsewhere_a_folder_or_a_newer_zip(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "skills")
    install(shelf, write_skill(tmp_path / "1", "a"))
    newer = write_skill(tmp_path / "2", "a", body="Do more.")
    assert looked(shelf) == []
    assert outcomes(looked(shelf, "a")) == {"a": "same"}
    source = Source("folder", str(newer))
    looked(shelf, "a", source=source, do=lambda one: take_update(shelf, one))
    found = shelf.find("a")
    assert (found.skill.body, found.origin, found.status) == ("Do more.", source, "off")
