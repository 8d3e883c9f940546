"""What the sandbox costs a command, beside the same command bare.

Run: python -m tests.bench.sandbox [ROUNDS]. Prints medians in milliseconds; a benchmark, it fails nothing.
"""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from agent.sandbox import landlock, measure, seccomp
from agent.sandbox.confinement import granted, looked_through
from agent.sandbox.launch import Place
from agent.sandbox.measured import Backend, Measured
from agent.sandbox.wrap import wrap
from agent.tools.shell import ShellArguments, ShellTool
from tests.helpers.tool_context import tool_context

COMMAND = ["/bin/bash", "-c", "true"]


def median_ms(work: Callable[[], object], rounds: int) -> str:
    """The median of that many runs, after one that does not count; and what they took of a core, children included."""
    work()
    taken: list[float] = []
    before = cpu_s()
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return f"{statistics.median(taken):7.1f} ms{(cpu_s() - before) / rounds * 1000:7.1f} ms of a core"


def cpu_s() -> float:
    """Of this process and its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def backends() -> list[Backend]:
    """Those of this machine, with and without the walls within."""
    program = shutil.which("bwrap") or ""
    has_landlock, has_seccomp = landlock.version() > 0, seccomp.supported()
    found = (
        [Backend("bubblewrap", program), Backend("bubblewrap", program, has_landlock, has_seccomp)] if program else []
    )
    return [Backend("limits"), *found, *([Backend("landlock", "", True, has_seccomp)] if has_landlock else [])]


def main() -> None:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    print(f"measuring the sandbox: {median_ms(measure.measure, 3)}")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(os.path.realpath(folder))
        print(f"{'bare':42}{median_ms(lambda: subprocess.run(COMMAND, cwd=root), rounds)}")
        for backend in backends():
            print(f"{backend!s:42}{median_ms(lambda at=backend: confined(at, root), rounds)}")
        for name, tool in (
            ("shell tool, as measured", ShellTool()),
            ("shell tool, limits only", ShellTool(measured=bare)),
        ):
            print(f"{name:42}{shell_ms(tool, root, rounds)}")


def bare() -> Measured:
    """Nothing holds; asked of a context that needs nothing."""
    return Measured("limits", Backend("limits"), {"limits": True})


def confined(backend: Backend, root: Path) -> None:
    """Wrap the command and run it."""
    with tempfile.TemporaryDirectory() as private:
        confinement = looked_through(granted([root], need="none"))
        launch = wrap(COMMAND, confinement, Measured("isolated", backend), Place(str(root), private), dict(os.environ))
        subprocess.run(launch.argv, cwd=root, env=launch.environment, check=True)


def shell_ms(tool: ShellTool, root: Path, rounds: int) -> str:
    """Whole calls of the tool."""
    context = tool_context(root, confinement=granted([root], need="limits"))
    with asyncio.Runner() as runner:
        return median_ms(lambda: runner.run(tool.run(ShellArguments("true"), context)), rounds)


if __name__ == "__main__":
    main()
