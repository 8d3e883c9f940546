from __future__ import annotations

import asyncio
import io

import msgspec
import pytest

from agent.messages import AssistantMessage, ImagePart, TextPart, ThinkingPart, ToolCall, UserMessage
from agent.models.pipe import (
    MAX_FRAME,
    BrokenPipe,
    CallDelta,
    CallFailed,
    CallFinished,
    CancelCall,
    FromWorker,
    StartCall,
    ToWorker,
    WorkerReady,
    encode_frame,
    read_frame,
    read_frame_blocking,
)
from agent.ports import ModelRequest, ReplyFinished, TextDelta
from agent.settings import ModelProfile

TO_WORKER = msgspec.msgpack.Decoder(ToWorker)
FROM_WORKER = msgspec.msgpack.Decoder(FromWorker)


def request(text: str) -> ModelRequest:
    said = UserMessage((TextPart(text), ImagePart("image/png", b"\x89PNG\xff")), "today")
    reply = AssistantMessage((ThinkingPart("hm", "c2ln"), ToolCall("c1", "shell", "{}")), "p/m", "tool_calls")
    return ModelRequest(ModelProfile("p", "m", extra={"seed": 1}), "You are.", (said, reply), max_output_tokens=9)


def read_all(data: bytes) -> list[FromWorker]:
    async def one() -> list[FromWorker]:
        stream = asyncio.StreamReader()
        stream.feed_data(data)
        stream.feed_eof()
        found: list[FromWorker] = []
        while (message := await read_frame(stream, FROM_WORKER)) is not None:
            found.append(message)
        return found

    return asyncio.run(one())


def test_messages_arrive_as_they_were_sent() -> None:
    file = io.BytesIO(encode_frame(StartCall(1, request("héllo"), "k")) + encode_frame(CancelCall(1)))
    assert read_frame_blocking(file, TO_WORKER) == StartCall(1, request("héllo"), "k")
    assert read_frame_blocking(file, TO_WORKER) == CancelCall(1)
    assert read_frame_blocking(file, TO_WORKER) is None
    answers: list[FromWorker] = [
        WorkerReady("landlock 7, seccomp"),
        CallDelta(1, TextDelta("x", True)),
        CallFinished(1, ReplyFinished(AssistantMessage((TextPart("x"),), "p/m"))),
        CallFailed(2, "bad_key", "No.", 1.5),
    ]
    assert read_all(b"".join(map(encode_frame, answers))) == answers


def test_half_characters_are_replaced() -> None:
    """A tool's output may hold halves of characters; they must not stop a call."""
    file = io.BytesIO(encode_frame(StartCall(1, request("a\ud800b"), "k")))
    assert read_frame_blocking(file, TO_WORKER) == StartCall(1, request("a?b"), "k")


def test_what_is_no_frame() -> None:
    whole = encode_frame(WorkerReady("x"))
    assert read_all(whole[:-1]) == []
    assert read_frame_blocking(io.BytesIO(whole[:-1]), FROM_WORKER) is None
    for data in ((MAX_FRAME + 1).to_bytes(4, "big"), b"\x00\x00\x00\x02hi"):
        with pytest.raises(BrokenPipe):
            read_all(data)
