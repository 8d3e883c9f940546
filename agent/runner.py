"""One run from its row to its RunFinished. Every exit is an outcome with a reason, stored and published."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Protocol, cast

import msgspec
from msgspec.structs import replace

from agent import failpoints
from agent.breaker import Breaker
from agent.bus import Bus
from agent.commands import ActsAs, SendMessage
from agent.context.intake import PERSONAL, take_in
from agent.context.quarantine import Quarantine
from agent.context.recall import Recall
from agent.conversation import Inbox, StoredConversation
from agent.errors import HomardError
from agent.events import CallSummary, RunFinished, RunStarted
from agent.foreign_door import ForeignDoor
from agent.jobs import Permission
from agent.labels import USER
from agent.loop import Loop, Outcome, resume, run
from agent.messages import NO_USAGE, TextPart
from agent.models.routing import Side
from agent.pause import Pause
from agent.ports import Account, Clock, ModelGateway
from agent.reuse import Reusing, RunStanding
from agent.run_time import RunTime
from agent.safety.approvals import ApprovalBroker, Parking, RunApprover, RunParked
from agent.settings import ModelProfile
from agent.skill_door import SkillDoor
from agent.storage.blobs import Blobs
from agent.storage.sessions import Run, Store
from agent.tasks import uninterrupted
from agent.titles import Titles
from agent.tools.executor import Executor
from agent.tools.ports import JobMaker
from agent.tools.tool import ToolContext
from agent.workplace import Workplace

if TYPE_CHECKING:
    from agent.models.response_cache import ReplyCache
    from agent.packs.run import RunPacks

PROMPT_CHARS = 2_000
"""Of the prompt, in the run's row: enough to recognise it."""

_log = logging.getLogger(__name__)


class Jobs(Protocol):
    """What a run may want of the jobs."""

    def maker(self) -> JobMaker:
        """Give what makes jobs out of a chat."""
        ...

    async def extend(self, job_id: str, permissions: tuple[Permission, ...]) -> None:
        """Add permissions to a job: a person said so. Raises HomardError."""
        ...


class Services(msgspec.Struct):
    """What every run uses; owned by the runtime."""

    store: Store
    blobs: Blobs
    gateway: ModelGateway
    executor: Executor
    broker: ApprovalBroker
    bus: Bus
    clock: Clock
    workplace: Workplace
    pause: Pause
    parking: Callable[[ActsAs], Parking]
    """Where the questions of a job's run wait."""
    jobs: Jobs | None = None
    skills: SkillDoor | None = None
    foreign: ForeignDoor | None = None
    packs: Callable[[], RunPacks | None] = lambda: None
    """Gives what runs know of packs; blocks for the disk."""
    beside: Callable[[Side, ModelProfile, int], ModelProfile] = lambda _side, model, _tokens: model
    """Gives the model for small work beside a run; see `models.routing`."""
    titles: Titles | None = None
    """Names chats."""
    replies: Callable[[], ReplyCache] | None = None
    """Opens the replies that are given again; None: none is."""


class Order(msgspec.Struct, frozen=True):
    """A message with everything its run needs resolved."""

    session_id: str
    run_id: str
    command: SendMessage
    model: ModelProfile
    context: ToolContext
    """Working folder and grants, resolved."""

    @property
    def job_id(self) -> str:
        """Of the job that the run works for; empty: a person's own."""
        return self.command.acts_as.job_id if self.command.acts_as is not None else ""

    @property
    def account(self) -> Account:
        """On whose budget the run goes."""
        return Account(self.run_id, self.job_id, self.command.limits.max_usd)

    @property
    def prompt(self) -> str:
        """The beginning of what was said."""
        words = " ".join(part.text for part in self.command.parts if isinstance(part, TextPart))
        return words[:PROMPT_CHARS].encode("utf-8", "backslashreplace").decode()


def new_run_id() -> str:
    """A fresh id for a run."""
    return f"r{secrets.token_hex(6)}"


class Runner:
    """Executes one order; lives as long as its run."""

    def __init__(self, services: Services, order: Order, inbox: Inbox, breaker: Breaker) -> None:
        self._services = services
        self._order = order
        self._inbox = inbox
        self._breaker = breaker
        publish = services.bus.publish
        command = order.command
        waits = services.parking(command.acts_as) if command.acts_as is not None and not command.dry_run else None
        self._approver = RunApprover(order.session_id, order.run_id, services.broker, publish, command.attended, waits)
        place = services.workplace
        gate = place.gate(
            order.context,
            self._approver,
            command.origin,
            order.model,
            acts_as=command.acting,
            approve_all=command.approve_all,
            dry_run=command.dry_run,
        )
        if command.acts_as is not None and services.jobs is not None:
            gate.extend = partial(services.jobs.extend, command.acts_as.job_id)
        self._gateway: ModelGateway = services.gateway
        if services.replies is not None:
            rules = place.safeguards.policy.unchanged
            standing = RunStanding(command, order.context, gate.principals, lambda: self._conversation.label, rules)
            self._gateway = Reusing(services.gateway, services.replies, standing)
        self._time = RunTime(order.session_id, order.run_id, services.pause, publish)
        self._conversation = StoredConversation(
            session_id=order.session_id,
            run_id=order.run_id,
            store=services.store,
            gateway=self._gateway,
            executor=services.executor,
            model=order.model,
            tools=services.executor.registry.specs(),
            context=place.with_journal(order.context, order.session_id, order.run_id),
            gate=gate,
            inbox=inbox,
            emit=publish,
            admit=self._time.admit,
            account=order.account,
            beside=services.beside,
        )
        self._loop = Loop(
            self._conversation, self._gateway, services.clock, command.limits, breaker, publish, self._time.admit
        )

    async def run(self) -> None:
        """Run to the end, which is stored and published whatever happens, and however often it is cancelled."""
        began_at = self._services.clock.monotonic()
        outcome = await self._outcome()
        self._inbox.open = False
        await uninterrupted(self._end(outcome, began_at), "end a run")

    async def _outcome(self) -> Outcome:
        try:
            await uninterrupted(self._accept(), "begin a run")
            return await self._worked()
        except (KeyboardInterrupt, SystemExit):
            raise
        except RunParked as parked:
            return self._loop.ended("parked", f"{parked} The run goes on when it is answered.")
        except BaseException as error:  # noqa: BLE001 - every exit of a run is an event
            if isinstance(error, asyncio.CancelledError) and _asked_to_stop():
                return self._loop.ended("cancelled", "Cancelled. What was done by then is kept.")
            cause = _first(error)
            if not isinstance(cause, HomardError):
                _log.error("run %s failed", self._order.run_id, exc_info=error)
            return self._loop.ended("internal_error", _sentence(cause))

    async def _accept(self) -> None:
        """Store that the run begins, and what was said: from here on nothing of it can be lost."""
        order, services = self._order, self._services
        command = order.command
        row = Run(
            run_id=order.run_id,
            session_id=order.session_id,
            origin=command.origin,
            model=order.model.label,
            prompt=order.prompt,
            started_at=services.clock.now(),
            dry_run=command.dry_run,
        )
        failpoints.hit("run.start")
        if command.resume:
            await self._take_up()
        else:
            await services.store.start_run(row)
        services.workplace.safeguards.audit.run_begun(
            order.run_id, order.session_id, {"origin": command.origin, "model": row.model}
        )
        ids = (order.session_id, order.run_id)
        services.bus.publish(RunStarted(*ids, command.origin, row.model, row.prompt, order.job_id))
        if command.origin in PERSONAL:
            self._breaker.reset()
        if command.parts:
            said = await take_in(command, services.blobs, services.clock, order.context.cwd, order.model)
            await self._conversation.say(said)

    async def _take_up(self) -> None:
        """Open the row of a parked run again; what it has spent counts."""
        before = await self._services.store.reopen_run(self._order.run_id)
        self._loop.spent, self._loop.turns = before.usage, before.turns

    async def _worked(self) -> Outcome:
        command = self._order.command
        most_s = command.limits.max_time_s
        try:
            async with self._time.limited(most_s):
                await self._load()
                if command.resume:
                    self._loop.calls = self._conversation.calls_made()
                    return await resume(self._loop, self._conversation.take_up_calls())
                return await run(self._loop)
        except TimeoutError:
            if not self._time.over:
                raise
            words = f"The run took longer than {most_s:g} s and was stopped. Its work is kept."
            return self._loop.ended("max_time", words)

    async def _load(self) -> None:
        conversation = self._conversation
        conversation.gate.packs = await asyncio.to_thread(self._services.packs)
        if self._services.skills is not None:
            conversation.skills = await self._services.skills.of_run(
                self._order.context.cwd, session_id=self._order.session_id, job_id=self._order.job_id
            )
        if self._services.foreign is not None:
            conversation.foreign = await self._services.foreign.of_run()
        await conversation.load()
        recall = Recall(conversation.entries, self._services.blobs)
        services, order, spent = self._services, self._order, conversation.add_side_usage
        reader = conversation.reader
        complete = Quarantine(self._gateway, reader, order.session_id, self._time.admit, spent, order.account)
        conversation.context = replace(
            conversation.context,
            sees_images=order.model.vision,
            ask=self._approver.ask,
            recall=recall,
            complete=complete,
            jobs=services.jobs.maker if services.jobs is not None else None,
        )

    async def _end(self, outcome: Outcome, began_at: float) -> None:
        try:
            await self._stored(outcome)
        except Exception as error:  # noqa: BLE001 - every exit of a run is an event
            if not isinstance(error, HomardError):
                _log.exception("the end of run %s was not stored", self._order.run_id)
            outcome = self._loop.ended("internal_error", _sentence(error))
        finally:
            self._publish(outcome, self._services.clock.monotonic() - began_at)

    async def _stored(self, outcome: Outcome) -> None:
        if outcome.stop_reason != "parked":
            await self._conversation.close_open_calls()
        words = {
            "stop_reason": outcome.stop_reason,
            "turns": outcome.turns,
            "input_tokens": outcome.usage.input_tokens,
            "output_tokens": outcome.usage.output_tokens,
            "cost_usd": outcome.usage.cost_usd,
        }
        self._services.workplace.safeguards.audit.run_ended(self._order.run_id, self._order.session_id, words)
        if outcome.stop_reason == "cancelled":  # who stops a run does not want another one for what he said before
            await self._conversation.take_steering()
        failpoints.hit("run.finish")
        await self._services.store.finish_run(
            self._order.run_id,
            stop_reason=outcome.stop_reason,
            error=outcome.error,
            error_code=outcome.error_code,
            usage=outcome.usage,
            turns=outcome.turns,
        )

    def _publish(self, outcome: Outcome, duration_s: float) -> None:
        calls = tuple(
            CallSummary(
                result.name,
                result.is_error,
                tuple(result.details["effects"]),
                msgspec.convert(result.details.get("needs", ()), tuple[Permission, ...]),
            )
            if result.details.get("dry_run")
            else CallSummary(result.name, result.is_error)
            for result in self._conversation.results
        )
        label = self._conversation.label
        self._services.bus.publish(
            RunFinished(
                self._order.session_id,
                self._order.run_id,
                outcome.stop_reason,
                outcome.text,
                outcome.usage,
                outcome.error,
                outcome.error_code,
                calls,
                self._approver.needs_person,
                duration_s,
                None if label == USER else label,
                self._order.command.dry_run,
                self._order.job_id,
            )
        )


def cancelled_before_start(order: Order) -> RunFinished:
    """The end of a run that never began."""
    words = "Cancelled before it started."
    return RunFinished(order.session_id, order.run_id, "cancelled", "", NO_USAGE, words, job_id=order.job_id)


def _asked_to_stop() -> bool:
    # A CancelledError that nobody asked for is a fault of whoever raised it.
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _first(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = cast("BaseExceptionGroup[BaseException]", error).exceptions[0]
    return error


def _sentence(error: BaseException) -> str:
    if isinstance(error, HomardError):
        return str(error)
    what = f"{type(error).__name__}: {error}"
    return f"An unexpected fault stopped the run ({what}). Its work is kept; the log has the details."
