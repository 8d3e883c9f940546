"""`homard`: every command is run by the process that owns the home. If none does yet, this one becomes it.

What is imported here is on the path of every start; keep it tiny.
"""

from __future__ import annotations

import sys

TAKEOVER_S = 30.0
"""How long to wait for an owner that is just starting or ending: on a machine that is busy with others, too."""
_RETRY_S, _MOST_RETRY_S = 0.05, 0.5


def main(argv: list[str] | None = None) -> int:
    """Run a command line; returns the exit code (docs/cli.md)."""
    arguments = sys.argv[1:] if argv is None else argv
    try:
        _die_quietly()
        if arguments in (["version"], ["--version"]):
            return _version()
        return _run(arguments)
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001 no trace ever reaches a person
        return _unexpected(arguments, error)


def _die_quietly() -> None:
    # Until the console takes over, Ctrl-C simply ends the process. As a KeyboardInterrupt it would show a trace, or hit
    # an import: msgspec 0.22 swallows one in its initialisation and crashes later.
    import signal

    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _version() -> int:
    from agent import __version__

    sys.stdout.write(f"homard {__version__}\n")
    return 0


def _run(arguments: list[str]) -> int:
    import gc
    import time

    from agent.interfaces.cli.client import NO_ANSWER, run_through_owner, say_busy

    deadline = time.monotonic() + TAKEOVER_S
    retry_s = _RETRY_S
    while True:
        served = None if _stays_here(arguments) else run_through_owner(arguments)
        if served is not None and served != NO_ANSWER:
            return served
        gc.disable()  # until the work begins: what a start loads stays, and looking through it again takes 20 ms
        from agent.interfaces.cli.host import run_here

        code = run_here(arguments)
        if code is not None:
            return code
        if served == NO_ANSWER or time.monotonic() > deadline:
            return say_busy(arguments)
        time.sleep(retry_s)
        retry_s = min(retry_s * 1.5, _MOST_RETRY_S)  # who waits must not hold up the one that starts


def _stays_here(arguments: list[str]) -> bool:
    """Whether a command belongs to the process it was typed into, whoever owns the home.

    The desktop program: the owner may belong to another screen. A protocol over the standard streams: they are ours.
    """
    if arguments[:1] == ["mcp"]:  # by itself it is a server; with a word it is a command like others
        return not arguments[1:] or arguments[1].startswith("-")
    return arguments[:1] in (["app"], ["acp"])


def _unexpected(arguments: list[str], error: Exception) -> int:
    import logging

    from agent.interfaces.cli.client import fail
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
