"""Linux with bubblewrap: a mount tree, process list, IPC and network of the command's own; Landlock and seccomp within.

See bwrap(1). The mounts are made in the order of their depth, so that what is closed inside a granted folder is closed,
and a folder that a person chose inside Homard's own is open.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from agent.sandbox.closed import folders_above, homes, is_inside
from agent.sandbox.confinement import Confinement, opened
from agent.sandbox.forwarder import PORT
from agent.sandbox.launch import Launch, Place, launcher, own_code
from agent.sandbox.measured import Backend
from agent.sandbox.view import SYSTEM, environment, kept_back, limits, same, system_closed, tools

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
    # When all is mounted in them: what is closed takes no files either, for they would lie in memory, and be lost.
    words += [word for path in _forbidden(mounts) for word in ("--remount-ro", path)]
    if not backend.sized:
        words = _for_older_ones(words)
    if place.egress:
        words += ["--bind", place.egress, f"{INSIDE}/egress.sock"]
    options = [
        *_within(confinement, backend, home, temporary),
        *limits(confinement, processes=PROCESSES),
        *same(confinement),
    ]
    if place.egress:
        options += ["--forward", f"{PORT}={INSIDE}/egress.sock"]
    proxy = f"http://127.0.0.1:{PORT}" if place.egress else ""
    return Launch(
        [
            backend.program, "--unshare-all", "--die-with-parent", "--new-session", "--proc", "/proc", "--dev", "/dev",
            *words, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", place.cwd, "--", *launcher(*options), *argv,
        ],
        environment(given, confinement, home=home, temporary=temporary, proxy=proxy),
        contained=True,
    )  # fmt: skip


def _mounts(confinement: Confinement) -> Iterator[_Mount]:
    roots = confinement.writable
    for path in dict.fromkeys([*SYSTEM, *tools(), *confinement.readable]):
        granted = any(is_inside(path, root) for root in roots)
        if not granted and os.path.exists(path) and not _is_covered(path, confinement):
            yield _mount(path, 0, "--ro-bind", path, path)
    for path in own_code():
        if not any(is_inside(path, root) for root in roots):
            yield _mount(path, 0, "--ro-bind", path, path)
    for root in roots:
        yield _mount(root, 1, "--bind-try", root, root)
    yield from _pinned(confinement)
    for path in confinement.kept:
        if any(is_inside(path, root) for root in roots) and _is_there(path) and not _is_covered(path, confinement):
            yield _mount(path, 3, "--ro-bind", path, path)
    shown = [*opened(confinement), *roots]
    for path in _closed(confinement):
        if _is_there(path) and _shown(path, confinement) and not _is_covered(path, confinement):
            # What is open in it must be reached: then it can be passed through, not looked into.
            mode = "0111" if any(is_inside(place, path) for place in shown) else "0000"
            closed = ("--perms", mode, "--tmpfs", path) if os.path.isdir(path) else ("--ro-bind", "/dev/null", path)
            yield _mount(path, 4, *closed)


def _forbidden(mounts: Sequence[_Mount]) -> list[str]:
    return [mount.words[-1] for mount in mounts if mount.words[0] == "--perms"]


def _closed(confinement: Confinement) -> dict[str, None]:
    return dict.fromkeys([*confinement.hidden, *confinement.sockets, *system_closed()])


def _pinned(confinement: Confinement) -> Iterator[_Mount]:
    """Mount the folders above a special place upon themselves: what is mounted cannot be renamed out of the way.

    What is laid over a place counts for its name only: under another name it would be open.
    """
    roots = set(confinement.writable)
    special = [*confinement.kept, *_closed(confinement), *roots]
    folders = folders_above(special, confinement.writable) | set(filter(os.path.isdir, confinement.pinned))
    for folder in sorted(folders - roots):
        if _is_there(folder) and not _is_covered(folder, confinement):
            yield _mount(folder, 2, "--bind", folder, folder)


def _is_covered(path: str, confinement: Confinement) -> bool:
    """Whether a closed place lies above a path: to mount it there would open it. A granted folder between may be."""
    above = [place for place in confinement.hidden if place != path and is_inside(path, place)]
    if not above:
        return False
    closest = max(above, key=len)
    roots = [*confinement.writable, *confinement.readable]
    return not any(is_inside(path, root) and is_inside(root, closest) for root in roots)


def _is_there(path: str) -> bool:
    """Whether something stands there that is no link, nor behind one: no mount is made through links."""
    return os.path.lexists(path) and os.path.realpath(path) == path


def _for_older_ones(words: list[str]) -> list[str]:
    """Leave out what came with 0.5 and 0.7: a closed folder is empty and read-only instead of forbidden."""
    found: list[str] = []
    given = iter(words)
    for word in given:
        if word == "--size":
            next(given)
        elif word == "--perms":
            _mode, _option, path = next(given), next(given), next(given)
            found += ["--tmpfs", path]
        else:
            found.append(word)
    return found


def _private(home: str, temporary: str, confinement: Confinement) -> Iterator[_Mount]:
    most = min(HOME_BYTES, confinement.temporary_bytes)
    yield _mount(INSIDE, 0, "--size", str(most), "--tmpfs", INSIDE)
    yield _mount("/dev/shm", 0, "--size", str(confinement.temporary_bytes), "--tmpfs", "/dev/shm")  # noqa: S108
    for folder, size in ((home, most), (temporary, confinement.temporary_bytes)):
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
        options += ["--seccomp", *kept_back(confinement)]
        families = ("inet", "inet6", "netlink", *(("unix",) if confinement.local_sockets else ()))
        options += [word for family in families for word in ("--socket", family)]
    return options
