"""What a command must not have changed is put back, and nothing else is touched."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.sandbox.guard import Guard

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it works with folder descriptors")


def tree(folder: Path) -> dict[str, object]:
    """Everything in a folder: mode, and content or target."""
    found: dict[str, object] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            found[str(path.relative_to(folder))] = os.readlink(path)
        else:
            found[str(path.relative_to(folder))] = (path.stat().st_mode, path.read_bytes() if path.is_file() else b"")
    return found


def remove(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def swap(hooks: Path) -> None:
    hooks.rename(hooks.with_name("old"))
    hooks.mkdir()
    (hooks / "evil").write_text("evil")
    shutil.rmtree(hooks.with_name("old"))


CHANGES: dict[str, Callable[[Path], object]] = {
    "content": lambda git: (git / "hooks/a").write_text("evil"),
    "mode": lambda git: (git / "hooks/a").chmod(0o777),
    "another file": lambda git: (git / "hooks/evil").write_text("evil"),
    "one less": lambda git: (git / "hooks/a").unlink(),
    "all gone": lambda git: shutil.rmtree(git / "hooks"),
    "another folder": lambda git: swap(git / "hooks"),
    "a link in a file's place": lambda git: (remove(git / "config"), (git / "config").symlink_to("hooks/a")),
    "a folder in a file's place": lambda git: (remove(git / "config"), (git / "config").mkdir()),
    "a file in a folder's place": lambda git: (remove(git / "hooks"), (git / "hooks").write_text("x")),
    "one that was not there": lambda git: (git / "config.worktree").write_text("evil"),
}


def repository(folder: Path) -> tuple[Path, list[str]]:
    git = folder / "work" / ".git"
    (git / "hooks" / "sub").mkdir(parents=True)
    (git / "hooks" / "a").write_text("a")
    (git / "hooks" / "a").chmod(0o755)
    (git / "hooks" / "sub" / "b").write_text("b")
    (git / "hooks" / "link").symlink_to("a")
    (git / "config").write_text("config")
    (git / "HEAD").write_text("head")
    return git, [str(git / name) for name in ("hooks", "config", "config.worktree")]


@pytest.mark.parametrize("change", CHANGES)
def test_it_is_as_it_was(tmp_path: Path, change: str) -> None:
    git, kept = repository(tmp_path)
    guard = Guard(kept)
    before = tree(tmp_path)
    CHANGES[change](git)
    (git / "HEAD").write_text("other")
    [changed] = guard.put_back()
    assert changed in kept
    after = tree(tmp_path)
    assert after.pop("work/.git/HEAD") != before.pop("work/.git/HEAD"), "what may be changed stays changed"
    assert after == before
    assert guard.put_back() == []


def test_nothing_changed_is_nothing_done(tmp_path: Path) -> None:
    _git, kept = repository(tmp_path)
    before = tree(tmp_path)
    assert Guard([*kept, "/nowhere/at/all"]).put_back() == []
    assert tree(tmp_path) == before


def test_no_link_leads_it_elsewhere(tmp_path: Path) -> None:
    """A command puts another repository of the user in the place of this one, by a link."""
    git, kept = repository(tmp_path)
    other, _kept = repository(tmp_path / "other")
    (other / "hooks" / "a").write_text("the user's own")
    guard = Guard(kept)
    git.rename(git.with_name("away"))
    git.symlink_to(other)
    before = tree(tmp_path)
    assert set(guard.put_back()) == {str(git / "hooks")}
    assert tree(tmp_path) == before
