"""Which cap has nothing left for a model."""

from __future__ import annotations

from datetime import UTC, datetime

from agent.budget.standing import Standing, reached_for
from agent.settings import ModelProfile, Price

NOON, MAY = datetime(2026, 4, 2, 12, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)
DAY = Standing("budget.usd_per_day", "day", "usd", "", 2.0, 1.5, 0.5, NOON)
MONTH = Standing("budget.usd_per_month", "month", "usd", "", 2.0, 2.5, 0.0, MAY)
ROOM = Standing("budget.usd_per_day", "day", "usd", "", 2.0, 1.5, 0.0, NOON)
TOKENS = Standing("budget.tokens_per_day", "day", "tokens", "", 100, 100, 0, NOON)
FAR = Standing("providers.far.budget.usd_per_day", "day", "usd", "far", 1.0, 1.0, 0.0, NOON)
PAID = ModelProfile("near", "m", price=Price(input=1.0, output=2.0))
FREE = ModelProfile("local", "m", price=Price(input=0.0, output=0.0))
UNKNOWN = ModelProfile("near", "m")


def test_a_full_cap_holds_for_models_that_it_is_about_and_the_longest_one_is_named() -> None:
    assert reached_for([ROOM], PAID) is None
    assert reached_for([DAY, MONTH, ROOM], PAID) == MONTH
    assert reached_for([FAR], PAID) is None
    assert reached_for([FAR], ModelProfile("far", "m", price=Price(input=1.0, output=2.0))) == FAR


def test_money_holds_neither_what_is_free_nor_what_has_no_price_and_tokens_hold_all() -> None:
    for model in (FREE, UNKNOWN):
        assert reached_for([DAY, MONTH], model) is None
        assert reached_for([DAY, TOKENS], model) == TOKENS
