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
    [changed], left = guard.put_back()
    assert changed in kept and left == []
    after = tree(tmp_path)
    assert after.pop("work/.git/HEAD") != before.pop("work/.git/HEAD"), "what may be changed stays changed"
    assert after == before
    assert guard.put_back() == ([], [])


def test_nothing_changed_is_nothing_done(tmp_path: Path) -> None:
    _git, kept = repository(tmp_path)
    before = tree(tmp_path)
    assert Guard([*kept, "/nowhere/at/all"]).put_back() == ([], [])
    assert tree(tmp_path) == before


def test_no_link_leads_it_elsewhere(tmp_path: Path) -> None:
    """A command puts another repository of the user in the place of this one, by a link."""
    git, kept = repository(tmp_path)
    other, _kept = repository(tmp_path / "other")
    (other / "hooks" / "a").write_text("the user's own")
    guard = Guard(kept, [str(tmp_path)])
    before = tree(tmp_path)
    git.rename(git.with_name("away"))
    git.symlink_to(other)
    assert guard.put_back() == ([str(git)], [])
    assert tree(tmp_path) == before


def test_a_thousand_hooks_stay_and_a_new_one_goes(tmp_path: Path) -> None:
    git, kept = repository(tmp_path)
    for number in range(1_200):
        (git / "hooks" / f"h{number}").write_text("x")
    before = tree(tmp_path)
    guard = Guard(kept)
    (git / "hooks" / "evil").write_text("evil")
    assert guard.put_back() == ([str(git / "hooks")], [])
    assert tree(tmp_path) == before


def test_what_is_too_large_to_be_remembered_is_said(tmp_path: Path) -> None:
    git, kept = repository(tmp_path)
    large = git / "hooks" / "large"
    with large.open("wb") as file:
        file.truncate(40_000_000)
    guard = Guard(kept)
    assert guard.put_back() == ([], [])
    with large.open("r+b") as file:
        file.write(b"evil")
    assert guard.put_back() == ([], [str(git / "hooks")])


def test_folders_above_are_put_back_too(tmp_path: Path) -> None:
    """Moved away with another one in its place, deleted, led elsewhere by a link that was one before."""
    home = tmp_path / "home"
    for name in ("a/b/autostart/x", "c/d/fish/x", "real/systemd/x"):
        (home / name).parent.mkdir(parents=True)
        (home / name).write_text("x")
    (home / "link").symlink_to("real")
    kept = [str(home / name) for name in ("a/b/autostart", "c/d/fish", "link/systemd", "real/systemd", "new/y/z")]
    guard = Guard(kept, [str(home)])
    before = tree(home)
    (home / "a/b").rename(home / "b2")
    (home / "a/b").symlink_to("../b2")
    (home / "b2/autostart/evil").write_text("evil")
    shutil.rmtree(home / "c")
    (home / "link").unlink()
    (home / "link/systemd").mkdir(parents=True)
    (home / "link/systemd/evil").write_text("evil")
    (home / "elsewhere/y").mkdir(parents=True)
    (home / "new").symlink_to("elsewhere")
    done, left = guard.put_back()
    assert left == []
    assert {str(home / name) for name in ("a/b", "a/b/autostart", "c/d/fish", "link", "new")} == set(done)
    after = tree(home)
    assert {name: after.get(name) for name in before} == before
    assert not (home / "new").exists()


def test_what_cannot_be_put_back_is_not_said_to_be(tmp_path: Path) -> None:
    git, kept = repository(tmp_path)
    guard = Guard(kept, [str(tmp_path)])
    shutil.rmtree(tmp_path / "work")
    (tmp_path / "work").write_text("a file, and no right to change anything beside it")
    tmp_path.chmod(0o500)
    try:
        done, left = guard.put_back()
    finally:
        tmp_path.chmod(0o700)
    if os.getuid():  # nothing keeps root from it
        assert (done, str(tmp_path / "work") in left) == ([], True)
    else:
        assert (set(done), left) == ({str(tmp_path / "work"), str(git / "hooks"), str(git / "config")}, [])


def test_what_came_where_nothing_was_is_removed_meanwhile_and_said_later(tmp_path: Path) -> None:
    kept = [str(tmp_path / name) for name in (".ssh", ".config/autostart", "there")]
    (tmp_path / "there").write_text("x")
    guard = Guard(kept, [str(tmp_path)])
    guard.sweep()
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh/authorized_keys").write_text("evil")
    (tmp_path / "c/autostart").mkdir(parents=True)
    (tmp_path / ".config").symlink_to("c")
    (tmp_path / "there").write_text("y")
    guard.sweep()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c", "there"]
    (tmp_path / ".ssh").write_text("again")
    assert guard.put_back() == ([str(tmp_path / ".config"), kept[0], kept[2]], [])
    assert (sorted(path.name for path in tmp_path.iterdir()), (tmp_path / "there").read_text()) == (["c", "there"], "x")
