"""`homard jobs history`, `why`: what was due, what came of it, and why it did not run."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from agent.errors import UsageError
from agent.interfaces.cli.commands.jobs.asked_moment import moment_of
from agent.interfaces.cli.commands.jobs.group import (
    AsJson,
    Limit,
    Named,
    OfJob,
    app,
    automation,
    job_work,
    names_of,
    width,
)
from agent.interfaces.cli.commands.jobs.plain import plain
from agent.interfaces.cli.commands.jobs.view import SLOT_HEAD, slot_row
from agent.interfaces.cli.table import table
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.text import revealed
from agent.interfaces.cli.work import House, Work, print_json
from agent.jobs import Slot


@app.command("history")
def jobs_history(
    named: OfJob = "",
    limit: Limit = 30,
    state: Annotated[
        str, typer.Option("--state", help="Only these: done, failed, parked, skipped, missed, due or running.")
    ] = "",
    files: Annotated[bool, typer.Option("--files", help="Name the files that each was about.")] = False,
    as_json: AsJson = False,
) -> Work:
    """List what was due and what came of it, the latest first."""

    async def run(terminal: Terminal, house: House) -> int:
        jobs = automation(house)
        job_id = (await jobs.find(named)).job_id if named else ""
        slots = await _page(house, job_id, state, limit)
        paths = {one.slot_id: await jobs.files(one.slot_id) for one in slots if one.files} if files else {}
        if as_json:
            print_json(
                terminal, [{**plain(one), "paths": _paths(paths.get(one.slot_id)) if files else None} for one in slots]
            )
        elif not slots:
            terminal.say("Nothing was due yet.")
        else:
            names = await names_of(house)
            rows = [slot_row(one, names.get(one.job_id, one.job_id)) for one in slots]
            lines = table(SLOT_HEAD, rows, width(terminal)).splitlines(keepends=True)
            below = [
                "".join(f"      {change} {revealed(path)}\n" for path, change in paths.get(one.slot_id, ()))
                for one in slots
            ]
            terminal.out("".join([lines[0], *(part for pair in zip(lines[1:], below, strict=True) for part in pair)]))
        return 0

    if state and state not in ("due", "running", "done", "failed", "parked", "skipped", "missed"):
        raise UsageError(f"--state {state}: there is done, failed, parked, skipped, missed, due and running.")
    return job_work(run, as_json)


@app.command("why")
def jobs_why(
    named: Named,
    at: Annotated[
        list[str] | None, typer.Argument(metavar="[WHEN]", help="8:30, yesterday 8:30, Monday 8:30, 2026-11-26 08:30.")
    ] = None,
    as_json: AsJson = False,
) -> Work:
    """Say why a job ran, or did not: lately, or at a moment."""

    async def run(terminal: Terminal, house: House) -> int:
        jobs = automation(house)
        row = await jobs.find(named)
        sentences = await jobs.why(row.job_id, moment_of(" ".join(at), datetime.now().astimezone()) if at else None)
        if as_json:
            print_json(terminal, {"job_id": row.job_id, "why": sentences})
        else:
            terminal.out("".join(f"{revealed(sentence)}\n" for sentence in sentences))
        return 0

    return job_work(run, as_json)


async def _page(house: House, job_id: str, state: str, limit: int) -> list[Slot]:
    jobs = automation(house)
    if not state:
        return await jobs.slots(job_id, limit=limit)
    return await jobs.ledger.slots(job_id, limit=limit, states=(state,))  # pyright: ignore[reportArgumentType]


def _paths(found: list[tuple[str, Any]] | None) -> list[dict[str, str]]:
    return [{"path": path, "change": change} for path, change in found or ()]
