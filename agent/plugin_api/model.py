"""What a model provider is asked, and what it gives."""

from __future__ import annotations

from typing import Any, Literal

import msgspec


class ModelCall(msgspec.Struct, frozen=True):
    """The model wants a tool called. A provider yields it like a piece of text."""

    name: str
    arguments: dict[str, Any]
    id: str = ""
    """By which the result is told; empty: one is made."""


class ModelTool(msgspec.Struct, frozen=True):
    """A tool that the model may call."""

    name: str
    description: str
    schema: dict[str, Any]
    """JSON Schema of its arguments."""


class Message(msgspec.Struct, frozen=True):
    """One message of a conversation."""

    role: Literal["user", "assistant", "tool"]
    text: str
    calls: tuple[ModelCall, ...] = ()
    """Of the assistant's."""
    call_id: str = ""
    """Of a tool's: the call that it is the result of."""


class ModelRequest(msgspec.Struct, frozen=True):
    """One reply is wanted."""

    model: str
    """As the provider lists it."""
    system: str
    messages: tuple[Message, ...]
    tools: tuple[ModelTool, ...] = ()
    schema: dict[str, Any] | None = None
    """JSON Schema that the reply must follow."""
    max_tokens: int | None = None
    temperature: float | None = None
