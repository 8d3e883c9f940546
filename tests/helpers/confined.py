"""Small programs in the real sandbox."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from agent.confined.bounds import Bounds
from agent.confined.process import ConfinedProcess
from agent.sandbox.jail import python_places
from agent.sandbox.measure import measure
from agent.sandbox.measured import Backend, Measured
from agent.tools.egress import Egress


def bounds_in(folder: Path, **bounds: Any) -> Bounds:
    """A home in this folder, Python, and what a test says."""
    readable = (*python_places(), *bounds.pop("readable", ()))
    return Bounds(home=folder / "home", readable=readable, **bounds)


async def started(
    program: str,
    bounds: Bounds,
    egress: Egress | None = None,
    measured: Callable[[], Measured] | None = None,
    given: Mapping[str, str] | None = None,
) -> ConfinedProcess:
    """Start Python with a program text; its log lies beside its home. `given`: further variables for it."""
    log = bounds.home.with_name("program.log")
    argv = [sys.executable, "-I", "-c", program]
    return await ConfinedProcess.start(
        argv,
        name="plugin:x",
        bounds=bounds,
        environment={"GIVEN": "yes", **(given or {})},
        log=log,
        egress=egress,
        measured=measured,
    )


def landlock_alone() -> Measured:
    """This machine, if it had no bubblewrap. Blocks."""
    return Measured("isolated", Backend("landlock", "", True, True), measure().barriers)


async def said(process: ConfinedProcess) -> list[str]:
    """All that it says until its end."""
    found: list[str] = []
    while (message := await process.receive()) is not None:
        found.append(message.decode())
    return found
