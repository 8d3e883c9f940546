"""The tap under an httpx client, against a real server; litellm itself is not needed here."""

from __future__ import annotations

import asyncio
import gzip
import json

import httpx
import pytest

from agent.errors import ModelError, Overloaded, ProtocolError, QuotaExceeded, ReplyCut, Unreachable
from agent.models.failures import Endpoint
from agent.models.terminal import find_marker
from agent.models.wire_tap import Sighting, TapTransport, watching
from agent.settings import ProviderSettings
from tests.helpers import anthropic_wire
from tests.helpers.fault_server import FaultServer, Seen
from tests.helpers.faults import FAULTS, JSON, SSE, Answer, Pause, Reset, chunk, text

LIMITS = ProviderSettings(connect_timeout_s=5.0, first_byte_timeout_s=0.4, idle_timeout_s=0.2)


async def tapped(url: str, limits: ProviderSettings = LIMITS) -> tuple[Sighting, bytes]:
    """One request through the tap, as litellm makes it; errors on the way are litellm's to swallow, or not."""
    sighting = Sighting(Endpoint("p", "m", ""), limits)
    watching.set(sighting)
    body = b""
    tap = TapTransport()
    async with httpx.AsyncClient(transport=tap, follow_redirects=True) as client:
        try:
            async with client.stream("POST", url, json={}) as response:
                async for piece in response.aiter_bytes():
                    body += piece
        except (ModelError, httpx.HTTPError):
            assert sighting.verdict() is not None
    await sighting.aclose()
    await tap.end()
    return sighting, body


def sight(answer: Answer) -> tuple[Sighting, bytes]:
    with FaultServer(lambda _seen: answer) as server:
        return asyncio.run(tapped(server.base_url))


def verdict(answer: Answer) -> type[ModelError] | None:
    error = sight(answer)[0].verdict()
    return None if error is None else type(error)


def test_whole_reply_passes_untouched() -> None:
    steps = [text("hel"), text("lo"), chunk(finish="stop"), b"data: [DONE]\n\n"]
    sighting, body = sight(Answer(200, SSE, steps))
    assert body == b"".join(steps)
    assert (sighting.known, sighting.finish, sighting.verdict()) == (True, "stop", None)


def test_compressed_body_is_seen_and_passed_on() -> None:
    plain = text("hello") + chunk(finish="stop")
    sighting, body = sight(Answer(200, {**SSE, "Content-Encoding": "gzip"}, [gzip.compress(plain)]))
    assert (body, sighting.finish) == (plain, "stop")


@pytest.mark.parametrize(
    "name", ["clean_eof_no_finish", "done_without_finish", "rst_mid_text", "empty_body", "stall_mid"]
)
def test_cut(name: str) -> None:
    assert verdict(FAULTS[name].answer()) is ReplyCut


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("stall_headers", Unreachable),
        ("html_200", ProtocolError),
        ("sse_garbage_line", ProtocolError),
        ("sse_error_event", Overloaded),
        ("529", Overloaded),
        ("insufficient_quota", QuotaExceeded),
    ],
)
def test_failed(name: str, kind: type[ModelError]) -> None:
    assert verdict(FAULTS[name].answer()) is kind


def test_silence_after_the_status_line_is_no_answer() -> None:
    assert verdict(Answer(200, SSE, [b"", Pause(3600)])) is Unreachable


def test_what_follows_a_complete_reply_may_be_missing() -> None:
    assert verdict(Answer(200, SSE, [text("x"), chunk(finish="stop"), Reset()])) is None


def test_redirect_is_not_followed() -> None:
    def answer(seen: Seen) -> Answer:
        assert not seen.path.startswith("/steal")
        return Answer(307, {"Location": "/steal"})

    with FaultServer(answer) as server:
        sighting, _ = asyncio.run(tapped(server.base_url))
        assert len(server.requests) == 1
    assert "redirect" in str(sighting.verdict())


def test_nothing_goes_out_without_a_call() -> None:
    async def stray(url: str) -> None:
        async with httpx.AsyncClient(transport=TapTransport()) as client:
            await client.get(url)

    with FaultServer() as server:
        with pytest.raises(httpx.ConnectError):
            asyncio.run(stray(server.base_url))
        assert not server.requests


def test_nobody_there() -> None:
    with FaultServer() as server:
        url = server.base_url
    sighting, _ = asyncio.run(tapped(url))
    assert isinstance(sighting.verdict(), Unreachable)
    assert "nothing answers at 127.0.0.1:" in str(sighting.verdict())


def sse(*events: object) -> bytes:
    return b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events)


GEMINI = {"candidates": [{"content": {"parts": [{"text": "x"}]}}]}
GEMINI_END = {"candidates": [{"content": {"parts": []}, "finishReason": "STOP"}]}
OLLAMA = {"created_at": "2026-01-01T00:00:00Z", "message": {"content": "x"}, "done": False}
COHERE = {"type": "message-start"}
CONVERSE_START = b"\x00\x00\x00\x90\x00\x00\x00\x52\x0b:event-type\x07\x00\x0cmessageStart\x0d{...}"
CONVERSE_STOP = b"\x00\x00\x00\x8f\x00\x00\x00\x51\x0b:event-type\x07\x00\x0bmessageStop\x0d{...}"


@pytest.mark.parametrize(
    ("content_type", "begun", "ended", "reason"),
    [
        ("text/event-stream", text("x"), chunk(finish="stop"), "stop"),
        (
            "text/event-stream; charset=utf-8",
            b"".join(anthropic_wire.START),
            b"".join(anthropic_wire.ending("tool_use")),
            "tool_use",
        ),
        ("text/event-stream", sse(GEMINI), sse(GEMINI_END), "STOP"),
        ("application/json", b"[" + json.dumps(GEMINI).encode() + b",", json.dumps(GEMINI_END).encode() + b"]", "STOP"),
        ("text/event-stream", sse({"type": "response.created"}), sse({"type": "response.completed"}), "stop"),
        (
            "text/event-stream",
            sse({"type": "response.created"}),
            sse({"type": "response.incomplete", "response": {"incomplete_details": {"reason": "max_output_tokens"}}}),
            "length",
        ),
        (
            "application/x-ndjson",
            json.dumps(OLLAMA).encode() + b"\n",
            json.dumps({**OLLAMA, "done": True}).encode(),
            "stop",
        ),
        (
            "text/event-stream",
            sse(COHERE),
            sse({"type": "message-end", "delta": {"finish_reason": "COMPLETE"}}),
            "COMPLETE",
        ),
        ("application/vnd.amazon.eventstream", CONVERSE_START, CONVERSE_STOP, "stop"),
        ("application/json", b"", b'{"choices": [{"message": {}, "finish_reason": "length"}]}', "length"),
        ("application/json", b"", b'{"type": "message", "stop_reason": "end_turn"}', "end_turn"),
        ("text/event-stream", sse(GEMINI), sse({"promptFeedback": {"blockReason": "SAFETY"}}), "content_filter"),
    ],
)
def test_terminal_markers(content_type: str, begun: bytes, ended: bytes, reason: str) -> None:
    """In each format the end is seen when it comes, byte by byte or at once, and not before."""
    for step in (1, 7, 1 << 20):
        marker = find_marker(content_type, begun or ended)
        assert marker is not None
        feed = [begun[at : at + step] for at in range(0, len(begun), step)]
        for piece in feed:
            marker.feed(piece)
        assert marker.finish == ""
        assert marker.known or content_type == "application/json"
        for piece in [ended[at : at + step] for at in range(0, len(ended), step)]:
            marker.feed(piece)
        marker.end()
        assert (marker.known, marker.finish, marker.broken) == (True, reason, "")


def test_unknown_format_is_said_to_be_unknown() -> None:
    sighting, _ = sight(Answer(200, {"Content-Type": "application/grpc"}, [b"\x00\x01", b"\x02"]))
    assert (sighting.known, sighting.verdict()) == (False, None)


def test_error_in_a_whole_document() -> None:
    body = b'{"error": {"message": "overloaded", "code": 529}}'
    assert verdict(Answer(200, JSON, [body])) is Overloaded
    assert verdict(Answer(200, JSON, [body[:20]])) is ReplyCut
