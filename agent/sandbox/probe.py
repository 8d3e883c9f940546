"""A program: tries to break out of the sandbox it was started in, on decoys, and says which attempts failed.

Arguments: `NAME=VALUE` words that name the decoys (see measure.py). Prints one line `NAME held` or `NAME open` for each
attempt; what an attempt did outside is looked at by the one who started it. Imports nothing of Homard.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any

Attempt = Callable[[dict[str, str]], bool]
"""Gives True if it got through. OSError: it did not."""


def main() -> None:
    """Try everything that an argument was given for, and what needs none."""
    decoys = dict(word.split("=", 1) for word in sys.argv[1:])
    for name, attempt in _ATTEMPTS.items():
        try:
            # What cannot be tried on this system counts as open.
            escaped = (name in _LINUX_ONLY and sys.platform != "linux") or attempt(decoys)
        except (OSError, ImportError, AttributeError, ValueError):
            escaped = False
        os.write(1, f"{name} {'open' if escaped else 'held'}\n".encode())
    os.write(1, b"done\n")


def _reads(decoy: str) -> Attempt:
    def attempt(decoys: dict[str, str]) -> bool:
        with open(decoys[decoy], "rb") as file:
            return file.read() == decoys["token"].encode()

    return attempt


def _write(decoys: dict[str, str]) -> bool:
    got_through = False
    for act in (
        lambda: os.truncate(decoys["outside"], 1),
        lambda: os.close(os.open(decoys["outside"], os.O_WRONLY | os.O_APPEND)),
        lambda: os.close(os.open(decoys["outside"] + ".new", os.O_WRONLY | os.O_CREAT)),
        lambda: os.rename(decoys["mode"], decoys["mode"] + ".moved"),
    ):
        try:
            act()
            got_through = True
        except OSError:
            continue
    return got_through


def _attributes(decoys: dict[str, str]) -> bool:
    os.chmod(decoys["mode"], 0o640)
    return True


def _tcp(decoys: dict[str, str]) -> bool:
    with socket.create_connection(("127.0.0.1", int(decoys["tcp"])), 1.0):
        return True


def _udp(decoys: dict[str, str]) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"x", ("127.0.0.1", int(decoys["udp"])))
    return False  # whether it came through is seen at the other end


def _connects(family: str, decoy: str) -> Attempt:
    def attempt(decoys: dict[str, str]) -> bool:
        with socket.socket(getattr(socket, family), socket.SOCK_STREAM) as client:
            client.connect(decoys[decoy].replace("@", "\0", 1))
        return True

    return attempt


def _vsock(_decoys: dict[str, str]) -> bool:
    socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM).close()
    return True


def _signal(decoys: dict[str, str]) -> bool:
    os.kill(int(decoys["victim"]), getattr(signal, "SIGUSR1", signal.SIGTERM))
    return False  # the victim tells


def _ptrace(decoys: dict[str, str]) -> bool:
    pid = int(decoys["victim"])
    if not os.path.exists(f"/proc/{pid}") or _libc().ptrace(16, pid, 0, 0) != 0:  # PTRACE_ATTACH
        return False
    os.waitpid(pid, 0)
    _libc().ptrace(17, pid, 0, 0)
    return True


def _environ(decoys: dict[str, str]) -> bool:
    with open(f"/proc/{decoys['victim']}/environ", "rb") as file:
        return decoys["token"].encode() in file.read()


def _see(decoys: dict[str, str]) -> bool:
    with open(f"/proc/{decoys['victim']}/cmdline", "rb") as file:
        return decoys["token"].encode() in file.read()


def _namespaces(_decoys: dict[str, str]) -> bool:
    child = os.fork()
    if child == 0:
        os._exit(0 if _libc().unshare(0x10000000) == 0 else 1)  # CLONE_NEWUSER
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _mount(_decoys: dict[str, str]) -> bool:
    return _libc().mount(b"none", b"/", None, 0x44000, None) == 0  # MS_REC | MS_PRIVATE: changes nothing for others


def _call(number: int, *arguments: int) -> Attempt:
    def attempt(_decoys: dict[str, str]) -> bool:
        libc = _libc()
        if libc.syscall(number, *arguments) >= 0:
            return True
        import ctypes

        return ctypes.get_errno() not in (1, 13, 38)  # EPERM, EACCES, ENOSYS: it was not even looked at

    return attempt


def _keys(decoys: dict[str, str]) -> bool:
    return _call({"x86_64": 250, "aarch64": 219}[os.uname().machine], 0, -4, 0)(decoys)


def _bpf(decoys: dict[str, str]) -> bool:
    return _call({"x86_64": 321, "aarch64": 280}[os.uname().machine], 9999, 0, 0)(decoys)


def _typing(_decoys: dict[str, str]) -> bool:
    import fcntl

    try:
        fcntl.ioctl(0, 0x5412, b"x")  # TIOCSTI
    except OSError as error:
        return error.errno != 1  # a filter says EPERM, whatever the file is; the terminal would say other things
    return True


def _owner(_decoys: dict[str, str]) -> bool:
    return _libc().prctl(39, 0, 0, 0, 0) != 1  # PR_GET_NO_NEW_PRIVS


def _limits(_decoys: dict[str, str]) -> bool:
    if sys.platform == "win32":
        import ctypes

        inside = ctypes.c_int(0)
        ctypes.windll.kernel32.IsProcessInJob(ctypes.c_void_p(-1), None, ctypes.byref(inside))
        return not inside.value
    import resource

    bounds = [resource.getrlimit(which)[0] for which in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE)]
    return bounds[0] != 0 or bounds[1] == resource.RLIM_INFINITY


def _libc() -> Any:
    import ctypes

    return ctypes.CDLL(None, use_errno=True)


_LINUX_ONLY = (
    "ptrace", "environ", "see", "namespaces", "mount", "keys", "typing", "io_uring", "bpf", "owner",
)  # fmt: skip
_ATTEMPTS: dict[str, Attempt] = {
    "read": _reads("outside"),
    "home": _reads("home"),
    "hidden": _reads("hidden"),
    "attributes": _attributes,
    "write": _write,  # after all that look at the files
    "tcp": _tcp,
    "udp": _udp,
    "unix": _connects("AF_UNIX", "unix"),
    "abstract": _connects("AF_UNIX", "abstract"),
    "vsock": _vsock,
    "ptrace": _ptrace,
    "environ": _environ,
    "see": _see,
    "namespaces": _namespaces,
    "mount": _mount,
    "keys": _keys,
    "typing": _typing,
    "io_uring": _call(425, 1, 0),
    "bpf": _bpf,
    "owner": _owner,
    "limits": _limits,
    "signal": _signal,  # last: it ends the victim of others
}


if __name__ == "__main__":
    main()
