"""Where a new job begins: a sentence, a template, a chat, or nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from agent.context.intake import title_of
from agent.errors import UsageError
from agent.jobs import Cron, Job, Policies
from app.translation import translate
from app.viewmodels.job_editor_cron import Shape

if TYPE_CHECKING:
    from agent.automation.templates import Template

NAME_CHARS = 60
_TASK = "do it"
_VARIABLE = re.compile(r"\s*\{[A-Za-z_]+\}")


@dataclass(frozen=True)
class Begun:
    """A job to be, and how it was read where it could have meant something else."""

    job: Job
    doubts: tuple[str, ...] = ()
    key: str = ""
    """Of the template it began with."""


def empty(folder: str) -> Job:
    """A job without a name and a task, due each day."""
    made = Job(name="-", prompt="-", folder="-", triggers=(Cron(fields=Shape().cron),))
    return msgspec.structs.replace(made, name="", prompt="", folder=folder)


def of_chat(prompt: str, folder: str, model: str) -> Job:
    """A job that does again what was asked for in a chat, when it is told when."""
    made = empty(folder)
    return msgspec.structs.replace(made, name=name_of(prompt), prompt=prompt, model=model)


def of_sentence(text: str, now: datetime, zone: ZoneInfo, before: Job) -> Begun:
    """What a sentence says, over what the form holds; one that says only when leaves the task as it is.

    Blocks for some milliseconds. Raises UsageError with examples.
    """
    from agent.automation.sentence import read_sentence

    said = read_sentence(f"{text.rstrip(' .,;:')}: {_TASK}", now, zone) if before.prompt.strip() else None
    if said is None or said.prompt != _TASK:
        said = read_sentence(text, now, zone)
        before = msgspec.structs.replace(before, name=name_of(said.prompt), prompt=said.prompt)
    policies = said.policies if said.policies != Policies() else before.policies
    folder = said.folder or before.folder
    return Begun(
        msgspec.structs.replace(before, triggers=said.triggers, policies=policies, folder=folder), said.doubts
    )  # fmt: skip


def of_template(key: str, offered: Sequence[Template]) -> Begun:
    """A template's job; its folders are examples. Raises UsageError."""
    found = next((one for one in offered if one.key == key), None)
    if found is None:
        raise UsageError(translate("JobEditor", "This template is not there any more. Nothing was changed."))
    return Begun(found.job, key=key)


def name_of(prompt: str) -> str:
    """A name for a job, from what it is to do; variables say nothing in a name."""
    return title_of(_VARIABLE.sub("", prompt))[:NAME_CHARS].strip(" ,;:")


def free_name(name: str, taken: Sequence[str]) -> str:
    """The name, or with the first number that makes it another one than all these."""
    names = {one.casefold() for one in taken}
    if name.casefold() not in names:
        return name
    return next(other for at in range(2, len(names) + 3) if (other := f"{name[:90]} {at}").casefold() not in names)
