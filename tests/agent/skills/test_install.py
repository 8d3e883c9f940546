"""Skills from folders and zips: copied whole, off until somebody enables them."""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from pathlib import Path

import pytest

from agent.errors import UsageError
from agent.skills.install import install
from agent.skills.shelf import Shelf
from tests.helpers.skills import write_skill


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def zip_of(folder: Path, target: Path) -> Path:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder.parent))
    target.write_bytes(data.getvalue())
    return target


def test_from_a_folder_and_from_a_zip(tmp_path: Path) -> None:
    source = write_skill(tmp_path / "source", "letters", forms__a_DOT_md="x", run_DOT_sh="echo")
    (source / "run.sh").chmod(0o755)
    zipped = zip_of(source, tmp_path / "letters-1.2.zip")
    for number, place in enumerate((source, zipped)):
        shelf = Shelf(tmp_path / f"skills{number}")
        (found,) = install(shelf, place)
        assert (found.skill.name, found.status, found.source) == ("letters", "off", str(place))
        assert contents(found.skill.folder) == contents(source)
        assert {path.name for path in shelf.skills.iterdir()} == {"letters", ".state.json"}
        assert (found.skill.folder / "run.sh").stat().st_mode & 0o777 == 0o700


def test_a_zip_without_a_folder_in_it(tmp_path: Path) -> None:
    source = write_skill(tmp_path / "source", "letters")
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.write(source / "SKILL.md", "SKILL.md")
    assert install(Shelf(tmp_path / "skills"), tmp_path / "x.zip")[0].skill.name == "letters"


def test_one_of_several_or_all(tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        write_skill(tmp_path / "source" / "skills", name)
    shelf = Shelf(tmp_path / "skills")
    with pytest.raises(UsageError, match=r"several skills: one, three, two"):
        install(shelf, tmp_path / "source")
    with pytest.raises(UsageError, match="no skill four"):
        install(shelf, tmp_path / "source", names=["four"])
    assert shelf.look() == []
    assert [one.skill.name for one in install(shelf, tmp_path / "source", names=["two"])] == ["two"]
    with pytest.raises(UsageError, match="two already"):
        install(shelf, tmp_path / "source", every=True)
    assert [one.skill.name for one in shelf.look()] == ["two"]
    assert len(install(shelf, tmp_path / "source", every=True, replace=True)) == 3


def test_a_new_version_is_off_until_it_is_enabled_and_says_what_changed(tmp_path: Path) -> None:
    source = write_skill(tmp_path / "source", "letters", a_DOT_md="1")
    shelf = Shelf(tmp_path / "skills")
    install(shelf, source)
    assert shelf.enable("letters").status == "on"
    (source / "a.md").write_text("2")
    (source / "b.md").write_text("new")
    (found,) = install(shelf, source, replace=True)
    assert found.status == "off" and not found.changed_since_install
    assert contents(shelf.skills / "letters") == contents(source)
    (shelf.skills / "letters" / "a.md").write_text("3")
    assert shelf.find("letters").changed_since_install


def test_what_no_skill_may_hold_is_not_installed(tmp_path: Path) -> None:
    evil = write_skill(tmp_path / "evil", "letters")
    (evil / "link").symlink_to("/etc/passwd")
    hooks = write_skill(tmp_path / "hooks", "letters")
    (hooks / ".git" / "hooks").mkdir(parents=True)
    (hooks / ".git" / "hooks" / "pre-commit").write_text("x")
    twice = write_skill(tmp_path / "twice", "letters")
    (twice / "skill.MD").write_text("x")
    empty = tmp_path / "empty"
    empty.mkdir()
    shelf = Shelf(tmp_path / "skills")
    for source in (evil, hooks, twice, empty, tmp_path / "gone.zip"):
        with pytest.raises(UsageError, match=r"not installed|Nothing was"):
            install(shelf, source)
    assert list(shelf.skills.iterdir()) == []


def test_two_of_one_name_in_one_source(tmp_path: Path) -> None:
    write_skill(tmp_path / "source" / "a", "letters")
    write_skill(tmp_path / "source" / "b", "letters")
    with pytest.raises(UsageError, match="same name"):
        install(Shelf(tmp_path / "skills"), tmp_path / "source", every=True)


def test_what_a_killed_installation_left_is_put_in_order(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "skills")
    old = write_skill(tmp_path / "skills" / ".new-1", ".gone-letters")
    shutil.move(write_skill(tmp_path, "half"), tmp_path / "skills" / ".new-1" / "half")
    assert old.exists()
    install(shelf, write_skill(tmp_path / "source", "other"))
    assert {path.name for path in shelf.skills.iterdir()} == {"letters", "other", ".state.json"}


def test_what_another_installation_is_just_making_is_left_alone(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "skills")
    working, dead = (shelf.skills / f".new-{pid}-00" for pid in (os.getpid(), 2**22 + 1))
    for stage in (working, dead):
        write_skill(stage / "whole", "half")
    install(shelf, write_skill(tmp_path / "source", "letters"))
    assert working.exists() and not dead.exists()
    assert [one.skill.name for one in shelf.look()] == ["letters"]
