"""Where packs meet runs. Nothing of `agent.packs` is imported as long as there is no folder of packs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.automation.templates import Template
    from agent.packs.part import Parts
    from agent.packs.run import RunPacks
    from agent.packs.service import Packs


class PackDoor:
    """Says what is known of packs now."""

    def __init__(self, folder: Path, skills: Path, more: Callable[[], Sequence[Parts]] = tuple) -> None:
        """`folder`: where packs are kept; `skills`: the person's own; `more`: further kinds of parts."""
        self._folder, self._skills, self._more = folder, skills, more
        self._seen: tuple[tuple[int, int, int], RunPacks] | None = None

    async def of_run(self) -> RunPacks | None:
        """Give what holds for a run that begins now, each byte of all packs looked at; None: there is none."""
        return await asyncio.to_thread(self.look) if self._folder.is_dir() else None

    def look(self) -> RunPacks | None:
        """The same, for who may wait for the disk."""
        if not self._folder.is_dir():
            return None
        from agent.packs.run import RunPacks, stamp_of

        stamp = stamp_of(self._folder)
        found = RunPacks.look(self.packs())
        self._seen = stamp, found
        return found

    def current(self) -> RunPacks | None:
        """What was said of packs until now, as for a rule that a person writes while a run works. Blocks shortly.

        Files are looked at again only if something was said meanwhile.
        """
        if not self._folder.is_dir():
            return None
        from agent.packs.run import stamp_of

        if self._seen is None or self._seen[0] != stamp_of(self._folder):
            return self.look()
        return self._seen[1]

    def packs(self) -> Packs:
        """The packs, to be changed by a person."""
        from agent.packs.kinds import open_packs

        return open_packs(self._folder, self._skills, *self._more())

    def templates(self, language: str = "en") -> tuple[Template, ...]:
        """The job templates of packs that are on. Blocks."""
        if not self._folder.is_dir():
            return ()
        from agent.packs.job_part import templates_of

        packs = self.packs()
        on = [packs.read(one.name) for one in packs.look() if one.status == "on"]
        return tuple(template for pack in on for template in templates_of(pack, language))
