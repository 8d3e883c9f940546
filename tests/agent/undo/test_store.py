from __future__ import annotations

import os
import resource
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from agent.errors import StorageError
from agent.safety.door import Changed
from agent.undo.store import Damaged, PreImages


@pytest.fixture
def store(tmp_path: Path) -> PreImages:
    return PreImages(tmp_path / "undo")


@contextmanager
def opened(path: Path) -> Iterator[int]:
    file = os.open(path, os.O_RDONLY)
    try:
        yield file
    finally:
        os.close(file)


def put(store: PreImages, path: Path, *, sync: bool = True) -> str:
    with opened(path) as file:
        return store.put(file, sync=sync)[0]


@pytest.mark.parametrize("size", [0, 5, 3_000_000])
def test_a_content_is_kept_once_and_comes_back_whole(store: PreImages, tmp_path: Path, size: int) -> None:
    data = os.urandom(size)
    (tmp_path / "one").write_bytes(data)
    (tmp_path / "two").write_bytes(data)
    digest = put(store, tmp_path / "one")
    assert digest == put(store, tmp_path / "two") == sha256(data).hexdigest()
    assert [(kept.digest, kept.size) for kept in store.all()] == [(digest, size)]
    assert store.path(digest).stat().st_mode & 0o777 == 0o600 and store.folder.stat().st_mode & 0o777 == 0o700
    with open(tmp_path / "back", "wb") as back:
        store.write_to(digest, back.fileno())
    assert (tmp_path / "back").read_bytes() == data
    assert os.listdir(store.folder / "unfinished") == []


def test_a_copy_never_shares_a_later_change(store: PreImages, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * 2_000_000)
    digest = put(store, path)
    with path.open("r+b") as file:
        file.write(b"changed in place")
    store.check(digest)


def test_damage_is_found(store: PreImages, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"content")
    digest = put(store, tmp_path / "file")
    store.check(digest)
    store.path(digest).write_bytes(b"c0ntent")
    with pytest.raises(Damaged):
        store.check(digest)
    with open(tmp_path / "back", "wb") as back, pytest.raises(Damaged):
        store.write_to(digest, back.fileno())
    store.path(digest).unlink()
    with pytest.raises(Damaged):
        store.open(digest)


def test_what_a_power_cut_may_have_damaged_is_looked_at_at_the_next_start(tmp_path: Path) -> None:
    first = PreImages(tmp_path / "undo")
    digests: list[str] = []
    for name in ("whole", "cut"):
        (tmp_path / name).write_text(name)
        digests.append(put(first, tmp_path / name, sync=False))
    first.path(digests[1]).write_bytes(b"\0\0\0")  # a name that was written before its content
    (first.folder / "unfinished/part").write_text("half")
    again = PreImages(tmp_path / "undo")
    again.sweep()
    assert [kept.digest for kept in again.all()] == [digests[0]]
    assert os.listdir(again.folder / "unfinished") == []
    put(again, tmp_path / "cut", sync=False)
    again.flush()
    again.path(digests[1]).write_bytes(b"\0\0\0")
    PreImages(tmp_path / "undo").sweep()  # all was synced: nothing is read at the start
    assert again.path(digests[1]).exists()


def test_a_disk_that_takes_no_more_is_told_and_leaves_nothing(store: PreImages, tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(bytes(5_000_000))
    (tmp_path / "small").write_bytes(bytes(500))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, hard))
    try:
        with pytest.raises(StorageError, match="could not be kept"):
            put(store, tmp_path / "large")
        digest = put(store, tmp_path / "small")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert [kept.digest for kept in store.all()] == [digest]
    assert os.listdir(store.folder / "unfinished") == []


def test_a_file_that_is_written_to_all_the_time_is_not_kept_half(store: PreImages, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(3_000_000))

    class Busy(PreImages):
        """Somebody appends whenever it was read."""

        def _put(self, file: int, size: int, *, sync: bool) -> tuple[str, int]:
            with path.open("ab") as more:
                more.write(b"x")
            return super()._put(file, size, sync=sync)

    with pytest.raises(Changed):
        put(Busy(store.folder), path)


def test_only_what_was_not_used_lately_is_removed(store: PreImages, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("content")
    digest = put(store, tmp_path / "file")
    assert store.remove(digest, unused_for_s=60) is False
    old = time.time() - 1_000
    os.utime(store.path(digest), (old, old))
    assert store.holds(digest, 7) and not store.holds(digest, 8)  # asking is using
    assert store.remove(digest, unused_for_s=60) is False
    os.utime(store.path(digest), (old, old))
    assert store.remove(digest, unused_for_s=60) is True and not store.holds(digest, 7)
