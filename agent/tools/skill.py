"""The tool that opens a skill: its instructions, one of its files, or a search where not all stand in the prompt."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Final

import msgspec

from agent.errors import ToolDenied
from agent.safety.effects import Effect
from agent.tools.tool import ToolContext, ToolOutput

MAX_CHARS = 60_000
"""Of instructions, or of a file: longer ones come as head and tail."""


_CHOSEN: Final = re.compile(r"^The user chose the skill ([a-z0-9-]+) for this message:$", re.MULTILINE)


def chosen_words(name: str) -> str:
    """What stands above a skill's text that goes with a message."""
    return f"The user chose the skill {name} for this message:"


def chosen_in(text: str) -> list[str]:
    """The names of the skills that a message's tail holds."""
    return _CHOSEN.findall(text)


class SkillArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which skill, and which of its files."""

    name: str
    file: str = ""


class SkillTool:
    """Reads what a person enabled, and gives no right: what a skill leads to passes the same gate as all else."""

    name = "skill"
    description = "Read a skill's instructions, or a file it names. Other words than a name search for skills."
    arguments = SkillArguments
    reading = True
    timeout_s = 30.0

    def title(self, args: SkillArguments) -> str:
        """One line for a person."""
        return " ".join(f"skill {args.name} {args.file}".split())[:100]

    def effects(self, args: SkillArguments, context: ToolContext) -> Sequence[Effect]:
        """None: a person agreed to each byte that it can give."""
        return ()

    async def run(self, args: SkillArguments, context: ToolContext) -> ToolOutput:
        """Read it. Raises ToolRetry, ToolFailed; ToolDenied where no skill is enabled."""
        if context.skills is None:
            raise ToolDenied("No skill is enabled here. A person can: `homard skills`.")
        found = await asyncio.to_thread(context.skills.text, args.name, args.file)
        label = found.label
        if found.path:
            label = label.join(await asyncio.to_thread(context.label_of_file, found.path))
        return ToolOutput(found.text, details={"skill": args.name}, label=label, most_chars=MAX_CHARS)
