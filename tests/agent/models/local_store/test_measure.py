from __future__ import annotations

import asyncio

import pytest

from agent.models.catalogue import resolve
from agent.models.engine import LocalGateway
from agent.models.local_store.measure import measure
from agent.settings import ModelProfile, Settings
from tests.helpers.small_model import SmallModel


def test_what_wrote_too_little_has_no_speed() -> None:
    model = ModelProfile("local", "tiny", window=4096)
    gateway = SmallModel(lambda request: "Yes.")
    measured = asyncio.run(measure(gateway, model, lambda: 7))
    assert measured.writes_per_s is None and measured.memory_bytes == 7 and measured.window == 4096
    short, long = gateway.requests
    assert short.max_output_tokens == 4 and long.max_output_tokens == 96
    assert short.system != long.system and {one.account.purpose for one in gateway.requests} == {"trial"}


@pytest.mark.local_model
def test_a_real_model_is_timed() -> None:
    async def main() -> None:
        gateway = LocalGateway()
        try:
            model = resolve(Settings(), "local/smollm2")
            measured = await measure(gateway, model, lambda: gateway.engine.states()[0].memory_bytes)
        finally:
            await gateway.aclose()
        assert measured.writes_per_s is not None and measured.writes_per_s > 1
        assert measured.reads_per_s is not None and measured.reads_per_s > 1
        assert measured.load_s is not None and measured.load_s > 0
        assert measured.memory_bytes is not None and measured.memory_bytes > 50 << 20

    asyncio.run(main())
