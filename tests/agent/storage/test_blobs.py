from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from agent.errors import StorageError
from agent.storage.blobs import CHUNK, Blobs
from tests.helpers.kill_loop import kill_at_each

ROOT = Path(__file__).parents[3]


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_blob_is_kept_under_the_hash_of_its_content(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    digest = blobs.put(b"hello")
    assert digest == hashlib.sha256(b"hello").hexdigest()
    assert blobs.put(b"hello") == digest
    assert files(blobs.folder) == [f"{digest[:2]}/{digest[2:4]}/{digest}"]
    with blobs.open(digest) as file:
        assert file.read() == b"hello"
    assert blobs.path(digest).read_bytes() == b"hello"
    assert blobs.put(b"") == hashlib.sha256(b"").hexdigest()


def test_a_large_file_is_copied_piece_by_piece(tmp_path: Path) -> None:
    source = tmp_path / "source"
    data = os.urandom(2 * CHUNK + 17)
    source.write_bytes(data)
    blobs = Blobs(tmp_path / "blobs")
    digest = blobs.put_file(source)
    assert digest == blobs.put(data) == hashlib.sha256(data).hexdigest()
    with blobs.open(digest) as file:
        assert file.read() == data
    assert source.read_bytes() == data


def test_a_file_cut_short_by_the_disk_is_written_again(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    digest = blobs.put(b"hello")
    blobs.path(digest).write_bytes(b"he")
    assert blobs.put(b"hello") == digest
    assert blobs.path(digest).read_bytes() == b"hello"


def test_what_is_missing_is_said_in_a_sentence(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    with pytest.raises(StorageError, match=r"cannot be read .*conversation itself is kept"):
        blobs.open("0" * 64)
    with pytest.raises(StorageError, match=r"could not be read .*nothing was stored"):
        blobs.put_file(tmp_path / "missing")
    for wrong in ("", "../../etc/passwd", "0" * 63, "A" * 64):
        with pytest.raises(ValueError, match="not a SHA-256"):
            blobs.path(wrong)
    (tmp_path / "unfinished").write_text("in the way")
    with pytest.raises(StorageError, match=r"could not be stored .*everything stored before is kept"):
        blobs.put(b"x")


def test_killed_at_each_step_a_blob_is_whole_or_not_there(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    program = (
        "import sys; from pathlib import Path; from agent.storage.blobs import Blobs;"
        "Blobs(Path(sys.argv[1])).put(b'x' * 3_000_000)"
    )
    digest = hashlib.sha256(b"x" * 3_000_000).hexdigest()

    def check(_at: int) -> None:
        there = blobs.path(digest).exists()
        assert not there or blobs.path(digest).read_bytes() == b"x" * 3_000_000
        blobs.sweep()
        assert files(blobs.folder) == ([f"{digest[:2]}/{digest[2:4]}/{digest}"] if there else [])
        blobs.path(digest).unlink(missing_ok=True)

    argv = [sys.executable, "-c", program, str(blobs.folder)]
    assert kill_at_each(argv, {"PYTHONPATH": str(ROOT)}, check) == 5
    assert blobs.path(digest).exists()
    subprocess.run(argv, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True, timeout=60)
