"""What the gateway and its litellm worker say to each other, and how it is framed on their pipe.

A frame is a length (4 bytes, big-endian) and a MessagePack body. A key crosses in a `StartCall` and nowhere else.
"""

from __future__ import annotations

import asyncio
from typing import Any, BinaryIO, TypeVar, cast

import msgspec

from agent.ports import ModelRequest, ReplyFinished, TextDelta

Frame = TypeVar("Frame")

MAX_FRAME = 256 * 1024 * 1024
"""Bytes; a prompt full of images stays far below."""


class StartCall(msgspec.Struct, frozen=True, tag="start"):
    """To the worker: call the model."""

    call_id: int
    request: ModelRequest
    key: str
    """Empty: none."""


class CancelCall(msgspec.Struct, frozen=True, tag="cancel"):
    """To the worker: nobody wants that reply any more."""

    call_id: int


class WorkerReady(msgspec.Struct, frozen=True, tag="ready"):
    """From the worker, once: litellm is loaded."""

    jail: str
    """`landlock 7, seccomp`, or why there is none."""


class CallDelta(msgspec.Struct, frozen=True, tag="delta"):
    """From the worker: a piece of a reply."""

    call_id: int
    delta: TextDelta


class CallSent(msgspec.Struct, frozen=True, tag="sent"):
    """From the worker: a request of this call begins to leave."""

    call_id: int
    host: str
    """Host and port."""
    size: int
    """Bytes of its body."""


class CallReceived(msgspec.Struct, frozen=True, tag="received"):
    """From the worker: the answer to the last request of this call has ended."""

    call_id: int
    size: int
    """Bytes of its body."""


class CallFinished(msgspec.Struct, frozen=True, tag="finished"):
    """From the worker: the reply came whole."""

    call_id: int
    reply: ReplyFinished


class CallFailed(msgspec.Struct, frozen=True, tag="failed"):
    """From the worker: the reply did not come whole."""

    call_id: int
    code: str
    """`ModelError.code` of the class to raise."""
    message: str
    retry_after_s: float | None = None
    begun: bool | None = None
    """`ModelError.begun`."""


ToWorker = StartCall | CancelCall
FromWorker = WorkerReady | CallDelta | CallSent | CallReceived | CallFinished | CallFailed


class BrokenPipe(Exception):
    """What came is no frame: the other side is not what it should be."""


def encode_frame(message: ToWorker | FromWorker) -> bytes:
    """One message as bytes. Half characters (from a tool's output) are replaced, not refused."""
    try:
        body = msgspec.msgpack.encode(message)
    except UnicodeEncodeError:
        body = msgspec.msgpack.encode(_mended(message))
    return len(body).to_bytes(4, "big") + body


async def read_frame(stream: asyncio.StreamReader, decoder: msgspec.msgpack.Decoder[Frame]) -> Frame | None:
    """Wait for one message; None when the other side has closed the pipe. Raises BrokenPipe."""
    try:
        size = _size(await stream.readexactly(4))
        return _decoded(await stream.readexactly(size), decoder)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None


def read_frame_blocking(file: BinaryIO, decoder: msgspec.msgpack.Decoder[Frame]) -> Frame | None:
    """The same for a thread."""
    head = file.read(4)
    if len(head) < 4:
        return None
    size = _size(head)
    body = file.read(size)
    return _decoded(body, decoder) if len(body) == size else None


def _size(head: bytes) -> int:
    size = int.from_bytes(head, "big")
    if size > MAX_FRAME:
        raise BrokenPipe(f"a frame of {size} bytes")
    return size


def _decoded(body: bytes, decoder: msgspec.msgpack.Decoder[Frame]) -> Frame:
    try:
        return decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BrokenPipe("a frame that is no message") from error


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if isinstance(value, msgspec.Struct):
        fields = {name: _mended(getattr(value, name)) for name in value.__struct_fields__}
        return msgspec.structs.replace(value, **fields)
    if isinstance(value, dict):
        return {_mended(key): _mended(item) for key, item in cast(dict[Any, Any], value).items()}
    if isinstance(value, list | tuple):
        return [_mended(item) for item in cast(list[Any], value)]
    return value
