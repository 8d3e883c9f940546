"""A ModelRequest in the OpenAI wire format (chat completions).

Deterministic, and each message is rendered from itself alone: the messages of a request are a prefix of those of the
session's next request, so that a provider can cache them; marks for its cache are no part of what it caches. Adjacent
user messages are merged, because the chat templates of many local models demand that roles alternate; that touches at
most the last message of a request that got no reply.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, cast

import msgspec

from agent.messages import (
    AssistantMessage,
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
from agent.models.cache_marks import mark, wants_marks
from agent.models.dialect import OURS, Dialect, dialect_of
from agent.models.text_style import call_as_text, describe_tools, result_as_text
from agent.ports import ModelRequest
from agent.settings import ModelProfile

Wire = dict[str, Any]
"""A JSON object on its way out."""

_LIMITS = ("max_tokens", "max_completion_tokens")
UNSEEN_IMAGE = "[image not shown: this model cannot see]"


def chat_body(request: ModelRequest, messages: Sequence[Wire | msgspec.Raw] | None = None) -> Wire:
    """Build the body of a streamed chat completion. `messages`: as they are rendered already, marks and all."""
    model = request.model
    body: Wire = {"model": model.name, "messages": chat_messages(request) if messages is None else messages}
    if messages is None and wants_marks(model) and request.account.purpose != "reading":
        mark(body["messages"], goes_on=request.account.purpose != "summary")
    if request.tools and model.tool_style in ("auto", "native"):
        body["tools"] = [
            {
                "type": "function",
                "function": {"name": tool.name, "description": tool.description, "parameters": tool.parameters},
            }
            for tool in request.tools
        ]
    if request.response_schema is not None:
        schema = {"name": "reply", "strict": True, "schema": request.response_schema}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    if request.max_output_tokens is not None:
        body[dialect_of(model).limit_field] = request.max_output_tokens
    if request.temperature is not None:
        body["temperature"] = request.temperature
    body["stream"] = True
    body["stream_options"] = {"include_usage": True}
    for key, value in model.extra.items():
        if not key.startswith(OURS):
            body[key] = _within(value, request.max_output_tokens) if key in _LIMITS else value
    return body


def _within(limit: Any, most: int | None) -> Any:
    """What a person writes for a model makes no reply longer than what was reserved for it."""
    return min(limit, most) if most is not None and isinstance(limit, int | float) else limit


def encode_body(body: Wire) -> bytes:
    """JSON of a body. Half characters (from a tool's output, from a cut emoji) are replaced, not refused."""
    try:
        return msgspec.json.encode(body)
    except UnicodeEncodeError:
        return msgspec.json.encode(_mended(body))


def estimate_prompt_tokens(request: ModelRequest) -> int:
    """About how many tokens the prompt has, for endpoints that do not say: a token per four bytes, no images."""
    blind = msgspec.structs.replace(request.model, vision=False)
    return len(encode_body(chat_body(msgspec.structs.replace(request, model=blind)))) // 4


def chat_messages(request: ModelRequest) -> list[Wire]:
    """Render system prompt and messages."""
    rendering = Rendering(request)
    for message in request.messages:
        rendering.add(message)
    return rendering.finished()


class Rendering:
    """The messages of one request, as far as they are rendered."""

    def __init__(self, request: ModelRequest) -> None:
        """Render what stands before them."""
        self.messages: list[Wire] = []
        """The last one may still change, those before it not."""
        self._model = request.model
        self._dialect = dialect_of(request.model)
        self._as_text = request.model.tool_style == "text"
        self._images: list[ImagePart] = []
        system = request.system + (describe_tools(request.tools) if self._as_text else "")
        if system:
            self.messages.append({"role": "system", "content": system})

    def finished(self) -> list[Wire]:
        """All of them, when no result of the last turn will follow any more."""
        self._flush_images()
        return self.messages

    def add(self, message: Message) -> None:
        """Render the next one."""
        if isinstance(message, ToolMessage):
            return self._add_result(message)
        self._flush_images()
        match message:
            case UserMessage():
                self._add_user(_user_content(message, self._model.vision))
            case NoteMessage(text=text):
                self._add_user(f'<note from="homard">\n{text}\n</note>')
            case SummaryMessage(text=text):
                self._add_user(f"<summary of earlier turns>\n{text}\n</summary of earlier turns>")
            case AssistantMessage():
                self.messages.append(self._assistant(message))

    def _add_user(self, content: str | list[Wire]) -> None:
        last = self.messages[-1] if self.messages else {}
        if last.get("role") == "user":
            last["content"] = _joined(last["content"], content)
            return
        if self._dialect.mistral and last.get("role") == "tool":
            self.messages.append({"role": "assistant", "content": "Done."})
        self.messages.append({"role": "user", "content": content})

    def _add_result(self, message: ToolMessage) -> None:
        result = message.result
        lines = [part.text if isinstance(part, TextPart) else UNSEEN_IMAGE for part in result.content]
        if self._model.vision:
            images = [part for part in result.content if isinstance(part, ImagePart)]
            lines = [part.text for part in result.content if isinstance(part, TextPart)]
            self._images += images
            lines += ["[image shown below]"] * len(images)
        content = "\n".join(lines) or "(empty)"
        if self._as_text:
            return self._add_user(result_as_text(result, content))
        wire: Wire = {"role": "tool", "tool_call_id": self._wire_id(result.call_id), "content": content}
        if self._dialect.mistral:
            wire["name"] = _wire_name(result.name)
        self.messages.append(wire)

    def _flush_images(self) -> None:
        """Show the images of tool results: after all results of their turn, for nothing may stand between those."""
        if self._images:
            images, self._images = self._images, []
            self._add_user([_text_block("Images from the tool results above:"), *map(_image_block, images)])

    def _assistant(self, message: AssistantMessage) -> Wire:
        text, calls = message.text, message.tool_calls
        if self._as_text:
            blocks = [call_as_text(call, _wire_arguments(call.arguments)) for call in calls]
            return {"role": "assistant", "content": "\n".join([text, *blocks] if text else blocks)}
        wire: Wire = {"role": "assistant", "content": text}
        if calls:
            wire["tool_calls"] = [self._call(call) for call in calls]
            if not text and self._dialect.mistral:
                del wire["content"]
            elif not text:
                wire["content"] = None
        wire.update(_thinking(message, self._model, self._dialect))
        return wire

    def _call(self, call: ToolCall) -> Wire:
        function = {"name": _wire_name(call.name), "arguments": _wire_arguments(call.arguments)}
        return {"id": self._wire_id(call.call_id), "type": "function", "function": function}

    def _wire_id(self, call_id: str) -> str:
        if not self._dialect.mistral or re.fullmatch(r"[A-Za-z0-9]{9}", call_id):
            return call_id
        import hashlib

        return hashlib.sha256(call_id.encode(errors="replace")).hexdigest()[:9]


def _user_content(message: UserMessage, sees: bool) -> str | list[Wire]:
    context = f"<context>\n{message.context}\n</context>" if message.context else ""
    if sees and any(isinstance(part, ImagePart) for part in message.parts):
        blocks = [
            _text_block(part.text) if isinstance(part, TextPart) else _image_block(part) for part in message.parts
        ]
        return [*blocks, _text_block(context)] if context else blocks
    text = "\n".join(part.text if isinstance(part, TextPart) else UNSEEN_IMAGE for part in message.parts)
    return f"{text}\n\n{context}" if context else text


def _text_block(text: str) -> Wire:
    return {"type": "text", "text": text}


def _image_block(image: ImagePart) -> Wire:
    import base64

    data = base64.b64encode(image.data).decode()
    return {"type": "image_url", "image_url": {"url": f"data:{image.media_type};base64,{data}"}}


def _joined(first: str | list[Wire], second: str | list[Wire]) -> str | list[Wire]:
    if isinstance(first, str) and isinstance(second, str):
        return f"{first}\n\n{second}"
    return [*_blocks(first), *_blocks(second)]


def _blocks(content: str | list[Wire]) -> list[Wire]:
    return [_text_block(content)] if isinstance(content, str) else content


def _thinking(message: AssistantMessage, model: ModelProfile, dialect: Dialect) -> dict[str, str]:
    """The fields that carry a message's thinking back: only to the provider whose words they are."""
    calls = bool(message.tool_calls)
    if dialect.thinking == "never" or (dialect.thinking == "tool_calls" and not calls):
        return {}
    fields: dict[str, str] = {}
    if message.model.split("/", 1)[0] == model.provider:
        for part in message.parts:
            if isinstance(part, ThinkingPart) and part.field:
                fields[part.field] = fields.get(part.field, "") + part.text
    if not fields and calls and dialect.thinking_demanded:
        return {"reasoning_content": ""}
    return fields


def _wire_name(name: str) -> str:
    """A name that a strict provider accepts, whatever the model made up."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", name)[:64] or "unknown"


def _wire_arguments(arguments: str) -> str:
    """The arguments if they are one JSON object, else `{}`: the tool's result tells the model what was wrong."""
    try:
        decoded = msgspec.json.decode(arguments)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return "{}"
    return arguments if isinstance(decoded, dict) else "{}"


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if isinstance(value, dict):
        return {key: _mended(item) for key, item in cast(Wire, value).items()}
    if isinstance(value, list):
        return [_mended(item) for item in cast(list[Any], value)]
    return value
