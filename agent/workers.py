"""Our worker programs: modules that run in processes of their own, from the sources and in a frozen build alike.

This module is on the path of a worker's start: it imports nothing of the house.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path

WORKER_OPTION = "--worker"
"""First argument of a frozen program that is to be a worker; not for people."""
_MODULES = {
    "engine": "agent.models.engine_worker",
    "job": "agent.sandbox.job_launcher",
    "launcher": "agent.sandbox.launcher",
    "litellm": "agent.models.litellm_worker",
    "page": "agent.tools.page_worker",
    "plugin": "agent.plugin_api.worker",
    "probe": "agent.sandbox.probe",
    "victim": "agent.sandbox.victim",
}
"""Each has a `main()` that reads `sys.argv` and the standard streams."""


def worker_command(name: str, *python: str) -> list[str]:
    """The beginning of a worker's command line; its own arguments come after.

    `python` is what an interpreter is given: options and the program. A frozen build has none, its `sys.executable` is
    the app: there its console program is asked for the worker by name.
    """
    if not getattr(sys, "frozen", False):
        return [sys.executable, *python]
    program = Path(sys.executable).with_name("homard.exe" if os.name == "nt" else "homard")
    return [str(program), WORKER_OPTION, name]


def run_worker(arguments: list[str]) -> None:
    """Be the worker that `arguments` (its name, then its own) ask for. Raises SystemExit when there is none."""
    name = arguments[0] if arguments else ""
    if name not in _MODULES:
        sys.exit(f"There is no worker {name!r}.")
    sys.argv = arguments
    import_module(_MODULES[name]).main()
