"""Telling when a file of a plugin was saved, for those who write one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from typing import Final

from agent.plugin_host.collection import plugin_tree
from agent.skills.tree import Stamp, differences

POLL_S: Final = 0.4


async def saves(folder: Path, since: Mapping[str, Stamp], *, poll_s: float = POLL_S) -> AsyncGenerator[list[str], None]:
    """Give, each time that files changed and then kept still for a moment, what changed: `changed: main.py`.

    `since`: the files as they were last looked at.
    """
    before = dict(since)
    while True:
        await asyncio.sleep(poll_s)
        now = await asyncio.to_thread(_files, folder, before)
        if now is None or not differences(before, now):
            before = before if now is None else now
            continue
        await asyncio.sleep(poll_s)
        still = await asyncio.to_thread(_files, folder, now)
        if still is not None and not differences(now, still):
            changed = differences(before, now)
            before = now
            yield changed


def _files(folder: Path, known: dict[str, Stamp] | None) -> dict[str, Stamp] | None:
    """The files; None: the folder cannot be read just now."""
    try:
        return dict(plugin_tree(folder, known, compiled=False).files)
    except OSError:
        return None
