"""The faults that real model endpoints show, each with the end it must come to, whatever the transport.

A fault is what a server sends: a status, headers, and steps (bytes, a pause, a reset). What must come of it is
`Reply` (the call succeeds with this), `Fails` (a `ModelError` of this class) or `Flows` (text arrives for longer than
anyone waits; only the run's own time limit ends it).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from agent.errors import (
    BadKey,
    ContentFiltered,
    ContextOverflow,
    ModelError,
    Overloaded,
    ProtocolError,
    QuotaExceeded,
    RateLimited,
    ReplyCut,
    ReplyTooLarge,
    Unreachable,
)


class Pause(NamedTuple):
    """Send nothing for so long (or until the server stops)."""

    seconds: float


class Reset(NamedTuple):
    """Break the connection with a TCP reset."""


Step = bytes | Pause | Reset
FOREVER = 3600.0
SSE = {"Content-Type": "text/event-stream"}
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Answer:
    """What the server sends."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict[str, str])
    steps: Iterable[Step] = ()
    silent_s: float = 0.0
    """Silence before the status line."""


class Reply(NamedTuple):
    """The reply came whole: text, calls as (name, arguments), finish reason."""

    text: str = ""
    calls: Sequence[tuple[str, str]] = ()
    finish: str = "stop"


class Fails(NamedTuple):
    """The call ends with this class of error; the message holds `says`."""

    error: type[ModelError]
    retry_after_s: float | None = None
    says: str = ""


class Flows(NamedTuple):
    """Text keeps arriving; this is not a stall."""


Outcome = Reply | Fails | Flows


class Fault(NamedTuple):
    """One thing that goes wrong, or almost."""

    name: str
    answer: Callable[[], Answer]
    outcome: Outcome


FAULTS: dict[str, Fault] = {}
"""By name; a request picks one by its model's name, `fault/<name>`."""

MAX_STORED_ARGUMENTS = 1 << 20
"""Of a call's arguments no more than about this is kept; what is cut is no JSON any more."""


def fault(outcome: Outcome, name: str = "") -> Callable[[Callable[[], Answer]], Callable[[], Answer]]:
    """Register a function as the fault of its name."""

    def register(answer: Callable[[], Answer]) -> Callable[[], Answer]:
        key = name or answer.__name__
        FAULTS[key] = Fault(key, answer, outcome)
        return answer

    return register


def chunk(delta: dict[str, Any] | None = None, finish: str | None = None, **more: Any) -> bytes:
    """One server-sent event of a chat completion."""
    choice = {"index": 0, "delta": delta or {}, "finish_reason": finish}
    body = {
        "id": "c1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": [choice],
        **more,
    }
    return b"data: " + json.dumps(body).encode() + b"\n\n"


def text(content: str | None) -> bytes:
    """A piece of text."""
    return chunk({"content": content})


def call(
    arguments: str | None = None,
    name: str | None = None,
    id: str | None = None,
    index: int | None = 0,
) -> bytes:
    """A piece of a tool call."""
    function = {key: value for key, value in (("name", name), ("arguments", arguments)) if value is not None}
    piece: dict[str, Any] = {"function": function} if index is None else {"index": index, "function": function}
    if id:
        piece.update(id=id, type="function")
    return chunk({"tool_calls": [piece]})


def stream(*steps: Step) -> Answer:
    """A stream that begins as all do."""
    return Answer(200, SSE, [ROLE, *steps])


def refusal(status: int, body: bytes = b"{}", headers: dict[str, str] = JSON) -> Answer:
    """A status that is no success."""
    return Answer(status, headers, [body])


ROLE = chunk({"role": "assistant", "content": ""})
STOP, CALLS, LENGTH = (
    chunk(finish="stop"),
    chunk(finish="tool_calls"),
    chunk(finish="length"),
)
DONE = b"data: [DONE]\n\n"
HARM = "touch harm-was-done"
LS = '{"cmd":"ls"}'
ONE_CALL = Reply(calls=[("shell", LS)], finish="tool_calls")


@fault(Reply("hello"))
def ok_text() -> Answer:
    return stream(text("hel"), text("lo"), STOP, DONE)


@fault(Reply(calls=[("shell", '{"cmd": "ls"}')], finish="tool_calls"))
def ok_tool() -> Answer:
    return stream(call("", "shell", "call_1"), call('{"cmd":'), call(' "ls"}'), CALLS, DONE)


# Cut short: none of these may be executed, none may pass for a success.


@fault(Fails(ReplyCut))
def clean_eof_no_finish() -> Answer:
    return stream(text("I deleted the fi"))


@fault(Fails(ReplyCut))
def clean_eof_mid_tool() -> Answer:
    return stream(call("", "shell", "call_1"), call('{"cmd": "' + HARM))


@fault(Fails(ReplyCut))
def clean_eof_tool_valid_prefix() -> Answer:
    """The arguments parse, but nothing says that they are all."""
    return stream(call("", "write", "call_1"), call('{"path": "a", "text": "1"}'))


@fault(Fails(ReplyCut))
def rst_mid_text() -> Answer:
    return stream(text("half"), Reset())


@fault(Fails(ReplyCut))
def rst_mid_tool() -> Answer:
    return stream(call("", "shell", "call_1"), call('{"cmd": "' + HARM[:5]), Reset())


@fault(Fails(ReplyCut))
def rst_mid_utf8() -> Answer:
    raw = text("é").replace(b"\\u00e9", "é".encode())
    return stream(raw[: raw.index(b"\xc3") + 1], Reset())


@fault(Fails(ReplyCut))
def done_without_finish() -> Answer:
    return stream(text("x"), DONE)


@fault(Fails(ReplyCut))
def length_mid_tool() -> Answer:
    return stream(call("", "shell", "call_1"), call('{"cmd": "' + HARM), LENGTH, DONE)


@fault(ONE_CALL)
def stop_but_has_tool() -> Answer:
    return stream(call(LS, "shell", "call_1"), STOP, DONE)


@fault(Fails(ReplyCut))
def tool_calls_but_none() -> Answer:
    return stream(text("thinking"), CALLS, DONE)


@fault(Fails(ContentFiltered))
def content_filter() -> Answer:
    return stream(text("x"), chunk(finish="content_filter"), DONE)


@fault(Fails(ProtocolError, says="banana"))
def unknown_finish() -> Answer:
    return stream(text("x"), chunk(finish="banana"), DONE)


# Malformed calls: the gateway hands them on as they are, the executor judges them.


def one_bad_call(arguments: str, name: str = "shell") -> Answer:
    """A stream with one call, whole on the wire."""
    return stream(call(arguments, name, "call_1"), CALLS, DONE)


def handed_on(arguments: str, name: str = "shell") -> Reply:
    """The call as it came."""
    return Reply(calls=[(name, arguments)], finish="tool_calls")


BAD_JSON = "{'cmd': 'ls',}"
DOUBLE = json.dumps(json.dumps({"cmd": "ls"}))
TWICE = '{"cmd":"ls","cmd":"' + HARM + '"}'
DEEP = '{"a":' * 5000 + "1" + "}" * 5000
HUGE_START = '{"cmd":"' + "A" * 65536 * 160


@fault(handed_on(BAD_JSON))
def bad_json_args() -> Answer:
    return one_bad_call(BAD_JSON)


@fault(handed_on('"ls"'))
def args_not_object() -> Answer:
    return one_bad_call('"ls"')


@fault(handed_on(DOUBLE))
def args_double_encoded() -> Answer:
    return one_bad_call(DOUBLE)


@fault(handed_on(TWICE))
def args_dup_keys() -> Answer:
    return one_bad_call(TWICE)


@fault(handed_on('{"n": NaN}'))
def args_nan() -> Answer:
    return one_bad_call('{"n": NaN}')


@fault(handed_on(HUGE_START[:MAX_STORED_ARGUMENTS] + "…"))
def args_huge() -> Answer:
    pieces = [call("A" * 65536) for _ in range(160)]
    return stream(call('{"cmd":"', "shell", "call_1"), *pieces, call('"}'), CALLS, DONE)


@fault(handed_on(DEEP))
def args_deep() -> Answer:
    return one_bad_call(DEEP)


@fault(handed_on("{}", "no_such_tool"))
def unknown_tool() -> Answer:
    return one_bad_call("{}", "no_such_tool")


@fault(handed_on("{}", ""))
def empty_tool_name() -> Answer:
    return one_bad_call("{}", "")


@fault(ONE_CALL)
def no_tool_id() -> Answer:
    return stream(call(LS, "shell"), CALLS, DONE)


@fault(Reply(calls=[("shell", '{"cmd":"a"}'), ("shell", '{"cmd":"b"}')], finish="tool_calls"))
def dup_tool_id() -> Answer:
    return stream(
        call('{"cmd":"a"}', "shell", "call_1"),
        call('{"cmd":"b"}', "shell", "call_1", 1),
        CALLS,
        DONE,
    )


@fault(Reply(calls=[("shell", '{"cmd":"a"}'), ("read", '{"p":"b"}')], finish="tool_calls"))
def interleaved_tools() -> Answer:
    opened = call("", "shell", "c1", 0), call("", "read", "c2", 1)
    halves = (
        call('{"cmd":', index=0),
        call('{"p":', index=1),
        call('"a"}', index=0),
        call('"b"}', index=1),
    )
    return stream(*opened, *halves, CALLS, DONE)


@fault(ONE_CALL)
def tool_index_missing() -> Answer:
    return stream(call(LS, "shell", "c1", index=None), CALLS, DONE)


@fault(ONE_CALL)
def tool_in_text() -> Answer:
    return stream(
        text('<tool_call>{"name":"shell","arguments":{"cmd":"ls"}}</tool_call>'),
        STOP,
        DONE,
    )


@fault(Reply(calls=[("shell", '{"cmd":"true"}')] * 1000, finish="tool_calls"), "1000_tools")
def thousand_tools() -> Answer:
    return stream(
        *(call('{"cmd":"true"}', "shell", f"c{at}", at) for at in range(1000)),
        CALLS,
        DONE,
    )


# Malformed streams.


@fault(Fails(ProtocolError))
def sse_garbage_line() -> Answer:
    """A piece that cannot be read may be a piece of the reply: what is left is not the reply."""
    return stream(b"data: {not json\n\n", text("x"), STOP, DONE)


@fault(Fails(Overloaded, says="overloaded"))
def sse_error_event() -> Answer:
    return stream(
        text("x"),
        b'data: {"error":{"message":"overloaded","type":"server_error","code":529}}\n\n',
    )


@fault(Reply("x"))
def sse_comments_crlf() -> Answer:
    crlf = [part.replace(b"\n", b"\r\n") for part in (ROLE, text("x"), STOP)]
    return Answer(200, SSE, [b": keepalive\r\n\r\n", *crlf, DONE])


@fault(Reply("h€llo"))
def sse_byte_by_byte() -> Answer:
    return Answer(200, SSE, [bytes([byte]) for byte in ROLE + text("h€llo") + STOP + DONE])


@fault(Fails(ReplyCut))
def empty_body() -> Answer:
    return Answer(200, SSE)


@fault(Fails(ProtocolError, says="captive portal"))
def html_200() -> Answer:
    return refusal(200, b"<html>captive portal login</html>", {"Content-Type": "text/html"})


@fault(Reply("x"))
def empty_choices() -> Answer:
    bare = b'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[]}\n\n'
    return stream(bare, text("x"), STOP, DONE)


@fault(Reply("x"))
def null_delta() -> Answer:
    return stream(text(None), text("x"), STOP, DONE)


@fault(Fails(ReplyCut))
def stall_mid() -> Answer:
    return stream(text("x"), Pause(FOREVER), DONE)


@fault(Fails(Unreachable))
def stall_headers() -> Answer:
    return Answer(200, SSE, silent_s=FOREVER)


@fault(Flows())
def slow_drip() -> Answer:
    def drip() -> Iterator[Step]:
        for _ in range(600):
            yield Pause(0.1)
            yield text(".")

    return Answer(200, SSE, drip())


@fault(Fails(ReplyTooLarge))
def infinite_text() -> Answer:
    words = text("blah " * 200)
    return Answer(200, SSE, (words for _ in range(200_000)))


# Refusals.


@fault(Fails(RateLimited, retry_after_s=2.0), "429")
def status_429() -> Answer:
    return refusal(
        429,
        b'{"error":{"message":"rate","type":"rate_limit_error"}}',
        {**JSON, "Retry-After": "2"},
    )


@fault(Fails(RateLimited), "429_no_header")
def status_429_no_header() -> Answer:
    return refusal(429)


@fault(Fails(RateLimited, retry_after_s=86400.0), "429_retry_huge")
def status_429_retry_huge() -> Answer:
    return refusal(429, headers={"Retry-After": "86400"})


@fault(Fails(QuotaExceeded))
def insufficient_quota() -> Answer:
    return refusal(429, b'{"error":{"code":"insufficient_quota","message":"billing"}}')


@fault(Fails(BadKey), "401")
def status_401() -> Answer:
    return refusal(
        401,
        b'{"error":{"message":"Incorrect API key provided: sk-abc123","code":"invalid_api_key"}}',
    )


@fault(Fails(ContextOverflow), "400_context")
def status_400_context() -> Answer:
    message = b'{"error":{"message":"maximum context length is 8192 tokens","code":"context_length_exceeded"}}'
    return refusal(400, message)


@fault(Fails(Overloaded), "500")
def status_500() -> Answer:
    return refusal(500, b"oops", {})


@fault(Fails(Overloaded), "502_html")
def status_502_html() -> Answer:
    return refusal(502, b"<html>Bad gateway</html>", {"Content-Type": "text/html"})


@fault(Fails(Overloaded, retry_after_s=1.0), "503")
def status_503() -> Answer:
    return refusal(503, headers={"Retry-After": "1"})


@fault(Fails(Overloaded), "529")
def status_529() -> Answer:
    return refusal(529, b'{"error":{"type":"overloaded_error"}}')


@fault(Fails(ProtocolError, says="redirect"))
def redirect_evil() -> Answer:
    """Whoever follows it hands the key to a stranger: `/steal` of the same server, which counts its visitors."""
    return refusal(307, b"", {"Location": "/steal"})
