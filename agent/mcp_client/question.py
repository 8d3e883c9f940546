"""What a server asks while a call runs: the person for a value (elicitation), the model for a text (sampling)."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final, cast

from agent.errors import HomardError
from agent.skills.hidden import visible
from agent.tools.foreign import ForeignCall

MAX_FIELDS: Final = 20
MAX_TRIES: Final = 3
MAX_ASKED: Final = 10
"""Questions to the person in one call."""
MAX_SAMPLED: Final = 5
"""Texts of the model in one call."""
MAX_TEXT_CHARS: Final = 2_000
MAX_SAMPLE_CHARS: Final = 100_000
YES, NO, ACCEPT, DECLINE, SKIP = "Yes", "No", "Accept", "Decline", "Leave it out"

Ask = Callable[[str, Sequence[str]], Awaitable[str | None]]


@dataclass
class Conversation:
    """One call, and what its server has asked for so far."""

    call: ForeignCall
    asked: int = 0
    sampled: int = 0
    waiting: int = 0
    """What else than the server is waited for, a person's answer say: meanwhile no clock runs."""


CONVERSATION: ContextVar[Conversation | None] = ContextVar("mcp_conversation", default=None)
"""In whose name a request of the server is answered; None: it came by itself."""


async def elicited(server: str, conversation: Conversation | None, params: Any) -> Any:
    """Answer `elicitation/create` by asking the person. Nothing is filled in or opened by itself."""
    from mcp_types import ElicitResult

    if conversation is None or conversation.call.ask is None or conversation.asked >= MAX_ASKED:
        return ElicitResult(action="cancel")
    conversation.asked += 1
    conversation.waiting += 1
    ask = conversation.call.ask
    try:
        if getattr(params, "mode", "form") == "url":
            return ElicitResult(action=await _address(server, params, ask))
        action, content = await _form(server, params, ask)
        return ElicitResult(action=cast("Any", action), content=cast("Any", content))
    except (TypeError, ValueError):  # bounds that are none, a proposal of another kind
        return ElicitResult(action="decline")
    finally:
        conversation.waiting -= 1


async def _address(server: str, params: Any, ask: Ask) -> Any:
    url = visible(str(params.url))
    if not url.startswith("https://"):
        return "decline"
    words = f"{_said(server, params.message)}\n\nIt wants you to open this address yourself:\n{url[:MAX_TEXT_CHARS]}"
    answer = await ask(words, (ACCEPT, DECLINE))
    return "cancel" if answer is None else "accept" if answer == ACCEPT else "decline"


async def _form(server: str, params: Any, ask: Ask) -> tuple[str, dict[str, Any] | None]:
    schema = cast("dict[str, Any]", params.requested_schema)
    given: Any = schema.get("properties", {})
    fields = cast("dict[str, Any]", given) if isinstance(given, dict) else {}
    required: Any = schema.get("required", [])
    message = _said(server, params.message)
    if len(fields) > MAX_FIELDS or not all(isinstance(one, dict) for one in fields.values()):
        return "decline", None
    if not fields:
        answer = await ask(message, (ACCEPT, DECLINE))
        return ("cancel", None) if answer is None else ("accept", {}) if answer == ACCEPT else ("decline", None)
    content: dict[str, Any] = {}
    for name, field in fields.items():
        outcome, value = await _field(message, name, field, name in required, ask)
        if outcome != "accept":
            return outcome, None
        if value is not None:
            content[name] = value
        message = f"The server {server} goes on."
    return "accept", content


def _said(server: str, message: str) -> str:
    return f"The server {server} asks: {visible(str(message))[:MAX_TEXT_CHARS]}"


async def _field(message: str, name: str, field: dict[str, Any], required: bool, ask: Ask) -> tuple[str, Any]:
    """What became of a question about one field: the outcome, and the value if it has one."""
    options = _options(field)
    optional = not required or "default" in field
    choices = (*options, *((SKIP,) if optional else ()), DECLINE) if options else ()
    label = f"{field.get('title') or name}: {field.get('description') or ''}".strip(": ")
    default = f" (otherwise {field['default']})" if "default" in field else ""
    words = f"{message}\n\n{visible(label)[:MAX_TEXT_CHARS]}{visible(default)[:200]}"
    if not options:
        words += "\nAnswer `Decline` to give nothing."
    wrong = ""
    for _ in range(MAX_TRIES):
        answer = await ask(f"{wrong}{words}", choices)
        if answer is None:
            return "cancel", None
        text = answer.strip()
        if text.casefold() == DECLINE.casefold():
            return "decline", None
        if optional and text in ("", SKIP):
            return "accept", field.get("default")
        try:
            return "accept", _value(field, options, text)
        except ValueError as error:
            wrong = f"{error} "
    return "cancel", None


def _options(field: dict[str, Any]) -> dict[str, Any]:
    """What may be chosen, by what is shown."""
    if field.get("type") == "boolean":
        return {YES: True, NO: False}
    item: Any = field.get("items")
    source = cast("dict[str, Any]", item) if field.get("type") == "array" and isinstance(item, dict) else field
    titled: Any = source.get("oneOf") or source.get("anyOf")
    if isinstance(titled, list):
        pairs = [cast("dict[str, Any]", one) for one in cast("list[Any]", titled) if isinstance(one, dict)]
        return {visible(str(one.get("title") or one.get("const")))[:200]: one.get("const") for one in pairs[:50]}
    values: Any = source.get("enum")
    if not isinstance(values, list):
        return {}
    names: Any = source.get("enumNames")
    shown = cast("list[Any]", names if isinstance(names, list) and len(cast("list[Any]", names)) == len(
        cast("list[Any]", values)) else values)  # fmt: skip
    return {
        visible(str(name))[:200]: value for name, value in list(zip(shown, cast("list[Any]", values), strict=True))[:50]
    }


def _value(field: dict[str, Any], options: dict[str, Any], text: str) -> Any:
    """The value that an answer means. Raises ValueError with what to mend."""
    kind = field.get("type")
    if kind == "array":
        parts = [part.strip() for part in text.split(",") if part.strip()]
        return [_option(options, part) for part in parts]
    if options:
        return _option(options, text)
    if kind == "integer":
        return _number(field, text, int)
    if kind == "number":
        return _number(field, text, float)
    least, most = field.get("minLength", 0), field.get("maxLength", MAX_SAMPLE_CHARS)
    if not least <= len(text) <= most:
        raise ValueError(f"It must have {least} to {most} characters.")
    return text


def _option(options: dict[str, Any], text: str) -> Any:
    for shown, value in options.items():
        if text.casefold() in (shown.casefold(), str(value).casefold()):
            return value
    raise ValueError(f"Choose one of: {', '.join(options)}.")


def _number(field: dict[str, Any], text: str, kind: type[int] | type[float]) -> int | float:
    try:
        value = kind(text)
    except ValueError:
        raise ValueError("It must be a number.") from None
    if not math.isfinite(value):
        raise ValueError("It must be a number.")
    if not field.get("minimum", value) <= value <= field.get("maximum", value):
        raise ValueError(f"It must be from {field.get('minimum', '…')} to {field.get('maximum', '…')}.")
    return value


async def sampled(server: str, conversation: Conversation | None, params: Any) -> Any:
    """Answer `sampling/createMessage` by the run's model, within the run's budget; it has no tools and no history."""
    from mcp_types import INTERNAL_ERROR, INVALID_REQUEST, CreateMessageResult, ErrorData, TextContent

    if conversation is None or conversation.call.complete is None:
        return ErrorData(code=INVALID_REQUEST, message="No model can be asked here.")
    if conversation.sampled >= MAX_SAMPLED:
        return ErrorData(code=INVALID_REQUEST, message=f"A call may ask the model {MAX_SAMPLED} times.")
    conversation.sampled += 1
    lines: list[str] = []
    for message in params.messages:
        content = message.content
        for block in cast("list[Any]", content) if isinstance(content, list) else [content]:
            if getattr(block, "type", "") != "text":
                return ErrorData(code=INVALID_REQUEST, message="Only text can be sent to the model.")
            lines.append(f"{message.role}: {block.text}" if len(params.messages) > 1 else block.text)
    text = "\n\n".join(lines)[:MAX_SAMPLE_CHARS]
    system = f"You write for the MCP server {server}. {params.system_prompt or ''}".strip()[:MAX_SAMPLE_CHARS]
    try:
        reply = await conversation.call.complete(system, text)
    except HomardError as error:  # no budget, no connection: the server may go on without
        return ErrorData(code=INTERNAL_ERROR, message=str(error))
    return CreateMessageResult(
        role="assistant", content=TextContent(type="text", text=reply), model="homard", stop_reason="endTurn"
    )
