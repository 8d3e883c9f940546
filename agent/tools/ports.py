"""What some tools need of the house beside files: tools to be found, jobs to be made, skills to be opened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from agent.labels import Label

if TYPE_CHECKING:
    from agent.jobs import Job


class Found(msgspec.Struct, frozen=True):
    """A tool as a search gives it."""

    name: str
    description: str
    schema: dict[str, Any]
    label: Label
    """Of its description: somebody else wrote it."""


class ToolSearch(Protocol):
    """What `find_tool` looks in: `agent.foreign_door.RunTools`."""

    def find(self, words: str) -> Sequence[Found]:
        """Give the tools that fit best, at most `find_tool.MAX_FOUND`."""
        ...

    def names(self) -> Sequence[str]:
        """Give all names."""
        ...


class Drafted(msgspec.Struct, frozen=True):
    """A job as it would be."""

    job: Job
    when: str
    """In words: “each Monday at 09:00”."""
    where: str
    """The working folder."""
    may: str
    """What it may do without asking, in words."""
    doubts: tuple[str, ...] = ()
    """How `when` was read where it could have meant something else, a sentence each."""


class JobMaker(Protocol):
    """Makes jobs: `agent.automation.from_chat.JobsFromChat`."""

    def draft(self, when: str, prompt: str, name: str, folder: str) -> Drafted:
        """Read when it is due, and make the job of it. Blocks for the disk. Raises UsageError that says what to do."""
        ...

    async def save(self, job: Job) -> str:
        """Keep it; from now on it starts by itself. Gives its name. Raises UsageError."""
        ...


class SkillText(msgspec.Struct, frozen=True):
    """A text of a skill."""

    text: str
    label: Label
    path: str = ""
    """Real path of the file it stands in; empty: it was put together."""


class Skills(Protocol):
    """What `skill` opens: `agent.skills.run.RunSkills`."""

    def text(self, name: str, file: str = "") -> SkillText:
        """Give a skill's body, or a file of it. Blocks. Raises ToolRetry, ToolFailed."""
        ...
