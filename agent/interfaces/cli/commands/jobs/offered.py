"""Job templates besides Homard's own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from agent.interfaces.cli.work import House

if TYPE_CHECKING:
    from agent.automation.templates import Template


async def templates_of_packs(house: House, language: str) -> tuple[Template, ...]:
    """The job templates of packs that are on; imports nothing of packs where there is none."""
    if not (house.paths.data / "packs").is_dir():
        return ()
    from agent.interfaces.cli.commands.pack.group import packs_of
    from agent.packs.job_part import templates_on

    return await asyncio.to_thread(templates_on, packs_of(house), language)
