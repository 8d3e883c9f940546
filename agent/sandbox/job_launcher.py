"""A program for Windows: runs what comes after `--` in a job object, with a restricted token, and ends as it ended.

The job ends with this process (KILL_ON_JOB_CLOSE), and so does all that is in it. See CreateRestrictedToken,
CreateProcessAsUserW and SetInformationJobObject. Imports nothing of Homard.
"""

from __future__ import annotations

import ctypes
import subprocess
import sys
from typing import Any

NOT_CONFINED = 125
MAX_PROCESSES = 500

_TOKEN_ALL_ACCESS = 0xF01FF
_DISABLE_MAX_PRIVILEGE, _LUA_TOKEN = 0x1, 0x4
_EXTENDED_LIMITS, _UI_RESTRICTIONS = 9, 4
_ACTIVE_PROCESS, _DIE_ON_UNHANDLED, _KILL_ON_CLOSE = 0x8, 0x400, 0x2000
_ALL_UI = 0xFF
_SUSPENDED, _NO_WINDOW = 0x4, 0x08000000
_USE_HANDLES = 0x100
_FOREVER = 0xFFFFFFFF


class _Limits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""

    _fields_ = (
        ("process_time", ctypes.c_int64), ("job_time", ctypes.c_int64), ("flags", ctypes.c_uint32),
        ("least_set", ctypes.c_size_t), ("most_set", ctypes.c_size_t), ("processes", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t), ("priority", ctypes.c_uint32), ("scheduling", ctypes.c_uint32),
        ("counters", ctypes.c_uint64 * 6), ("process_memory", ctypes.c_size_t), ("job_memory", ctypes.c_size_t),
        ("peak_process", ctypes.c_size_t), ("peak_job", ctypes.c_size_t),
    )  # fmt: skip


class _Startup(ctypes.Structure):
    """STARTUPINFOW."""

    _fields_ = (
        ("size", ctypes.c_uint32), ("reserved", ctypes.c_wchar_p), ("desktop", ctypes.c_wchar_p),
        ("title", ctypes.c_wchar_p), ("place", ctypes.c_uint32 * 4), ("characters", ctypes.c_uint32 * 2),
        ("fill", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("show", ctypes.c_uint16),
        ("reserved_size", ctypes.c_uint16), ("reserved_bytes", ctypes.c_void_p), ("stdin", ctypes.c_void_p),
        ("stdout", ctypes.c_void_p), ("stderr", ctypes.c_void_p),
    )  # fmt: skip


class _Started(ctypes.Structure):
    """PROCESS_INFORMATION."""

    _fields_ = (
        ("process", ctypes.c_void_p), ("thread", ctypes.c_void_p), ("pid", ctypes.c_uint32), ("tid", ctypes.c_uint32),
    )  # fmt: skip


def main() -> None:
    """Run the command; exit code 125: nothing was run."""
    command = sys.argv[sys.argv.index("--") + 1 :]
    try:
        sys.exit(_run(command))
    except OSError as error:
        sys.stderr.write(f"sandbox: the command was not run, for it cannot be confined ({error})\n")
        sys.exit(NOT_CONFINED)


def _run(command: list[str]) -> int:
    kernel = _library("kernel32")
    job = _job(kernel)
    started = _start(command, kernel)
    _require(kernel.AssignProcessToJobObject(job, ctypes.c_void_p(started.process)))
    kernel.ResumeThread(ctypes.c_void_p(started.thread))
    kernel.WaitForSingleObject(ctypes.c_void_p(started.process), _FOREVER)
    code = ctypes.c_uint32(0)
    _require(kernel.GetExitCodeProcess(ctypes.c_void_p(started.process), ctypes.byref(code)))
    return int(code.value)


def _job(kernel: Any) -> Any:
    kernel.CreateJobObjectW.restype = ctypes.c_void_p
    job = ctypes.c_void_p(_require(kernel.CreateJobObjectW(None, None)))
    limits = _Limits(flags=_ACTIVE_PROCESS | _DIE_ON_UNHANDLED | _KILL_ON_CLOSE, processes=MAX_PROCESSES)
    screen = ctypes.c_uint32(_ALL_UI)
    _require(kernel.SetInformationJobObject(job, _EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits)))
    _require(kernel.SetInformationJobObject(job, _UI_RESTRICTIONS, ctypes.byref(screen), ctypes.sizeof(screen)))
    return job


def _start(command: list[str], kernel: Any) -> Any:
    rights = _library("advapi32")
    kernel.GetCurrentProcess.restype = ctypes.c_void_p
    own, restricted = ctypes.c_void_p(), ctypes.c_void_p()
    me = ctypes.c_void_p(kernel.GetCurrentProcess())
    _require(rights.OpenProcessToken(me, _TOKEN_ALL_ACCESS, ctypes.byref(own)))
    flags = _DISABLE_MAX_PRIVILEGE | _LUA_TOKEN
    _require(rights.CreateRestrictedToken(own, flags, 0, None, 0, None, 0, None, ctypes.byref(restricted)))
    kernel.GetStdHandle.restype = ctypes.c_void_p
    streams = {name: kernel.GetStdHandle(number) for name, number in (("stdin", -10), ("stdout", -11), ("stderr", -12))}
    startup = _Startup(size=ctypes.sizeof(_Startup), flags=_USE_HANDLES, **streams)
    started = _Started()
    line = ctypes.create_unicode_buffer(subprocess.list2cmdline(command))
    _require(
        rights.CreateProcessAsUserW(
            restricted,
            None,
            line,
            None,
            None,
            True,
            _SUSPENDED | _NO_WINDOW,
            None,
            None,
            ctypes.byref(startup),
            ctypes.byref(started),
        )
    )
    return started


def _library(name: str) -> Any:
    if sys.platform != "win32":
        raise OSError("this is not Windows")
    return ctypes.WinDLL(name, use_last_error=True)


def _require(result: Any) -> Any:
    if not result:
        if sys.platform == "win32":
            raise ctypes.WinError(ctypes.get_last_error())
        raise OSError("this is not Windows")
    return result


if __name__ == "__main__":
    main()
