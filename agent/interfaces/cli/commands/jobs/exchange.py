"""`homard jobs export`, `import`, `templates`: jobs as files."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from agent.automation.job_file import MAX_CHARS, read_job
from agent.automation.job_paths import plain_job
from agent.automation.job_text import job_text
from agent.automation.words import trigger_words, triggers_words
from agent.commands import ResumeJob
from agent.errors import StorageError, UsageError
from agent.interfaces.cli.commands.jobs.control import reviewed
from agent.interfaces.cli.commands.jobs.flag_changes import made_job
from agent.interfaces.cli.commands.jobs.group import AsJson, app, automation, job_work, whole_path, width
from agent.interfaces.cli.commands.jobs.plain import plain
from agent.interfaces.cli.commands.jobs.saving import save
from agent.interfaces.cli.commands.jobs.view import called, job_parts, parts_text
from agent.interfaces.cli.table import table
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.work import House, Work, error_report, print_json
from agent.jobs import Job, JobRow
from agent.whole_file import replace_file

CALENDAR_DAYS = 90
_MOST_SLOTS = 5_000


@app.command("export")
def jobs_export(
    named: Annotated[
        list[str] | None, typer.Argument(metavar="[JOB…]", help="Names or ids; of ical: default all.")
    ] = None,
    form: Annotated[str, typer.Option("--format", "-f", help="toml, or ical for what is due.")] = "toml",
    output: Annotated[str, typer.Option("--to", help="A file, or a folder for one file each; default: stdout.")] = "",
) -> Work:
    """Write a job as a TOML file, or what is due in the next 90 days as an iCalendar file."""
    if form not in ("toml", "ical"):
        raise UsageError(f"--format {form}: there is toml and ical. Name one of them.")
    if form == "toml" and not named:
        raise UsageError("Which job? `homard jobs` lists them. Nothing was written.")
    if form == "toml" and not output and len(named or ()) > 1:
        raise UsageError("A file holds one job. Nothing was written; name a folder for them with --to.")

    async def run(terminal: Terminal, house: House) -> int:
        jobs = automation(house)
        rows = [await jobs.find(name) for name in named] if named else await jobs.jobs()
        if form == "ical":
            return await _write(terminal, output, {"homard.ics": await _calendar(house, rows)})
        texts: dict[str, str] = {}
        for row in rows:
            name = _file_name(row.job.name)
            free = name if f"{name}.toml" not in texts else f"{name} {row.job_id}"
            texts[f"{free}.toml"] = job_text(row.job, words=trigger_words)
        return await _write(terminal, output, texts)

    return Work(run)


@app.command("import")
def jobs_import(
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help="Job files; - reads one from stdin.")],
    name: Annotated[str, typer.Option("--name", help="Call it so, whatever the file says.")] = "",
    replace: Annotated[
        bool, typer.Option("--replace", help="Make it the next version of the job of that name.")
    ] = False,
    as_json: AsJson = False,
) -> Work:
    """Take jobs from files. Each starts nothing until you have looked at it; in a terminal it is shown at once."""

    async def run(terminal: Terminal, house: House) -> int:
        read = [(file, await _read(terminal, file, name)) for file in files]
        taken = await _taken(house, [job for _, job in read], replace)
        rows: list[JobRow] = []
        for file, job in read:
            try:
                rows.append(await save(house, job, taken.get(job.name.casefold(), ""), review=True))
            except UsageError as error:
                kept = f" Taken before it: {', '.join(called(row.job) for row in rows)}." if rows else ""
                raise UsageError(f"{file}: {error}{kept}") from None
        if as_json:
            print_json(terminal, plain(rows))
            return 0
        for row in rows:
            await _review(terminal, house, row)
        return 0

    if name and len(files) > 1:
        raise UsageError("--name goes with one file. Nothing was taken.")
    return job_work(run, as_json)


@app.command("templates")
def jobs_templates(
    key: Annotated[str, typer.Argument(metavar="[TEMPLATE]", help="Show this one whole.")] = "",
    as_json: AsJson = False,
) -> Work:
    """List jobs to begin with; `homard jobs add --template TEMPLATE` makes one."""

    async def run(terminal: Terminal, house: House) -> int:
        from agent.automation.templates import template, templates
        from agent.interfaces.cli.commands.jobs.offered import templates_of_packs

        language = house.settings().app.language
        more = await templates_of_packs(house, language)
        found = (*await asyncio.to_thread(templates, language), *more)
        if key:
            one = await asyncio.to_thread(template, key, language, more)
            if as_json:
                print_json(terminal, plain(one))
            else:
                parts = [("", [one.about]), *job_parts(one.job)]
                terminal.out(parts_text(f"{one.title} · {one.key}", parts, width(terminal)))
        elif as_json:
            print_json(terminal, plain(found))
        else:
            rows = [(one.key, triggers_words(one.job.triggers), one.about) for one in found]
            terminal.out(table(("template", "when", "what it is good for"), rows, width(terminal)))
        return 0

    return Work(run, needs_runtime=False, report=error_report if as_json else None)


async def _read(terminal: Terminal, file: str, name: str) -> Job:
    try:
        if file == "-":
            text = await terminal.read_stdin()
        else:
            text = await asyncio.to_thread(_text, whole_path(terminal, file))
        job = await asyncio.to_thread(read_job, text)
    except OSError as error:
        raise UsageError(f"{file} cannot be read ({error.strerror}). Nothing was taken.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{file} is no UTF-8 text. Nothing was taken.") from None
    except UsageError as error:
        raise UsageError(f"{file}: {error}") from None
    return made_job({**plain_job(job), "name": name}) if name else job


def _text(path: str) -> str:
    with open(path, "rb") as file:
        return file.read(4 * MAX_CHARS + 1).decode()


async def _taken(house: House, jobs: list[Job], replace: bool) -> dict[str, str]:
    """The jobs that will be replaced, by name; before any is taken. Raises UsageError where none may be."""
    there = {row.job.name.casefold(): row.job_id for row in await automation(house).jobs()}
    names = [job.name.casefold() for job in jobs]
    for job in jobs:
        if names.count(job.name.casefold()) > 1:
            raise UsageError(
                f"Two of the files hold a job named {job.name!r}. Nothing was taken; import them one by one."
            )
        if job.name.casefold() in there and not replace:
            raise UsageError(
                f"There is a job named {job.name!r} already. Nothing was taken; add --replace to make this its next "
                "version, or --name for another name."
            )
    return there


async def _review(terminal: Terminal, house: House, row: JobRow) -> None:
    if terminal.attended and await reviewed(terminal, house, row):
        await house.runtime.submit(ResumeJob(row.job_id))
        terminal.say(f"{called(row.job)} ({row.job_id}) is on.")
    else:
        terminal.say(
            f"Taken: {called(row.job)} ({row.job_id}). It starts nothing yet; "
            f"`homard jobs show {row.job_id}` shows it, `homard jobs resume {row.job_id}` lets it start."
        )


async def _calendar(house: House, rows: list[JobRow]) -> str:
    from agent.automation.ical import calendar_of

    now = datetime.now(UTC)
    wanted = {row.job_id for row in rows}
    slots = await automation(house).upcoming(until=now + timedelta(days=CALENDAR_DAYS), most=_MOST_SLOTS)
    return calendar_of(rows, [slot for slot in slots if slot.job_id in wanted], now)


async def _write(terminal: Terminal, output: str, texts: dict[str, str]) -> int:
    if not output:
        terminal.out("".join(texts.values()))
        return 0
    for path in await asyncio.to_thread(_write_files, whole_path(terminal, output), texts):
        terminal.say(f"Written: {path}")
    return 0


def _write_files(place: str, texts: dict[str, str]) -> list[str]:
    """Write them to a file, or each into a folder; where. Raises UsageError, StorageError."""
    folder = Path(place).is_dir()
    if len(texts) > 1 and not folder:
        raise UsageError(f"{place} is no folder, and there are {len(texts)} jobs. Nothing was written; name a folder.")
    written: list[str] = []
    for name, text in texts.items():
        path = Path(place, name) if folder else Path(place)
        try:
            replace_file(path, text.encode())
        except OSError as error:
            raise StorageError(f"{path} cannot be written ({error.strerror}); it is as it was.") from None
        written.append(str(path))
    return written


def _file_name(name: str) -> str:
    plain_name = "".join(sign if sign.isalnum() or sign in "-_ ." else "-" for sign in name).strip(" .-")
    return plain_name or "job"
