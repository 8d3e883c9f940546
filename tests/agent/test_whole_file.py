"""A file of ours is replaced as a whole, for this user alone."""

import os
import stat
import sys
from pathlib import Path

import pytest

from agent.whole_file import replace_file


def test_it_is_made_with_its_folders_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "file"
    replace_file(path, b"one")
    replace_file(path, b"two")
    assert path.read_bytes() == b"two" and os.listdir(path.parent) == ["file"]
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_cannot_take_the_name_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "file").mkdir()
    with pytest.raises(OSError):  # noqa: PT011 - which one differs between systems
        replace_file(tmp_path / "file", b"data")
    assert os.listdir(tmp_path) == ["file"] and os.listdir(tmp_path / "file") == []
