"""`homard jobs pause`, `resume`, `delete`: whether a job starts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from agent.commands import DeleteJob, PauseJob, ResumeJob
from agent.errors import UsageError
from agent.interfaces.cli.commands.jobs.draft import coming, outlook
from agent.interfaces.cli.commands.jobs.group import AsJson, Yes, agreed, app, automation, job_work, width
from agent.interfaces.cli.commands.jobs.plain import plain
from agent.interfaces.cli.commands.jobs.saving import NOBODY_STARTS_IT, save
from agent.interfaces.cli.commands.jobs.view import called, moments, parts_text
from agent.interfaces.cli.failure import PERSON_EXIT
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.work import House, Work, print_json
from agent.jobs import JobRow

Several = Annotated[list[str], typer.Argument(metavar="JOB…", help="Names or ids.")]


@app.command("pause")
def jobs_pause(named: Several, as_json: AsJson = False) -> Work:
    """Let jobs start nothing from now on; a run under way goes on."""

    async def run(terminal: Terminal, house: House) -> int:
        rows = await _found(house, named)
        for row in rows:
            await house.runtime.submit(PauseJob(row.job_id))
        return await _told(terminal, house, rows, as_json, "is paused. `homard jobs resume {id}` lets it start again.")

    return job_work(run, as_json)


@app.command("resume")
def jobs_resume(named: Several, yes: Yes = False, as_json: AsJson = False) -> Work:
    """Let jobs start again, whyever they were paused. One that nobody has looked at yet is shown first."""

    async def run(terminal: Terminal, house: House) -> int:
        rows = await _found(house, named)
        for row in rows:
            if row.paused == "review" and not yes and not await reviewed(terminal, house, row, as_json):
                terminal.say(f"{called(row.job)} still starts nothing.")
                return PERSON_EXIT
            await house.runtime.submit(ResumeJob(row.job_id))
        asleep = "" if automation(house).running else f" {NOBODY_STARTS_IT}"
        return await _told(terminal, house, rows, as_json, f"is on.{{next}}{asleep}")

    return job_work(run, as_json)


@app.command("delete")
def jobs_delete(
    named: Several,
    restore: Annotated[bool, typer.Option("--restore", help="Make a deleted job again, by its id.")] = False,
    as_json: AsJson = False,
) -> Work:
    """Remove jobs: they start nothing any more, their history stays, and --restore brings them back."""

    async def run(terminal: Terminal, house: House) -> int:
        if restore:
            return await _restored(terminal, house, named, as_json)
        rows = await _found(house, named)
        for row in rows:
            await house.runtime.submit(DeleteJob(row.job_id))
        back = "is deleted; its history stays. `homard jobs delete --restore {id}` makes it again."
        return await _told(terminal, house, rows, as_json, back)

    return job_work(run, as_json)


async def reviewed(terminal: Terminal, house: House, row: JobRow, as_json: bool = False) -> bool:
    """Show a job that nobody has looked at, and ask whether it may start. Raises UsageError if nobody is there."""
    if as_json or not terminal.attended:
        raise UsageError(
            f"{called(row.job)} came from a file or an agent, and nobody has looked at it. It starts nothing; "
            f"`homard jobs show {row.job_id}` shows it, then add --yes."
        )
    view = await outlook(house, row.job, row.job_id)
    terminal.out(parts_text(f"{called(row.job)} · {row.job_id}", view.parts(row.job), width(terminal)))
    return await agreed(terminal, "Let it start?")


async def _restored(terminal: Terminal, house: House, named: list[str], as_json: bool) -> int:
    jobs = automation(house)
    known = {row.job_id: row for row in await jobs.jobs(deleted=True) if row.deleted_at is not None}
    taken = {row.job.name.casefold() for row in await jobs.jobs()}
    rows: list[JobRow] = []
    for job_id in named:
        if job_id not in known:
            raise UsageError(f"There is no deleted job {job_id}. `homard jobs list --deleted` shows their ids.")
        if known[job_id].job.name.casefold() in taken:
            raise UsageError(
                f"There is a job named {known[job_id].job.name!r} now. Rename that one first; nothing was done."
            )
        rows.append(await save(house, known[job_id].job, job_id))
    return await _told(terminal, house, rows, as_json, "is back, with its history.{next}")


async def _found(house: House, named: list[str]) -> list[JobRow]:
    """All of them, before anything is done to one."""
    return list({row.job_id: row for row in [await automation(house).find(name) for name in named]}.values())


async def _told(terminal: Terminal, house: House, rows: list[JobRow], as_json: bool, words: str) -> int:
    if as_json:
        known = {row.job_id: row for row in await automation(house).jobs(deleted=True)}
        print_json(terminal, [plain(known[row.job_id]) for row in rows])
        return 0
    for row in rows:
        due = [at for at in coming(row.job, 1) if at > datetime.now(UTC)]
        upcoming = f" Next: {moments(due)}." if due else ""
        terminal.say(f"{called(row.job)} {words.replace('{id}', row.job_id).replace('{next}', upcoming)}")
    return 0
