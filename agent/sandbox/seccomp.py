"""Seccomp: a Linux process gives up system calls that lead around Landlock and namespaces, for good, with its children.

Denied are other kinds of sockets than those named, mounting, new namespaces, the kernel's key store, io_uring (which
makes sockets, too), loading code into the kernel, faked terminal input, files that run as their owner. A process that
shares the machine's process list also gives up what reaches other programs of the user around Landlock: shared memory,
limits of others, and changing modes, owners and times by path. See seccomp(2) and `system_calls.py`.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys

from agent.sandbox.system_calls import (
    ALWAYS,
    CREATE_FLAG,
    INPUT_REQUESTS,
    NAMESPACE_FLAGS,
    NUMBERS,
    RUN_AS_OWNER_BITS,
    SHARED,
    SOCKET_FAMILIES,
    STARTING,
    THREAD_FLAG,
    UNOWNED,
)

TYPE_CHECKING = False  # the imports below cost more than all the rest; a sandbox starts often
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_Instruction = tuple[int, int, int, int]
"""Operation, jump if true, jump if false, operand: a line of classic BPF."""

_LOAD, _IF_EQUAL, _IF_AT_LEAST, _IF_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _FAIL, _ASK = 0x7FFF0000, 0x80000000, 0x00050000, 0x7FC00000
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
"""Offsets in `struct seccomp_data`; of an argument the lower half is looked at, which is what the kernel uses."""
_X32_CALLS = 0x40000000
_SET_NO_NEW_PRIVS, _FILTER_MODE_OF_CALL, _NEW_LISTENER = 38, 1, 8
_ALLOWED: _Instruction = (_RETURN, 0, 0, _ALLOW)
_ASKED: _Instruction = (_RETURN, 0, 0, _ASK)
_REFUSED: _Instruction = (_RETURN, 0, 0, _FAIL | errno.EPERM)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def supported() -> bool:
    """Whether there is a filter for this system; that the kernel takes it is seen by entering it."""
    return sys.platform == "linux" and os.uname().machine in NUMBERS


def restrict(
    families: Iterable[str],
    *,
    alone: bool,
    asked: Iterable[str] = (),
    counted: bool = False,
    entry: int | None = None,
) -> int:
    """Deny what the module says to this thread and all it starts; call it before any other thread.

    `families` of sockets stay: of `unix`, `inet`, `inet6`, `netlink`; pairs of connected sockets always do. `alone`:
    the process has process and IPC namespaces and a mount tree of its own. Calls that are `asked` are held until who
    has the returned descriptor answers them (see `attributes.py`); else 0 is returned. `counted`: no memory that no
    process owns. `entry`: the one address from which a program's path is taken, see `entry.py`; then there is no second
    process either. Raises OSError when this machine
    cannot enforce it: then nothing has changed.
    """
    if not supported():
        raise OSError(errno.ENOSYS, "no seccomp filter for this system")
    code = b"".join(
        struct.pack("HBBI", *line)
        for line in _filter(os.uname().machine, set(families), alone, set(asked), counted, entry)
    )
    buffer = ctypes.create_string_buffer(code)
    program = _Program(len(code) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    flags = _NEW_LISTENER if asked else 0
    entered = -1
    if libc.prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
        number = NUMBERS[os.uname().machine][1]["seccomp"]
        entered = int(libc.syscall(number, _FILTER_MODE_OF_CALL, flags, ctypes.byref(program)))
    if entered < 0:
        code_of_error = ctypes.get_errno()
        raise OSError(code_of_error, os.strerror(code_of_error))
    return entered


def _filter(
    machine: str, families: set[str], alone: bool, asked: set[str], counted: bool, entry: int | None
) -> list[_Instruction]:
    architecture, numbers = NUMBERS[machine]
    lines: list[_Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_IF_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_IF_AT_LEAST, 0, 1, _X32_CALLS),
        _REFUSED,
    ]

    def add(name: str, block: Sequence[_Instruction]) -> None:
        if name in numbers:
            lines.extend([(_IF_EQUAL, 0, len(block), numbers[name]), *block])

    denied = (*ALWAYS, *(() if alone else SHARED), *(UNOWNED if counted else ()), *(() if entry is None else STARTING))
    for name in denied:
        add(name, [_ASKED if name in asked else _REFUSED])
    if entry is None:
        add("clone", _refuse_bits(0, NAMESPACE_FLAGS))
    else:
        add("clone", [_load(0), (_IF_BITS, 0, 1, THREAD_FLAG), *_refuse_bits(0, NAMESPACE_FLAGS)[1:-1], _ALLOWED])
        add("execve", _only_from(entry))
    for name in (
        "clone3",
        "openat2",
    ):  # their arguments lie in memory, out of sight; programs fall back to the old call
        add(name, [(_RETURN, 0, 0, _FAIL | errno.ENOSYS)])
    add("ioctl", _refuse_values(1, INPUT_REQUESTS))
    for name, argument in (
        ("chmod", 1),
        ("fchmod", 1),
        ("fchmodat", 2),
        ("fchmodat2", 2),
        ("mknod", 1),
        ("mknodat", 2),
    ):
        if name not in denied:
            add(name, _refuse_bits(argument, RUN_AS_OWNER_BITS))
    add("creat", _refuse_bits(1, RUN_AS_OWNER_BITS))
    for name, argument in (("open", 1), ("openat", 2)):
        add(name, [_load(argument), (_IF_BITS, 1, 0, CREATE_FLAG), _ALLOWED, *_refuse_bits(argument + 1, 0o6000)])
    if not alone:
        by_path = _ASKED if "utimensat" in asked else _REFUSED
        add("prlimit64", [_load(0), (_IF_EQUAL, 1, 0, 0), _REFUSED, _ALLOWED])
        add("utimensat", [_load(1), (_IF_EQUAL, 1, 0, 0), by_path, _ALLOWED])  # without a path: of an open file
    add("socket", _only_values(0, [SOCKET_FAMILIES[family] for family in sorted(families)]))
    return [*lines, _ALLOWED]


def _load(argument: int) -> _Instruction:
    return (_LOAD, 0, 0, _ARGUMENTS + 8 * argument)


def _refuse_bits(argument: int, bits: int) -> list[_Instruction]:
    return [_load(argument), (_IF_BITS, 0, 1, bits), _REFUSED, _ALLOWED]


def _refuse_values(argument: int, values: Sequence[int]) -> list[_Instruction]:
    tests: list[_Instruction] = []
    for value in values:
        tests += [(_IF_EQUAL, 0, 1, value), _REFUSED]
    return [_load(argument), *tests, _ALLOWED]


def _only_from(address: int) -> list[_Instruction]:
    """Let the call through when its first argument, all of it, is this address."""
    low, high = address & 0xFFFFFFFF, address >> 32
    return [
        _load(0),
        (_IF_EQUAL, 0, 3, low),
        (_LOAD, 0, 0, _ARGUMENTS + 4),
        (_IF_EQUAL, 0, 1, high),
        _ALLOWED,
        _REFUSED,
    ]


def _only_values(argument: int, values: Sequence[int]) -> list[_Instruction]:
    tests: list[_Instruction] = []
    for value in values:
        tests += [(_IF_EQUAL, 0, 1, value), _ALLOWED]
    return [_load(argument), *tests, (_RETURN, 0, 0, _FAIL | errno.EAFNOSUPPORT)]
