"""Requests in the wire format, of which only what is new is rendered and encoded.

Each request of a chat begins with the messages of the one before. In a long run that is nearly all of it, and would
take longer than all else between a reply and the next request.
"""

from __future__ import annotations

import msgspec

from agent.messages import Message, ToolMessage
from agent.models.cache_marks import wants_marks
from agent.models.wire import Rendering, chat_body, encode_body
from agent.ports import ModelRequest

MAX_HELD = 4
"""Chats whose last request is in memory."""

_Key = tuple[str, str, str, str]


class Renderings:
    """Encodes requests; belongs to one thread."""

    def __init__(self) -> None:
        self._held: dict[_Key, _Held] = {}

    def encode(self, request: ModelRequest) -> bytes:
        """Give the body of a request: the same as `encode_body(chat_body(request))`."""
        if not request.session_id or wants_marks(request.model):  # marks wander through what was rendered
            return encode_body(chat_body(request))
        key = (request.session_id, request.account.purpose, request.model.label, request.model.tool_style)
        held = self._held.pop(key, None)
        if held is None or not held.begins(request):
            held = _Held(request)
        try:
            body = held.encode(request)
        except UnicodeEncodeError:
            return encode_body(chat_body(request))
        self._held[key] = held
        while len(self._held) > MAX_HELD:
            del self._held[next(iter(self._held))]
        return body


class _Held:
    """The last request of a chat."""

    def __init__(self, request: ModelRequest) -> None:
        self._request = request
        self._rendering = Rendering(request)
        self._rendered: list[Message] = []
        self._encoded: list[msgspec.Raw] = []

    def begins(self, request: ModelRequest) -> bool:
        """Whether a request begins with this one: the same messages, the same head, the same model."""
        before, known = self._request, self._rendered
        new = request.messages[len(known) : len(known) + 1]
        return (
            (before.system, before.model) == (request.system, request.model)
            and before.tools is request.tools
            and len(known) <= len(request.messages)
            and all(map(_is, known, request.messages))
            and not any(isinstance(message, ToolMessage) for message in new)  # it goes before images already shown
        )

    def encode(self, request: ModelRequest) -> bytes:
        """Take in the rest of a request, and give the whole of it."""
        for message in request.messages[len(self._rendered) :]:
            self._rendering.add(message)
            self._rendered.append(message)
        messages = self._rendering.finished()
        self._encoded += [msgspec.Raw(msgspec.json.encode(one)) for one in messages[len(self._encoded) : -1]]
        return msgspec.json.encode(chat_body(request, [*self._encoded, *messages[-1:]]))


def _is(one: object, other: object) -> bool:
    return one is other
