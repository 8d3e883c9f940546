"""The tool that makes a job out of a chat: “do this every Monday”."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from agent.errors import ToolDenied, ToolRetry, UsageError
from agent.safety.effects import Effect
from agent.safety.matching import misleading
from agent.safety.printable import printable
from agent.tools.ports import Drafted, JobMaker
from agent.tools.tool import ToolContext, ToolOutput

MAX_PROMPT_CHARS: Final = 1_500
"""A person must be able to read all of it before saying yes."""
_KEPT: Final = 64
"""Drafts that wait for an answer or for their run."""


class ScheduleArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to do, and when."""

    when: Annotated[str, Meta(description="every Monday at 9, in 2 hours, when a PDF settles in ~/In")]
    prompt: str
    name: str = ""


class ScheduleTool:
    """Asks a person each time, who sees the whole job; nobody there: it waits for them."""

    name = "schedule"
    description = "Make a job that runs by itself in this folder, later or again and again. The prompt must say all."
    arguments = ScheduleArguments
    reading = False
    timeout_s = 60.0

    def __init__(self) -> None:
        self._drafts: OrderedDict[tuple[str, ...], Drafted] = OrderedDict()

    def title(self, args: ScheduleArguments) -> str:
        """One line for a person."""
        return printable(" ".join(f"schedule {args.when}: {args.prompt}".split()))[:100]

    def effects(self, args: ScheduleArguments, context: ToolContext) -> Sequence[Effect]:
        """Making the job, all of it in words. Raises ToolRetry for what is none, ToolDenied where none is made."""
        drafted = self._drafted(args, context)
        job = drafted.job
        words = (
            f"“{job.name}”: {drafted.when}, in {drafted.where}. It may {drafted.may}; all else waits for you. Its task:"
        )
        # Without values: it is a job here, and always asked for.
        return (Effect("job.change", printable(f"{words} {' '.join(job.prompt.split())}")),)

    async def run(self, args: ScheduleArguments, context: ToolContext) -> ToolOutput:
        """Save it. Raises ToolRetry if it cannot be."""
        maker = _maker(context)
        drafted = await asyncio.to_thread(self._drafted, args, context)
        context.still_approved()
        try:
            name = await maker.save(drafted.job)
        except UsageError as error:
            raise ToolRetry(str(error)) from None
        doubts = "".join(f" {doubt}" for doubt in drafted.doubts)
        return ToolOutput(f"Saved as the job “{name}”: {drafted.when}.{doubts}", details={"job": name})

    def _drafted(self, args: ScheduleArguments, context: ToolContext) -> Drafted:
        """The same draft for a call from its question to its act: “in 2 hours” counts from when it was asked."""
        _refuse_unreadable(args)
        maker = _maker(context)
        call = context.journal and (context.journal.run_id, context.journal.call_id)
        key = (*(call or ()), args.when, args.prompt, args.name)
        drafted = self._drafts.get(key) if call else None
        if drafted is None:
            try:
                drafted = maker.draft(args.when, args.prompt.strip(), args.name.strip(), str(context.cwd))
            except UsageError as error:
                raise ToolRetry(str(error)) from None
        if call:
            self._drafts[key] = drafted
            while len(self._drafts) > _KEPT:
                self._drafts.popitem(last=False)
        return drafted


def _maker(context: ToolContext) -> JobMaker:
    if context.jobs is None:
        raise ToolDenied("No job can be made here. Say to the user how they can: `homard jobs add`.")
    return context.jobs()


def _refuse_unreadable(args: ScheduleArguments) -> None:
    if not args.prompt.strip():
        raise ToolRetry("The prompt is empty. Write what the job shall do; it sees nothing of this conversation.")
    if len(args.prompt) > MAX_PROMPT_CHARS or len(args.when) > 300 or len(args.name) > 100:
        raise ToolRetry(
            f"Too long: a prompt has at most {MAX_PROMPT_CHARS:,} characters, `when` 300, a name 100. For more, write "
            "a file and let the prompt name it."
        )
    for text in (args.when, args.prompt, args.name):
        if code := misleading(" ".join(text.split())):
            raise ToolRetry(f"It holds the invisible character {code}. Write it without.")
