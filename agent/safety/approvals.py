"""Asking a person: an approval or a question is an event that holds a future."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec

from agent.commands import AnswerQuestion, ResolveApproval
from agent.errors import UsageError
from agent.events import AnyEvent, ApprovalRequested, ApprovalResolved, QuestionAnswered, QuestionAsked
from agent.messages import ToolCall
from agent.safety.effects import Effect

MAX_SHOWN = 20_000
"""Characters of an argument that a person is shown."""
NOBODY = (
    "Not done: {reason}, and nobody is there to ask. Go on without it, or say what is needed "
    "(the user can allow it by being there, or beforehand: --grant DIR for a folder, --yes for the rest)."
)


class ApprovalBroker:
    """Open approvals and questions of all runs, whoever answers them."""

    def __init__(self) -> None:
        self._approvals: dict[str, asyncio.Future[ResolveApproval]] = {}
        self._questions: dict[str, asyncio.Future[str | None]] = {}

    def resolve(self, command: ResolveApproval) -> None:
        """Deliver a person's verdict. Raises UsageError if nothing waits for it."""
        future = self._approvals.get(command.approval_id)
        if future is None or future.done():
            raise UsageError(f"No approval {command.approval_id} is waiting; it was answered or its run is over.")
        future.set_result(command)

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


@dataclass
class RunApprover:
    """`Approver` of one run: knows whether somebody is there."""

    session_id: str
    run_id: str
    broker: ApprovalBroker
    emit: Callable[[AnyEvent], None]
    approve_all: bool
    """Yes beforehand, to commands, fetches, and files inside the granted folders. Not to files outside them."""
    attended: bool
    needs_person: bool = field(default=False)
    """Something was not done because nobody was there."""

    async def approve(self, call: ToolCall, effects: Sequence[Effect], reason: str) -> str | None:
        """Return None for yes, else why not."""
        if self.approve_all and all(effect.granted or not effect.verb.startswith("fs.") for effect in effects):
            return None
        approval_id = f"a{secrets.token_hex(6)}"
        words = tuple(str(effect) for effect in effects)
        details = {"arguments": _shown(call)}
        self.emit(
            ApprovalRequested(
                self.session_id, self.run_id, approval_id, call.call_id, call.name, words, reason, details
            )
        )
        if not self.attended:
            self.needs_person = True
            self._resolved(approval_id, False, "nobody")
            return NOBODY.format(reason=reason)
        try:
            verdict = await self.broker.wait_for_verdict(approval_id)
        except asyncio.CancelledError:
            self._resolved(approval_id, False, "cancelled")
            raise
        self._resolved(approval_id, verdict.allow, "person", verdict.note)
        if verdict.allow:
            return None
        note = f": {verdict.note}" if verdict.note else ""
        return f"The user said no{note}. It was not done; do not try it another way."

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
        self, approval_id: str, allowed: bool, by: Literal["person", "nobody", "cancelled"], note: str = ""
    ) -> None:
        self.emit(ApprovalResolved(self.session_id, self.run_id, approval_id, allowed, by, note))


def _shown(call: ToolCall) -> dict[str, Any]:
    """The call's arguments for the person who decides, each string bounded. The executor has checked them."""
    try:
        arguments = msgspec.json.decode(call.arguments or "{}", type=dict[str, Any])
    except msgspec.DecodeError:
        return {}
    return {name: value[:MAX_SHOWN] if isinstance(value, str) else value for name, value in arguments.items()}
