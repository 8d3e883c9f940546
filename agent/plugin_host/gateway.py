"""Models that a plugin provides, as the runtime sees them: a transport like any other."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Final

import msgspec

from agent.context.tokens import text_tokens
from agent.errors import ModelError, NoSuchModel, ReplyCut, ReplyTooLarge, ToolDenied, ToolError
from agent.messages import (
    AssistantMessage,
    Message,
    NoteMessage,
    SummaryMessage,
    TextPart,
    ToolCall,
    ToolMessage,
    Usage,
    UserMessage,
)
from agent.models.text_calls import find_calls
from agent.plugin_api import model as api
from agent.plugin_api.wire import Complete
from agent.plugin_host.collection import Found
from agent.plugin_host.life import Life
from agent.ports import ModelEvent, ModelRequest, ReplyFinished, TextDelta

PREFIX: Final = "plugin:"
"""In a provider's settings: `base_url = "plugin:<id>/<provider>"`."""
MAX_REPLY_CHARS: Final = 4_000_000


class PluginGateway:
    """`ModelGateway` over the providers of plugins. A key is the plugin's own matter: it asks for it as a secret."""

    def __init__(self, life: Callable[[str], Life], find: Callable[[str], Found]) -> None:
        """`life` and `find` are those of the host."""
        self._life, self._find = life, find

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """Stream one reply; see `ModelGateway.stream`. Raises ModelError."""
        plugin, provider = _place(request.model.settings.base_url)
        try:
            running = await self._life(plugin).begin(self._find)
        except ToolError as error:
            raise ModelError(f"{error} Nothing was sent.") from None
        order = Complete(0, provider, _asked(request))
        reply = _Reply(request)
        try:
            async with aclosing(running.complete(order)) as pieces:
                async for piece in pieces:
                    if text := reply.take(piece):
                        yield TextDelta(text)
        except ToolDenied as error:
            raise NoSuchModel(str(error)) from None
        except ToolError as error:
            raise ReplyCut(f"The plugin {plugin} gave no whole reply: {error}") from None
        self._life(plugin).worked()
        yield ReplyFinished(reply.message(), count="missing")


class _Reply:
    def __init__(self, request: ModelRequest) -> None:
        self._request = request
        self._text: list[str] = []
        self._calls: list[ToolCall] = []
        self._chars = 0

    def take(self, piece: str | api.ModelCall) -> str:
        """Take a piece; gives what of it is to be shown. Raises ReplyTooLarge."""
        if isinstance(piece, str):
            self._text.append(piece)
            self._chars += len(piece)
        else:
            arguments = msgspec.json.encode(piece.arguments).decode()
            self._chars += len(arguments)
            self._calls.append(ToolCall(piece.id[:64] or f"call_{os.urandom(8).hex()}", piece.name, arguments))
        if self._chars > MAX_REPLY_CHARS or len(self._calls) > 128:
            raise ReplyTooLarge("The reply passed the bound for one reply; nothing of it was executed.")
        return piece if isinstance(piece, str) else ""

    def message(self) -> AssistantMessage:
        """All of it; calls that a model wrote as text are found. The tokens are an estimate."""
        text, calls = "".join(self._text), self._calls
        if not calls and (found := find_calls(text, self._request.tools)) is not None:
            text = found.prose
            calls = [ToolCall(f"call_{os.urandom(8).hex()}", name, arguments) for name, arguments in found.calls]
        parts = ((TextPart(text),) if text else ()) + tuple(calls)
        written = text_tokens(text) + sum(text_tokens(one.arguments) for one in calls)
        read = text_tokens(msgspec.json.encode(_asked(self._request)).decode())
        usage = Usage(input_tokens=read, output_tokens=written)
        return AssistantMessage(parts, self._request.model.label, "tool_calls" if calls else "stop", usage)


def _place(base_url: str) -> tuple[str, str]:
    plugin, _, provider = base_url.removeprefix(PREFIX).partition("/")
    if not base_url.startswith(PREFIX) or not plugin or not provider:
        raise NoSuchModel(f"The base_url of a provider of a plugin is {PREFIX}ID/PROVIDER, not {base_url!r}.")
    return plugin, provider


def _asked(request: ModelRequest) -> api.ModelRequest:
    tools = tuple(api.ModelTool(one.name, one.description, dict(one.parameters)) for one in request.tools)
    return api.ModelRequest(
        request.model.name,
        request.system,
        tuple(_told(one) for one in request.messages),
        tools,
        request.response_schema,
        request.max_output_tokens,
        request.temperature,
    )


def _told(message: Message) -> api.Message:
    match message:
        case UserMessage():
            return api.Message("user", "\n\n".join(part for part in (message.context, message.text) if part))
        case AssistantMessage():
            calls = tuple(api.ModelCall(one.name, _object(one.arguments), one.call_id) for one in message.tool_calls)
            return api.Message("assistant", message.text, calls)
        case ToolMessage():
            return api.Message("tool", message.result.text, call_id=message.result.call_id)
        case NoteMessage() | SummaryMessage():
            return api.Message("user", message.text)


def _object(text: str) -> dict[str, object]:
    try:
        return msgspec.json.decode(text, type=dict[str, object])
    except msgspec.DecodeError:
        return {"_": text}
