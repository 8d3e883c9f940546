"""How many tokens a prompt is, roughly and at once.

Four characters a token is right within about 15 % for English and code; other scripts are denser, so non-ASCII
characters count as a token each two. What a provider reports replaces the estimate as soon as it is known.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from agent.messages import AssistantMessage, ImagePart, Message, ToolMessage, ToolSpec, UserMessage

IMAGE_TOKENS = 1_000
"""What most providers count for one image of ordinary size."""
MESSAGE_TOKENS = 4


def text_tokens(text: str) -> int:
    """Estimate the tokens of a text."""
    if text.isascii():
        return (len(text) + 3) // 4
    dense = len(text) - len(text.encode("ascii", "ignore"))
    return (len(text) - dense + 3) // 4 + (dense + 1) // 2


def message_tokens(message: Message) -> int:
    """Estimate the tokens of one message."""
    match message:
        case UserMessage():
            images = sum(IMAGE_TOKENS for part in message.parts if isinstance(part, ImagePart))
            return MESSAGE_TOKENS + text_tokens(message.text) + text_tokens(message.context) + images
        case AssistantMessage():
            calls = sum(text_tokens(call.name + call.arguments) + MESSAGE_TOKENS for call in message.tool_calls)
            return MESSAGE_TOKENS + text_tokens(message.text) + calls
        case ToolMessage():
            images = sum(IMAGE_TOKENS for part in message.result.content if isinstance(part, ImagePart))
            return MESSAGE_TOKENS + text_tokens(message.result.text) + images
        case _:
            return MESSAGE_TOKENS + text_tokens(message.text)


def prompt_tokens(system: str, tools: Iterable[ToolSpec], messages: Iterable[Message]) -> int:
    """Estimate the tokens of a whole request."""
    specs = sum(text_tokens(msgspec.json.encode(tool).decode()) for tool in tools)
    return text_tokens(system) + specs + sum(message_tokens(message) for message in messages)
