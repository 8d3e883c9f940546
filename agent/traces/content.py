"""What was said, read and written in a run, in the shapes of OpenTelemetry's conventions for generative AI.

`gen_ai.input.messages` and `gen_ai.output.messages` follow the JSON schemas of those names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
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
SLACK_CHARS: Final = 20_000
"""Looked through for keys beyond what is shown: one that is cut in two would not be known."""
MOST_MESSAGES_BYTES: Final = 100_000
"""Of all messages of one prompt: the newest stay."""
_ESCAPED: Final = re.compile(r"\\(?:u00([2-7][0-9a-fA-F])|/)")
LEFT_OUT: Final = "homard.input.messages.left_out"

Json = dict[str, Any]
Cut = Callable[[str], str]


class Content:
    """The texts of one run's path."""

    def __init__(self, path: Sequence[Entry], hide: Callable[[str], str] = str) -> None:
        """`hide`: takes known keys out of a text."""
        self._path = path
        self._hide = hide
        self._at = {entry.entry_id: index for index, entry in enumerate(path)}
        self._made: dict[int, bytes] = {}

    def text(self, whole: str) -> str:
        """A text as it goes out: without known keys, and not too long."""
        shown = self._hide(whole[: MOST_CHARS + SLACK_CHARS])[:MOST_CHARS]
        return shown if len(whole) <= MOST_CHARS else f"{shown}… ({len(whole):,} characters)"

    def of_reply(self, entry_id: int) -> Json:
        """Attributes of the call that gave this reply: what it was asked, what it said."""
        at = self._at.get(entry_id)
        if at is None:
            return {}
        asked, left_out = self._newest(visible(self._path[:at]))
        said = {"gen_ai.input.messages": asked, "gen_ai.output.messages": _list([self._message(self._path[at])])}
        return {**said, LEFT_OUT: left_out} if left_out else said

    def of_result(self, entry_id: int) -> Json:
        """Attributes of the call that gave this result."""
        at = self._at.get(entry_id)
        message = self._path[at].message if at is not None else None
        return {"gen_ai.tool.call.result": self.text(message.result.text)} if isinstance(message, ToolMessage) else {}

    def of_arguments(self, given: str) -> Json:
        """Attributes of a call with these arguments."""
        return {"gen_ai.tool.call.arguments": self.text(unescaped(given))}

    def _newest(self, entries: Sequence[Entry]) -> tuple[str, int]:
        """The newest messages that have room, as a JSON list, and how many have none."""
        kept: list[bytes] = []
        room = MOST_MESSAGES_BYTES
        for entry in reversed(entries):
            message = self._message(entry)
            room -= len(message)
            if room < 0 and kept:
                break
            kept.append(message)
        return _list(kept[::-1]), len(entries) - len(kept)

    def _message(self, entry: Entry) -> bytes:
        """Made once: each is in the prompts of all replies after it."""
        if entry.entry_id not in self._made:
            self._made[entry.entry_id] = msgspec.json.encode(_message(entry.message, self.text))
        return self._made[entry.entry_id]


def _list(messages: Sequence[bytes]) -> str:
    return (b"[" + b",".join(messages) + b"]").decode()


def _message(message: Message, text: Cut) -> Json:
    match message:
        case UserMessage(parts=parts):
            return {"role": "user", "parts": [_part(part, text) for part in parts]}
        case AssistantMessage(parts=parts, finish=finish):
            reason = "tool_call" if finish == "tool_calls" else finish
            return {"role": "assistant", "parts": [_part(part, text) for part in parts], "finish_reason": reason}
        case ToolMessage(result=result):
            answer = {"type": "tool_call_response", "id": text(result.call_id), "response": text(result.text)}
            return {"role": "tool", "parts": [answer]}
        case NoteMessage(text=said) | SummaryMessage(text=said):
            return {"role": "user", "parts": [{"type": "text", "content": text(said)}]}


def _part(part: TextPart | ImagePart | ThinkingPart | ToolCall, cut: Cut) -> Json:
    match part:
        case TextPart(text=text):
            return {"type": "text", "content": cut(text)}
        case ThinkingPart(text=text):
            return {"type": "reasoning", "content": cut(text)}
        case ImagePart(media_type=kind, data=data):
            return {"type": "text", "content": f"[image, {kind}, {len(data):,} bytes]"}
        case ToolCall(call_id=call_id, name=name, arguments=given):
            return {"type": "tool_call", "id": cut(call_id), "name": cut(name), "arguments": _read(given, cut)}


def _read(given: str, cut: Cut) -> Any:
    """Arguments as an object, where they are one; else as the model wrote them."""
    text = cut(unescaped(given))
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return text


def unescaped(given: str) -> str:
    """The same JSON with its characters as they are: a key that is partly written as `\\u0073` would not be known."""
    if "\\" not in given:
        return given
    try:
        return msgspec.json.encode(msgspec.json.decode(given)).decode()
    except (msgspec.DecodeError, RecursionError):
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)) if found[1] else "/", given)
