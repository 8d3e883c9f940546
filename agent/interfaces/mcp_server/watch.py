"""A run as the server follows it, whether or not a call waits for it just now."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Self

from agent.commands import AnswerQuestion, ResolveApproval, SendMessage
from agent.errors import HomardError
from agent.events import (
    AnyEvent,
    ApprovalRequested,
    ApprovalResolved,
    QuestionAnswered,
    QuestionAsked,
    RunFinished,
    ToolCallStarted,
    TurnStarted,
)
from agent.interfaces.serving.home import HomeDoor
from agent.interfaces.serving.run import RunUnderWay, asked
from agent.tasks import spawn

Open = ApprovalRequested | QuestionAsked


@dataclass
class RunWatch:
    """What is known of a run."""

    session_id: str
    run_id: str = ""
    """Empty until it has begun."""
    finished: RunFinished | None = None
    failure: str = ""
    """Why nothing more will be heard of it."""
    steps: int = 0
    doing: str = ""
    """What it does now, in a line."""
    waiting: dict[str, Open] = field(default_factory=dict[str, Open])
    """What a person is asked, by id, the oldest first."""
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    _run: RunUnderWay | None = None
    _task: asyncio.Task[None] | None = None

    @classmethod
    async def begin(cls, door: HomeDoor, message: SendMessage) -> Self:
        """Send a message and follow its run. Raises UsageError, StorageError."""
        watch = cls(message.session_id)
        begun: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        watch._task = spawn(watch._follow(door, message, begun), "watch a run")
        try:
            await asyncio.shield(begun)
        except asyncio.CancelledError:  # who asked is gone before it began: so is the wish
            begun.add_done_callback(lambda done: done.exception() or spawn(watch.cancel(), "cancel"))
            raise
        return watch

    @property
    def over(self) -> bool:
        """Nothing more will be heard."""
        return self.finished is not None or bool(self.failure)

    @property
    def question(self) -> tuple[str, Open] | None:
        """What a person is to be asked first."""
        return next(iter(self.waiting.items()), None)

    async def answer(self, command: ResolveApproval | AnswerQuestion) -> None:
        """Pass an answer on. One that comes too late is nothing."""
        self.waiting.pop(command.approval_id if isinstance(command, ResolveApproval) else command.question_id, None)
        if self._run is None or self.over:
            return
        try:
            await self._run.desk.submit(command)
        except HomardError:
            return  # answered elsewhere, or the run ended, in this moment

    async def cancel(self) -> None:
        """Stop the run, if it still works."""
        if self._run is not None and not self.over:
            await self._run.cancel()

    async def _follow(self, door: HomeDoor, message: SendMessage, begun: asyncio.Future[None]) -> None:
        try:
            async with door.desk() as desk, asked(desk, message) as run:
                self._run, self.run_id = run, run.receipt.run_id
                begun.set_result(None)
                async for event in run.events:
                    if self._take(event):
                        self.changed.set()
        except HomardError as error:
            if not begun.done():
                begun.set_exception(error)
            self.failure = str(error)
        finally:
            self.waiting.clear()
            self.changed.set()

    def _take(self, event: AnyEvent) -> bool:
        """Note what an event says; False: nothing that anybody waits for."""
        match event:
            case TurnStarted():
                self.steps, self.doing = self.steps + 1, "thinking"
            case ToolCallStarted():
                self.steps, self.doing = self.steps + 1, event.title
            case ApprovalRequested():
                self.waiting[event.approval_id] = event
            case QuestionAsked():
                self.waiting[event.question_id] = event
            case ApprovalResolved():
                self.waiting.pop(event.approval_id, None)
            case QuestionAnswered():
                self.waiting.pop(event.question_id, None)
            case RunFinished():
                self.finished = event
            case _:
                return False
        return True
