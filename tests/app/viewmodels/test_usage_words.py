from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtCore import QLocale

from agent.budget.dearest import DearRun
from agent.budget.report import Outlook, UsageRow
from agent.budget.standing import Standing
from agent.figures.saved import CacheRate, Reused
from app.viewmodels.usage_report import Figures
from app.viewmodels.usage_words import (
    caches_words,
    cap_standing_words,
    cap_words,
    cost_words,
    few,
    money,
    outlook_warning,
    percent,
    row_words,
    run_words,
    step_label,
    step_words,
    value_words,
)
from tests.helpers.usage import NOW


@pytest.fixture(autouse=True)
def english() -> None:
    QLocale.setDefault(QLocale("en_GB"))


def row(usd: float, *, calls: int = 2, unknown: int = 0) -> UsageRow:
    return UsageRow("k", "", calls, 10, 0, 1, usd, unknown, 0)


@pytest.mark.parametrize(
    ("taken", "words"),
    [
        (row(1234.5), "$1,234.50"), (row(0.05), "$0.05"), (row(0.0042), "$0.0042"), (row(1e-9), "under $0.0001"),
        (row(0), "free"), (row(0, unknown=2), "price unknown"), (row(0.5, unknown=1), "at least $0.50"),
        (row(0, calls=0), "$0.00"),
    ],
)  # fmt: skip
def test_a_cost_is_never_said_to_be_less_than_it_is_known(taken: UsageRow, words: str) -> None:
    assert cost_words(taken) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0"),
        (999, "999"),
        (1_000, "1.0 k"),
        (123_456, "123 k"),
        (999_900, "1.0 M"),
        (2_900_000, "2.9 M"),
        (7e9, "7.0 bn"),
    ],
)
def test_tokens_in_few_characters(number: float, words: str) -> None:
    assert few(number) == words


def test_parts_and_values() -> None:
    assert [percent(share) for share in (0, 0.001, 0.5, 1)] == ["0%", "< 1%", "50%", "100%"]
    assert [value_words(12_345, measure) for measure in ("usd", "tokens", "ms", "rate")] == [
        "$12,345.00", "12,345 tokens", "12,345 ms", "12,345 tokens/s",
    ]  # fmt: skip
    assert (value_words(42, "percent"), money(0)) == ("42%", "$0.00")


def test_days_and_months() -> None:
    assert (step_words("2026-11-20"), step_label("2026-11-20")) == ("Fri 20 Nov", "20 Nov")
    assert (step_words("2026-02"), step_label("2026-02")) == ("February 2026", "Feb")


def test_rows_have_names_for_people() -> None:
    chat = UsageRow("s1", " A\nchat ", 1, 1, 0, 0, 0, 0, 0)
    none = UsageRow("", "", 1, 1, 0, 0, 0, 0, 0)
    assert (row_words("session", chat), row_words("session", none), row_words("job", none)) == (
        "A chat",
        "No chat",
        "No job",
    )
    assert row_words("purpose", UsageRow("summary", "", 1, 1, 0, 0, 0, 0, 0)) == "Summaries of long chats"
    assert row_words("purpose", UsageRow("new_one", "", 1, 1, 0, 0, 0, 0, 0)) == "new_one"
    assert row_words("model", UsageRow("p/m", "", 1, 1, 0, 0, 0, 0, 0)) == "p/m"


@pytest.mark.parametrize(
    ("title", "prompt", "purpose", "words"),
    [
        ("Taxes", "Sort\nthem", "turn", "Taxes · Sort them"), ("Sort", "Sort them", "turn", "Sort them"),
        ("", "Sort", "turn", "Sort"), ("", "", "trial", "Tests and comparisons of providers"),
    ],
)  # fmt: skip
def test_a_run_is_called_by_its_chat_and_what_was_asked(title: str, prompt: str, purpose: str, words: str) -> None:
    assert run_words(DearRun("r", "s", title, prompt, purpose, NOW, ("p/m",), row(1))) == words


def test_what_caches_gave_and_should_have() -> None:
    now: Any = NOW
    shown = Figures(
        "week", "model", now, now, now, (), (), {}, (), row(0), (), Outlook("2026-11", 0, 0, 0, 0, 1), (),
        cache=CacheRate("", 3, 1_000, 800, 500), reused=Reused(2, 900, 0.25),
    )  # fmt: skip
    told = caches_words(shown)
    assert told.startswith("Providers' caches gave 50% of the prompts; 80% were to be expected. 2 answer")
    assert told.endswith("saved $0.25.")
    assert caches_words(replace(shown, cache=CacheRate("", 0, 0, 0, 0), reused=Reused(0, 0, 0.0))) == ""


def cap(**changes: Any) -> Standing:
    told: dict[str, Any] = {
        "setting": "budget.usd_per_day", "span": "day", "unit": "usd", "provider": "", "limit": 5.0, "spent": 1.0,
        "under_way": 0.0, "renewed_at": datetime(2026, 11, 21, tzinfo=UTC),
    }  # fmt: skip
    return Standing(**{**told, **changes})


def test_how_a_cap_stands() -> None:
    assert (cap_words(cap()), cap_standing_words(cap())) == ("Today", "$1.00 of $5.00, $4.00 left")
    kept = cap_standing_words(cap(under_way=0.5))
    assert kept == "$1.00 of $5.00, $3.50 left · $0.50 kept back for calls under way"
    full = cap_standing_words(cap(spent=6.0))
    assert full.startswith("$6.00 of $5.00, $0.00 left · nothing is sent before ")
    run = cap(span="run", unit="tokens", limit=90_000, spent=None, provider="openai")
    assert (cap_words(run), cap_standing_words(run)) == ("A run at openai", "at most 90,000 tokens")


def test_a_month_that_will_come_to_its_cap_is_told_in_time() -> None:
    ahead = Outlook("2026-11", 10.0, 30.0, 1_000, 3_000, 14)
    month = cap(span="month", limit=20.0)
    assert outlook_warning(ahead, (month,)) == "At this pace the cap of $20.00 is reached before the month ends."
    assert outlook_warning(ahead, (cap(span="month", limit=40.0), cap(), cap(span="month", provider="p"))) == ""
    assert outlook_warning(ahead, (cap(span="month", limit=5.0, spent=9.0),)) == ""  # it is reached already
    assert outlook_warning(ahead, (cap(span="month", unit="tokens", limit=2_000, spent=1_000),)) != ""
