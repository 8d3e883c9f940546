"""What the commands of `homard jobs` share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from agent.interfaces.cli.app import new_app
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.work import House, Work, error_report

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from agent.automation.service import Automation

COMMANDS = (
    "list", "add", "show", "edit", "run", "pause", "resume", "delete", "why", "history", "next", "waiting", "answer",
    "versions", "export", "import", "templates",
)  # fmt: skip
"""In the order of the help."""


class _InOrder(TyperGroup):
    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)


app = new_app(
    cls=_InOrder,
    help="Work that starts by itself: by the clock, when files change, when you say so. Without a command, list it.",
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON; nobody is asked.")]
Named = Annotated[str, typer.Argument(metavar="JOB", help="Its name, or its id; the beginning of the id will do.")]
OfJob = Annotated[str, typer.Argument(metavar="[JOB]", help="Only of this job.")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=10_000, help="How many.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


def automation(house: House) -> Automation:
    """The jobs of this home."""
    return house.runtime.automation


def job_work(run: Callable[[Terminal, House], Awaitable[int]], as_json: bool) -> Work:
    """A command about jobs; where JSON was promised, its failure is JSON too."""
    return Work(run, report=error_report if as_json else None)


def whole_path(terminal: Terminal, named: str) -> str:
    """A path from where the person is."""
    return os.path.abspath(os.path.join(terminal.cwd, os.path.expanduser(named)))


def width(terminal: Terminal) -> int | None:
    """How wide a table may be; through a pipe it may be of any width."""
    return terminal.columns if terminal.stdout_tty else None


async def agreed(terminal: Terminal, question: str) -> bool:
    """Whether the person says yes, and not only Enter."""
    answer = await terminal.ask(f"{question} [y/N] ", fresh=True)
    return (answer or "").strip().lower() in ("y", "yes")


async def names_of(house: House) -> dict[str, str]:
    """What the jobs are called, deleted ones too, by id."""
    return {row.job_id: row.job.name for row in await automation(house).jobs(deleted=True)}
