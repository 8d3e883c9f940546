"""A dry run of a job while somebody watches: what it would do, and for what of it it would need leave."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Literal

from PySide6.QtCore import QObject, Signal

from agent.commands import AnyCommand, CancelRun, RunJob
from agent.errors import HomardError, UsageError
from agent.events import AnyEvent, RunFinished, ToolCallStarted
from agent.jobs import Permission
from app.translation import translate
from app.viewmodels.status import first_line

State = Literal["none", "starting", "running", "done", "failed"]
MOST_SHOWN = 200
"""Effects that are listed; a run has fewer."""


class Rehearsal(QObject):
    """One dry run at a time; the last one's findings stay."""

    changed = Signal()

    def __init__(self, submit: Callable[[AnyCommand], Awaitable[Any]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._submit = submit
        self._run_id = ""
        self._early: list[AnyEvent] = []
        self.state: State = "none"
        self.session_id = ""
        """Where it is written down."""
        self.steps = 0
        """Uses of tools so far."""
        self.last_step = ""
        self.needs: tuple[Permission, ...] = ()
        """What the job would have to be allowed, each once."""
        self.would: tuple[str, ...] = ()
        """What it would do, in words, each once."""
        self.words = ""
        """Why it did not come to its end."""
        self.answer = ""
        """Its last words, as the model wrote them."""

    @property
    def is_under_way(self) -> bool:
        """Whether one has begun and not ended."""
        return self.state in ("starting", "running")

    def prepare(self) -> None:
        """Forget the last one: another is about to begin."""
        self._run_id, self._early = "", []
        self.state, self.steps, self.last_step, self.session_id = "starting", 0, "", ""
        self.needs, self.would, self.words, self.answer = (), (), "", ""
        self.changed.emit()

    async def start(self, job_id: str) -> None:
        """Try the job as it is stored; returns when the run has begun. Raises HomardError."""
        try:
            receipt = await self._submit(RunJob(job_id, dry_run=True))
        except HomardError as error:
            self.fail(str(error))
            raise
        self._run_id, self.session_id, self.state = receipt.run_id, receipt.session_id, "running"
        early, self._early = self._early, []
        self.changed.emit()
        for event in early:
            self.take(event)

    async def stop(self) -> None:
        """End it early; what was found till then is not shown."""
        if self.state == "running":
            try:
                await self._submit(CancelRun(self._run_id))
            except UsageError:
                return  # it has just ended by itself

    def fail(self, words: str) -> None:
        """It did not begin."""
        self.state, self.words = "failed", words
        self.changed.emit()

    def take(self, event: AnyEvent) -> None:
        """Follow the run."""
        if not isinstance(event, ToolCallStarted | RunFinished):
            return
        if self.state == "starting":
            self._early.append(event)  # it may be ours: its id is on its way
            return
        if self.state != "running" or event.run_id != self._run_id:
            return
        if isinstance(event, ToolCallStarted):
            self.steps += 1
            self.last_step = first_line(event.title)
        else:
            self._end(event)
        self.changed.emit()

    def _end(self, event: RunFinished) -> None:
        calls = event.tool_calls
        self.needs = tuple(dict.fromkeys(need for call in calls for need in call.needs))
        self.would = tuple(dict.fromkeys(effect for call in calls for effect in call.would))[:MOST_SHOWN]
        self.answer = event.text
        self.state = "done" if event.stop_reason == "end_turn" else "failed"
        if self.state == "failed":
            self.words = event.error or translate("JobEditor", "It was stopped before its end.")
