"""Jobs as files: one out as TOML, moments out as a calendar, one in to be reviewed."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from PySide6.QtWidgets import QWidget

from agent.errors import StorageError, UsageError
from agent.jobs import Job, JobRow
from app import dialogs
from app.translation import translate
from app.viewmodels.automations import JobsViewModel

MOST_BYTES = 1 << 20
CALENDAR_DAYS = 90
MOST_MOMENTS = 2_000


async def export_job(parent: QWidget, model: JobsViewModel, row: JobRow) -> None:
    """Ask where, then write a job as TOML, or its moments to come as iCalendar. Raises StorageError."""
    name = "".join(char if char.isalnum() or char in " -_" else "_" for char in row.job.name)[:60].strip() or "job"
    toml, calendar = translate("Jobs", "Job file (*.toml)"), translate("Jobs", "Calendar of its next moments (*.ics)")
    title = translate("Jobs", "Export this job")
    path = await dialogs.save_file(parent, title, "", f"{toml};;{calendar}", name=f"{name}.toml")
    if path is None:
        return
    text = await _calendar(model, row) if path.lower().endswith(".ics") else _toml(row.job)
    try:
        await asyncio.to_thread(Path(path).write_text, text, encoding="utf-8", newline="")
    except OSError as error:
        words = translate("Jobs", "{path} cannot be written ({why}). Choose another place.")
        raise StorageError(words.format(path=path, why=error.strerror)) from error


async def import_job(parent: QWidget) -> Job | None:
    """Ask for a job's file and read it; None: nobody chose one. Raises UsageError that says what is wrong with it."""
    from agent.automation.job_file import read_job

    kinds = f"{translate('Jobs', 'Job file (*.toml)')};;{translate('Jobs', 'All files (*)')}"
    path = await dialogs.choose_file(parent, translate("Jobs", "Import a job"), "", kinds)
    if path is None:
        return None
    try:
        text = await asyncio.to_thread(_read, path)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else translate("Jobs", "it is no text")
        words = translate("Jobs", "{path} cannot be read ({why}). Nothing was imported.")
        raise UsageError(words.format(path=path, why=why)) from error
    return read_job(text)


def _read(path: str) -> str:
    with Path(path).open("rb") as file:
        return file.read(MOST_BYTES + 1).decode("utf-8")


def _toml(job: Job) -> str:
    from agent.automation.job_text import job_text

    return job_text(job)


async def _calendar(model: JobsViewModel, row: JobRow) -> str:
    from agent.automation.ical import calendar_of

    now = model.now()
    until = now + timedelta(days=CALENDAR_DAYS)
    slots = await model.service.upcoming(job_id=row.job_id, until=until, most=MOST_MOMENTS)
    return calendar_of([row], slots, now)
