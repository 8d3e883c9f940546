"""`homard doctor`: what works on this machine, what does not, how to mend it."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from agent.interfaces.cli.app import new_app
from agent.interfaces.cli.checks import Check, examine
from agent.interfaces.cli.failure import FAILURE_EXIT
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.work import House, Work, error_report, print_json

app = new_app()

_SIGNS = {"ok": ("✓", "32"), "bad": ("✗", "31"), "none": ("–", "2")}


@app.command()
def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> Work:
    """Say what works on this machine, what does not, and how to mend it. Does not use the network."""

    async def run(terminal: Terminal, house: House) -> int:
        found = await examine(house)
        bad = [check for check in found if check.state == "bad"]
        if as_json:
            print_json(terminal, {"ok": not bad, "checks": msgspec.to_builtins(found)})
        else:
            terminal.out("".join(_line(terminal, check) for check in found))
        return FAILURE_EXIT if bad else 0

    return Work(run, needs_runtime=False, report=error_report if as_json else None)


def _line(terminal: Terminal, check: Check) -> str:
    sign, style = _SIGNS[check.state]
    if terminal.stdout_tty and terminal.colour:
        sign = f"\x1b[{style}m{sign}\x1b[0m"
    remedy = f"\n    {check.remedy}" if check.remedy else ""
    return f"{sign} {check.name}: {check.text}{remedy}\n"
