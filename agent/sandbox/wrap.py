"""From a command and its confinement to the command line that enforces it, or a refusal."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.errors import ToolDenied
from agent.sandbox.confinement import Confinement
from agent.sandbox.levels import at_least
from agent.sandbox.measured import Measured, remedy
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


def wrap(
    argv: Sequence[str],
    confinement: Confinement,
    measured: Measured,
    place: Place,
    environment: Mapping[str, str],
) -> Launch:
    """Confine a command. Raises ToolDenied when this machine cannot hold it as needed; nothing is weakened instead.

    `environment`: what the command would get; home, temporary folder, PATH and proxies are set for the inside.
    """
    require(confinement, measured)
    if measured.backend.name == "bubblewrap":
        from agent.sandbox.bubblewrap import launch
    elif measured.backend.name == "landlock":
        from agent.sandbox.alone import launch
    elif measured.backend.name == "seatbelt":
        from agent.sandbox.seatbelt import launch
    elif measured.backend.name == "job":
        from agent.sandbox.job import launch
    else:
        from agent.sandbox.alone import launch_bare as launch
    return launch(argv, confinement, measured.backend, place, environment)


def require(confinement: Confinement, measured: Measured) -> None:
    """Raise ToolDenied unless this machine holds a command so."""
    if not at_least(measured.level, confinement.need):
        raise ToolDenied(
            f"Commands need the sandbox level `{confinement.need}`, and this machine gives `{measured.level}`; "
            f"nothing was run. {remedy()} A person may lower `[safety] sandbox` in the settings."
        )
    if not at_least(confinement.need, "files"):
        return  # a person lowered it: then the network is not held either
    if confinement.network == "none" and not measured.offline:
        raise ToolDenied(f"A command cannot be kept off the network on this machine; nothing was run. {remedy()}")
    if confinement.network == "egress" and not measured.can_proxy:
        raise ToolDenied(
            "A command can only have the network where a network namespace leads all of it through Homard's proxy, "
            f"and this machine has none; nothing was run. {remedy()}"
        )


def launcher(*options: str) -> list[str]:
    """The beginning of the command line that confines from within, up to the command."""
    from agent.sandbox import launcher as it

    return [*program("launcher", str(it.__file__)), *options, "--"]


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
