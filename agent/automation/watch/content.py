"""What is in a file, told by a digest, read so that nothing but a plain file that keeps still is ever read."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from hashlib import sha256

from agent.automation.watch.state import Found, found_of

MOST_READ = 64 * 1024 * 1024
"""Bytes; of a larger file size and time decide."""
_BLOCK = 1 << 18
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


class Busy(Exception):
    """The file is not, or no longer, as it was found; or another program keeps it closed (Windows)."""


def digest_of(path: str, found: Found, rest: Callable[[], None] = lambda: None) -> str:
    """Give the SHA-256 of a plain file in hex; `~` with size and time for one that is huge or may not be read.

    `rest` is called between blocks. Raises Busy.
    """
    if found.size > MOST_READ:
        return f"~{found.size}-{found.mtime_ns}"
    try:
        file = os.open(path, _FLAGS)
    except PermissionError:
        if os.name == "nt":  # open elsewhere, and not shared
            raise Busy from None
        return f"~{found.size}-{found.mtime_ns}"
    except OSError:
        raise Busy from None
    try:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode) or _other(status, found):
            raise Busy
        digest, left = sha256(), found.size
        while block := os.read(file, _BLOCK):
            left -= len(block)
            if left < 0:  # somebody writes as quickly as we read
                raise Busy
            digest.update(block)
            rest()
        if _other(os.fstat(file), found):
            raise Busy
    except OSError:
        raise Busy from None
    finally:
        os.close(file)
    return digest.hexdigest()


def look(path: str) -> Found | None:
    """Look at a path without following a link; None: no plain file is there. Raises OSError if nobody can tell."""
    try:
        status = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found_of(status) if stat.S_ISREG(status.st_mode) else None


def _other(status: os.stat_result, found: Found) -> bool:
    return found_of(status).signature != found.signature
