"""Whether what a job's work depends on has changed: a digest over files, prompt and model."""

from __future__ import annotations

import glob
import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from agent.jobs import Job

MAX_FILES = 20_000
"""With more files than this nothing is called unchanged."""
LARGE_FILE = 64 * 1024 * 1024
"""Bytes; of a larger file size and time count, not the content."""
MAX_READ = 1024 * 1024 * 1024
"""Bytes that one digest reads; of the files after that size and time count."""


def digest(job: Job, files: Sequence[str], model: str) -> str:
    """Hash `inputs`, the slot's files, the prompt and the model; empty when there are too many files to tell.

    The prompt as it is written: that its {date} is another one is no change. May take long: call it in a thread.
    Never raises: a file that cannot be read counts as that.
    """
    found = sorted({*_inputs(job), *files})
    if len(found) > MAX_FILES:
        return ""
    whole = hashlib.sha256()
    for part in (job.prompt, model):
        _add(whole, part.encode("utf-8", "surrogatepass"))
    left = MAX_READ
    for path in found:
        _add(whole, os.fsencode(path))
        content, read = _content(path, left)
        left -= read
        _add(whole, content)
    return whole.hexdigest()


def _add(whole: hashlib._Hash, part: bytes) -> None:  # pyright: ignore[reportPrivateUsage]
    whole.update(len(part).to_bytes(8, "big"))
    whole.update(part)


def _inputs(job: Job) -> Iterator[str]:
    folder = Path(job.folder).expanduser()
    count = 0
    for pattern in job.inputs:
        whole = str(folder / Path(pattern).expanduser())
        for path in glob.iglob(whole, recursive=True):
            if os.path.isfile(path):
                yield path
                count += 1
            if count > MAX_FILES:
                return


def _content(path: str, left: int) -> tuple[bytes, int]:
    """What stands for a file's content, and how many bytes were read for it."""
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                return b"no file", 0
            if found.st_size > min(LARGE_FILE, left):
                return f"{found.st_size} {found.st_mtime_ns}".encode(), 0
            return hashlib.file_digest(file, "sha256").digest(), found.st_size
    except OSError as error:
        return f"error {error.errno}".encode(), 0


def _without_waiting(path: str, flags: int) -> int:
    """Open without waiting for the other end of a pipe that has come in the file's place."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
