"""The most that a call may take."""

from __future__ import annotations

import pytest

from agent.budget.worst import Worst
from agent.messages import TextPart, UserMessage
from agent.ports import ModelRequest
from agent.settings import ModelProfile, Price


def worst(price: Price) -> Worst:
    words = UserMessage((TextPart("word " * 4_000),))
    return Worst.of(ModelRequest(ModelProfile("p", "m", price=price), "", (words,), max_output_tokens=100))


def test_the_whole_prompt_may_be_put_into_a_cache_for_more_than_it_costs_to_read() -> None:
    plain, kept = worst(Price(2.0, 10.0, 0.2)), worst(Price(2.0, 10.0, 0.2, 2.5))
    assert plain.usage.cost_usd == pytest.approx((plain.input_tokens * 2.0 + 100 * 10.0) / 1e6)
    assert kept.usage.cost_usd == pytest.approx((kept.input_tokens * 2.5 + 100 * 10.0) / 1e6)
    assert kept.needed_usd(100) == kept.usage.cost_usd
    assert kept.output_for_usd(kept.needed_usd(40)) == 40
    cheaper = worst(Price(2.0, 10.0, 0.2, 0.0))
    assert cheaper.output_for_usd(plain.needed_usd(40)) == 40
