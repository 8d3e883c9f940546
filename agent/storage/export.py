"""A session as a document: pure functions over what the store gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

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
from agent.storage.records import Run, Session, clean

FORMAT = 1
"""Version of the JSON document."""


def to_document(session: Session, entries: Sequence[Entry], runs: Sequence[Run] = ()) -> dict[str, Any]:
    """Make plain JSON data of everything: `format`, `session`, `entries`, `runs`. Images are base64."""
    return {
        "format": FORMAT,
        "session": msgspec.to_builtins(msgspec.structs.replace(session, cwd=clean(session.cwd))),
        "entries": [msgspec.to_builtins(entry) for entry in entries],
        "runs": [msgspec.to_builtins(run) for run in runs],
    }


def to_markdown(session: Session, entries: Sequence[Entry]) -> str:
    """Write a session for a reader: what was said, calls and results as fenced blocks, thinking left out."""
    title = " ".join(clean(session.title).split()) or f"Session {session.session_id}"
    head = [f"# {title}", f"Session `{session.session_id}`, begun {session.created_at:%Y-%m-%d %H:%M} UTC."]
    blocks = [block for entry in entries for block in _blocks(entry.message)]
    return "\n\n".join([*head, *blocks]) + "\n"


def _blocks(message: Message) -> list[str]:
    if isinstance(message, UserMessage):
        return ["## You", *_parts(message.parts)]
    if isinstance(message, AssistantMessage):
        title = f"## Homard ({message.model})" if message.model else "## Homard"
        return [title, *_parts(message.parts), *(["*Stopped here.*"] if message.finish == "cut" else [])]
    if isinstance(message, ToolMessage):
        result = message.result
        state = {"unknown": " (outcome unknown)", "not_run": " (not run)"}.get(result.outcome, "")
        state = state or (" (error)" if result.is_error else "")
        images = [part for part in result.content if isinstance(part, ImagePart)]
        text = [_fenced(result.text, "")] if result.text else []
        return [f"Result of `{result.name}`{state}:", *text, *_parts(images)]
    if isinstance(message, SummaryMessage):
        return ["## Summary of what came before", message.text]
    return [_quoted(message)]


def _parts(parts: Sequence[TextPart | ImagePart | ThinkingPart | ToolCall]) -> list[str]:
    blocks: list[str] = []
    for part in parts:
        if isinstance(part, TextPart):
            blocks += [part.text] if part.text else []
        elif isinstance(part, ImagePart):
            blocks.append(f"*(image, {part.media_type}, {len(part.data)} bytes)*")
        elif isinstance(part, ToolCall):
            blocks += [f"Call of `{part.name}`:", _fenced(part.arguments, "json")]
    return blocks


def _quoted(note: NoteMessage) -> str:
    return "\n".join(f"> {line}" for line in note.text.splitlines())


def _fenced(text: str, language: str) -> str:
    """A code block whose fence is longer than any in the text."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}{language}\n{text}\n{fence}"
