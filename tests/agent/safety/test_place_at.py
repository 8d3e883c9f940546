from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from agent.safety.by_handle import HandleDoor
from agent.safety.door import Changed, Door
from agent.safety.openat import PosixDoor
from tests.helpers.racer import swapping

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX files")

DOORS: dict[str, Callable[[], Door]] = {
    "openat2": PosixDoor,
    "walk": lambda: PosixDoor(one_call=False),
    "handle": HandleDoor,
}
WHEN = 1_500_000_000_123_456_789


@pytest.fixture(params=DOORS)
def door(request: pytest.FixtureRequest) -> Door:
    return DOORS[request.param]()


def put(door: Door, path: Path, data: bytes, *, replacing: bool, check: Callable[[], None] = lambda: None) -> None:
    def fill(file: int) -> None:
        os.write(file, data)

    with door.open_place(str(path)) as place:
        place.put_file(fill, 0o640, WHEN, temp=".temp", check=check, replacing=replacing)


def test_a_file_comes_with_mode_and_time_at_once(door: Door, tmp_path: Path) -> None:
    path = tmp_path / "file"
    put(door, path, b"one", replacing=False)
    found = path.stat()
    assert (path.read_bytes(), stat.S_IMODE(found.st_mode), found.st_mtime_ns) == (b"one", 0o640, WHEN)
    with pytest.raises(FileExistsError):
        put(door, path, b"two", replacing=False)

    def changed() -> None:
        raise Changed

    with pytest.raises(Changed):
        put(door, path, b"two", replacing=True, check=changed)
    assert path.read_bytes() == b"one"
    put(door, path, b"two", replacing=True)
    assert path.read_bytes() == b"two" and os.listdir(tmp_path) == ["file"]


def test_folders_links_and_attributes(door: Door, tmp_path: Path) -> None:
    with door.open_place(str(tmp_path / "folder")) as place:
        place.make_folder(0o750)
        place.set_attributes(0o700, WHEN)
        with pytest.raises(FileExistsError):
            place.make_folder(0o700)
    found = (tmp_path / "folder").stat()
    assert (stat.S_IMODE(found.st_mode), found.st_mtime_ns) == (0o700, WHEN)
    with door.open_place(str(tmp_path / "folder/link")) as place:
        place.put_link("nowhere", WHEN)
        assert (place.link_target(), place.stat().st_mtime_ns) == ("nowhere", WHEN)
        with pytest.raises(FileExistsError):
            place.put_link("elsewhere", WHEN)
    with door.open_place(str(tmp_path / "folder")) as place, pytest.raises(OSError, match="not empty"):
        place.remove(folder=True)
    for name, folder in (("folder/link", False), ("folder", True)):
        with door.open_place(str(tmp_path / name)) as place:
            place.remove(folder=folder)
    assert os.listdir(tmp_path) == []


def test_moving_puts_nothing_over_what_is_there(door: Door, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    (tmp_path / "b").write_text("b")
    (tmp_path / "folder").mkdir()
    with door.open_place(str(tmp_path / "a")) as place:
        for name in ("b", "folder"):
            with door.open_place(str(tmp_path / name)) as other, pytest.raises(FileExistsError):
                place.move_to(other)
        with door.open_place(str(tmp_path / "folder/c")) as other:
            place.move_to(other)
    assert (tmp_path / "folder/c").read_text() == "a" and (tmp_path / "b").read_text() == "b"


@pytest.mark.parametrize("name", ["openat2", "walk"])
def test_acts_against_a_racer_never_leave(tmp_path: Path, name: str) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    (outside / "kept").write_text("outside")
    before = outside.stat().st_mode
    door = DOORS[name]()
    with swapping(inside, outside):
        for _ in range(300):
            with suppress(OSError):
                put(door, inside / "kept", b"inside", replacing=True)
            with suppress(OSError), door.open_place(str(inside / "new")) as place:
                place.make_folder(0o700)
            with suppress(OSError), door.open_place(str(inside / "kept")) as place:
                place.remove(folder=False)
            with suppress(OSError), door.open_place(str(inside)) as place:
                place.set_attributes(0o711, WHEN)
    assert os.listdir(outside) == ["kept"] and (outside / "kept").read_text() == "outside"
    assert outside.stat().st_mode == before
