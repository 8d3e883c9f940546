"""What is to be known of a job before it is saved: what cannot be, what may surprise, when it is due, what it costs."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

import msgspec

from agent.errors import UsageError
from agent.jobs import Every, Job, JobRow, Trigger, Watch
from agent.safety.printable import printable
from app.translation import translate
from app.viewmodels.job_words import forecast_words
from app.viewmodels.settings_fields import Path

if TYPE_CHECKING:
    from agent.automation.forecast import Forecast
    from agent.automation.templates import Template
    from agent.storage.jobs import JobVersion

SHOWN_NEXT = 3
ANYWHERE: Path = ()
"""Of the job as a whole."""
ALLOW: Path = ("allow",)
"""Of what it may do without asking."""


class EditorService(Protocol):
    """What the form asks of the jobs' service; all may raise HomardError."""

    async def jobs(self, deleted: bool = False) -> list[JobRow]:
        """List the jobs."""
        ...

    async def versions(self, job_id: str) -> Sequence[JobVersion]:
        """List what a job has been."""
        ...

    async def templates(self, language: str) -> Sequence[Template]:
        """List what a job can begin with."""
        ...

    async def check(self, job: Job, job_id: str = "") -> list[str]:
        """Give warnings. Raises UsageError for what cannot be."""
        ...

    async def forecast(self, job: Job, job_id: str = "") -> Forecast:
        """Say what a job will probably cost."""
        ...


@dataclass(frozen=True)
class Outlook:
    """Of one shape of a job. Places are paths of fields; a trigger's is `("triggers", place in the list)`."""

    problems: Mapping[Path, str] = field(default_factory=dict[Path, str])
    """Why it cannot be saved, a sentence each."""
    warnings: Mapping[Path, tuple[str, ...]] = field(default_factory=dict[Path, tuple[str, ...]])
    next: tuple[datetime, ...] = ()
    cost: str = ""
    """Empty: nothing can be told."""


async def look(service: EditorService, job: Job, job_id: str, now: datetime, zone: ZoneInfo) -> Outlook:
    """Look at a job as it is on the form; `job_id`: the stored one that it would change. Raises StorageError."""
    problems = dict(_missing(job))
    rows = await service.jobs()
    taken = {row.job.name.casefold() for row in rows if row.job_id != job_id}
    if job.name.strip().casefold() in taken:
        problems[("name",)] = translate("JobEditor", "There is a job of that name already.")
    before = next((row.job for row in rows if row.job_id == job_id), None)
    old = before is not None and before.triggers == job.triggers
    problems |= await asyncio.to_thread(_trigger_problems, job.triggers, now, zone, old)
    warnings: dict[Path, tuple[str, ...]] = {}
    try:
        for words in [] if problems else await service.check(job, job_id):
            where = place_of(words, job)
            warnings[where] = (*warnings.get(where, ()), words)
    except UsageError as error:
        problems[place_of(str(error), job)] = str(error)
    coming = () if any(path[:1] == ("triggers",) for path in problems) else await asyncio.to_thread(
        coming_of, job.triggers, now, zone
    )  # fmt: skip
    return Outlook(problems, warnings, coming, "" if problems else await _cost(service, job, job_id))


def coming_of(triggers: Sequence[Trigger], now: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """The next moments of a schedule, as if it were saved now. Blocks for some milliseconds."""
    from agent.automation.schedule import Schedule

    schedule = Schedule.of([_begun(trigger, now) for trigger in triggers], zone)
    found: list[datetime] = []
    at = now
    while len(found) < SHOWN_NEXT and (moment := schedule.next(at)) is not None:
        at = moment.at
        found.append(at)
    return tuple(found)


def place_of(words: str, job: Job) -> Path:
    """The field that a sentence of the check is about; nowhere in particular if none is seen.

    The check names folders as they were written, so that it can be told which of them is meant.
    """
    for at, trigger in enumerate(job.triggers):
        watched = isinstance(trigger, Watch) and trigger.folder in words
        if watched and ("watch" in words.lower() or " match" in words):
            return ("triggers", str(at))
    for start, path in _STARTS:
        if words.startswith(start):
            return path
    if words.startswith("The output folder"):
        return ("output",)
    if words.startswith("The folder"):
        return ("folders",) if any(f"{folder} " in words for folder in job.folders) else ("folder",)
    if found := _LEAVE.match(words):
        return _leave_place(found[1], found[2], job)
    return ANYWHERE


_STARTS: tuple[tuple[str, Path], ...] = (
    ("The prompt", ("prompt",)),
    ("Quiet hours", ("policies", "quiet", "on")),
    ("The report goes to a plugin", ("report", "plugin")),
    ("The answers go to", ("report", "plugin")),
    ("The report", ("report", "path")),
    ("The price of", ("limits", "max_usd")),
    ("It cannot run as things are", ("model",)),
    ("It runs once and never again", ("policies", "unchanged")),
    ("Commands of the job", ALLOW),
    ("“", ALLOW),
    ("The job may read your whole home", ("folder",)),
)
_LEAVE = re.compile(r"The job cannot have leave for (\S+) to (.*?)\. ", re.DOTALL)


def _leave_place(what: str, to: str, job: Job) -> Path:
    """The field that gives leave for this."""
    if any(permission.what == what and to in map(printable, permission.to) for permission in job.allow):
        return ALLOW
    for at, trigger in enumerate(job.triggers):
        if isinstance(trigger, Watch) and to == printable(trigger.folder) != printable(job.folder):
            return ("triggers", str(at))
    if to in map(printable, job.folders) and to != printable(job.folder):
        return ("folders",)
    return ("output",) if job.output and to == printable(job.output) else ("folder",)


def _missing(job: Job) -> list[tuple[Path, str]]:
    found: list[tuple[Path, str]] = []
    if not job.name.strip():
        found.append((("name",), translate("JobEditor", "Give it a name.")))
    if not job.prompt.strip():
        found.append((("prompt",), translate("JobEditor", "Say what is to be done.")))
    if not job.folder.strip():
        found.append((("folder",), translate("JobEditor", "Say in which folder it works.")))
    return found


def _trigger_problems(triggers: Sequence[Trigger], now: datetime, zone: ZoneInfo, old: bool) -> dict[Path, str]:
    """What is wrong with each of the triggers; `old`: those of the stored job, which may lie in the past."""
    from agent.automation.schedule import check_triggers

    found: dict[Path, str] = {}
    for at, trigger in enumerate(() if old else triggers):
        try:
            if isinstance(trigger, Watch) and not trigger.folder:
                raise UsageError(translate("JobEditor", "Say which folder is to be watched."))
            check_triggers([trigger], now, zone)
        except UsageError as error:
            found[("triggers", str(at))] = str(error)
    return found


async def _cost(service: EditorService, job: Job, job_id: str) -> str:
    try:
        forecast = await service.forecast(job, job_id)
    except UsageError:
        return ""
    if not job.triggers:
        return translate("JobEditor", "Costs only when you start it.")
    words = forecast_words(forecast.runs_per_month, forecast.usd_per_month)
    return translate("JobEditor", "Forecast: {words}.").format(words=words)


def _begun(trigger: Trigger, now: datetime) -> Trigger:
    """An interval counts from the moment it is saved."""
    counts = isinstance(trigger, Every) and trigger.start is None
    return msgspec.structs.replace(trigger, start=now) if counts else trigger
