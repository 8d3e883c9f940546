"""What a conversation is made of: parts, messages, entries.

All types are frozen `msgspec.Struct`s: one definition serves the store, the private socket and the
code, and a union of them is told apart by its `type` tag. (Measured against pydantic dataclasses:
a union of 40 types costs 260 ms to build there, 4 ms here, at every start.)
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from agent.labels import Label


class TextPart(msgspec.Struct, frozen=True, tag="text"):
    """Plain or Markdown text."""

    text: str


class ImagePart(msgspec.Struct, frozen=True, tag="image"):
    """An image for a model that sees."""

    media_type: str
    """An IANA media type, for instance `image/png`."""
    data: bytes
    """The encoded file, as it is (base64 in JSON)."""


class ThinkingPart(msgspec.Struct, frozen=True, tag="thinking"):
    """What a model thought aloud; sent back where the provider wants it."""

    text: str
    signature: str = ""
    """The provider's seal over the text, if it gives one (Anthropic)."""
    field: str = ""
    """The wire field it came in and goes back in (`reasoning_content`, `reasoning`)."""


class ToolCall(msgspec.Struct, frozen=True, tag="tool_call"):
    """A model's wish to use a tool."""

    call_id: str
    """Unique within the session; made by us where the provider gave none."""
    name: str
    arguments: str
    """The JSON text as the model wrote it. May be malformed: the executor judges it."""


class ToolResult(msgspec.Struct, frozen=True):
    """What became of a tool call. Each call has exactly one."""

    call_id: str
    name: str
    content: tuple[TextPart | ImagePart, ...]
    """For the model."""
    details: dict[str, Any] = {}
    """For the screen: plain JSON data."""
    is_error: bool = False
    outcome: Literal["done", "unknown", "not_run"] = "done"
    """`unknown`: it was in flight when the process died; `not_run`: it never started."""
    label: Label | None = None
    """Where its content came from and how secret it is; None: it holds nothing but Homard's own words."""

    @property
    def text(self) -> str:
        """The text parts, joined."""
        return "\n".join(part.text for part in self.content if isinstance(part, TextPart))


class Usage(msgspec.Struct, frozen=True):
    """Tokens and money of one or more model calls."""

    input_tokens: int = 0
    """All prompt tokens, the cached ones among them."""
    cached_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = None
    """None: the price of the model is unknown. Never 0 for unknown."""

    def plus(self, other: Usage) -> Usage:
        """Add two usages; the sum of a known and an unknown price is unknown."""
        unknown = self.cost_usd is None or other.cost_usd is None
        return Usage(
            self.input_tokens + other.input_tokens,
            self.cached_tokens + other.cached_tokens,
            self.output_tokens + other.output_tokens,
            None if unknown else (self.cost_usd or 0.0) + (other.cost_usd or 0.0),
        )


NO_USAGE = Usage(cost_usd=0.0)
"""The neutral element of `Usage.plus`."""

FinishReason = Literal["stop", "tool_calls", "length"]
"""Why a *complete* reply ended. Anything else is a `ModelError`, never a message."""


class UserMessage(msgspec.Struct, frozen=True, tag="user"):
    """What a person (or a trigger) said."""

    parts: tuple[TextPart | ImagePart, ...]
    context: str = ""
    """The volatile tail when this was sent (time, folder). Stored, so that the prompt stays a stable prefix."""
    typed: bool = True
    """A person wrote it here, word by word; not a job, a pipe or a file. Only such words vouch for values."""
    label: Label | None = None
    """Where the text came from, if not from the person who sent it."""
    stored: tuple[str, ...] = ()
    """SHA-256 of the texts that were too long to stand here whole, in the store."""

    @property
    def text(self) -> str:
        """The text parts, joined."""
        return "\n".join(part.text for part in self.parts if isinstance(part, TextPart))


class AssistantMessage(msgspec.Struct, frozen=True, tag="assistant"):
    """One complete reply of a model, or the text of one that was stopped."""

    parts: tuple[TextPart | ThinkingPart | ToolCall, ...]
    model: str = ""
    """`provider/model` that answered."""
    finish: FinishReason | Literal["cut"] = "stop"
    """`cut`: the run was stopped while it came; stored, never given by a gateway, and without thinking and calls."""
    usage: Usage = NO_USAGE
    label: Label | None = None
    """The label of all that the model had seen when it wrote this; None: the person's words only."""
    from_cache: bool = False
    """No model was called: it is what the model answered to the very same request before."""

    @property
    def text(self) -> str:
        """The text parts, joined, without thinking."""
        return "".join(part.text for part in self.parts if isinstance(part, TextPart))

    @property
    def tool_calls(self) -> tuple[ToolCall, ...]:
        """The calls, in the order in which the model made them."""
        return tuple([part for part in self.parts if isinstance(part, ToolCall)])  # asked for of each message, often


class ToolMessage(msgspec.Struct, frozen=True, tag="tool"):
    """The result of one tool call."""

    result: ToolResult


class NoteMessage(msgspec.Struct, frozen=True, tag="note"):
    """A word of the harness to the model: a limit near its end, a loop seen. Sent as a marked user message."""

    text: str


class SummaryMessage(msgspec.Struct, frozen=True, tag="summary"):
    """Stands in the prompt for all entries up to and including `covers_to`; they stay stored and recallable."""

    text: str
    covers_to: int
    """An `entry_id`."""


Message = UserMessage | AssistantMessage | ToolMessage | NoteMessage | SummaryMessage


class Entry(msgspec.Struct, frozen=True):
    """A message as stored: append-only, a node of the session's tree."""

    entry_id: int
    parent_id: int | None
    session_id: str
    """The session that appended it; a branch shares the entries of its parent."""
    run_id: str | None
    created_at: datetime
    message: Message


class ToolSpec(msgspec.Struct, frozen=True):
    """A tool as a model is told of it."""

    name: str
    description: str
    parameters: dict[str, Any]
    """JSON Schema (2020-12) of the arguments object."""
