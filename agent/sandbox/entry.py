"""How a process becomes a program although it may start none: from one address that nobody can know afterwards.

A seccomp filter sees addresses, not texts. It lets `execve` through when the path lies at this random place; the new
program does not find it, for its memory is another.
"""

from __future__ import annotations

import ctypes
import os

TYPE_CHECKING = False  # a command waits for this module: it imports little
if TYPE_CHECKING:
    from collections.abc import Iterable

_PAGE = 4096
_PAGES = 3
_READ_WRITE, _PRIVATE_ANONYMOUS = 0x3, 0x22
_LOWEST, _SPAN = 0x100000000000, 0x500000000000
"""Between what programs and their libraries use, on machines with 47 bits of addresses."""


class Entry:
    """A program and the place of its path."""

    def __init__(self, command: list[str]) -> None:
        """Find the program. Raises OSError when there is none."""
        self._command = command
        path = os.fsencode(_found(command[0])) + b"\0"
        self._libc = ctypes.CDLL(None, use_errno=True)
        hint = _LOWEST + int.from_bytes(os.urandom(6), "little") % _SPAN // _PAGE * _PAGE
        mapping = self._libc.mmap
        mapping.restype, mapping.argtypes = ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 4]
        start = mapping(hint, _PAGES * _PAGE, _READ_WRITE, _PRIVATE_ANONYMOUS, -1, 0)
        if start != hint or len(path) > _PAGE:
            raise OSError("no place for the path of the program")
        self.address = start + int.from_bytes(os.urandom(2), "little") % _PAGE
        ctypes.memmove(self.address, path, len(path))

    def enter(self) -> None:
        """Become the program. Raises OSError."""
        self._libc.execve(
            ctypes.c_void_p(self.address),
            _vector(map(os.fsencode, self._command)),
            _vector(os.fsencode(f"{name}={value}") for name, value in os.environ.items()),
        )
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def _found(name: str) -> str:
    if "/" in name:
        return name
    for folder in os.get_exec_path():
        path = os.path.join(folder, name)
        if os.access(path, os.X_OK):
            return path
    raise FileNotFoundError(2, os.strerror(2), name)


def _vector(words: Iterable[bytes]) -> ctypes.Array[ctypes.c_char_p]:
    found = [*words, None]
    return (ctypes.c_char_p * len(found))(*found)
