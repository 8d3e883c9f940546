"""The price of a first request is told only where it is known."""

from pathlib import Path

from agent.context.report import first_request
from agent.settings import ModelProfile, Price


def test_money_is_counted_from_the_price_and_unknown_stays_unknown(tmp_path: Path) -> None:
    known = first_request(tmp_path, ModelProfile("p", "m", price=Price(2.0, 8.0)), ())
    assert known.tokens > 0 and known.cost_usd == known.tokens * 2.0 / 1e6
    assert first_request(tmp_path, ModelProfile("p", "m"), ()).cost_usd is None
