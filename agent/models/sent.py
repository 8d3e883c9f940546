"""What leaves for a model, counted at the wire, and where its content came from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from agent.messages import (
    AssistantMessage,
    ImagePart,
    Message,
    NoteMessage,
    SummaryMessage,
    ToolCall,
    ToolMessage,
    ToolResult,
    UserMessage,
)
from agent.models.presets import is_local
from agent.ports import ModelRequest

MAX_SOURCES = 1_000
"""Named one by one; of more the rest is counted."""
_KEYS = ("path", "url")
"""Details of a tool's result that say what was read."""


class SentRecord(msgspec.Struct, frozen=True):
    """One request to a model: told once when it begins to leave, and once when its answer ended."""

    session_id: str
    provider: str
    host: str
    """Host and port, or `this machine`."""
    model: str
    local: bool
    """The other end is on this machine (a UNIX socket, the offline engine, loopback)."""
    bytes_sent: int
    """Of the request's body, as it goes over the wire."""
    bytes_received: int | None = None
    """Of the answer's body. None: it has not ended, this record is the first one."""
    parts: dict[str, int] = {}
    """Bytes by what they are: `system`, `tools`, `prompt`, `replies`, `results`, `images`."""
    sources: tuple[str, ...] = ()
    """Files and pages whose content is in the request, commands whose output is."""
    run_id: str = ""
    """Empty: the run of the session that is under way."""


OnSent = Callable[[SentRecord], None]
"""Hears of each request that leaves. Must not raise."""


def ignore_sent(_sent: SentRecord) -> None:
    """Hear nothing."""


class Departure:
    """One HTTP request on its way: tells the listener when its body has left, and when its answer has ended."""

    def __init__(self, request: ModelRequest, size: int, on_sent: OnSent) -> None:
        """`size`: bytes of the body."""
        self._request = request
        self._size = size
        self._on_sent = on_sent
        self._begun = False
        self._sent: SentRecord | None = None

    @property
    def extensions(self) -> dict[str, Any]:
        """For httpx's request."""
        return {"trace": self._trace}

    def ended(self, received: int) -> None:
        """The answer has ended, however; `received`: bytes of its body. May be called of a request that never left."""
        if self._begun:
            self._on_sent(answered(self._told(), received))

    async def _trace(self, event: str, info: dict[str, Any]) -> None:
        if _leaves(event, info):
            self._begun = True
        elif self._begun and event.endswith(".send_request_body.complete"):
            self._told()  # not before: looking through a long conversation takes milliseconds

    def _told(self) -> SentRecord:
        if self._sent is None:
            self._sent = sent_record(self._request, self._size)
            self._on_sent(self._sent)
        return self._sent


def when_leaving(tell: Callable[[], None]) -> Callable[[str, Any], Any]:
    """A trace for httpcore (httpx's extension `trace`) that tells when the body of a request begins to leave.

    That is after the connection stands: what could not be connected was not sent. A proxy's CONNECT does not count.
    """

    async def trace(event: str, info: dict[str, Any]) -> None:
        if _leaves(event, info):
            tell()

    return trace


def _leaves(event: str, info: dict[str, Any]) -> bool:
    return event.endswith(".send_request_body.started") and info["request"].method != b"CONNECT"


def sent_record(request: ModelRequest, size: int, host: str = "") -> SentRecord:
    """The first record of a request; `host`: as the wire knows it, else that of the settings."""
    address = request.model.settings.base_url
    local = is_local(f"http://{host}") if host else is_local(address)
    parts, sources = contents(request)
    host = "this machine" if local else host or _host(address) or request.model.provider
    return SentRecord(
        request.session_id, request.model.provider, host, request.model.name, local, size, None, parts, sources
    )


def answered(sent: SentRecord, size: int) -> SentRecord:
    """The last record of a request."""
    return msgspec.structs.replace(sent, bytes_received=size, parts={}, sources=())


def contents(request: ModelRequest) -> tuple[dict[str, int], tuple[str, ...]]:
    """What is in a request, in bytes, and where it came from. Reads no file: the messages say it."""
    parts = {"system": _size(request.system)}
    if request.tools:
        parts["tools"] = sum(_size(tool.name) + _size(tool.description) for tool in request.tools)
    for message in request.messages:
        _count(message, parts)
    return parts, sources_of(request.messages)


def sources_of(messages: Sequence[Message]) -> tuple[str, ...]:
    """Files, pages and commands that the tool results among these messages came from, each once, in order."""
    found: dict[str, None] = {}
    calls: dict[str, ToolCall] = {}
    for message in messages:
        if isinstance(message, AssistantMessage):
            calls.update((call.call_id, call) for call in message.tool_calls)
        elif isinstance(message, ToolMessage):
            found |= dict.fromkeys(_sources(message.result, calls.get(message.result.call_id)))
    sources = list(found)
    more = len(sources) - MAX_SOURCES
    return (*sources[:MAX_SOURCES], f"… and {more} more") if more > 0 else tuple(sources)


def _sources(result: ToolResult, call: ToolCall | None) -> list[str]:
    named = [str(result.details[key]) for key in _KEYS if result.details.get(key)]
    several = result.details.get("paths")
    named += [str(path) for path in several] if isinstance(several, list) else []  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if named or result.outcome == "not_run" or result.details.get("denied"):
        return named
    return [f"{result.name} {call.arguments[:200]}" if call is not None else result.name]


def _count(message: Message, parts: dict[str, int]) -> None:
    match message:
        case UserMessage():
            _add(parts, "prompt", _size(message.text) + _size(message.context))
            _add(parts, "images", sum(len(part.data) for part in message.parts if isinstance(part, ImagePart)))
        case AssistantMessage():
            for part in message.parts:
                _add(parts, "replies", _size(part.arguments if isinstance(part, ToolCall) else part.text))
        case ToolMessage(result=result):
            _add(parts, "results", _size(result.text))
            _add(parts, "images", sum(len(part.data) for part in result.content if isinstance(part, ImagePart)))
        case NoteMessage(text=text) | SummaryMessage(text=text):
            _add(parts, "replies", _size(text))


def _add(parts: dict[str, int], name: str, size: int) -> None:
    if size:
        parts[name] = parts.get(name, 0) + size


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))


def _host(base_url: str) -> str:
    rest = base_url.partition("://")[2]
    return rest.partition("/")[0].rpartition("@")[2]
