"""Where providers depart from the common wire format. Told from the address and the model's name, never by asking.

Each departure is one that a provider answers with status 400 when it is not kept. A person overrides the treatment of
thinking by `extra = { homard_thinking = "never" }` (or `"tool_calls"`, `"all"`) at the model.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from agent.settings import ModelProfile

OURS = "homard_"
"""Keys of `extra` that begin so are for us and never sent."""

_MISTRAL = ("mistral", "mixtral", "ministral", "devstral", "codestral", "magistral", "pixtral")
_DEMANDING = ("deepseek", "kimi", "moonshot")
_REFUSING = ("api.openai.com", "groq.com", "cerebras.ai", "mistral.ai")


class Dialect(msgspec.Struct, frozen=True):
    """How to write a request for one model."""

    thinking: Literal["never", "tool_calls", "all"] = "tool_calls"
    """Which assistant messages carry their thinking back, in the field in which it came."""
    thinking_demanded: bool = False
    """A message with tool calls must have the field, even empty (DeepSeek, Moonshot)."""
    mistral: bool = False
    """Call ids of nine letters and digits, tool messages with a name, an assistant message between tool and user."""
    limit_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"


def dialect_of(model: ModelProfile) -> Dialect:
    """Find the dialect of a model."""
    place = f"{model.settings.base_url} {model.name}".lower()
    thinking: Literal["never", "tool_calls", "all"] = "tool_calls"
    if any(host in model.settings.base_url for host in _REFUSING):
        thinking = "never"
    elif "kimi" in place or "moonshot" in place:
        thinking = "all"
    wish = model.extra.get(OURS + "thinking")
    if wish == "never" or wish == "tool_calls" or wish == "all":
        thinking = wish
    return Dialect(
        thinking=thinking,
        thinking_demanded=thinking != "never" and any(word in place for word in _DEMANDING),
        mistral=any(word in place for word in _MISTRAL),
        limit_field="max_completion_tokens" if "api.openai.com" in place else "max_tokens",
    )
