"""Jobs that a model makes in a chat, after a person's yes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol
from zoneinfo import ZoneInfo

import msgspec

from agent.commands import SaveJob
from agent.errors import UsageError
from agent.jobs import Cron, Job, JobRow, Policies, Trigger
from agent.safety.profile import permission_words, profile_of
from agent.tools.ports import Drafted

_TASK: Final = "do it"
_FIVE_FIELDS: Final = re.compile(r"[\d*/,\-]+(\s+[\dA-Za-z*/,\-]+){4}")
MAX_NAME_CHARS: Final = 60


class Receipt(Protocol):
    """What became of a command."""

    @property
    def job_id(self) -> str:
        """Of the job."""
        ...


class Jobs(Protocol):
    """The part of `Automation` that is needed here."""

    async def jobs(self, deleted: bool = False) -> list[JobRow]:
        """List them."""
        ...

    async def submit(self, command: SaveJob) -> Receipt:
        """Carry it out. Raises UsageError."""
        ...


@dataclass(frozen=True)
class JobsFromChat:
    """Reads when a job is due and saves it; what `agent.tools.schedule` calls."""

    automation: Callable[[], Jobs]
    """Called on the loop, where it may have to be built; a draft is made in a thread."""
    now: Callable[[], datetime]
    """Aware."""
    zone: Callable[[], ZoneInfo]
    """The person's."""
    own_folders: Sequence[str] = ()
    """Homard's own, which no job watches."""

    def draft(self, when: str, prompt: str, name: str, folder: str) -> Drafted:
        """Read when it is due, and make the job of it. Blocks for the disk. Raises UsageError that says what to do."""
        from agent.automation.check import check
        from agent.automation.words import path_words, triggers_words

        now, zone = self.now(), self.zone()
        triggers, policies, named, doubts = _read_time(when, now, zone)
        shown = name or " ".join(prompt.split())[:MAX_NAME_CHARS].strip()
        job = Job(name=shown, prompt=prompt, folder=named or folder, triggers=triggers, policies=policies)
        warnings = check(job, now, zone, self.own_folders)
        may = "; ".join(map(permission_words, profile_of(job)))
        words = triggers_words(triggers, zone)
        if policies != Policies():
            words += _conditions(policies)
        return Drafted(job, words, path_words(job.folder), may, (*doubts, *warnings))

    async def save(self, job: Job) -> str:
        """Keep it under a name that no other has. Raises UsageError."""
        automation = self.automation()
        taken = [row.job.name for row in await automation.jobs()]
        job = msgspec.structs.replace(job, name=_free(job.name, taken))
        await automation.submit(SaveJob(job))
        return job.name


def _read_time(when: str, now: datetime, zone: ZoneInfo) -> tuple[tuple[Trigger, ...], Policies, str, tuple[str, ...]]:
    """Triggers, policies, a folder if one is named, and doubts. Raises UsageError."""
    from agent.automation.schedule import check_triggers
    from agent.automation.sentence import read_sentence

    text = " ".join(when.split()).rstrip(" .,;:")
    if _FIVE_FIELDS.fullmatch(text):
        cron = (Cron(fields=text),)
        check_triggers(cron, now, zone)
        return cron, Policies(), "", ()
    read = read_sentence(f"{text}: {_TASK}", now, zone)
    if read.prompt != _TASK:
        left = read.prompt.removesuffix(_TASK).strip(" :")
        raise UsageError(f"In {when!r}, “{left}” is no time. Say only when, and what to do in the prompt.")
    return read.triggers, read.policies, read.folder, read.doubts


def _conditions(policies: Policies) -> str:
    from agent.automation.words import policy_words

    usual = set(policy_words(Policies()))
    return "".join(f"; {sentence.rstrip('.')}" for sentence in policy_words(policies) if sentence not in usual)


def _free(name: str, taken: Sequence[str]) -> str:
    names = {one.casefold() for one in taken}
    if name.casefold() not in names:
        return name
    return next(other for n in range(2, len(names) + 3) if (other := f"{name[:90]} {n}").casefold() not in names)
