import asyncio
import os
from typing import Any

import pytest

from agent.interfaces.acp.transport import WireTransport, is_message
from agent.interfaces.serving.wire import StandardWire


@pytest.mark.parametrize(
    ("value", "taken"),
    [
        ({"id": 1, "method": "x"}, True),
        ({"method": "x"}, True),
        ({"id": "a", "result": None}, True),
        ({"id": 1, "error": {"code": 1}}, True),
        ({"id": 1, "error": 5}, False),
        ({"id": [], "method": "x"}, False),
        ({"id": 1.5, "method": "x"}, False),
        ({"id": 1, "method": 5}, False),
        ({}, False),
        ([], False),
        (None, False),
    ],
)
def test_only_what_the_sdk_can_take_is_a_message(value: Any, taken: bool) -> None:
    assert is_message(value) is taken


def test_what_is_sent_is_text_that_everybody_can_read() -> None:
    async def story() -> bytes:
        incoming, _ = os.pipe()
        outgoing, written = os.pipe()
        wire = StandardWire(incoming, written)
        await WireTransport(wire).send({"cwd": "/caf\udce9", "text": "ä"})
        wire.finish()
        os.close(written)
        return os.read(outgoing, 1_000)

    assert asyncio.run(story()) == '{"cwd":"/caf?","text":"ä"}\n'.encode()
