"""A command through the process that owns the home. Standard library only."""

from __future__ import annotations

import json
import os
import socket
import sys

from agent import __version__
from agent.interfaces.cli.failure import FAILURE_EXIT, empty_report, wants_report
from agent.interfaces.cli.place import data_folder
from agent.interfaces.cli.wire import Wire, peer_uid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from agent.interfaces.cli.console import Console


NO_ANSWER = -1


def owner_card() -> dict[str, Any]:
    """What the last owner wrote of itself (`pid`, `address`, `version`); empty if there is none."""
    try:
        with open(os.path.join(data_folder(), "owner.json"), encoding="utf-8") as file:
            card: Any = json.load(file)
    except (OSError, ValueError):
        return {}
    return dict(card) if isinstance(card, dict) else {}  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def run_through_owner(argv: list[str]) -> int | None:
    """Have the owner run the command; the exit code, None: nobody is there, NO_ANSWER: somebody who hangs."""
    card = owner_card()
    wire = connect(str(card.get("address") or ""))
    if wire is None:
        return None
    from agent.interfaces.cli.console import new_console, request_for

    console = new_console(wire)
    code = console.run(request_for(argv, __version__))
    if console.timed_out:
        return NO_ANSWER
    keep_promise(argv, console)
    if console.other_version is None:
        return code
    return fail(
        argv,
        f"Homard {console.other_version} runs here (pid {card.get('pid')}), this is {__version__}. Nothing was done; "
        "end that process, so that this version takes its place, and try again.",
    )


def connect(address: str) -> Wire | None:
    """Call the owner; None: nobody is there, or it is not a process of this user."""
    if not address:
        return None
    if sys.platform == "win32":
        from agent.interfaces.cli.console_windows import connect_pipe

        return connect_pipe(address)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        sock.connect(address)
        if peer_uid(sock) in (None, os.getuid()):
            return Wire(sock)
    except (OSError, ValueError):
        pass
    sock.close()
    return None


def say_busy(argv: list[str]) -> int:
    """Say that another process owns this home and does not answer; the exit code."""
    pid = owner_card().get("pid", "unknown")
    return fail(
        argv,
        f"Another Homard process (pid {pid}) uses {data_folder()} and does not answer. Nothing was done; "
        "wait for it to end or end it, then try again.",
    )


def fail(argv: list[str], sentence: str, code: int = FAILURE_EXIT) -> int:
    """Say why nothing was done, and keep the promise of `ask --json`; the exit code."""
    if sys.stderr is not None:
        sys.stderr.write(f"homard: {sentence}\n")
    _print_report(argv, sentence)
    return code


def keep_promise(argv: list[str], console: Console) -> None:
    """Print the object of `ask --json` for a command that was left, or whose owner died, before it could."""
    if console.spoke:
        return
    if console.left_at_once:
        _print_report(argv, "Cancelled at once; `homard sessions list` shows what was stored.")
    elif console.hung_up:
        _print_report(argv, "The process that served this command ended; what was finished is kept.")


def _print_report(argv: list[str], sentence: str) -> None:
    if not wants_report(argv) or sys.stdout is None:
        return
    try:
        sys.stdout.write(json.dumps(empty_report(sentence)) + "\n")
        sys.stdout.flush()
    except OSError:  # nobody can be told: the disk behind stdout is full, or its reader is gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # else Python complains when it flushes at the end
