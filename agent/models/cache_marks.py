"""Marks in a request up to which a provider keeps what it has read, for those that keep nothing by themselves.

Anthropic's models want them, wherever they are bought. OpenAI, DeepSeek, Gemini (since 2.5) and most others keep each
prompt by themselves. Gemini's other cache, which is asked for, costs by the hour, and no reply says how much: not used.
A person overrides it by `extra = { homard_cache = "marks" }` (or `"none"`) at the model.
"""

from __future__ import annotations

from typing import Any

from agent.models.dialect import OURS
from agent.settings import ModelProfile

_RESELLERS = ("bedrock", "bedrock_converse", "vertex_ai", "azure_ai", "openrouter")
"""litellm's names of those who sell Anthropic's models too."""
_MARK = {"type": "ephemeral"}

_Wire = dict[str, Any]


def wants_marks(model: ModelProfile) -> bool:
    """Whether a model's provider keeps a prompt only up to marks. Told from the settings, never by asking."""
    wish = model.extra.get(OURS + "cache")
    if wish == "marks" or wish == "none":
        return wish == "marks"
    settings = model.settings
    claude = "claude" in model.name.lower()
    if settings.transport == "direct":
        return claude and "openrouter.ai" in settings.base_url
    seller = (settings.litellm_provider or model.provider) if settings.transport == "litellm" else ""
    # Of resellers some models take no marks, and refuse them: those have no price for what is kept.
    priced = model.price is not None and model.price.cached is not None
    return seller == "anthropic" or (claude and priced and seller in _RESELLERS)


def mark(messages: list[_Wire], *, goes_on: bool) -> None:
    """Put marks into the messages of a request, at most three.

    After system prompt and tools; where the request before ended, however much was said since; and, if another will
    follow (`goes_on`), at the end: what is kept there costs more than what is only read.
    """
    places = [0] if messages and messages[0]["role"] == "system" else []
    replies = [index for index, message in enumerate(messages) if message["role"] == "assistant"]
    if replies and replies[-1] > 0:
        places.append(replies[-1] - 1)
    if goes_on:
        places.append(len(messages) - 1)
    for place in dict.fromkeys(places):
        if place < len(messages):
            _mark(messages[place])


def _mark(message: _Wire) -> None:
    content = message.get("content")
    if not content:
        return  # an empty text takes no mark
    if message["role"] == "tool":
        message["cache_control"] = dict(_MARK)
        return
    blocks: list[_Wire] = [{"type": "text", "text": content}] if isinstance(content, str) else content
    message["content"] = blocks
    texts = [block for block in blocks if block.get("type") == "text"]
    (texts or blocks)[-1]["cache_control"] = dict(_MARK)
