"""Asking a person: an approval or a question is an event that holds a future."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Literal, Protocol

import msgspec

from agent.commands import AnswerQuestion, ResolveApproval
from agent.errors import UsageError
from agent.events import AnyEvent, ApprovalRequested, ApprovalResolved, QuestionAnswered, QuestionAsked, Scope
from agent.labels import USER
from agent.messages import ToolCall
from agent.safety.request import Request

LATELY_S = 600.0
MAX_SHOWN = 20_000
"""Characters of an argument that a person is shown."""
NOBODY = (
    "Not done: {reason}, and nobody is there to ask. Go on without it, or say what is needed "
    "(the user can allow it by being there{beforehand})."
)


class ApprovalBroker:
    """Open approvals and questions of all runs, whoever answers them."""

    def __init__(self) -> None:
        self._approvals: dict[str, asyncio.Future[ResolveApproval]] = {}
        self._questions: dict[str, asyncio.Future[str | None]] = {}
        self._asked: dict[str, deque[float]] = {}

    def waits_for(self, approval_id: str) -> bool:
        """Whether a run waits for that answer."""
        return approval_id in self._approvals

    def resolve(self, command: ResolveApproval) -> None:
        """Deliver a person's verdict. Raises UsageError if nothing waits for it."""
        future = self._approvals.get(command.approval_id)
        if future is None or future.done():
            raise UsageError(f"No approval {command.approval_id} is waiting; it was answered or its run is over.")
        future.set_result(command)

    def resolve_if_open(self, command: ResolveApproval) -> None:
        """Deliver a verdict unless there is one already."""
        future = self._approvals.get(command.approval_id)
        if future is not None and not future.done():
            future.set_result(command)

    def count_asked(self, session_id: str) -> int:
        """Note that a session asks now; say how often it did in the last ten minutes."""
        now = asyncio.get_running_loop().time()
        times = self._asked.setdefault(session_id, deque())
        times.append(now)
        for known, asked in list(self._asked.items()):
            while asked and asked[0] < now - LATELY_S:
                asked.popleft()
            if not asked:
                del self._asked[known]
        return len(times)

    def answer(self, command: AnswerQuestion) -> None:
        """Deliver a person's answer. Raises UsageError if nothing waits for it."""
        future = self._questions.get(command.question_id)
        if future is None or future.done():
            raise UsageError(f"No question {command.question_id} is waiting; it was answered or its run is over.")
        future.set_result(command.answer)

    async def wait_for_verdict(self, approval_id: str) -> ResolveApproval:
        """Wait until a person decided."""
        future = asyncio.get_running_loop().create_future()
        self._approvals[approval_id] = future
        try:
            return await future
        finally:
            del self._approvals[approval_id]

    async def wait_for_answer(self, question_id: str) -> str | None:
        """Wait until a person answered."""
        future = asyncio.get_running_loop().create_future()
        self._questions[question_id] = future
        try:
            return await future
        finally:
            del self._questions[question_id]


class Asking(msgspec.Struct, frozen=True):
    """What a person is asked to allow."""

    call: ToolCall
    request: Request
    reason: str
    scopes: tuple[Scope, ...] = ("once",)
    rule: str = ""
    """The rule that `always` would write, as a sentence."""
    undo: str = ""
    """What can be undone of it, and what not."""


class Answer(msgspec.Struct, frozen=True):
    """What came of it."""

    allowed: bool
    by: Literal["person", "flag", "nobody", "cancelled"]
    scope: Scope = "once"
    note: str = ""
    """The person's word to the model."""
    refusal: str = ""
    """Why not, for the model."""


class RunParked(Exception):
    """The question waits for a person, and the run with it."""

    def __init__(self, event: ApprovalRequested) -> None:
        super().__init__(f"It waits for a person to allow: {'; '.join(event.effects)}.")
        self.event = event


class Parking(Protocol):
    """Where questions wait that nobody is there to answer."""

    @property
    def until(self) -> datetime:
        """How long a question asked now waits."""
        ...

    async def answered(self, digest: str) -> Answer | None:
        """Give the answer to exactly this request, once; None: there is none."""
        ...

    async def keep(self, event: ApprovalRequested) -> None:
        """Store a question. Raises StorageError."""
        ...


class RunApprover(msgspec.Struct):
    """Asks on behalf of one run; knows whether somebody is there."""

    session_id: str
    run_id: str
    broker: ApprovalBroker
    emit: Callable[[AnyEvent], None]
    attended: bool
    parking: Parking | None = None
    """None: what nobody is there to allow is not done."""
    needs_person: bool = msgspec.field(default=False)
    """Something was not done because nobody was there."""
    _open: dict[str, Asking] = msgspec.field(default_factory=dict[str, Asking])

    async def approve(self, asking: Asking) -> Answer:
        """Ask a person, who may take all the time there is."""
        if self.parking is not None and (kept := await self.parking.answered(asking.request.digest)) is not None:
            return kept
        approval_id = f"a{secrets.token_hex(6)}"
        question = self._question(approval_id, asking)
        if self.parking is not None:
            question = msgspec.structs.replace(question, parked_until=self.parking.until)
            await self.parking.keep(question)
            self.needs_person = True
            self.emit(question)
            raise RunParked(question)
        self.emit(question)
        if not self.attended:
            self.needs_person = True
            self._resolved(approval_id, False, "nobody")
            return Answer(False, "nobody", refusal=_nobody(asking))
        self._open[approval_id] = asking
        try:
            verdict = await self.broker.wait_for_verdict(approval_id)
        except asyncio.CancelledError:
            self._resolved(approval_id, False, "cancelled")
            raise
        finally:
            del self._open[approval_id]
        answer = answer_of(verdict, asking.scopes)
        self._resolved(approval_id, verdict.allow, "person", verdict.note, answer.scope)
        return answer

    def release(self, covered: Callable[[Asking], bool]) -> None:
        """Answer what this run still waits for and a person has just allowed together with another act."""
        for approval_id, asking in list(self._open.items()):
            if covered(asking):
                self.broker.resolve_if_open(ResolveApproval(approval_id, True))

    def _question(self, approval_id: str, asking: Asking) -> ApprovalRequested:
        request = asking.request
        return ApprovalRequested(
            self.session_id,
            self.run_id,
            approval_id,
            asking.call.call_id,
            asking.call.name,
            tuple(str(effect) for effect in request.effects),
            asking.reason,
            {"arguments": _shown(asking.call)},
            label=None if request.label == USER else request.label,
            scopes=asking.scopes,
            rule=asking.rule,
            undo=asking.undo,
            digest=request.digest,
            asked_lately=self.broker.count_asked(self.session_id),
        )

    async def ask(self, text: str, choices: Sequence[str]) -> str | None:
        """Ask the person a question of the model; None: nobody is there."""
        question_id = f"q{secrets.token_hex(6)}"
        self.emit(QuestionAsked(self.session_id, self.run_id, question_id, text, tuple(choices)))
        answer: str | None = None
        try:
            if self.attended:
                answer = await self.broker.wait_for_answer(question_id)
            else:
                self.needs_person = True
        finally:
            self.emit(QuestionAnswered(self.session_id, self.run_id, question_id, answer))
        return answer

    def _resolved(
        self,
        approval_id: str,
        allowed: bool,
        by: Literal["person", "nobody", "cancelled"],
        note: str = "",
        scope: Scope = "once",
    ) -> None:
        self.emit(ApprovalResolved(self.session_id, self.run_id, approval_id, allowed, by, note, scope))


def answer_of(verdict: ResolveApproval, scopes: Sequence[Scope]) -> Answer:
    """What a person's verdict means where these scopes were offered."""
    scope = verdict.scope if verdict.allow and verdict.scope in scopes else "once"
    note = f": {verdict.note}" if verdict.note else ""
    refusal = "" if verdict.allow else f"The user said no{note}. It was not done; do not try it another way."
    return Answer(verdict.allow, "person", scope, verdict.note, refusal)


def _nobody(asking: Asking) -> str:
    beforehand = ", or beforehand: --grant DIR for a folder, --yes for the rest"
    return NOBODY.format(reason=asking.reason, beforehand=beforehand if "always" in asking.scopes else "")


def _shown(call: ToolCall) -> dict[str, Any]:
    """The call's arguments for the person who decides, each string bounded. The executor has checked them."""
    try:
        arguments = msgspec.json.decode(call.arguments or "{}", type=dict[str, Any])
    except msgspec.DecodeError:
        return {}
    return {name: value[:MAX_SHOWN] if isinstance(value, str) else value for name, value in arguments.items()}
