"""`homard jobs edit`: by flags, or as a file in the person's editor. Each change is another version."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated

import typer

from agent.automation.job_file import read_job
from agent.automation.job_paths import plain_job
from agent.automation.job_text import job_text
from agent.automation.words import trigger_words
from agent.errors import UsageError
from agent.interfaces.cli.commands.jobs.draft import Draft, changed, outlook
from agent.interfaces.cli.commands.jobs.flags import Given, with_flags
from agent.interfaces.cli.commands.jobs.group import AsJson, Named, app, automation, job_work, width
from agent.interfaces.cli.commands.jobs.plain import plain
from agent.interfaces.cli.commands.jobs.saving import save, saved_words
from agent.interfaces.cli.commands.jobs.view import called, parts_text, title_of
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.work import House, Work, print_json
from agent.jobs import Job, JobRow

WRONG = "# ! "
"""Before what was wrong with the text, as it is shown in the editor again."""


@app.command("edit")
@with_flags
def jobs_edit(
    named: Named,
    version: Annotated[int | None, typer.Option("--version", help="Make it again what this version was.")] = None,
    as_json: AsJson = False,
    *,
    given: Given,
) -> Work:
    """Change a job by flags; without any, as a file in your editor. What a flag does not name stays; `none` clears."""
    if as_json and not given and version is None:
        raise UsageError("--json opens no editor. Nothing was changed; say with flags what to change.")
    return job_work(_Edit(named, version, given, as_json).run, as_json)


@dataclass(frozen=True)
class _Edit:
    named: str
    version: int | None
    given: Given
    as_json: bool

    async def run(self, terminal: Terminal, house: House) -> int:
        jobs = automation(house)
        row = await jobs.find(self.named)
        draft = await self._draft(terminal, house, row)
        if draft is None or draft.job == row.job:
            terminal.say(f"Nothing was changed: {called(row.job)} is as it was.")
            if self.as_json:
                print_json(terminal, {**plain(row), "warnings": []})
            return 0
        await _free(house, draft.job, row)
        view = await outlook(house, draft.job, row.job_id)
        saved = await save(house, draft.job, row.job_id, version=row.version)
        if self.as_json:
            print_json(terminal, {**plain(saved), "warnings": list(view.warnings)})
        else:
            terminal.out(parts_text(title_of(saved), view.parts(saved.job, draft.doubts), width(terminal)))
            terminal.say(f"{saved_words(house, saved, view)} `homard jobs edit {saved.job_id} --version {row.version}` "
                         "takes it back.")  # fmt: skip
        return 0

    async def _draft(self, terminal: Terminal, house: House, row: JobRow) -> Draft | None:
        before = row.job if self.version is None else await _as_it_was(house, row, self.version)
        if self.given:
            return await asyncio.to_thread(changed, plain_job(before), self.given, terminal.cwd)
        if self.version is not None:
            return Draft(before)
        job = await _by_hand(terminal, house, before, row.job_id)
        return Draft(job) if job else None


async def _as_it_was(house: House, row: JobRow, version: int) -> Job:
    versions = {one.version: one.job for one in await automation(house).versions(row.job_id)}
    if version not in versions:
        known = ", ".join(map(str, sorted(versions)))
        raise UsageError(f"{called(row.job)} has no version {version}; there is {known}. Nothing was changed.")
    return versions[version]


async def _free(house: House, job: Job, row: JobRow) -> None:
    """Raise UsageError if another job has the new name."""
    others = [one for one in await automation(house).jobs() if one.job_id != row.job_id]
    if job.name != row.job.name and job.name.casefold() in {one.job.name.casefold() for one in others}:
        raise UsageError(f"There is a job named {job.name!r} already. Nothing was changed; choose another name.")


async def _by_hand(terminal: Terminal, house: House, before: Job, job_id: str) -> Job | None:
    """Let the person edit the job's file until it is right; None: they gave up, or left it as it was."""
    first = text = await asyncio.to_thread(job_text, before, full=True, words=trigger_words)
    while True:
        text = await terminal.edit(text, "job.toml")
        if text == first or not text.strip():
            return None
        try:
            job = await asyncio.to_thread(read_job, text)
            await automation(house).check(job, job_id)
            return job
        except UsageError as error:
            terminal.say(f"homard: {error}")
            answer = await terminal.ask("  Go on editing? [Y/n] ", fresh=True)
            if answer is None or answer.strip().lower() in ("n", "no"):
                return None
            text = _with_error(text, str(error))


def _with_error(text: str, error: str) -> str:
    kept = [line for line in text.splitlines(keepends=True) if not line.startswith(WRONG)]
    return f"{WRONG}{' '.join(error.split())}\n{''.join(kept)}"
