"""What a person at the program is asked, as an MCP form, and what their answer means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from agent.commands import AnswerQuestion, ResolveApproval
from agent.events import ApprovalRequested, QuestionAsked, Scope
from agent.interfaces.cli.question import wording
from agent.interfaces.cli.text import revealed
from agent.interfaces.mcp_server.watch import Open

NO: Final = "no"
ONCE: Final = "yes, this once"
RUN: Final = "yes, and the like of it in this run"
_SCOPES: Final[Mapping[str, Scope]] = {ONCE: "once", RUN: "run"}
HEAD_CHARS, TAIL_CHARS = 9_000, 3_000


def message_of(question: Open) -> str:
    """What the person reads."""
    if isinstance(question, ApprovalRequested):
        # No rule is offered here: rules are made where a person is known to be one.
        text = wording(msgspec.structs.replace(question, rule="")).removeprefix("? ")
    else:
        text = revealed(question.text)
    if len(text) <= HEAD_CHARS + TAIL_CHARS:
        return text
    # At the end stands what a person must know before the answer.
    return f"{text[:HEAD_CHARS]}\n[… not all of it is shown …]\n{text[-TAIL_CHARS:]}"


def form_of(question: Open) -> dict[str, Any]:
    """The form: JSON Schema of the kind that MCP allows. Only what the person chooses is a yes; nothing is chosen."""
    if isinstance(question, ApprovalRequested):
        answers = [NO, ONCE, *([RUN] if "run" in question.scopes else [])]
        allow = {"type": "string", "title": "Allow it?", "enum": answers}
        note = {"type": "string", "title": "A word to the model", "maxLength": 1_000}
        return {"type": "object", "properties": {"allow": allow, "note": note}, "required": ["allow"]}
    answer: dict[str, Any] = {"type": "string", "title": "Your answer"}
    if question.choices:
        answer["enum"] = list(question.choices)
    return {"type": "object", "properties": {"answer": answer}, "required": ["answer"]}


def meaning_of(question: Open, action: str, content: Mapping[str, Any] | None) -> ResolveApproval | AnswerQuestion:
    """What came back. Whatever is not exactly an offered yes is a no."""
    given: Mapping[str, Any] = content if action == "accept" and content is not None else {}
    if isinstance(question, QuestionAsked):
        answer = given.get("answer")
        return AnswerQuestion(question.question_id, answer if isinstance(answer, str) else None)
    said, note = given.get("allow"), given.get("note")
    word = note if isinstance(note, str) else ""
    if isinstance(said, str) and said in _SCOPES:
        return ResolveApproval(question.approval_id, True, word, _SCOPES[said])
    return ResolveApproval(question.approval_id, False, word)


def unanswered(question: Open) -> ResolveApproval | AnswerQuestion:
    """What holds when nobody could be asked after all."""
    return meaning_of(question, "cancel", None)
