"""One prompt, from the message to the end of its run."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from acp.interfaces import Client

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
)
from agent.interfaces.acp.permission import Asker
from agent.interfaces.acp.updates import Translator
from agent.interfaces.serving.desk import Desk
from agent.interfaces.serving.run import RunUnderWay, asked
from agent.messages import ToolCall
from agent.tasks import spawn

Answer = ResolveApproval | AnswerQuestion


class Turn:
    """Shows a run, puts its questions, and can be cancelled before it has begun."""

    def __init__(self, client: Client, session_id: str, cwd: str, *, forms: bool) -> None:
        self._client = client
        self._session_id = session_id
        self._translator = Translator(cwd)
        self._asker = Asker(client, session_id, forms=forms)
        self._calls: dict[str, ToolCall] = {}
        self._asking: dict[str, asyncio.Task[None]] = {}
        self._one_at_a_time = asyncio.Lock()
        self._run: RunUnderWay | None = None
        self._cancelled = False

    async def work(self, desk: Desk, message: SendMessage) -> RunFinished:
        """Send the message and show its run to the end. Raises UsageError, StorageError."""
        async with asked(desk, message) as run:
            self._run = run
            if self._cancelled:
                await run.cancel()
            try:
                async for event in run.events:
                    if isinstance(event, RunFinished):
                        return event
                    self._ask(event)
                    for update in self._translator.updates(event):
                        await self._client.session_update(self._session_id, update)
            finally:
                for task in self._asking.values():
                    task.cancel()
        raise AssertionError("a run ends with its RunFinished")

    async def cancel(self) -> None:
        """Stop the run; its end comes as an event."""
        self._cancelled = True
        if self._run is not None:
            await self._run.cancel()

    def _ask(self, event: AnyEvent) -> None:
        match event:
            case ToolCallStarted():
                self._calls[event.call.call_id] = event.call
            case ApprovalRequested():
                call = self._calls.get(event.call_id)
                diffs = self._translator.diffs_before(call) if call is not None else []
                self._begin(event.approval_id, self._asker.approve(event, diffs))
            case QuestionAsked():
                self._begin(event.question_id, self._asker.answer(event))
            case ApprovalResolved():
                self._end(event.approval_id)
            case QuestionAnswered():
                self._end(event.question_id)
            case _:
                return

    def _begin(self, question_id: str, question: Coroutine[Any, Any, Answer]) -> None:
        self._asking[question_id] = spawn(self._answer(question), f"question {question_id}")

    def _end(self, question_id: str) -> None:
        task = self._asking.pop(question_id, None)
        if task is not None:
            task.cancel()

    async def _answer(self, question: Coroutine[Any, Any, Answer]) -> None:
        try:
            async with self._one_at_a_time:
                answer = await question
        finally:
            question.close()
        with suppress(HomardError):  # answered elsewhere, or the run ended, in this moment
            if self._run is not None:
                await self._run.desk.submit(answer)
