"""`homard`: every command is run by the process that owns the home. If none does yet, this one becomes it.

What is imported here is on the path of every start; keep it tiny.
"""

from __future__ import annotations

import sys
import time

from agent import __version__
from agent.interfaces.cli.client import run_through_owner, say_busy
from agent.interfaces.cli.failure import CANCEL_EXIT

TAKEOVER_S = 10.0
"""How long to wait for an owner that is just starting or ending."""
_RETRY_S = 0.05


def main(argv: list[str] | None = None) -> int:
    """Run a command line; returns the exit code (docs/cli.md)."""
    arguments = sys.argv[1:] if argv is None else argv
    if arguments in (["version"], ["--version"]):
        sys.stdout.write(f"homard {__version__}\n")
        return 0
    try:
        return _run(arguments)
    except KeyboardInterrupt:
        return CANCEL_EXIT


def _run(arguments: list[str]) -> int:
    deadline = time.monotonic() + TAKEOVER_S
    while True:
        code = run_through_owner(arguments)
        if code is None:
            from agent.interfaces.cli.host import run_here

            code = run_here(arguments)
        if code is not None:
            return code
        if time.monotonic() > deadline:
            return say_busy(arguments)
        time.sleep(_RETRY_S)
