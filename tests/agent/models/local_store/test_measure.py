from __future__ import annotations

import asyncio

from agent.models.local_store.measure import measure
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
