"""Between the runtime and the screens: events in as Qt signals, intents out as commands."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from agent.errors import HomardError
from agent.events import AnyEvent, MessageDelta, ToolCallProgress
from agent.tasks import spawn
from app.translation import translate

if TYPE_CHECKING:
    from agent.bus import Subscription

FRAME_MS = 33
"""Pieces of text reach the screens about 30 times a second."""
COST_FACTOR = 3
"""And never so often that showing them takes more than a quarter of the time."""
SLICE_S = 0.008
"""Longest handling of waiting events before the loop may turn."""

_log = logging.getLogger(__name__)


class Bridge(QObject):
    """Hands every event of the bus to the screens, in order; what is not stored comes joined, at a bounded rate."""

    happened = Signal(object)
    """An `AnyEvent`."""
    failed = Signal(str)
    """An intent could not be carried out: a sentence for a person."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pending: list[MessageDelta | ToolCallProgress] = []
        self._work: set[asyncio.Task[None]] = set()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._flush)

    async def relay(self, events: Subscription) -> None:
        """Hand on what comes until cancelled; `events` must be attached already."""
        began = time.monotonic()
        async for event in events:
            self.take(event)
            if time.monotonic() - began > SLICE_S:
                await asyncio.sleep(0)
                began = time.monotonic()

    def take(self, event: AnyEvent) -> None:
        """Hand on one event: pieces of text a little later, joined, anything else now."""
        if isinstance(event, MessageDelta | ToolCallProgress):
            self._join(event)
            if not self._timer.isActive():
                self._timer.start()
            return
        self._flush()
        self.happened.emit(event)

    def start(self, work: Coroutine[Any, Any, Any], name: str, failed: Callable[[], None] | None = None) -> None:
        """Carry out an intent; what goes wrong is told in a sentence, and `failed` may put back what was kept."""
        task = spawn(self._guarded(work, failed), name)
        self._work.add(task)
        task.add_done_callback(self._work.discard)
        task.add_done_callback(lambda _task: work.close())  # what was cancelled before it began is never awaited

    def close(self) -> None:
        """Give up what is still being carried out: the runtime is about to close."""
        for task in tuple(self._work):
            task.cancel()

    async def _guarded(self, work: Coroutine[Any, Any, Any], failed: Callable[[], None] | None) -> None:
        try:
            await work
        except HomardError as error:
            self.failed.emit(str(error))
        except Exception:  # noqa: BLE001 - no trace ever reaches a person
            _log.exception("an intent failed")
            self.failed.emit(
                translate("Bridge", "Something unexpected went wrong; it was not done. The log has the details.")
            )
        else:
            return
        if failed is not None:
            failed()

    def _join(self, event: MessageDelta | ToolCallProgress) -> None:
        last = self._pending[-1] if self._pending else None
        match last, event:
            case MessageDelta(), MessageDelta() if (last.run_id, last.thinking) == (event.run_id, event.thinking):
                self._pending[-1] = msgspec.structs.replace(last, text=last.text + event.text)
            case ToolCallProgress(), ToolCallProgress() if last.call_id == event.call_id:
                self._pending[-1] = msgspec.structs.replace(last, text=last.text + event.text)
            case _:
                self._pending.append(event)

    def _flush(self) -> None:
        if not self._pending:
            return
        self._timer.stop()
        pending, self._pending = self._pending, []
        began = time.monotonic()
        for event in pending:
            self.happened.emit(event)
        cost_ms = (time.monotonic() - began) * 1000
        self._timer.setInterval(max(FRAME_MS, round(cost_ms * COST_FACTOR)))
