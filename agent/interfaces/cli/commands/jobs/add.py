"""`homard jobs add` and `edit`: a job is shown in words before it is saved."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from agent.errors import UsageError
from agent.interfaces.cli.commands.jobs.draft import Draft, Outlook, drafted, outlook, with_free_name
from agent.interfaces.cli.commands.jobs.flags import Given, with_flags
from agent.interfaces.cli.commands.jobs.group import AsJson, Yes, agreed, app, automation, job_work, width
from agent.interfaces.cli.commands.jobs.plain import plain
from agent.interfaces.cli.commands.jobs.rehearsal import rehearse
from agent.interfaces.cli.commands.jobs.saving import save, saved_words
from agent.interfaces.cli.commands.jobs.view import Part, called, parts_text
from agent.interfaces.cli.failure import PERSON_EXIT
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.work import House, Work, print_json
from agent.jobs import Job


@app.command("add")
@with_flags
def jobs_add(
    sentence: Annotated[
        list[str] | None, typer.Argument(help='When and what: "each weekday at 8:30 summarise new mail in ~/Mail".')
    ] = None,
    template: Annotated[str, typer.Option("--template", help="Begin with one of `homard jobs templates`.")] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Rehearse it first, and choose what it may do by itself.")
    ] = False,
    yes: Yes = False,
    as_json: AsJson = False,
    *,
    given: Given,
) -> Work:
    """Make a job from a sentence, a template, or flags alone. It is shown in words, and you are asked."""
    if dry_run and as_json:
        raise UsageError("--dry-run shows what it finds and asks; it does not go with --json. Nothing was done.")
    return job_work(_Add(" ".join(sentence or ()), template, given, dry_run, yes, as_json).run, as_json)


@dataclass(frozen=True)
class _Add:
    sentence: str
    template: str
    given: Given
    dry_run: bool
    yes: bool
    as_json: bool

    async def run(self, terminal: Terminal, house: House) -> int:
        draft = await self._draft(terminal, house)
        view = await outlook(house, draft.job)
        if self.as_json and not self.yes:
            print_json(terminal, {"saved": False, **_as_data(draft, view)})
            return PERSON_EXIT
        if not self.as_json:
            parts = [*view.parts(draft.job, draft.doubts), *_hints(draft.job)]
            terminal.out(parts_text(called(draft.job), parts, width(terminal)))
        if self.dry_run:
            return await rehearse(terminal, house, draft.job)
        if not self.yes and not await self._agreed(terminal):
            return PERSON_EXIT
        row = await save(house, draft.job)
        if self.as_json:
            print_json(terminal, {"saved": True, "job_id": row.job_id, **_as_data(draft, view)})
        else:
            terminal.say(saved_words(house, row, view))
        return 0

    async def _draft(self, terminal: Terminal, house: House) -> Draft:
        language = house.settings().app.language
        from agent.interfaces.cli.commands.jobs.offered import templates_of_packs

        more = await templates_of_packs(house, language) if self.template else ()
        said = (self.sentence, self.template, self.given, terminal.cwd, language, more)
        draft = await asyncio.to_thread(drafted, *said)
        return with_free_name(draft, [row.job.name for row in await automation(house).jobs()])

    async def _agreed(self, terminal: Terminal) -> bool:
        if not terminal.attended:
            raise UsageError("Nobody is there to ask, so nothing was saved. Add --yes if that is the job you want.")
        if await agreed(terminal, "Save it?"):
            return True
        terminal.say("Nothing was saved.")
        return False


def _hints(job: Job) -> list[Part]:
    """What people forget."""
    writes = job.output or any(permission.what == "fs.write" for permission in job.allow)
    hint = "It may write nowhere by itself. --output FOLDER lets it; --dry-run finds out what it needs."
    return [] if writes else [("Hint", [hint])]


def _as_data(draft: Draft, view: Outlook) -> dict[str, Any]:
    return {
        "job": plain(draft.job),
        "doubts": list(draft.doubts),
        "warnings": list(view.warnings),
        "next": plain(view.next),
        "forecast": view.cost,
    }
