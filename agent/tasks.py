"""The only place that creates asyncio tasks: named, held, and never silently lost."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_alive: set[asyncio.Task[Any]] = set()
_log = logging.getLogger(__name__)


def spawn(work: Coroutine[Any, Any, T], name: str) -> asyncio.Task[T]:
    """Start a task that is held until it ends; an exception nobody awaited is logged."""
    task = asyncio.create_task(work, name=name)
    _alive.add(task)
    task.add_done_callback(_ended)
    return task


async def uninterrupted(work: Coroutine[Any, Any, T], name: str) -> T:
    """Await a short piece of work to its end, even if the caller is cancelled meanwhile, however often.

    The cancellation is raised afterwards: what belongs together (a row, what we know of it, its event) is never half
    done.
    """
    task = asyncio.create_task(work, name=name)
    _alive.add(task)
    task.add_done_callback(_alive.discard)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is None:
        return task.result()
    if not task.cancelled() and (error := task.exception()) is not None:
        raise cancelled from error
    raise cancelled


def _ended(task: asyncio.Task[Any]) -> None:
    _alive.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.error("task %s failed", task.get_name(), exc_info=error)
