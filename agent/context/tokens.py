"""How many tokens a prompt is, roughly and at once; and how many at most.

Four characters a token is right within about 15 % for English and code; other scripts are denser, so non-ASCII
characters count as a token each two. What a provider reports replaces the estimate as soon as it is known.

The most is what no tokenizer in use passes by more than a few per cent: byte-level ones make no token of less than a
byte, and few split digits, capitals or signs further than into single ones. About twice the truth for English and code.
"""

from __future__ import annotations

import string
from collections.abc import Iterable

import msgspec

from agent.messages import (
    AssistantMessage,
    ImagePart,
    Message,
    TextPart,
    ThinkingPart,
    ToolCall,
    ToolMessage,
    ToolSpec,
    UserMessage,
)

IMAGE_TOKENS = 1_000
"""What most providers count for one image of ordinary size."""
MESSAGE_TOKENS = 4
_MOST_IMAGE_TOKENS = 5_000
"""The largest that a provider looks at without making it smaller."""
_MOST_AROUND_TOKENS = 12
"""What a provider puts around a message, a call or a tool."""
_MOST_TOOLS_TOKENS = 350
"""What some tell their model besides when there are tools."""
_LIGHT = (string.ascii_lowercase + " ").encode()
"""Two of these at least make a token, even in noise."""


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


def most_text_tokens(text: str) -> int:
    """How many tokens a text is at most."""
    wide = 0 if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    plain = text.encode("ascii", "ignore")
    heavy = len(plain.translate(None, _LIGHT))
    return max(wide - len(plain), 0) + heavy + (len(plain) - heavy + 1) // 2


def most_prompt_tokens(system: str, tools: Iterable[ToolSpec], messages: Iterable[Message]) -> int:
    """How many tokens a whole request is at most."""
    specs = [most_text_tokens(msgspec.json.encode(tool).decode()) + _MOST_AROUND_TOKENS for tool in tools]
    given = sum(specs) + _MOST_TOOLS_TOKENS if specs else 0
    return most_text_tokens(system) + given + most_messages_tokens(messages)


def most_messages_tokens(messages: Iterable[Message]) -> int:
    """How many tokens messages are at most."""
    return sum(_most_message_tokens(message) for message in messages)


def _most_message_tokens(message: Message) -> int:
    match message:
        case UserMessage():
            parts, beside = message.parts, message.context
        case ToolMessage():
            parts, beside = message.result.content, message.result.name
        case AssistantMessage():
            parts, beside = message.parts, ""
        case _:
            parts, beside = (), message.text
    return _MOST_AROUND_TOKENS + most_text_tokens(beside) + sum(_most_part_tokens(part) for part in parts)


def _most_part_tokens(part: TextPart | ImagePart | ThinkingPart | ToolCall) -> int:
    match part:
        case ImagePart():
            return _MOST_IMAGE_TOKENS
        case ToolCall():
            return _MOST_AROUND_TOKENS + most_text_tokens(part.name + part.arguments)
        case ThinkingPart():
            return most_text_tokens(part.text + part.signature)
        case TextPart():
            return most_text_tokens(part.text)
