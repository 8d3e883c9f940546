"""macOS: a profile for sandbox-exec(1). Written from Apple's profiles and documentation; NOT verified on a Mac.

What it really holds is measured like everything else, before it is used. The language is not documented by Apple; of
several rules that fit, the last one counts.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence

from agent.sandbox.closed import folders_above
from agent.sandbox.confinement import Confinement, opened
from agent.sandbox.launch import Launch, Place, launcher, own_code
from agent.sandbox.measured import Backend

READABLE = (
    "/usr", "/bin", "/sbin", "/opt", "/Library/Frameworks", "/Library/Developer", "/System", "/Applications/Xcode.app",
    "/private/etc", "/private/var/db/timezone", "/private/var/select", "/dev",
)  # fmt: skip
_HEAD = """(version 1)
(deny default)
(allow process-exec process-fork)
(allow signal (target same-sandbox))
(allow process-info* (target same-sandbox))
(allow sysctl-read)
(allow file-read-metadata)
(allow file-read* (literal "/"))
(allow file-ioctl (regex #"^/dev/(tty|ttys[0-9]+|null|zero|random|urandom)$"))
(allow file-write-data (literal "/dev/null") (literal "/dev/zero") (literal "/dev/tty"))
(allow mach-lookup (global-name "com.apple.system.opendirectoryd.libinfo"))
(allow ipc-posix-sem)
(allow pseudo-tty)
"""


def launch(
    argv: Sequence[str], confinement: Confinement, backend: Backend, place: Place, given: Mapping[str, str]
) -> Launch:
    """Put sandbox-exec in front, and the launcher for the limits behind it."""
    home, temporary = os.path.join(place.private, "home"), os.path.join(place.private, "tmp")
    for folder in (home, temporary):
        os.makedirs(folder, mode=0o700, exist_ok=True)
    limits = ["--limit", "CORE=0", "--limit", f"FSIZE={confinement.file_bytes}"]
    command = [backend.program, "-p", profile(confinement, place), *launcher(*limits), *argv]
    return Launch(command, {**given, "HOME": home, "TMPDIR": temporary})


def profile(confinement: Confinement, place: Place) -> str:
    """The text of the profile; the network is not in it, so it is denied."""
    readable = [*READABLE, *own_code(), *confinement.readable, *confinement.writable, place.private]
    closed = [*confinement.hidden, *confinement.sockets]
    # Under another name a closed place would be open: the folders above it stay where they are.
    above = folders_above([*closed, *confinement.kept, *confinement.writable], confinement.writable)
    pinned = sorted(above | set(confinement.pinned))
    return _HEAD + "".join(
        [
            _rule("allow file-read*", readable),
            _rule("allow file-write*", [*confinement.writable, place.private]),
            _rule("deny file-write-unlink", pinned, kind="literal"),
            _rule("deny file-write*", confinement.kept),
            _rule("deny file-read* file-write*", closed),
            _rule("allow file-read*", opened(confinement)),
        ]
    )


def _rule(what: str, paths: Iterable[str], kind: str = "subpath") -> str:
    places = " ".join(f"({kind} {_quoted(path)})" for path in paths)
    return f"({what} {places})\n" if places else ""


def _quoted(path: str) -> str:
    escaped = path.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
