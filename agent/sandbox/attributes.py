"""Changing modes and times by path, for a command that only Landlock holds: Landlock does not look at it.

The calls are handed to this supervisor by seccomp (`SECCOMP_RET_USER_NOTIF`, see seccomp_unotify(2)). It opens the path
as the command means it, sees where that really is, and does the change by the open file if it lies in a folder that the
command may write; so what was judged is what is changed. The supervisor itself is outside of the command's Landlock
domain: the command can neither signal nor look into it.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import select
import struct

TYPE_CHECKING = False  # a command waits for this module: it imports little
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_RECEIVE, _SEND, _STILL_VALID = 0xC0502100, 0xC0182101, 0x40082102
_NOTICE, _ANSWER = "=QIIiIQ6Q", "=Qqii"
_PIDFD_GETFD = 438
_HERE = -100
"""AT_FDCWD."""
_NO_FOLLOW = 0x100
_NOW, _LEAVE = 0x3FFFFFFF, 0x3FFFFFFE
"""In the place of nanoseconds: the present time; the time as it is."""
_LONGEST = 4096
_PAGE = 4096


class _Span(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


class Supervisor:
    """Answers the calls of one command until it has ended."""

    def __init__(self, numbers: dict[str, int], writable: Sequence[str], closed: Sequence[str]) -> None:
        self._names = {number: name for name, number in numbers.items() if name in CALLS}
        self._writable = [path.rstrip("/") + "/" for path in writable]
        self._closed = [path.rstrip("/") + "/" for path in closed]

    def serve(self, child: int, listener_number: int, ready_to_serve: Callable[[], object]) -> None:
        """Answer until the child, which has the listener open under that number, has ended. Raises OSError."""
        process = os.pidfd_open(child)
        libc = ctypes.CDLL(None, use_errno=True)
        listener = libc.syscall(_PIDFD_GETFD, process, listener_number, 0)
        if listener < 0:
            raise OSError(ctypes.get_errno(), "the calls of the command cannot be had")
        poll = select.poll()
        poll.register(listener, select.POLLIN)
        poll.register(process, select.POLLIN)
        ready_to_serve()
        while True:
            # The listener is hung up, not readable, when nobody is left who could call.
            ready = [descriptor for descriptor, event in poll.poll() if event & select.POLLIN]
            if listener in ready:
                self._answer(listener)
            elif process in ready:
                return

    def _answer(self, listener: int) -> None:
        notice = bytearray(struct.calcsize(_NOTICE))
        try:
            fcntl.ioctl(listener, _RECEIVE, notice)
        except OSError:
            return  # whoever called was ended meanwhile
        call_id, pid, _flags, number, _architecture, _at, *arguments = struct.unpack(_NOTICE, notice)
        try:
            change = CALLS[self._names[number]](pid, arguments)
            with_path = change.open()
            try:
                fcntl.ioctl(listener, _STILL_VALID, struct.pack("=Q", call_id))  # else pid may be another's by now
                self._require_writable(with_path)
                change.act(f"/proc/self/fd/{with_path}")
            finally:
                os.close(with_path)
            failure = 0
        except OSError as error:
            failure = error.errno or errno.EPERM
        try:
            fcntl.ioctl(listener, _SEND, struct.pack(_ANSWER, call_id, 0, -failure, 0))
        except OSError:
            return

    def _require_writable(self, descriptor: int) -> None:
        real = os.readlink(f"/proc/self/fd/{descriptor}") + "/"
        if _closest(real, self._writable) <= _closest(real, self._closed):
            raise OSError(errno.EPERM, "outside of what may be written")


def _closest(path: str, folders: Sequence[str]) -> int:
    """How long the deepest of the folders is that the path lies in; 0: it lies in none."""
    return max((len(folder) for folder in folders if path.startswith(folder)), default=0)


class _Change:
    """One call: which file it means, and what it does to it."""

    def __init__(self, pid: int, folder: int, path: int, flags: int, act: Callable[[str], None]) -> None:
        self._pid, self._folder, self._flags, self.act = pid, folder, flags, act
        self._path = _text(pid, path)

    def open(self) -> int:
        """Open what is meant, without any right but to name it. Raises OSError."""
        no_follow = os.O_NOFOLLOW if self._flags & _NO_FOLLOW else 0
        if self._path.startswith(b"/"):
            return os.open(self._path, os.O_PATH | no_follow)
        place = "cwd" if self._folder == _HERE else f"fd/{self._folder}"
        folder = os.open(f"/proc/{self._pid}/{place}", os.O_PATH)
        try:
            return os.open(self._path or b".", os.O_PATH | no_follow, dir_fd=folder)
        finally:
            os.close(folder)


def _mode(pid: int, folder: int, path: int, mode: int, flags: int) -> _Change:
    if mode & 0o6000:
        raise OSError(errno.EPERM, "files that run as their owner")
    return _Change(pid, folder, path, flags, lambda place: os.chmod(place, mode & 0o1777))


def _times(pid: int, folder: int, path: int, times: int, flags: int) -> _Change:
    given = struct.unpack("=4q", _memory(pid, times, 32)) if times else (0, _NOW, 0, _NOW)

    def act(place: str) -> None:
        there = os.stat(place)
        import time

        now = time.time_ns()
        known = {_NOW: (now, now), _LEAVE: (there.st_atime_ns, there.st_mtime_ns)}
        new = [
            known[nanoseconds][at] if nanoseconds in known else seconds * 10**9 + nanoseconds
            for at, (seconds, nanoseconds) in enumerate((given[:2], given[2:]))
        ]
        os.utime(place, ns=(new[0], new[1]))

    return _Change(pid, folder, path, flags, act)


def _number(value: int) -> int:
    """Read an argument as the signed 32 bits that it is."""
    value &= 0xFFFFFFFF
    return value - (1 << 32) if value >> 31 else value


CALLS: dict[str, Callable[[int, list[int]], _Change]] = {
    "chmod": lambda pid, a: _mode(pid, _HERE, a[0], a[1], 0),
    "fchmodat": lambda pid, a: _mode(pid, _number(a[0]), a[1], a[2], 0),
    "fchmodat2": lambda pid, a: _mode(pid, _number(a[0]), a[1], a[2], a[3]),
    "utimensat": lambda pid, a: _times(pid, _number(a[0]), a[1], a[2], a[3]),
}
"""What is answered here; other ways to change attributes by path stay denied."""


def _text(pid: int, address: int) -> bytes:
    found = b""
    while len(found) < _LONGEST:
        piece = _memory(pid, address + len(found), _PAGE - (address + len(found)) % _PAGE)
        end = piece.find(b"\0")
        if end >= 0:
            return found + piece[:end]
        found += piece
    raise OSError(errno.ENAMETOOLONG, "the path does not end")


def _memory(pid: int, address: int, length: int) -> bytes:
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(length)
    here = _Span(ctypes.addressof(buffer), length)
    there = _Span(address, length)
    got = libc.process_vm_readv(pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0)
    if got != length:
        raise OSError(errno.EFAULT, "no such memory")
    return buffer.raw
