"""Landlock: a Linux process gives up its own access to files, for good and for all its children.

Works without root. Enter it in a spawned process at its very start, never in `preexec_fn` of a threaded one. It does
not cover UDP, `stat` and connecting to a UNIX socket by its path (for that see `seccomp.py`). See landlock(7).
"""

from __future__ import annotations

import ctypes
import errno
import os
import stat
import struct
import sys

TYPE_CHECKING = False  # `typing`, like `functools`, costs more than all the rest here; a sandbox starts often
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF, _OPENAT2 = 444, 445, 446, 437
"""System call numbers, the same on every architecture."""
_CREATE_VERSION = 1
_RULE_PATH_BENEATH = 1
_AT_CWD, _RESOLVE_NO_SYMLINKS = -100, 0x04
_SET_NO_NEW_PRIVS = 38

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE_FOLDER = 1 << 4
_ALL_OF_FIRST_VERSION = (1 << 13) - 1
_REFER, _TRUNCATE, _IOCTL_DEVICE = 1 << 13, 1 << 14, 1 << 15
_FOR_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEVICE
_SCOPE_ABSTRACT_SOCKET_AND_SIGNAL = 0b11


def version() -> int:
    """Version of Landlock that this kernel enforces; 0: none. Probed by asking, not by the kernel's number."""
    if not sys.platform.startswith("linux"):
        return 0
    try:
        return _call(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_CREATE_VERSION))
    except OSError:
        return 0


def confine(
    read: Iterable[str] = (),
    write: Iterable[str] = (),
    *,
    execute: Iterable[str] = (),
    work: Iterable[str] = (),
    clear_away: Iterable[str] = (),
) -> int:
    """Keep nothing but these files and folders, each with all beneath it; gives the version in force.

    `read` may be read; `execute` read and started (a program needs its loader there too); `write` read, written,
    created and removed; `work` all of it, unless a link leads there; in `clear_away` empty folders may be removed.
    Names that do not exist are passed over. From version 6 on the process also cannot signal outsiders or reach their
    abstract sockets.
    Raises OSError when this machine cannot enforce it: then nothing has changed.
    """
    here = version()
    if here == 0:
        raise OSError(errno.ENOSYS, "this system has no Landlock")
    handled = _ALL_OF_FIRST_VERSION
    for since, right in ((2, _REFER), (3, _TRUNCATE), (5, _IOCTL_DEVICE)):
        handled |= right if here >= since else 0
    ruleset = _create(handled, here)
    try:
        for paths, rights in (
            (read, _READ_FILE | _READ_DIR),
            (execute, _READ_FILE | _READ_DIR | _EXECUTE),
            (write, handled & ~_EXECUTE),
            (work, handled),
            (clear_away, _REMOVE_FOLDER),
        ):
            for path in paths:
                _allow(ruleset, path, rights & handled, follow=paths is not work)
        _enter(ruleset)
    finally:
        os.close(ruleset)
    return here


def _create(handled: int, here: int) -> int:
    scoped = _SCOPE_ABSTRACT_SOCKET_AND_SIGNAL if here >= 6 else 0
    attributes = struct.pack("QQQ", handled, 0, scoped)
    # An older kernel refuses fields it does not know: the struct grew with versions 4 and 6.
    size = 24 if here >= 6 else 16 if here >= 4 else 8
    return _call(_CREATE_RULESET, attributes, ctypes.c_size_t(size), ctypes.c_uint32(0))


def _allow(ruleset: int, path: str, rights: int, *, follow: bool) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC) if follow else _open_unled(path)
    except OSError:
        return  # not there, or not for us: then there is nothing to keep
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= _FOR_FILES
        rule = struct.pack("=Qi", rights, place)
        _call(_ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(_RULE_PATH_BENEATH), rule, ctypes.c_uint32(0))
    finally:
        os.close(place)


def _open_unled(path: str) -> int:
    """Open a path no part of which is a link: who can write beside a granted folder must not lead us elsewhere."""
    how = struct.pack("QQQ", os.O_PATH | os.O_CLOEXEC, 0, _RESOLVE_NO_SYMLINKS)
    return _call(_OPENAT2, ctypes.c_int(_AT_CWD), os.fsencode(path), how, ctypes.c_size_t(len(how)))


def _enter(ruleset: int) -> None:
    if _libc().prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "no_new_privs was refused")
    _call(_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0))


def _libc() -> Any:
    return ctypes.CDLL(None, use_errno=True)


def _call(number: int, *arguments: Any) -> int:
    result = int(_libc().syscall(ctypes.c_long(number), *arguments))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result
