"""`homard jobs list`, `show`, `next`, `history`, `why`: what there is, what comes, what came of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from agent.automation.words import moment_words, triggers_words
from agent.errors import UsageError
from agent.interfaces.cli.commands.jobs.draft import outlook
from agent.interfaces.cli.commands.jobs.group import AsJson, Named, app, automation, job_work, width
from agent.interfaces.cli.commands.jobs.plain import plain
from agent.interfaces.cli.commands.jobs.view import (
    SLOT_HEAD,
    Part,
    parts_text,
    slot_row,
    slot_words,
    standing,
    title_of,
)
from agent.interfaces.cli.outcome import money
from agent.interfaces.cli.table import table
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.text import revealed
from agent.interfaces.cli.work import House, Work, print_json
from agent.jobs import JobRow, Slot

NONE_YET = (
    'There is no job yet. `homard jobs add "each weekday at 8:30 summarise the new files in ~/Mail"` makes one, '
    "`homard jobs templates` shows what others are good for."
)
_AGO = 5
"""Past slots that `show` names."""

Optional = Annotated[str, typer.Argument(metavar="[JOB]", help="Only of this job.")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=10_000, help="How many.")]


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
    named: Optional = "",
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
        names = await _names(house)
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


@app.command("history")
def jobs_history(
    named: Optional = "",
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
            print_json(terminal, [{**plain(one), "paths": _paths(paths.get(one.slot_id))} for one in slots])
        elif not slots:
            terminal.say("Nothing was due yet.")
        else:
            names = await _names(house)
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
        str, typer.Argument(metavar="[WHEN]", help='The moment in question: "8:30", "2026-11-26 08:30".')
    ] = "",
    as_json: AsJson = False,
) -> Work:
    """Say why a job ran, or did not: lately, or at a moment."""

    async def run(terminal: Terminal, house: House) -> int:
        jobs = automation(house)
        row = await jobs.find(named)
        sentences = await jobs.why(row.job_id, moment_of(at, datetime.now().astimezone()) if at else None)
        if as_json:
            print_json(terminal, {"job_id": row.job_id, "why": sentences})
        else:
            terminal.out("".join(f"{revealed(sentence)}\n" for sentence in sentences))
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


def moment_of(text: str, now: datetime) -> datetime:
    """A moment as people write it: a time of today, or of yesterday if it is to come; or date and time.

    Raises UsageError.
    """
    hour, colon, minute = text.partition(":")
    try:
        if colon and len(hour) <= 2:
            at = now.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
            return at if at <= now else at - timedelta(days=1)
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError):
        raise UsageError(f"{text!r} is no moment. Write 8:30 for the latest one, or 2026-11-26 08:30.") from None


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
        parts = (await outlook(jobs, row.job, row.job_id)).parts(row.job)
    except UsageError as error:  # its folder became a place it may not use: it is shown all the same
        from agent.interfaces.cli.commands.jobs.view import job_parts

        parts = [*job_parts(row.job), ("Beware", [str(error)])]
    past = [f"{moment_words(one.due_at)}: {slot_words(one)}" for one in history]
    return [
        *([("Paused", [row.paused_note or standing(row)])] if row.paused else []),
        *parts,
        ("Watch", [f"{watch.folder}: {watch.how}{f', {watch.note}' if watch.note else ''}" for watch in state.watches]),
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


async def _page(house: House, job_id: str, state: str, limit: int) -> list[Slot]:
    jobs = automation(house)
    if not state:
        return await jobs.slots(job_id, limit=limit)
    return await jobs.ledger.slots(job_id, limit=limit, states=(state,))  # pyright: ignore[reportArgumentType]


async def _names(house: House) -> dict[str, str]:
    return {row.job_id: row.job.name for row in await automation(house).jobs(deleted=True)}


def _paths(found: list[tuple[str, Any]] | None) -> list[dict[str, str]]:
    return [{"path": path, "change": change} for path, change in found or ()]
