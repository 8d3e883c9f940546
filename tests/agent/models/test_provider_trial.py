from __future__ import annotations

import asyncio
import base64
import struct
import zlib

import pytest

from agent.errors import BadKey
from agent.messages import Usage
from agent.models.direct import DirectGateway
from agent.models.provider_trial import ProviderReport, try_provider
from agent.settings import ModelProfile, Price, ProviderSettings
from tests.helpers.fault_server import FaultServer, FixedKey, Seen
from tests.helpers.faults import CALLS, DONE, STOP, Answer, call, chunk, refusal, stream, text

USAGE = chunk(usage={"prompt_tokens": 10, "completion_tokens": 20})


def able(seen: Seen) -> Answer:
    """A model that speaks, acts and sees."""
    body = seen.body
    content = body["messages"][-1]["content"]
    if body.get("tools"):
        return stream(call('{"times": 1}', "ring_bell", "c1"), CALLS, USAGE, DONE)
    if isinstance(content, list):
        return stream(text("Red." if shows_red(content[-1]["image_url"]["url"]) else "Nothing."), STOP, USAGE, DONE)
    return stream(text("one "), text("two"), STOP, USAGE, DONE)


def shows_red(url: str) -> bool:
    """Decode the image as a PNG reader would."""
    data = base64.b64decode(url.removeprefix("data:image/png;base64,"))
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", data[16:24])
    at = data.index(b"IDAT")
    (size,) = struct.unpack(">I", data[at - 4 : at])
    rows = zlib.decompress(data[at + 4 : at + 4 + size])
    return rows == (b"\x00" + b"\xff\x00\x00" * width) * height


def dull(seen: Seen) -> Answer:
    """A model that can do nothing but talk."""
    if isinstance(seen.body["messages"][-1]["content"], list):
        return refusal(400, b'{"error": {"message": "image input is not supported"}}')
    return stream(text("Sure, I would love to."), STOP, USAGE, DONE)


def report(server: FaultServer, vision: bool) -> ProviderReport:
    async def one() -> ProviderReport:
        gateway = DirectGateway(FixedKey())
        settings = ProviderSettings(base_url=server.base_url, key="env:X")
        profile = ModelProfile("p", "m", settings, price=Price(1, 1), vision=vision)
        try:
            return await try_provider(gateway, profile)
        finally:
            await gateway.aclose()

    return asyncio.run(one())


def test_able_model() -> None:
    with FaultServer(able) as server:
        seen = report(server, vision=True)
    assert (seen.reply, seen.tools, seen.vision, seen.problems) == ("one two", True, True, ())
    assert seen.usage == Usage(30, 0, 60, pytest.approx(90 / 1e6))  # pyright: ignore[reportArgumentType]
    assert 0 <= seen.first_token_s < 10


def test_model_that_only_talks() -> None:
    with FaultServer(dull) as server:
        seen = report(server, vision=True)
        assert (seen.tools, seen.vision, len(seen.problems)) == (False, False, 2)
        assert "cannot act" in seen.problems[0]
        assert "image input is not supported" in seen.problems[1]
        assert report(server, vision=False).vision is None


def test_model_that_does_not_answer() -> None:
    with FaultServer(lambda _seen: refusal(401)) as server, pytest.raises(BadKey):
        report(server, vision=False)
