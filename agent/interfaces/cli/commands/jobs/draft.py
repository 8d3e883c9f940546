"""A job before it is saved: from a sentence, a template or flags, and what a person should know of it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import msgspec

from agent.automation.job_file import job_of
from agent.automation.job_paths import Table, moved, plain_job
from agent.context.intake import title_of
from agent.errors import UsageError
from agent.interfaces.cli.commands.jobs.flag_changes import made_job, with_parts, with_triggers
from agent.interfaces.cli.commands.jobs.flags import FLAGS, WHEN, Given
from agent.interfaces.cli.commands.jobs.group import automation
from agent.interfaces.cli.commands.jobs.view import Part, job_parts, moments
from agent.interfaces.cli.work import House
from agent.jobs import Every, Job, Trigger

if TYPE_CHECKING:
    from agent.automation.sentence import Sentence
    from agent.automation.templates import Template

_TASK = "do it"
_BY_NAME = {flag.name: flag for flag in FLAGS}


@dataclass(frozen=True)
class Draft:
    """A job to be, and what was not certain in the words it was made of."""

    job: Job
    doubts: tuple[str, ...] = ()
    named: bool = False
    """A person chose the name."""


def drafted(
    sentence: str, template: str, given: Given, cwd: str, language: str, more: Sequence[Template] = ()
) -> Draft:
    """Make a job of what was said. Reads the disk. Raises UsageError that says what is missing or wrong.

    `more`: templates besides Homard's own.
    """
    if sentence and template:
        raise UsageError(
            "There is a sentence and a template. Nothing was saved; take one of them, and flags for the rest."
        )
    read = _read(sentence) if sentence else None
    values = _from_template(template, given, cwd, language, more) if template else _from_sentence(read, cwd)
    draft = changed(values, given, cwd)
    doubts = (*(read.doubts if read else ()), *draft.doubts)
    return Draft(draft.job, doubts, bool(given.of(_BY_NAME["name"])))


def changed(values: Table, given: Given, cwd: str) -> Draft:
    """Make a job of plain values with what the flags say. Raises UsageError that names the flag."""
    values, doubts = with_parts(values, given, cwd), ()
    triggers = cast("Sequence[Table]", values.get("triggers", ()))
    if when := given.of(WHEN):
        read = _read_time(when[0])
        triggers, doubts = _plain_triggers(read), tuple(read.doubts)
    values["triggers"] = with_triggers(triggers, given, cwd)
    if not values.get("prompt"):
        raise UsageError('What is to be done? Nothing was saved; say it in the sentence, or with --prompt "…".')
    values.setdefault("name", title_of(values["prompt"])[:60].strip() or "Job")
    job = made_job(values)  # says which flag is wrong
    return Draft(job_of(plain_job(job)), doubts)


def with_free_name(draft: Draft, taken: Sequence[str]) -> Draft:
    """The draft with a name that no other job has. Raises UsageError if a person chose one that is taken."""
    names = {name.casefold() for name in taken}
    name = draft.job.name
    if name.casefold() not in names:
        return draft
    if draft.named:
        raise UsageError(
            f"There is a job named {name!r} already. Nothing was saved; choose another --name, or change that one with "
            "`homard jobs edit`."
        )
    free = next(other for number in range(2, 10_000) if (other := f"{name[:90]} {number}").casefold() not in names)
    return Draft(msgspec.structs.replace(draft.job, name=free), draft.doubts)


@dataclass(frozen=True)
class Outlook:
    """What a person should know of a job before it is saved."""

    warnings: tuple[str, ...]
    next: tuple[datetime, ...]
    cost: str
    model: str
    """The one that would work; empty: there is none."""

    def parts(self, job: Job, doubts: Sequence[str] = ()) -> list[Part]:
        """The job, and this, in words."""
        known = [
            *job_parts(job, self.model),
            ("Next", [moments(self.next)] if self.next else []),
            ("Costs", [self.cost]),
        ]
        notes: list[Part] = [("Read as", doubts), ("Beware", self.warnings)]
        return [part for part in (*known, *notes) if part[1]]


async def outlook(house: House, job: Job, job_id: str = "") -> Outlook:
    """Look whether a job can work, when it is due, what it will cost; `job_id`: the stored one that it is, or changes.

    Raises UsageError for what cannot be.
    """
    warnings = await automation(house).check(job, job_id)
    forecast = await automation(house).forecast(job, job_id)
    try:
        model = house.runtime.model(job.model).label
    except UsageError:  # `check` has said so
        model = ""
    return Outlook(tuple(warnings), coming(job), forecast.words, model)


def coming(job: Job, most: int = 3) -> tuple[datetime, ...]:
    """The next moments of a job's schedule, as if it were saved now."""
    from agent.automation.schedule import Schedule
    from agent.automation.zone import here

    at = now = datetime.now(UTC)
    schedule = Schedule.of([_begun(trigger, now) for trigger in job.triggers], here())
    found: list[datetime] = []
    while len(found) < most and (moment := schedule.next(at)) is not None:
        at = moment.at
        found.append(at)
    return tuple(found)


def _begun(trigger: Trigger, now: datetime) -> Trigger:
    """An interval counts from the moment it is saved."""
    counts = isinstance(trigger, Every) and trigger.start is None
    return msgspec.structs.replace(trigger, start=now) if counts else trigger


def _read(text: str) -> Sentence:
    from agent.automation.sentence import read_sentence
    from agent.automation.zone import here

    return read_sentence(text, datetime.now(UTC), here())


def _read_time(text: str) -> Sentence:
    """A time alone. Raises UsageError where more is said."""
    read = _read(f"{text.rstrip(' .,;:')}: {_TASK}")
    if read.prompt != _TASK:
        raise UsageError(
            f"--when {text!r}: “{read.prompt.removesuffix(_TASK).strip(' :')}” is no time. Nothing was saved."
        )
    return read


def _plain_triggers(read: Sentence) -> list[Table]:
    return [cast("Table", msgspec.to_builtins(trigger, builtin_types=(datetime,))) for trigger in read.triggers]


def _from_sentence(read: Sentence | None, cwd: str) -> Table:
    if not cwd and not (read and read.folder):
        raise UsageError("The current folder no longer exists. Go to another one, or name one with --folder.")
    if read is None:
        return {"folder": cwd}
    policies: Any = msgspec.to_builtins(read.policies)
    values: Table = {"folder": read.folder or cwd, "prompt": read.prompt, "triggers": _plain_triggers(read)}
    return {**values, "policies": policies} if policies else values


def _from_template(key: str, given: Given, cwd: str, language: str, more: Sequence[Template]) -> Table:
    from agent.automation.templates import template

    job = template(key, language, more).job
    if folder := given.of(_BY_NAME["folder"]):
        job = moved(job, os.path.abspath(os.path.join(cwd, os.path.expanduser(folder[0]))))
    return plain_job(job)
