"""Terminal markers: how each wire format says that a reply is complete."""

from __future__ import annotations

from typing import Any, cast

import msgspec

from agent.models.call_pieces import mended

Json = dict[str, Any]

_IN_OUR_WORDS = {
    "pause_turn": "stop",  # Anthropic
    "guardrail_intervened": "content_filter",  # Bedrock
    "content_filtered": "content_filter",
    **dict.fromkeys(("LANGUAGE", "SPII", "IMAGE_SAFETY"), "content_filter"),  # Gemini
    "ERROR_TOXIC": "content_filter",  # Cohere
    **dict.fromkeys(("load", "unload"), ""),  # Ollama
}
"""Reasons that the assembler of replies does not know by themselves."""


class Marker:
    """Watches one body. Fed with bytes as they come; tells whether the end of the reply was among them."""

    def __init__(self) -> None:
        self.known = False
        """Whether anything was seen of a format whose marker is known."""
        self.finish = ""
        """The provider's reason for ending; empty: the marker was not seen."""
        self.error: object = None
        """An error object inside the body."""
        self.broken = ""
        """The start of a piece that should be JSON and is not."""
        self.answered_by = ""
        """What the provider calls the model that answered; empty: it did not say."""
        self.size = 0
        self._reason = ""

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        self.size += len(data)
        self._feed(data)

    def end(self) -> None:
        """Take note that no more bytes come."""

    def _feed(self, data: bytes) -> None:
        """Split the bytes into events."""

    def _event(self, raw: bytes) -> None:
        try:
            event = msgspec.json.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            self.broken = self.broken or raw[:200].decode(errors="replace")
            return
        for one in cast(list[Any], event) if isinstance(event, list) else [event]:
            if isinstance(one, dict):
                self._look(cast(Json, one))

    def _look(self, event: Json) -> None:
        self.answered_by = self.answered_by or _name_in(event)
        if event.get("error"):
            self.known, self.error = True, event
        elif isinstance(event.get("choices"), list):
            self._choices(event["choices"], "finish_reason")
        elif isinstance(event.get("candidates"), list):
            self._choices(event["candidates"], "finishReason")
        elif "promptFeedback" in event:
            self.known, self.finish = True, "content_filter"
        elif "done" in event and "created_at" in event:
            self._ollama(event)
        elif isinstance(event.get("type"), str):
            self._typed(event["type"], event)

    def _choices(self, choices: list[Any], field: str) -> None:
        self.known = True
        for choice in choices:
            reason = cast(Json, choice).get(field) if isinstance(choice, dict) else None
            if reason and reason != "FINISH_REASON_UNSPECIFIED":
                self._finished(str(reason))

    def _ollama(self, event: Json) -> None:
        self.known = True
        if event["done"]:
            self._finished(str(event.get("done_reason") or "stop"))

    def _typed(self, kind: str, event: Json) -> None:
        match kind:
            case "message_start" | "content_block_start":  # Anthropic
                self.known = True
            case "message_delta":
                self._reason = str(_inner(event, "delta").get("stop_reason") or "")
            case "message_stop":
                self._finished(self._reason)
            case "message":
                self.known = True
                self._finished(str(event.get("stop_reason") or ""))
            case "message-start" | "content-start":  # Cohere
                self.known = True
            case "message-end":
                self._finished(str(_inner(event, "delta").get("finish_reason") or ""))
            case "response.created" | "response.in_progress":  # OpenAI, responses
                self.known = True
            case "response.completed":
                self._finished("stop")
            case "response.incomplete":
                why = _inner(_inner(event, "response"), "incomplete_details").get("reason")
                self._finished("content_filter" if why == "content_filter" else "length")
            case "response.failed":
                self.known, self.error = True, _inner(event, "response")
            case _:
                return

    def _finished(self, reason: str) -> None:
        self.known = True
        self.finish = _IN_OUR_WORDS.get(reason, reason)


class _Events(Marker):
    """Server-sent events: JSON in `data` lines."""

    def __init__(self) -> None:
        super().__init__()
        self._rest = b""
        self._data: list[bytes] = []

    def _feed(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._line(line.rstrip(b"\r"))

    def end(self) -> None:
        self._line(self._rest.rstrip(b"\r"))
        self._line(b"")

    def _line(self, line: bytes) -> None:
        if line.startswith(b"data:"):
            self._data.append(line[5:].removeprefix(b" "))
        elif not line and self._data:
            whole, self._data = b"\n".join(self._data), []
            if whole.strip() not in (b"", b"[DONE]"):
                self._event(whole)


class _Lines(Marker):
    """One JSON document on each line."""

    def __init__(self) -> None:
        super().__init__()
        self._rest = b""

    def _feed(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            if line.strip():
                self._event(line)

    def end(self) -> None:
        if self._rest.strip():
            self._event(self._rest)


class _Document(Marker):
    """One JSON document: a reply that the provider does not stream, or an array that it does."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []

    def _feed(self, data: bytes) -> None:
        self._parts.append(data)

    def end(self) -> None:
        self._event(b"".join(self._parts))


class _AmazonEvents(Marker):
    """Amazon's event stream: binary frames, whose headers name the event."""

    _STOP = b":event-type\x07\x00\x0bmessageStop"
    _START = b":event-type\x07\x00\x0cmessageStart"

    def __init__(self) -> None:
        super().__init__()
        self._rest = b""

    def _feed(self, data: bytes) -> None:
        window = self._rest + data
        self.known = self.known or self._START in window
        if self._STOP in window:
            self.finish = self.finish or "stop"
        self._rest = window[-64:]


def find_marker(content_type: str, start: bytes) -> Marker | None:
    """The watcher for a body, by its type and its first bytes; None for what is no reply at all (a web page)."""
    kind = content_type.partition(";")[0].strip().lower()
    head = start.lstrip()[:1]
    if kind == "text/html" or head == b"<":
        return None
    if kind == "text/event-stream" or start.lstrip().startswith((b"data:", b"event:", b":")):
        return _Events()
    if kind == "application/vnd.amazon.eventstream":
        return _AmazonEvents()
    if kind in ("application/x-ndjson", "application/jsonl"):
        return _Lines()
    if kind == "application/json":
        return _Document()
    return Marker()


def _name_in(event: Json) -> str:
    """The model's name: OpenAI's and Ollama's, Gemini's; Anthropic's and that of OpenAI's responses are one deeper."""
    places = (event, _inner(event, "message"), _inner(event, "response"))
    names = (place.get(field) for place in places for field in ("model", "modelVersion"))
    return next((mended(name.strip()[:200]) for name in names if isinstance(name, str) and name.strip()), "")


def _inner(event: Json, field: str) -> Json:
    value = event.get(field)
    return cast(Json, value) if isinstance(value, dict) else {}
