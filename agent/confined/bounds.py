"""What one program of strangers may have, and the sandbox that comes of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from agent.paths import find_paths
from agent.sandbox.closed import is_inside, secret_places
from agent.sandbox.confinement import Confinement, looked_through
from agent.sandbox.levels import Level

THREADS = 8
"""For each process that a program may have."""


@dataclass(frozen=True)
class Bounds:
    """What a program may see, change, reach and use up. Everything else is closed to it, whatever it is."""

    home: Path
    """A private folder that lasts. It becomes HOME and the working folder, is writable, and holds at most `home_mb`:
    put what the program is to exchange with others below it, so that it is counted."""
    readable: tuple[str, ...] = ()
    """Folders and files beside the system's that it may read at any time: its code, its interpreter, what a person
    granted. What lies in a place of keys or in a hidden one is left out. Of Homard's own folders what is named is
    seen: who makes bounds of a person's grant leaves those out."""
    writable: tuple[str, ...] = ()
    """Further folders in which it may change everything but what programs run by themselves (`.git/hooks`, …)."""
    hidden: tuple[str, ...] = ()
    """Neither read nor written, even inside what is granted: folders that are local only or that a rule is about.
    Keys, logins and Homard's own folders need not be named."""
    hosts: tuple[str, ...] = ()
    """`host` (its port 443), `host:port`, `*.host` (all below it), `*` (any port of any). Empty: no network."""
    commands: bool = False
    """It may start programs."""
    memory_mb: int = 768
    """Of the whole tree. One process gets half as much again from the system, whatever it does."""
    processes: int = 64
    """With threads it may have eight times as many."""
    home_mb: int = 512
    home_files: int = 50_000
    need: Level = "files"
    """Where the machine gives less, it is not started."""


def confinement_of(bounds: Bounds) -> Confinement:
    """The sandbox for these bounds. Blocks for the disk."""
    paths = find_paths()
    own = [os.path.realpath(path) for path in (paths.data, paths.config, paths.cache, paths.logs)]
    closed = [*map(os.path.realpath, bounds.hidden), *secret_places()]
    writable = dict.fromkeys(map(os.path.realpath, [str(bounds.home), *bounds.writable]))
    readable = [path for path in dict.fromkeys(map(os.path.realpath, bounds.readable)) if path not in own]
    confinement = Confinement(
        readable=tuple(path for path in readable if not any(is_inside(path, place) for place in closed)),
        writable=tuple(writable),
        stood=tuple(_stood(path) for path in [*writable][1:] if os.path.isdir(path)),
        hidden=tuple(dict.fromkeys([*own, *closed])),
        network="egress" if bounds.hosts else "none",
        need=bounds.need,
        temporary_bytes=64 << 20,
        file_bytes=bounds.home_mb << 20,
        memory_bytes=(bounds.memory_mb << 20) * 3 // 2,
        tasks=_tasks() + bounds.processes * THREADS,
        yields=True,
        local_sockets=False,
        lone=not bounds.commands,
    )
    return looked_through(confinement) if confinement.stood else confinement


def _stood(path: str) -> tuple[str, int, int]:
    status = os.lstat(path)
    return path, status.st_dev, status.st_ino


def _tasks() -> int:
    """Processes and threads that there are already: old kernels count those of the user all together."""
    try:
        with open("/proc/loadavg", "rb") as file:
            return int(file.read().split()[3].split(b"/")[1])
    except (OSError, ValueError, IndexError):
        return 2_000
