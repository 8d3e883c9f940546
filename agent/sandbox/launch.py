"""What is started in the place of a command, and the programs of ours that it begins with."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from agent.workers import worker_command


@dataclass(frozen=True)
class Place:
    """Where a command runs and what it finds there."""

    cwd: str
    """Absolute and real; inside what may be read."""
    private: str
    """An empty folder of its own, on the disk, that exists; removed by the caller afterwards."""
    egress: str = ""
    """The egress proxy's UNIX socket, for a command with the network."""


@dataclass(frozen=True)
class Launch:
    """What to start instead of the command."""

    argv: list[str]
    environment: dict[str, str]
    contained: bool = False
    """It has a process list of its own: all of it ends with its first process, and signals come back as exit codes."""


def launcher(*options: str) -> list[str]:
    """The beginning of the command line that confines from within, up to the command."""
    from agent.sandbox import launcher as it

    return [*program("launcher", str(it.__file__)), *options, "--"]


def for_command(given: Mapping[str, str]) -> dict[str, str]:
    """Variables that a stranger chose, named so that the launcher gives them to the command, and to nothing before."""
    from agent.sandbox.launcher import GIVEN

    return {f"{GIVEN}{name}": value for name, value in given.items()} if os.name == "posix" else dict(given)


def program(name: str, file: str) -> list[str]:
    """The beginning of the command line of one of our programs: a file for Python alone, a worker in a frozen build."""
    if getattr(sys, "frozen", False):
        return worker_command(name)
    return [interpreter(), "-I", "-S", file]


def interpreter() -> str:
    """Python without a virtual environment, which may lie in a granted folder."""
    return os.path.realpath(str(getattr(sys, "_base_executable", "") or sys.executable))


def own_code() -> list[str]:
    """What the launcher itself is made of."""
    import agent
    from agent.sandbox import launcher as it

    if getattr(sys, "frozen", False):
        return [str(Path(sys.executable).parent)]
    return [os.path.realpath(path) for path in (sys.base_prefix, str(Path(it.__file__).parent), str(agent.__file__))]
