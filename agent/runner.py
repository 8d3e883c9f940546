"""One run from its row to its RunFinished. Every exit is an outcome with a reason, stored and published."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from agent import failpoints
from agent.breaker import Breaker
from agent.bus import Bus
from agent.commands import SendMessage
from agent.context.intake import take_in
from agent.context.recall import Recall
from agent.conversation import Inbox, StoredConversation
from agent.errors import HomardError
from agent.events import CallSummary, RunFinished, RunStarted
from agent.loop import Loop, Outcome, run
from agent.messages import NO_USAGE, TextPart
from agent.ports import Clock, ModelGateway
from agent.safety.approvals import ApprovalBroker, RunApprover
from agent.settings import ModelProfile
from agent.storage.blobs import Blobs
from agent.storage.sessions import Run, Store
from agent.tools.executor import Executor
from agent.tools.tool import ToolContext

PROMPT_CHARS = 2_000
"""Of the prompt, in the run's row: enough to recognise it."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Services:
    """What every run uses; owned by the runtime."""

    store: Store
    blobs: Blobs
    gateway: ModelGateway
    executor: Executor
    broker: ApprovalBroker
    bus: Bus
    clock: Clock
    context: Callable[[Path, tuple[str, ...]], ToolContext]
    """Builds the tool context for a working folder and grants."""


@dataclass(frozen=True)
class Job:
    """A message with everything its run needs resolved."""

    session_id: str
    run_id: str
    command: SendMessage
    model: ModelProfile
    context: ToolContext
    """Working folder and grants, resolved."""

    @property
    def prompt(self) -> str:
        """The beginning of what was said."""
        words = " ".join(part.text for part in self.command.parts if isinstance(part, TextPart))
        return words[:PROMPT_CHARS].encode("utf-8", "backslashreplace").decode()


def new_run_id() -> str:
    """A fresh id for a run."""
    return f"r{secrets.token_hex(6)}"


class Runner:
    """Executes one job; lives as long as its run."""

    def __init__(self, services: Services, job: Job, inbox: Inbox, breaker: Breaker) -> None:
        self._services = services
        self._job = job
        self._breaker = breaker
        publish = services.bus.publish
        command = job.command
        self._approver = RunApprover(
            job.session_id, job.run_id, services.broker, publish, command.approve_all, command.attended
        )
        self._conversation = StoredConversation(
            session_id=job.session_id,
            run_id=job.run_id,
            store=services.store,
            gateway=services.gateway,
            executor=services.executor,
            model=job.model,
            tools=services.executor.registry.specs(),
            context=job.context,
            approver=self._approver,
            inbox=inbox,
            emit=publish,
        )
        self._loop = Loop(self._conversation, services.gateway, services.clock, command.limits, breaker, publish)

    async def run(self) -> None:
        """Run to the end. Never raises: whatever happens is in the RunFinished."""
        began = self._services.clock.monotonic()
        try:
            outcome = await self._started()
        except asyncio.CancelledError:
            outcome = self._loop.ended("cancelled", "Cancelled. What was done by then is kept.")
        except Exception as error:  # noqa: BLE001 - every exit of a run is an event
            if not isinstance(error, HomardError):
                _log.exception("run %s failed", self._job.run_id)
            outcome = self._loop.ended("internal_error", _sentence(error))
        try:
            await self._stored(outcome)
        except HomardError as error:
            outcome = self._loop.ended("internal_error", str(error))
        self._publish(outcome, self._services.clock.monotonic() - began)

    async def _started(self) -> Outcome:
        job, services = self._job, self._services
        command = job.command
        row = Run(
            run_id=job.run_id,
            session_id=job.session_id,
            origin=command.origin,
            model=job.model.label,
            prompt=job.prompt,
            started_at=services.clock.now(),
        )
        failpoints.hit("run.start")
        await services.store.start_run(row)
        services.bus.publish(RunStarted(job.session_id, job.run_id, command.origin, row.model, row.prompt))
        if command.origin in ("user", "cli"):
            self._breaker.reset()
        try:
            async with asyncio.timeout(command.limits.max_time_s):
                await self._begin()
                return await run(self._loop)
        except TimeoutError:
            words = f"The run took longer than {command.limits.max_time_s:g} s and was stopped. Its work is kept."
            return self._loop.ended("max_time", words)

    async def _begin(self) -> None:
        job, services, conversation = self._job, self._services, self._conversation
        await conversation.load()
        recall = Recall(conversation.entries, services.blobs)
        conversation.context = replace(
            conversation.context, sees_images=job.model.vision, ask=self._approver.ask, recall=recall
        )
        await conversation.say(await take_in(job.command, services.blobs, services.clock, job.context.cwd, job.model))

    async def _stored(self, outcome: Outcome) -> None:
        await self._conversation.close_open_calls()
        failpoints.hit("run.finish")
        await self._services.store.finish_run(
            self._job.run_id,
            stop_reason=outcome.stop_reason,
            error=outcome.error,
            error_code=outcome.error_code,
            usage=outcome.usage,
            turns=outcome.turns,
        )

    def _publish(self, outcome: Outcome, duration_s: float) -> None:
        calls = tuple(CallSummary(result.name, result.is_error) for result in self._conversation.calls)
        self._services.bus.publish(
            RunFinished(
                self._job.session_id,
                self._job.run_id,
                outcome.stop_reason,
                outcome.text,
                outcome.usage,
                outcome.error,
                outcome.error_code,
                calls,
                self._approver.needs_person,
                duration_s,
            )
        )


def cancelled_before_start(job: Job) -> RunFinished:
    """The end of a run that never began."""
    return RunFinished(job.session_id, job.run_id, "cancelled", "", NO_USAGE, "Cancelled before it started.")


def _sentence(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):
        error = cast("BaseExceptionGroup[BaseException]", error).exceptions[0]
    if isinstance(error, HomardError):
        return str(error)
    what = f"{type(error).__name__}: {error}"
    return f"An unexpected fault stopped the run ({what}). Its work is kept; the log has the details."
