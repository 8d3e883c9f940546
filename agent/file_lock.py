"""One at a time: who changes a small file of ours holds its lock from reading it until it is replaced.

The lock is the kernel's (flock, or msvcrt on Windows), so one that is killed leaves nothing that blocks.
"""

from __future__ import annotations

import errno
import os
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from agent.errors import StorageError

PATIENCE_S: Final = 30.0
LOOK_S: Final = 0.01

_mine = threading.local()


@contextmanager
def changing(path: Path, patience_s: float = PATIENCE_S) -> Generator[None]:
    """Let no other thread or process that asks so too change a file, or one beside it, until the block ends. Blocks.

    It may be nested.

    Raises StorageError, also if somebody else does not come to an end with it.
    """
    held: set[str] = _mine.__dict__.setdefault("held", set())
    name = str(path.parent)
    if name in held:
        yield
        return
    try:
        descriptor = _locked(path, time.monotonic() + patience_s)
    except OSError as error:
        raise StorageError(f"{path} cannot be changed now ({error.strerror}). Nothing changed; try again.") from error
    held.add(name)
    try:
        yield
    finally:
        held.discard(name)
        os.close(descriptor)  # which gives the lock free


def _locked(path: Path, until: float) -> int:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = _opened(path)
    try:
        while not _taken(descriptor):
            if time.monotonic() > until:
                raise TimeoutError(errno.ETIMEDOUT, "another Homard is changing it")
            time.sleep(LOOK_S)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


if sys.platform == "win32":

    def _opened(path: Path) -> int:
        return os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)

    def _taken(descriptor: int) -> bool:
        import msvcrt

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:

    def _opened(path: Path) -> int:
        # The folder itself: the file is another one after each change, and one beside it would be in the way.
        return os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def _taken(descriptor: int) -> bool:
        import fcntl

        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
