"""Where skills meet runs. Nothing of `agent.skills` is imported as long as there is no folder of skills."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from agent.commands import Attached, SendMessage
from agent.context.intake import PERSONAL
from agent.errors import ToolError, UsageError
from agent.labels import Label
from agent.messages import TextPart
from agent.settings import ModelProfile
from agent.tools.registry import Registry

if TYPE_CHECKING:
    from agent.packs.run import RunPacks
    from agent.skills.run import RunSkills

WORD = "/skill"
"""Begins a message that names a skill: `/skill pdf-forms fill this in`."""
SHARE = 0.3
"""Of the model's window: a longer body is cut."""
CHARS_PER_TOKEN = 3


class SkillDoor:
    """Gives runs their skills, and messages the skill that was chosen for them."""

    def __init__(
        self,
        skills: Path,
        registry: Registry,
        *,
        budget: Callable[[], int],
        label_of_file: Callable[[str], Label],
        packs: Callable[[], RunPacks | None] = lambda: None,
    ) -> None:
        """`skills`: the person's own; `budget`: tokens that names and descriptions may take in the prompt.

        `packs`: what is known of packs, some of whose skills must not be used; blocks for the disk.
        """
        self._packs = packs
        self._skills = skills
        self._registry = registry
        self._budget = budget
        self._label_of_file = label_of_file

    async def of_run(self, cwd: Path, *, session_id: str = "", job_id: str = "") -> RunSkills | None:
        """Give what a run in this folder, of this session and job, knows of skills; None: nobody here has any."""
        scopes = _scopes(session_id, job_id)
        return await asyncio.to_thread(self.look, cwd, scopes) if self._skills.is_dir() else None

    def look(self, cwd: Path, scopes: AbstractSet[str] = frozenset()) -> RunSkills | None:
        """The same, for who may wait for the disk. `scopes`: `session:<id>`, `job:<id>`."""
        if not self._skills.is_dir():
            return None
        from agent.skills.run import RunSkills
        from agent.tools.skill import SkillTool

        if self._registry.get(SkillTool.name) is None:
            self._registry.add(SkillTool())
        found, packs = RunSkills.look(self._skills, cwd, self._budget(), scopes), self._packs()
        return found if packs is None else found.without(packs.why_not_skill)

    async def require(self, name: str, cwd: Path) -> None:
        """Raise UsageError unless this skill can be used in a new session in a folder."""
        await asyncio.to_thread(self._attached, name, cwd, 0, frozenset())

    async def chosen(self, command: SendMessage, cwd: Path, model: ModelProfile) -> SendMessage:
        """Attach the skill that a message names. Raises UsageError if it is not there or not on."""
        name = command.skill or _named(command)
        if not name:
            return command
        most = int(model.window * SHARE * CHARS_PER_TOKEN)
        scopes = _scopes(command.session_id, command.acts_as.job_id if command.acts_as is not None else "")
        attached = await asyncio.to_thread(self._attached, name, cwd, most, scopes)
        return msgspec.structs.replace(command, attached=(*command.attached, attached))

    def _attached(self, name: str, cwd: Path, most: int, scopes: AbstractSet[str]) -> Attached:
        skills = self.look(cwd, scopes)
        try:
            skill = skills.named(name) if skills is not None else None
            if skills is None or skill is None:
                names = ", ".join(one.name for one in skills.skills) if skills is not None else ""
                on = f"Enabled are: {names}." if names else "None is enabled."
                raise UsageError(f"No skill {name!r} is enabled here, so nothing was sent. {on} See `homard skills`.")
            found = skills.text(skill.name)
        except ToolError as error:
            raise UsageError(f"{error} Nothing was sent.") from None
        from agent.tools.skill import chosen_words

        text = found.text
        if len(text) > most:
            text = f"{text[:most]}\n[cut here; the tool `skill` shows it whole]"
        return Attached(f"{chosen_words(skill.name)}\n\n{text}", found.label.join(self._label_of_file(found.path)))


def _scopes(session_id: str, job_id: str) -> frozenset[str]:
    named = {"session": session_id, "job": job_id}
    return frozenset(f"{kind}:{one}" for kind, one in named.items() if one)


def _named(command: SendMessage) -> str:
    """The skill that a person named at the very beginning of what they typed."""
    if not command.typed or command.origin not in PERSONAL or command.acting is not None or not command.parts:
        return ""
    first = command.parts[0]
    words = first.text.split(None, 2) if isinstance(first, TextPart) and first.text.startswith(WORD) else []
    return words[1] if len(words) > 1 and words[0] == WORD else ""
