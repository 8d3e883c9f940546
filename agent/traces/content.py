"""What was said, read and written in a run, in the shapes of OpenTelemetry's conventions for generative AI.

`gen_ai.input.messages` and `gen_ai.output.messages` follow the JSON schemas of those names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from agent.context.window import visible
from agent.messages import (
    AssistantMessage,
    Entry,
    ImagePart,
    Message,
    NoteMessage,
    SummaryMessage,
    TextPart,
    ThinkingPart,
    ToolCall,
    ToolMessage,
    UserMessage,
)

MOST_CHARS: Final = 20_000
"""Of one text; the rest is counted."""
MOST_MESSAGES_CHARS: Final = 200_000
"""Of all messages of one prompt: the newest stay."""
LEFT_OUT: Final = "homard.input.messages.left_out"

Json = dict[str, Any]


class Content:
    """The texts of one run's path."""

    def __init__(self, path: Sequence[Entry]) -> None:
        self._path = path
        self._at = {entry.entry_id: index for index, entry in enumerate(path)}

    def of_reply(self, entry_id: int) -> Json:
        """Attributes of the call that gave this reply: what it was asked, what it said."""
        at = self._at.get(entry_id)
        if at is None:
            return {}
        asked, left_out = _newest(visible(self._path[:at]))
        reply = self._path[at].message
        said = {"gen_ai.input.messages": _text(asked), "gen_ai.output.messages": _text([_message(reply)])}
        return {**said, LEFT_OUT: left_out} if left_out else said

    def of_result(self, entry_id: int) -> Json:
        """Attributes of the call that gave this result."""
        at = self._at.get(entry_id)
        message = self._path[at].message if at is not None else None
        return {"gen_ai.tool.call.result": _cut(message.result.text)} if isinstance(message, ToolMessage) else {}


def arguments(text: str) -> Json:
    """Attributes of a call with these arguments."""
    return {"gen_ai.tool.call.arguments": _cut(text)}


def _newest(entries: Sequence[Entry]) -> tuple[list[Json], int]:
    """The newest messages that have room, and how many have none."""
    kept: list[Json] = []
    room = MOST_MESSAGES_CHARS
    for entry in reversed(entries):
        message = _message(entry.message)
        room -= len(_text(message))
        if room < 0 and kept:
            break
        kept.append(message)
    return kept[::-1], len(entries) - len(kept)


def _message(message: Message) -> Json:
    match message:
        case UserMessage(parts=parts):
            return {"role": "user", "parts": [_part(part) for part in parts]}
        case AssistantMessage(parts=parts, finish=finish):
            reason = "tool_call" if finish == "tool_calls" else finish
            return {"role": "assistant", "parts": [_part(part) for part in parts], "finish_reason": reason}
        case ToolMessage(result=result):
            answer = {"type": "tool_call_response", "id": result.call_id, "response": _cut(result.text)}
            return {"role": "tool", "parts": [answer]}
        case NoteMessage(text=text) | SummaryMessage(text=text):
            return {"role": "user", "parts": [{"type": "text", "content": _cut(text)}]}


def _part(part: TextPart | ImagePart | ThinkingPart | ToolCall) -> Json:
    match part:
        case TextPart(text=text):
            return {"type": "text", "content": _cut(text)}
        case ThinkingPart(text=text):
            return {"type": "reasoning", "content": _cut(text)}
        case ImagePart(media_type=kind, data=data):
            return {"type": "text", "content": f"[image, {kind}, {len(data):,} bytes]"}
        case ToolCall(call_id=call_id, name=name, arguments=given):
            return {"type": "tool_call", "id": call_id, "name": name, "arguments": _read(given)}


def _read(given: str) -> Any:
    """Arguments as an object, where they are one."""
    if len(given) > MOST_CHARS:
        return _cut(given)
    try:
        return msgspec.json.decode(given)
    except msgspec.DecodeError:
        return given


def _cut(text: str) -> str:
    return text if len(text) <= MOST_CHARS else f"{text[:MOST_CHARS]}… ({len(text):,} characters)"


def _text(value: Sequence[Json] | Mapping[str, Any]) -> str:
    return msgspec.json.encode(value).decode()
