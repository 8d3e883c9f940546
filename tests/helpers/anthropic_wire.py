"""Anthropic's messages stream as a server sends it, whole and in every way broken."""

from __future__ import annotations

import json
from typing import Any

from tests.helpers.faults import JSON, SSE, Answer, Pause, Reset, Step

SIGNATURE = "c2lnbmF0dXJl"


def event(kind: str, **fields: Any) -> bytes:
    """One server-sent event."""
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode()


def delta(index: int, kind: str, **fields: Any) -> bytes:
    """A piece of a content block."""
    return event("content_block_delta", index=index, delta={"type": kind, **fields})


def block(index: int, opened: dict[str, Any], *pieces: bytes) -> list[bytes]:
    """A content block: start, pieces, stop."""
    return [
        event("content_block_start", index=index, content_block=opened),
        *pieces,
        event("content_block_stop", index=index),
    ]


_USAGE = {"input_tokens": 25, "cache_read_input_tokens": 10, "cache_creation_input_tokens": 5, "output_tokens": 1}
_MESSAGE = {"id": "m1", "type": "message", "role": "assistant", "content": [], "model": "m", "usage": _USAGE}

START: list[bytes] = [event("message_start", message={**_MESSAGE, "stop_reason": None}), event("ping")]
THINKING = [
    *block(
        0,
        {"type": "thinking", "thinking": "", "signature": ""},
        delta(0, "thinking_delta", thinking="Let me "),
        delta(0, "thinking_delta", thinking="look."),
        delta(0, "signature_delta", signature=SIGNATURE),
    ),
    *block(1, {"type": "redacted_thinking", "data": "SEALED"}),
]
TEXT = block(2, {"type": "text", "text": ""}, delta(2, "text_delta", text="I will look."))
TOOL = block(
    3,
    {"type": "tool_use", "id": "toolu_1", "name": "shell", "input": {}},
    delta(3, "input_json_delta", partial_json='{"cmd":'),
    delta(3, "input_json_delta", partial_json=' "ls"}'),
)


def ending(reason: str) -> list[bytes]:
    """Why it ended, and the terminal marker."""
    stopped = {"stop_reason": reason, "stop_sequence": None}
    return [event("message_delta", delta=stopped, usage={"output_tokens": 33}), event("message_stop")]


ERROR = event("error", error={"type": "overloaded_error", "message": "Overloaded"})

STREAMS: dict[str, list[Step]] = {
    "whole": [*START, *THINKING, *TEXT, *TOOL, *ending("tool_use")],
    "text": [*START, *TEXT, *ending("end_turn")],
    "cut_in_text": [*START, *TEXT[:2]],
    "cut_in_call": [*START, *TEXT, *TOOL[:2]],
    "cut_after_call": [*START, *TEXT, *TOOL],
    "cut_before_stop": [*START, *TEXT, *ending("end_turn")[:1]],
    "reset": [*START, *TEXT[:2], Reset()],
    "stall": [*START, *TEXT[:2], Pause(3600)],
    "error": [*START, *TEXT[:2], ERROR],
    "refusal": [*START, *TEXT, *ending("refusal")],
    "out_of_tokens": [*START, *TEXT, *ending("max_tokens")],
    "unheard_of": [*START, *TEXT, *ending("banana")],
}


def answer(name: str) -> Answer:
    """The stream of that name, or a refusal with that status."""
    if name in STREAMS:
        return Answer(200, SSE, STREAMS[name])
    status, kind, words = {
        "529": (529, "overloaded_error", "Overloaded"),
        "401": (401, "authentication_error", "invalid x-api-key"),
        "429": (429, "rate_limit_error", "This request would exceed your rate limit"),
    }[name]
    body = {"type": "error", "error": {"type": kind, "message": words}}
    headers = {**JSON, "Retry-After": "7"} if status == 429 else JSON
    return Answer(status, headers, [json.dumps(body).encode()])
