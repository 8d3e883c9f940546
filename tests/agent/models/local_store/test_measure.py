from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest

from agent.errors import ProtocolError
from agent.models.local_store.measure import measure
from agent.ports import ModelEvent, ModelRequest, TextDelta
from agent.settings import ModelProfile
from tests.helpers.small_model import SmallModel


def test_what_wrote_too_little_has_no_speed() -> None:
    model = ModelProfile("local", "tiny", window=4096)
    gateway = SmallModel(lambda request: "Yes.")
    measured = asyncio.run(measure(gateway, model, lambda: 7))
    assert measured.writes_per_s is None and measured.memory_bytes == 7 and measured.window == 4096
    short, long = gateway.requests
    assert short.max_output_tokens == 4 and long.max_output_tokens == 96
    assert short.system != long.system and {one.account.purpose for one in gateway.requests} == {"trial"}


def test_who_writes_without_end_is_not_waited_for() -> None:
    class Endless:
        async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
            while True:
                yield TextDelta(f"word {request.max_output_tokens}")

    with pytest.raises(ProtocolError, match="beyond the 4 tokens"):
        asyncio.run(measure(Endless(), ModelProfile("local", "tiny", window=4096)))
