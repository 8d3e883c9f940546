"""Only a plain file that keeps still is read."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from agent.automation.watch.content import MOST_READ, Busy, digest_of, look
from agent.automation.watch.state import found_of
from tests.helpers.unprivileged import ordinary_user


def test_a_digest_is_the_sha_256_of_the_content(tmp_path: Path) -> None:
    file = tmp_path / "file"
    data = os.urandom(700_000)
    file.write_bytes(data)
    found = look(str(file))
    assert found is not None
    rests: list[int] = []
    assert digest_of(str(file), found, lambda: rests.append(1)) == hashlib.sha256(data).hexdigest()
    assert len(rests) == 3


def test_a_huge_file_is_told_by_size_and_time(tmp_path: Path) -> None:
    file = tmp_path / "file"
    with file.open("wb") as opened:
        opened.truncate(MOST_READ + 1)
    found = found_of(file.stat())
    assert digest_of(str(file), found) == f"~{MOST_READ + 1}-{found.mtime_ns}"


def test_a_file_that_changes_while_it_is_read_is_busy(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"one")
    found = found_of(file.stat())

    def grow() -> None:
        with file.open("ab") as more:
            more.write(b"more")

    with pytest.raises(Busy):
        digest_of(str(file), found, grow)
    file.unlink()
    with pytest.raises(Busy):
        digest_of(str(file), found)


@pytest.mark.skipif(os.name != "posix", reason="pipes and links of POSIX")
def test_links_pipes_and_folders_are_no_files(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/hostname")
    os.mkfifo(tmp_path / "pipe")
    file = tmp_path / "file"
    file.write_bytes(b"")
    found = found_of(file.stat())
    for name in ("link", "pipe", "folder"):
        (tmp_path / "folder").mkdir(exist_ok=True)
        assert look(str(tmp_path / name)) is None
        with pytest.raises(Busy):
            digest_of(str(tmp_path / name), found)
    assert look(str(tmp_path / "nothing")) is None
    assert look(str(file / "below")) is None


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_a_closed_file_is_told_by_size_and_time() -> None:
    with ordinary_user() as home:
        file = home / "file"
        file.write_bytes(b"secret")
        file.chmod(0)
        found = found_of(file.stat())
        assert digest_of(str(file), found) == f"~6-{found.mtime_ns}"
