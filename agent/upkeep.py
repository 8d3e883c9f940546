"""Keeping a home small, in a process that stays: what is too old or too much to undo goes, and so do old audit rows."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta

from agent.errors import StorageError
from agent.figures.seen import Seen
from agent.safeguards import Safeguards
from agent.tasks import spawn

FIRST_S = 60.0
"""After the start: nothing is cleaned while somebody waits for an answer to one question."""
EVERY_S = 86_400.0
KEEP_AUDIT = timedelta(days=400)

_log = logging.getLogger(__name__)


@asynccontextmanager
async def kept_up(safeguards: Safeguards, seen: Seen) -> AsyncGenerator[None, None]:
    """Clean from time to time while the block runs."""
    task = spawn(_clean_daily(safeguards, seen), "upkeep")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


async def _clean_daily(safeguards: Safeguards, seen: Seen) -> None:
    wait_s = FIRST_S
    while True:
        await asyncio.sleep(wait_s)
        await clean(safeguards, seen)
        wait_s = EVERY_S


async def clean(safeguards: Safeguards, seen: Seen) -> None:
    """Give up what has had its time. What cannot be cleaned now is tried again the next time."""
    try:
        cleaned = await safeguards.undo.clean()
        await seen.clean(safeguards.clock.now())
        rows = await safeguards.audit.clean(safeguards.clock.now() - KEEP_AUDIT)
    except (StorageError, OSError) as error:
        _log.warning("cleaning up: %s", error)
        return
    if cleaned.runs or rows:
        _log.info("%d runs can no longer be undone (%d bytes freed); %d old audit rows", *cleaned, rows)
