"""Events of a run as the updates that an editor draws: text, thoughts, tool calls with their diffs."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from acp import schema
from acp.helpers import (
    text_block,
    tool_content,
    tool_diff_content,
    update_agent_message_text,
    update_agent_thought_text,
    update_tool_call,
    update_user_message_text,
)

from agent.events import AnyEvent, MessageDelta, SteeringDelivered, ToolCallFinished, ToolCallProgress, ToolCallStarted
from agent.messages import (
    AssistantMessage,
    Entry,
    NoteMessage,
    SummaryMessage,
    TextPart,
    ThinkingPart,
    ToolCall,
    ToolMessage,
    ToolResult,
    UserMessage,
)

Kind = Literal["read", "edit", "delete", "move", "search", "execute", "fetch", "other"]
KINDS: Final[Mapping[str, Kind]] = {
    "read": "read",
    "write": "edit",
    "edit": "edit",
    "move": "move",
    "delete": "delete",
    "find": "search",
    "recall": "search",
    "shell": "execute",
    "fetch": "fetch",
    "extract": "fetch",
}
MAX_CHARS: Final = 20_000
"""Of what a tool gave, as an editor gets it."""
_HUNK = re.compile(r"^@@.*@@$")


class Translator:
    """Makes updates of one run; remembers the calls that it has named."""

    def __init__(self, cwd: str) -> None:
        self._cwd = cwd
        self._calls: dict[str, ToolCall] = {}

    def updates(self, event: AnyEvent) -> Iterator[Any]:
        """What an event means for the screen."""
        match event:
            case MessageDelta():
                make = update_agent_thought_text if event.thinking else update_agent_message_text
                yield make(event.text)
            case SteeringDelivered():
                yield update_user_message_text(event.text)
            case ToolCallStarted():
                yield self.started(event.call, event.title)
            case ToolCallProgress():
                shown = [tool_content(text_block(event.text[-MAX_CHARS:]))]
                yield update_tool_call(event.call_id, status="in_progress", content=shown)
            case ToolCallFinished():
                yield self.finished(event.result)
            case _:
                return

    def started(self, call: ToolCall, title: str) -> schema.ToolCallStart:
        """A call that begins."""
        self._calls[call.call_id] = call
        arguments = arguments_of(call)
        return schema.ToolCallStart(
            session_update="tool_call",
            tool_call_id=call.call_id,
            title=title,
            kind=KINDS.get(call.name, "other"),
            status="in_progress",
            locations=self.locations(arguments) or None,
            content=self.diffs_before(call) or None,
            raw_input=arguments,
        )

    def finished(self, result: ToolResult) -> schema.ToolCallProgress:
        """A call that is over, with what came of it."""
        call = self._calls.get(result.call_id)
        diffs = self._diffs_after(call, result) if call is not None and not result.is_error else []
        text = result.text[:MAX_CHARS]
        content: list[Any] = diffs or ([tool_content(text_block(text))] if text else [])
        return update_tool_call(
            result.call_id,
            status="failed" if result.is_error else "completed",
            content=content,
        )

    def locations(self, arguments: Mapping[str, Any]) -> list[schema.ToolCallLocation]:
        """The files that a call is about."""
        named = [arguments.get(key) for key in ("path", "to", "from")]
        return [schema.ToolCallLocation(path=self._whole(path)) for path in named if isinstance(path, str) and path]

    def diffs_before(self, call: ToolCall) -> list[Any]:
        """What a call would write, as far as its arguments say."""
        found = arguments_of(call)
        path, old, new, text = (found.get(key) for key in ("path", "old", "new", "text"))
        if call.name == "edit" and isinstance(path, str) and isinstance(old, str) and isinstance(new, str):
            return [tool_diff_content(self._whole(path), new, old)]
        if call.name == "write" and isinstance(path, str) and isinstance(text, str):
            return [tool_diff_content(self._whole(path), text)]
        return []

    def _diffs_after(self, call: ToolCall, result: ToolResult) -> list[Any]:
        """What was written. The diff of the result knows the whole lines; where it was cut, the arguments do."""
        diff, path = result.details.get("diff"), result.details.get("path")
        if call.name not in ("write", "edit") or not isinstance(path, str):
            return []
        if not isinstance(diff, str) or not diff or result.details.get("created") or "…" in diff:
            return self.diffs_before(call)
        hunks = [tool_diff_content(path, new, old) for old, new in hunks_of(diff)]
        return hunks or self.diffs_before(call)

    def _whole(self, path: str) -> str:
        return os.path.join(self._cwd, os.path.expanduser(path))

    def replay(self, entry: Entry, title: Any) -> Iterator[Any]:
        """What a stored entry looked like; `title` gives the line for a call."""
        match entry.message:
            case UserMessage():
                yield update_user_message_text(entry.message.text)
            case AssistantMessage():
                for part in entry.message.parts:
                    match part:
                        case TextPart():
                            yield update_agent_message_text(part.text)
                        case ThinkingPart():
                            yield update_agent_thought_text(part.text)
                        case ToolCall():
                            yield self.started(part, title(part))
            case ToolMessage():
                yield self.finished(entry.message.result)
            case SummaryMessage() | NoteMessage():
                return


def arguments_of(call: ToolCall) -> dict[str, Any]:
    """The arguments of a call; of a malformed one none."""
    try:
        found: Any = json.loads(call.arguments or "{}")
    except (ValueError, RecursionError):
        return {}
    return {str(key): value for key, value in found.items()} if isinstance(found, dict) else {}  # pyright: ignore


def hunks_of(diff: str) -> Iterator[tuple[str, str]]:
    """The old and new text of each hunk of a unified diff."""
    old: list[str] = []
    new: list[str] = []
    ended: tuple[list[str], ...] = ()
    for line in [*diff.split("\n"), "@@ end @@"]:
        if _HUNK.match(line):
            if old or new:
                yield "".join(old), "".join(new)
            old, new = [], []
            continue
        sign, text = line[:1], line[1:]
        if sign == "\\":  # "No newline at end of file"
            for lines in ended:
                lines[-1] = lines[-1].removesuffix("\n")
            continue
        ended = (old,) if sign == "-" else (new,) if sign == "+" else (old, new)
        for lines in ended:
            lines.append(f"{text}\n")
