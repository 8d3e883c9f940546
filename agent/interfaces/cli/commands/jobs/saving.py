"""Storing a job, and saying what that means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.commands import SaveJob
from agent.interfaces.cli.commands.jobs.group import automation
from agent.interfaces.cli.commands.jobs.view import called, moments
from agent.interfaces.cli.work import House
from agent.jobs import Job, JobRow

if TYPE_CHECKING:
    from agent.interfaces.cli.commands.jobs.draft import Outlook

NOBODY_STARTS_IT = "Nothing starts it while neither the app nor `homard serve` runs; leave one of them on."


async def save(house: House, job: Job, job_id: str = "", *, review: bool = False, version: int = 0) -> JobRow:
    """Store a job and give its row; `review`: it starts nothing until a person has looked at it.

    Raises UsageError if the job is not at `version` any more; 0: whatever it is at.
    """
    receipt = await house.runtime.submit(SaveJob(job, job_id, review, version))
    return await automation(house).find(receipt.job_id)


def saved_words(house: House, row: JobRow, view: Outlook) -> str:
    """What was saved, when it is due, and whether anybody would start it."""
    due = f" Next: {moments(view.next[:1])}." if view.next and not row.paused else ""
    asleep = "" if automation(house).running or not row.job.triggers else f" {NOBODY_STARTS_IT}"
    version = f", version {row.version}" if row.version > 1 else ""
    return f"Saved: {called(row.job)} ({row.job_id}{version}).{due}{asleep}"
