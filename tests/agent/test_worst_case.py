"""A request is made only where its worst case can be paid."""

from __future__ import annotations

import msgspec
import pytest

from agent.messages import TextPart, UserMessage
from agent.ports import ModelRequest
from agent.settings import ModelProfile, Price
from agent.worst_case import TooDear, within

ASK = ModelRequest(
    ModelProfile("far", "m", price=Price(input=1.0, output=10.0)),
    "",
    (UserMessage((TextPart("word " * 1_000),)),),
    max_output_tokens=4_000,
)


def priced(price: Price | None) -> ModelRequest:
    return msgspec.structs.replace(ASK, model=msgspec.structs.replace(ASK.model, price=price))


def test_what_can_be_paid_stays_as_it_is_and_what_cannot_is_shortened() -> None:
    assert within(ASK, 1.0, 16) == ASK
    short = within(ASK, 0.01, 16)
    most = short.max_output_tokens or 0
    assert 16 <= most < 4_000
    assert 1_000 * 1.0 / 1e6 + most * 10.0 / 1e6 <= 0.01


@pytest.mark.parametrize("left", [0.0, -1.0, 0.0011])
def test_what_cannot_be_paid_is_not_asked(left: float) -> None:
    with pytest.raises(TooDear, match="are left for this run"):
        within(ASK, left, 16)


def test_a_price_that_is_nothing_or_unknown_bounds_nothing() -> None:
    for price in (None, Price(input=0.0, output=0.0)):
        assert within(priced(price), 0.0, 16) == priced(price)
