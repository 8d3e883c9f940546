"""Seccomp: a Linux process gives up system calls that lead around Landlock, for good and for all its children.

Landlock does not keep a process from connecting to a UNIX socket by its path (versions before 9), and over the user's
message bus that is the way to the keyring and to starting any program. See seccomp(2).
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from collections.abc import Sequence

_Instruction = tuple[int, int, int, int]
"""Operation, jump if true, jump if false, operand: a line of classic BPF."""

_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _KILL, _FAIL = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
"""Offsets in `struct seccomp_data`."""
_X32_CALLS = 0x40000000
_UNIX = 1
"""AF_UNIX; pairs of connected sockets come from another call and stay."""
_SET_NO_NEW_PRIVS, _SET_SECCOMP, _FILTER_MODE = 38, 22, 2

_CALLS = {
    # Architecture number; socket, add_key, request_key, keyctl, io_uring_setup (which makes sockets, too).
    "x86_64": (0xC000003E, 41, (248, 249, 250, 425)),
    "aarch64": (0xC00000B7, 198, (217, 218, 219, 425)),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def deny_local_services() -> None:
    """Deny UNIX sockets and the kernel's key store to this thread and all it starts; call it before any other thread.

    Raises OSError when this machine cannot enforce it: then nothing has changed.
    """
    machine = platform.machine()
    if not sys.platform.startswith("linux") or machine not in _CALLS:
        raise OSError(errno.ENOSYS, "no seccomp filter for this system")
    code = b"".join(struct.pack("HBBI", *line) for line in _filter(*_CALLS[machine]))
    buffer = ctypes.create_string_buffer(code)
    program = _Program(len(code) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    for arguments in (
        (_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        (_SET_SECCOMP, _FILTER_MODE, ctypes.byref(program), 0, 0),
    ):
        if libc.prctl(*arguments):
            code_of_error = ctypes.get_errno()
            raise OSError(code_of_error, os.strerror(code_of_error))


def _filter(architecture: int, socket_call: int, denied: Sequence[int]) -> list[_Instruction]:
    lines: list[_Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_IF_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_IF_AT_LEAST, 0, 1, _X32_CALLS),
        (_RETURN, 0, 0, _FAIL | errno.EPERM),
    ]
    for call in denied:
        lines += [(_IF_EQUAL, 0, 1, call), (_RETURN, 0, 0, _FAIL | errno.EPERM)]
    lines += [
        (_IF_EQUAL, 0, 3, socket_call),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_IF_EQUAL, 0, 1, _UNIX),
        (_RETURN, 0, 0, _FAIL | errno.EAFNOSUPPORT),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return lines
