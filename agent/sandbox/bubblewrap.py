"""Linux with bubblewrap: a mount tree, process list, IPC and network of the command's own; Landlock and seccomp within.

See bwrap(1). The mounts are made in the order of their depth, so that what is granted inside a closed folder is open,
and what is closed inside a granted folder is closed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from agent.sandbox.closed import homes, is_inside
from agent.sandbox.confinement import Confinement
from agent.sandbox.forwarder import PORT
from agent.sandbox.measured import Backend
from agent.sandbox.view import SYSTEM, environment, limits, system_closed, tools
from agent.sandbox.wrap import Launch, Place, launcher, own_code

INSIDE = "/run/homard"
"""A place for what is ours inside."""
PROCESSES = 2_000
HOME_BYTES = 256 << 20


class _Mount(NamedTuple):
    depth: int
    rank: int
    """Among those at one place: what is closed comes last."""
    words: tuple[str, ...]


def launch(
    argv: Sequence[str], confinement: Confinement, backend: Backend, place: Place, given: Mapping[str, str]
) -> Launch:
    """Put bubblewrap in front, and the launcher behind it. Blocks for a look at the disk."""
    roots = confinement.writable
    home = next(iter(homes()), INSIDE)
    if any(is_inside(home, root) for root in roots):
        home = INSIDE  # the real one is granted: it is no place for throw-away files
    temporary = INSIDE if any(is_inside("/tmp", root) for root in roots) else "/tmp"  # noqa: S108 - a new one
    mounts = sorted([*_mounts(confinement), *_private(home, temporary, confinement)])
    words = [word for mount in mounts for word in mount.words]
    if not backend.sized:
        words = _for_older_ones(words)
    if place.egress:
        words += ["--bind", place.egress, f"{INSIDE}/egress.sock"]
    options = [*_within(confinement, backend, home, temporary), *limits(confinement, processes=PROCESSES)]
    if place.egress:
        options += ["--forward", f"{PORT}={INSIDE}/egress.sock"]
    proxy = f"http://127.0.0.1:{PORT}" if place.egress else ""
    return Launch(
        [
            backend.program, "--unshare-all", "--die-with-parent", "--new-session", "--proc", "/proc", "--dev", "/dev",
            *words, "--remount-ro", "/", "--chdir", place.cwd, "--", *launcher(*options), *argv,
        ],
        environment(given, confinement, home=home, temporary=temporary, proxy=proxy),
        contained=True,
    )  # fmt: skip


def _mounts(confinement: Confinement) -> Iterator[_Mount]:
    roots = confinement.writable
    for path in dict.fromkeys([*SYSTEM, *tools(), *own_code(), *confinement.readable]):
        if os.path.exists(path) and not any(is_inside(path, root) for root in roots):
            yield _mount(path, 0, "--ro-bind", path, path)
    for root in roots:
        yield _mount(root, 1, "--bind-try", root, root)
    for path in confinement.kept:
        root = next((root for root in roots if is_inside(path, root)), None)
        if root is not None and os.path.lexists(path) and not os.path.islink(path):
            yield from _pinned(path, root)
            yield _mount(path, 3, "--ro-bind", path, path)
    for path in dict.fromkeys([*confinement.hidden, *confinement.sockets, *system_closed()]):
        if os.path.islink(path) or not os.path.lexists(path) or not _shown(path, confinement):
            continue
        closed = ("--perms", "0000", "--tmpfs", path) if os.path.isdir(path) else ("--ro-bind", "/dev/null", path)
        yield _mount(path, 4, *closed)


def _pinned(path: str, root: str) -> Iterator[_Mount]:
    """Mount the folders above a kept path upon themselves: what is mounted cannot be renamed out of the way."""
    folder = os.path.dirname(path)
    while folder != root and is_inside(folder, root):
        yield _mount(folder, 2, "--bind", folder, folder)
        folder = os.path.dirname(folder)


def _for_older_ones(words: list[str]) -> list[str]:
    """Leave out what came with 0.5 and 0.7: a closed folder is empty and read-only instead of forbidden."""
    found: list[str] = []
    given = iter(words)
    for word in given:
        if word == "--size":
            next(given)
        elif word == "--perms":
            _mode, _option, path = next(given), next(given), next(given)
            found += ["--tmpfs", path, "--remount-ro", path]
        else:
            found.append(word)
    return found


def _private(home: str, temporary: str, confinement: Confinement) -> Iterator[_Mount]:
    yield _mount(INSIDE, 0, "--size", str(HOME_BYTES), "--tmpfs", INSIDE)
    yield _mount("/dev/shm", 0, "--size", str(confinement.temporary_bytes), "--tmpfs", "/dev/shm")  # noqa: S108
    for folder, size in ((home, HOME_BYTES), (temporary, confinement.temporary_bytes)):
        if folder != INSIDE:
            yield _mount(folder, 0, "--size", str(size), "--tmpfs", folder)


def _mount(path: str, rank: int, *words: str) -> _Mount:
    return _Mount(0 if path == "/" else path.rstrip("/").count("/"), rank, words)


def _shown(path: str, confinement: Confinement) -> bool:
    """Whether a path can be seen at all: where it cannot, nothing need be laid over it."""
    return any(is_inside(path, place) for place in (*SYSTEM, *tools(), *confinement.readable, *confinement.writable))


def _within(confinement: Confinement, backend: Backend, home: str, temporary: str) -> list[str]:
    options = ["--alone", "--supervise", "--outside", os.readlink("/proc/self/ns/pid")]
    if backend.landlock:
        readable = [*SYSTEM, *tools(), *own_code(), *confinement.readable, "/proc", "/sys"]
        private = [INSIDE, home, temporary, "/dev"]
        options += ["--landlock"]
        options += [word for path in readable for word in ("--execute", path)]
        options += [word for path in [*confinement.writable, *private] for word in ("--work", path)]
    if backend.seccomp:
        options += ["--seccomp"]
        options += [word for family in ("unix", "inet", "inet6", "netlink") for word in ("--socket", family)]
    return options
