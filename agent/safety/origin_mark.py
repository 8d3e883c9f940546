"""What the operating system remembers of where a file came from: browsers and mail programs mark what they save."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import cast
from urllib.parse import urlsplit

UNNAMED = "the network"
"""The origin of a file that is marked as fetched, without a word from where."""
_MAX_BYTES = 64 * 1024
_LINUX = ("user.xdg.origin.url", "user.xdg.referrer.url")
_MACOS = ("com.apple.metadata:kMDItemWhereFroms", "com.apple.quarantine")
_URL = re.compile(rb"(?:HostUrl|ReferrerUrl)\s*=\s*(\S+)", re.IGNORECASE)
_ZONE = re.compile(rb"ZoneId\s*=\s*([34])", re.IGNORECASE)


def origin_of(path: str) -> str | None:
    """Name the host that a file was fetched from, or UNNAMED; None: the system has no mark on it. Reads the disk.

    Linux: the extended attributes `user.xdg.origin.url` and `user.xdg.referrer.url` (freedesktop.org); macOS:
    `kMDItemWhereFroms` and `com.apple.quarantine`; Windows: the stream `Zone.Identifier`. Where the file system keeps
    no such marks there are none. Must not raise.
    """
    with suppress(OSError, ValueError):
        if sys.platform == "win32":
            return _from_zone(path)
        if sys.platform == "darwin":
            return from_macos(lambda name: _getxattr_macos(path, name))
        return from_linux(lambda name: os.getxattr(path, name))
    return None


def from_linux(read: Callable[[str], bytes]) -> str | None:
    """Look at the attributes of Linux through `read`, which raises OSError for one that is not there."""
    for name in _LINUX:
        with suppress(OSError):
            return host_of(read(name))
    return None


def from_macos(read: Callable[[str], bytes]) -> str | None:
    """Look at the attributes of macOS through `read`, which raises OSError for one that is not there."""
    found = False
    for name in _MACOS:
        with suppress(OSError):
            data = read(name)
            found = True
            if name == _MACOS[0]:
                return _first_url(data)
    return UNNAMED if found else None


def _first_url(data: bytes) -> str:
    import plistlib

    try:
        urls: object = plistlib.loads(data)
    except (plistlib.InvalidFileException, ValueError, OverflowError):
        return UNNAMED
    return host_of(str(cast("list[object]", urls)[0]).encode()) if isinstance(urls, list) and urls else UNNAMED


def _from_zone(path: str) -> str | None:
    with open(f"{path}:Zone.Identifier", "rb") as stream:
        return parse_zone(stream.read(_MAX_BYTES))


def parse_zone(data: bytes) -> str | None:
    """Read the stream `Zone.Identifier`: zones 3 and 4 are the Internet and what is restricted."""
    if _ZONE.search(data) is None:
        return None
    url = _URL.search(data)
    return host_of(url[1]) if url else UNNAMED


def host_of(url: bytes) -> str:
    """Give the host of a URL as a file's mark holds it; UNNAMED if there is none. Anybody may have written it."""
    try:
        host = urlsplit(url.decode("utf-8", "replace").strip()).hostname or ""
    except ValueError:
        return UNNAMED
    return host[:253] if host.isprintable() and host else UNNAMED


def _getxattr_macos(path: str, name: str) -> bytes:
    """WORKAROUND(Python 3.14): os.getxattr exists on Linux only."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(_MAX_BYTES)
    size = libc.getxattr(os.fsencode(path), name.encode(), buffer, ctypes.c_size_t(_MAX_BYTES), 0, 0)
    if size < 0:
        raise OSError(ctypes.get_errno(), "no such attribute", path)
    return buffer.raw[:size]
