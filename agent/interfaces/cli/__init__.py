"""`homard`: every command is run by the process that owns the home. If none does yet, this one becomes it.

What is imported here is on the path of every start; keep it tiny.
"""

from __future__ import annotations

import sys
import time

from agent import __version__
from agent.interfaces.cli.client import NO_ANSWER, fail, run_through_owner, say_busy
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
    except Exception as error:  # noqa: BLE001 no trace ever reaches a person
        return _unexpected(arguments, error)


def _run(arguments: list[str]) -> int:
    deadline = time.monotonic() + TAKEOVER_S
    while True:
        served = run_through_owner(arguments)
        if served not in (None, NO_ANSWER):
            return served
        from agent.interfaces.cli.host import run_here

        code = run_here(arguments)
        if code is not None:
            return code
        if served == NO_ANSWER or time.monotonic() > deadline:
            return say_busy(arguments)
        time.sleep(_RETRY_S)


def _unexpected(arguments: list[str], error: Exception) -> int:
    import logging

    from agent.interfaces.cli.logfile import log_to_file
    from agent.paths import find_paths

    logs = find_paths().logs
    log_to_file(logs)
    logging.getLogger(__name__).error("the command failed", exc_info=error)
    return fail(
        arguments,
        f"An unexpected fault ended the command ({type(error).__name__}). What was stored before is kept; "
        f"the details are in {logs / 'homard.log'}.",
    )
