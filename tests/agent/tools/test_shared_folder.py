"""A folder that somebody's process writes in too."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from pathlib import Path

import pytest

from agent.tools.shared_folder import SharedFolder


def test_what_is_made_in_it_can_be_read_and_dropped(tmp_path: Path) -> None:
    with SharedFolder.opened(tmp_path / "home" / "shared") as around:
        with closing(around.made("one")) as one, one.create("a.txt") as file:
            file.write(b"alpha")
        with closing(around.inside("one")) as one, one.open("a.txt") as file:
            assert (file.read(), one.stat("a.txt").st_size, one.names()) == (b"alpha", 5, ["a.txt"])
            with pytest.raises(FileExistsError):
                one.create("a.txt")
        around.drop("one")
        assert around.names() == []


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_is_followed_by_none_of_it(tmp_path: Path) -> None:
    beyond = tmp_path / "beyond"
    beyond.mkdir()
    (beyond / "a.txt").write_text("a key")
    with SharedFolder.opened(tmp_path / "shared") as around, closing(around.made("one")) as one:
        os.symlink(beyond, tmp_path / "shared" / "two")
        os.symlink(beyond / "a.txt", tmp_path / "shared" / "one" / "a.txt")
        os.symlink(beyond / "b.txt", tmp_path / "shared" / "one" / "b.txt")
        for refused in (lambda: around.inside("two"), lambda: one.open("a.txt"), lambda: one.create("b.txt")):
            with pytest.raises(OSError, match=r"Not a directory|symbolic links|File exists"):
                refused()
        around.drop("two")
        (tmp_path / "shared").rename(tmp_path / "aside")
        os.symlink(beyond, tmp_path / "shared")
        with one.create("c.txt") as file:
            file.write(b"here")
    assert sorted(os.listdir(beyond)) == ["a.txt"]
    assert (tmp_path / "aside" / "one" / "c.txt").read_bytes() == b"here"


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_or_file_in_its_place_makes_way(tmp_path: Path) -> None:
    (tmp_path / "beyond").mkdir()
    os.symlink(tmp_path / "beyond", tmp_path / "link")
    (tmp_path / "file").write_text("in the way")
    for name in ("link", "file"):
        with SharedFolder.opened(tmp_path / name) as around:
            around.made("one").close()
        assert os.listdir(tmp_path / name) == ["one"] and not (tmp_path / name).is_symlink()
    assert not os.listdir(tmp_path / "beyond")
