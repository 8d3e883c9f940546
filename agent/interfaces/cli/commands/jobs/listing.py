"""`homard jobs list`, `show`, `next`, `versions`: what there is, and what comes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from agent.automation.words import moment_words, path_words, triggers_words
from agent.errors import UsageError
from agent.interfaces.cli.commands.jobs.draft import outlook
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
from agent.interfaces.cli.commands.jobs.view import (
    Part,
    parts_text,
    slot_words,
    standing,
    title_of,
)
from agent.interfaces.cli.outcome import money
from agent.interfaces.cli.table import table
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.work import House, Work, print_json
from agent.jobs import JobRow

NONE_YET = (
    'There is no job yet. `homard jobs add "each weekday at 8:30 summarise the new files in ~/Mail"` makes one, '
    "`homard jobs templates` shows what others are good for."
)
WATCHED = {
    "events": "the system tells of changes",
    "scanning": "it is looked through from time to time",
    "away": "it is not there now",
}
_AGO = 5
"""Past slots that `show` names."""


@app.callback(invoke_without_command=True)
def jobs(context: typer.Context, as_json: AsJson = False) -> Work | None:
    """Work that starts by itself; without a command, list the jobs."""
    return None if context.invoked_subcommand else _listing(as_json, deleted=False)


@app.command("list")
def jobs_list(
    deleted: Annotated[bool, typer.Option("--deleted", help="Deleted ones too.")] = False, as_json: AsJson = False
) -> Work:
    """List the jobs: when they are due, what came of them, what they cost this month."""
    return _listing(as_json, deleted)


@app.command("show")
def jobs_show(named: Named, as_json: AsJson = False) -> Work:
    """Show a job in words: when, what, what it may do, what it costs, what came of it."""

    async def run(terminal: Terminal, house: House) -> int:
        row = await automation(house).find(named)
        if as_json:
            print_json(terminal, await _whole(house, row))
        else:
            terminal.out(parts_text(title_of(row), await _parts(house, row), width(terminal)))
        return 0

    return job_work(run, as_json)


@app.command("next")
def jobs_next(
    named: OfJob = "",
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="How far to look.")] = 7,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> Work:
    """List what is due next, of one job or all."""

    async def run(terminal: Terminal, house: House) -> int:
        jobs = automation(house)
        job_id = (await jobs.find(named)).job_id if named else ""
        until = datetime.now(UTC) + timedelta(days=days)
        slots = await jobs.upcoming(job_id=job_id, until=until, most=limit)
        names = await names_of(house)
        if as_json:
            print_json(
                terminal, [{"at": plain(one.due_at), "job_id": one.job_id, "job": names[one.job_id]} for one in slots]
            )
        elif not slots:
            terminal.say(f"Nothing is due in the next {days} days. `homard jobs` lists the jobs and when they are due.")
        else:
            rows = [(moment_words(one.due_at), names[one.job_id]) for one in slots]
            terminal.out(table(("due", "job"), rows, width(terminal)))
        return 0

    return job_work(run, as_json)


@app.command("versions")
def jobs_versions(named: Named, as_json: AsJson = False) -> Work:
    """List what a job has been; `homard jobs edit JOB --version N` makes it that again."""

    async def run(terminal: Terminal, house: House) -> int:
        jobs = automation(house)
        found = await jobs.versions((await jobs.find(named)).job_id)
        if as_json:
            print_json(terminal, plain(found))
        else:
            rows = [
                (str(one.version), moment_words(one.at), triggers_words(one.job.triggers), one.job.prompt)
                for one in found
            ]
            terminal.out(table(("version", "made", "when", "what"), rows, width(terminal)))
        return 0

    return job_work(run, as_json)


def _listing(as_json: bool, deleted: bool) -> Work:
    async def run(terminal: Terminal, house: House) -> int:
        rows = await automation(house).jobs(deleted)
        states = await automation(house).states()
        if as_json:
            print_json(terminal, [{**plain(row), "words": triggers_words(row.job.triggers),
                                   "state": plain(states.get(row.job_id))} for row in rows])  # fmt: skip
        elif not rows:
            terminal.say(NONE_YET)
        else:
            cells: list[tuple[str, ...]] = []
            for row in rows:
                state = states.get(row.job_id)
                upcoming = moment_words(state.next) if state and state.next else ""
                last = slot_words(state.last) if state and state.last else ""
                spent = money(state.spent_month_usd) if state and state.spent_month_usd else ""
                when = triggers_words(row.job.triggers)
                cells.append((row.job_id, row.job.name, standing(row), when, upcoming, spent, last))
            terminal.out(table(("id", "name", "is", "when", "next", "month", "last"), cells, width(terminal)))
        return 0

    return job_work(run, as_json)


async def _parts(house: House, row: JobRow) -> list[Part]:
    jobs = automation(house)
    state = await jobs.state(row.job_id)
    history = await jobs.slots(row.job_id, limit=_AGO)
    try:
        parts = (await outlook(house, row.job, row.job_id)).parts(row.job)
    except UsageError as error:  # its folder became a place it may not use: it is shown all the same
        from agent.interfaces.cli.commands.jobs.view import job_parts

        parts = [*job_parts(row.job), ("Beware", [str(error)])]
    past = [f"{moment_words(one.due_at)}: {slot_words(one)}" for one in history]
    return [
        *([("Paused", [row.paused_note or standing(row)])] if row.paused else []),
        *parts,
        ("Watch", [f"{path_words(one.folder)}: {one.note or WATCHED[one.how]}" for one in state.watches]),
        (
            "Spent",
            [f"{_usd(state.spent_today_usd)} today, {_usd(state.spent_month_usd)} this month, runs: {row.runs:,}"],
        ),
        ("Lately", past),
    ]


def _usd(amount: float) -> str:
    return money(amount) if amount else "nothing"


async def _whole(house: House, row: JobRow) -> dict[str, Any]:
    jobs = automation(house)
    upcoming = await jobs.upcoming(job_id=row.job_id, until=datetime.now(UTC) + timedelta(days=366), most=5)
    return {
        **plain(row),
        "words": triggers_words(row.job.triggers),
        "state": plain(await jobs.state(row.job_id)),
        "next": [plain(one.due_at) for one in upcoming],
        "forecast": plain(await jobs.forecast(row.job, row.job_id)),
        "history": plain(await jobs.slots(row.job_id, limit=_AGO)),
    }
