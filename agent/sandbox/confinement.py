"""What a command may see, change and reach."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Literal

import msgspec
from msgspec.structs import replace

from agent.errors import ToolDenied
from agent.safety.printable import printable
from agent.sandbox.levels import Level

Network = Literal["none", "egress"]
"""`egress`: the proxy of tools/egress_proxy.py is the only way out."""


class Confinement(msgspec.Struct, frozen=True):
    """The bounds of one command. Paths are absolute and real; what does not exist is passed over.

    The system's programs and libraries can always be read; the home folder is empty and private, and so is the folder
    for temporary files.
    """

    readable: tuple[str, ...] = ()
    """Folders and files that may be read and started, beside the system's."""
    writable: tuple[str, ...] = ()
    """Folders in which everything may be changed; usually the granted ones."""
    stood: tuple[tuple[str, int, int], ...] = ()
    """Of writable folders: path, device and inode when they were granted. Another folder in the place is refused."""
    hidden: tuple[str, ...] = ()
    """Neither read nor written, even inside a granted folder: keys, Homard's own state, folders that are local only."""
    kept: tuple[str, ...] = ()
    """Read but not written, even inside a writable folder: what programs run by themselves."""
    pinned: tuple[str, ...] = ()
    """Folders that may be changed, not moved: what is kept in them must stay where it is looked for."""
    sockets: tuple[str, ...] = ()
    """UNIX sockets inside granted folders, closed like what is hidden: behind each is a program of the outside."""
    network: Network = "none"
    need: Level = "files"
    """The command is refused where this machine gives less."""
    temporary_bytes: int = 1 << 30
    """Most that the private folder for temporary files holds, where it lies in memory."""
    file_bytes: int = 8 << 30
    """No single file grows larger."""
    memory_bytes: int | None = None
    """What one process gets of memory of its own; then memory without an owner (memfd, System V) is not given at all,
    so that it can be counted by process. None: not bounded."""
    tasks: int | None = None
    """Processes and threads; root is not bounded. None: as many as a large build needs."""
    yields: bool = False
    """It computes after everything else, and is the first to go when the machine runs out of memory."""
    local_sockets: bool = True
    """It may use UNIX sockets; without, none of a program outside is reached, wherever it lies."""
    lone: bool = False
    """It starts no program and no second process."""


def granted(
    folders: Sequence[str | os.PathLike[str]],
    *,
    hidden: Iterable[str | os.PathLike[str]] = (),
    own: Iterable[str | os.PathLike[str]] = (),
    need: Level = "files",
    changed: Sequence[str | os.PathLike[str]] | None = None,
) -> Confinement:
    """The usual confinement: granted folders are writable, but for the places that hold keys and logins.

    `hidden` is added to those: folders that are local only or that a rule is about. A folder granted below one of
    them is not granted. `own`: Homard's folders; a folder below one of them is, for somebody chose it (see
    `safety.protected`). `changed`: the folders among and below the granted ones that are writable, the others are only
    read; None: all are.
    """
    from agent.sandbox.closed import is_inside, secret_places

    ours = [os.path.realpath(path) for path in own]
    closed = [*(os.path.realpath(path) for path in hidden), *secret_places()]
    roots = [
        root
        for root in dict.fromkeys(os.path.realpath(folder) for folder in folders)
        if root not in ours and not any(is_inside(root, path) for path in closed)
    ]
    writable = roots if changed is None else _inside(changed, roots, ours, closed)
    return Confinement(
        readable=tuple(root for root in roots if not any(is_inside(root, path) for path in writable)),
        writable=tuple(writable),
        stood=_stood(dict.fromkeys([*roots, *writable])),
        hidden=tuple(dict.fromkeys([*ours, *closed])),
        need=need,
    )


def also_readable(confinement: Confinement, folders: Iterable[str | os.PathLike[str]]) -> Confinement:
    """The same, and these folders may be read and started, below Homard's own ones too; nothing in them is changed."""
    from agent.sandbox.closed import is_inside

    roots = list(dict.fromkeys(os.path.realpath(folder) for folder in folders))
    within = [root for root in roots if any(is_inside(root, path) for path in confinement.writable)]
    shut = [root for root in within if any(is_inside(root, place) for place in confinement.hidden)]
    readable = [root for root in roots if root not in within or root in shut]
    return replace(
        confinement,
        readable=tuple(dict.fromkeys([*confinement.readable, *readable])),
        kept=tuple(dict.fromkeys([*confinement.kept, *within])),
        stood=tuple(dict.fromkeys([*confinement.stood, *_stood(readable)])),
    )


def opened(confinement: Confinement) -> list[str]:
    """Readable folders that lie in a hidden one, and are to be seen all the same."""
    from agent.sandbox.closed import is_inside

    return [path for path in confinement.readable if any(is_inside(path, place) for place in confinement.hidden)]


def _inside(
    changed: Sequence[str | os.PathLike[str]], roots: Sequence[str], ours: Sequence[str], closed: Sequence[str]
) -> list[str]:
    """Those of the folders to be changed that lie in a granted one, with no closed place between."""
    from agent.sandbox.closed import is_inside

    found: list[str] = []
    for path in dict.fromkeys(os.path.realpath(folder) for folder in changed):
        around = [root for root in roots if is_inside(path, root)]
        shut = [place for place in closed if is_inside(path, place)]
        if around and path not in ours and all(len(place) < len(max(around, key=len)) for place in shut):
            found.append(path)
    return found


def _stood(roots: Iterable[str]) -> tuple[tuple[str, int, int], ...]:
    found: list[tuple[str, int, int]] = []
    for root in roots:
        with suppress(OSError):
            status = os.lstat(root)
            found.append((root, status.st_dev, status.st_ino))
    return tuple(found)


def require_unmoved(confinement: Confinement) -> None:
    """Raise ToolDenied if a granted folder is a link now, is reached through one, or is another folder."""
    folders = [path for path, *_numbers in confinement.stood] or confinement.writable
    now = {path: (path, device, inode) for path, device, inode in _stood(folders)}
    for path in folders:
        led = os.path.realpath(path) != path
        if led or any(path == stood[0] and now.get(path, stood) != stood for stood in confinement.stood):
            raise ToolDenied(
                f"{printable(path)} is not the folder that was granted: {'a link' if led else 'another folder'} stands "
                "in its place now. Nothing was run. Put it back, or let a person grant the folder that is meant."
            )


def looked_through(confinement: Confinement) -> Confinement:
    """The same, with what its folders hold now that needs care: repositories, start-up files, sockets.

    Blocks for the disk; call it for each command.
    """
    from agent.sandbox.closed import is_inside, look_through

    # What cannot be written to can still be connected to. Only granted folders are looked through, not programs.
    granted_ones = {path for path, *_numbers in confinement.stood}
    special = look_through([*confinement.writable, *(path for path in confinement.readable if path in granted_ones)])
    pinned = [path for path in special.pinned if any(is_inside(path, root) for root in confinement.writable)]
    missing = [path for path in confinement.hidden if not os.path.lexists(path)]
    kept = [place for path in (*confinement.kept, *special.kept, *missing) for place in _names_of(path)]
    return replace(
        confinement,
        kept=tuple(path for path in dict.fromkeys(kept) if any(is_inside(path, root) for root in confinement.writable)),
        pinned=tuple(dict.fromkeys([*confinement.pinned, *pinned])),
        sockets=tuple(dict.fromkeys([*confinement.sockets, *special.sockets])),
    )


def _names_of(path: str) -> tuple[str, ...]:
    """A place as it is called, where its folder really is, and where it really is itself."""
    folder, name = os.path.split(path)
    return path, os.path.join(os.path.realpath(folder), name), os.path.realpath(path)
