"""What a model provider is asked."""

from __future__ import annotations

from typing import Any, Literal

import msgspec


class Message(msgspec.Struct, frozen=True):
    """One message of a conversation."""

    role: Literal["user", "assistant", "tool"]
    text: str


class ModelRequest(msgspec.Struct, frozen=True):
    """One reply is wanted."""

    model: str
    """As the provider lists it."""
    system: str
    messages: tuple[Message, ...]
    schema: dict[str, Any] | None = None
    """JSON Schema that the reply must follow."""
    max_tokens: int | None = None
