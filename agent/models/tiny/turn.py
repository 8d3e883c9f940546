"""Where a conversation stands: the last words of the user, and what was done about them so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from agent.messages import (
    AssistantMessage,
    Message,
    NoteMessage,
    TextPart,
    ThinkingPart,
    ToolCall,
    ToolMessage,
    UserMessage,
)
from agent.models.tiny.steps import Done, Plan

_PLAN = "plan "
_EXCHANGES = 2
_CHARS = 400
"""Of an earlier message that goes into a prompt."""


@dataclass(frozen=True)
class Turn:
    """What a reply has to deal with."""

    ask: str
    context: str
    """The volatile context of that message: time, folder."""
    plan: Plan | None
    """What was decided about it in an earlier reply."""
    done: list[Done]
    rounds: int
    """Replies with calls since then."""
    must_answer: bool
    """The harness said that no more calls may follow."""
    recent_file: str
    """The file that was last worked with before, for `it` and `that file`."""
    history: list[Message]
    """The last exchanges before it, words only, shortened."""


def read_turn(messages: Sequence[Message]) -> Turn:
    """Find the last user message and what follows it."""
    at = max((index for index, message in enumerate(messages) if isinstance(message, UserMessage)), default=-1)
    last = messages[at] if at >= 0 else None
    user = last if isinstance(last, UserMessage) else UserMessage(())
    since = messages[at + 1 :]
    replies = [message for message in since if isinstance(message, AssistantMessage) and message.tool_calls]
    return Turn(
        ask=user.text,
        context=user.context,
        plan=next((plan for reply in reversed(replies) if (plan := _kept_plan(reply))), None),
        done=_done(since),
        rounds=len(replies),
        must_answer=any(isinstance(message, NoteMessage) for message in since),
        recent_file=_recent_file(messages[: max(at, 0)]),
        history=_history(messages[: max(at, 0)]),
    )


def keep_plan(plan: Plan) -> ThinkingPart:
    """The part of a reply from which `read_turn` knows the plan again."""
    return ThinkingPart(_PLAN + msgspec.json.encode(plan).decode())


def _kept_plan(reply: AssistantMessage) -> Plan | None:
    for part in reply.parts:
        if isinstance(part, ThinkingPart) and part.text.startswith(_PLAN):
            try:
                return msgspec.json.decode(part.text.removeprefix(_PLAN), type=Plan)
            except msgspec.DecodeError:
                return None
    return None


def _done(since: Sequence[Message]) -> list[Done]:
    calls = {
        call.call_id: call for message in since if isinstance(message, AssistantMessage) for call in message.tool_calls
    }
    return [
        Done(call.name, _arguments(call), message.result)
        for message in since
        if isinstance(message, ToolMessage) and (call := calls.get(message.result.call_id))
    ]


def _recent_file(before: Sequence[Message]) -> str:
    for message in reversed(before):
        if isinstance(message, AssistantMessage):
            for call in reversed(message.tool_calls):
                path = _arguments(call).get("path")
                if isinstance(path, str) and call.name in ("read", "write", "edit"):
                    return path
    return ""


def _history(before: Sequence[Message]) -> list[Message]:
    """The words of the last exchanges. Pairs only: a template may refuse two messages of one side in a row."""
    found: list[Message] = []
    for message in before:
        if isinstance(message, UserMessage) and message.text:
            found = [*found[: len(found) // 2 * 2], UserMessage((TextPart(message.text[:_CHARS]),))]
        elif isinstance(message, AssistantMessage) and message.text and len(found) % 2:
            found.append(AssistantMessage((TextPart(message.text[:_CHARS]),)))
    return found[: len(found) // 2 * 2][-2 * _EXCHANGES :]


def _arguments(call: ToolCall) -> dict[str, Any]:
    try:
        return msgspec.json.decode(call.arguments, type=dict[str, Any])
    except msgspec.DecodeError:
        return {}
