"""From the words of a command line to a `Work`, or to what typer has to say about them."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout

import msgspec

from agent.errors import UsageError
from agent.interfaces.cli.failure import USAGE_EXIT, empty_report, wants_report
from agent.interfaces.cli.work import Work


class Printed(msgspec.Struct, frozen=True):
    """A command line that came to its end while it was read: help, or a mistake in it."""

    out: str
    err: str
    code: int


def parse(argv: list[str], columns: int) -> Work | Printed:
    """Read a command line. Runs nothing; blocks a few milliseconds."""
    from agent.interfaces.cli.app import command

    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            result = command().main(argv, "homard", standalone_mode=False, terminal_width=min(columns, 100))
        except UsageError as error:
            return _mistake(argv, str(error))
        except Exception as error:
            show = getattr(error, "show", None)
            if show is None:  # typer's own mistakes have it; their base class has moved between its versions
                raise
            show()
            return _mistake(argv, "", err.getvalue() or out.getvalue())
    if isinstance(result, Work):
        return result
    return Printed(out.getvalue(), err.getvalue(), result if isinstance(result, int) else 0)


def _mistake(argv: list[str], sentence: str, shown: str = "") -> Printed:
    shown = shown or f"homard: {sentence}\n"
    out = ""
    if wants_report(argv):
        last = shown.strip().splitlines()[-1].removeprefix("Error: ")
        out = json.dumps(empty_report(sentence or last)) + "\n"
    return Printed(out, shown, USAGE_EXIT)
