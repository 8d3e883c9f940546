from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from PySide6.QtCore import QLocale

from agent.comparison.estimate import Estimate, ModelEstimate
from agent.comparison.findings import Finding
from agent.comparison.regular import Plan
from agent.comparison.service import Point
from agent.figures.seen import ModelFigures
from app.viewmodels.usage_seller_words import (
    columns,
    estimate_words,
    finding_lines,
    history_chart,
    history_columns,
    history_keys,
    history_lines,
    lines,
    plan_words,
)
from tests.helpers.usage import NOW, answers, seller


@pytest.fixture(autouse=True)
def english() -> None:
    QLocale.setDefault(QLocale("en_GB"))


def test_probes_and_own_calls_have_tables_of_their_own() -> None:
    seen = ModelFigures("b/m", 8, 2, 410.0, None, 0.5, 0.6)
    rows = [
        seller(answers("a/m", 2, 3)),
        msgspec.structs.replace(seller(answers("b/m", 0, 0)), seen=seen, probed_at=None),
    ]
    probes = lines(rows, "probes", NOW, {"a/m": 0})
    assert [[cell.text for cell in line.cells] for line in probes] == [
        ["a/m", "300 ms", "120", "0%", "2/3", "–", "–", "–", "$1", "$4", "$0.0030", "now"],
    ]  # fmt: skip
    assert probes[0].color == 0 and len(columns("probes")) == len(probes[0].cells)
    calls = lines(rows, "calls", NOW, {})
    assert [[cell.text for cell in line.cells] for line in calls] == [["b/m", "8", "410 ms", "–", "25%", "50%", "60%"]]
    assert len(columns("calls")) == len(calls[0].cells)


def test_findings_are_sentences_in_the_persons_language_or_as_they_came() -> None:
    found = [Finding("worse_answers", "x"), Finding("counts_more", "counts 30% more tokens"), Finding("slow", "y")]
    result = msgspec.structs.replace(answers("a/m", 2, 9), stopped="The cap of the day.")
    told = finding_lines(seller(result, findings=found))
    assert told[0].startswith("Answered 2 of 9 rightly, clearly fewer")
    assert told[1:] == [
        "counts 30% more tokens.", "Writes much slower than the quickest.",
        "The last probe was broken off: The cap of the day.",
    ]  # fmt: skip


def test_a_hostile_name_is_no_format() -> None:
    call = msgspec.structs.replace(answers("a/m", 1, 1).calls[0], answered_by="{failed.__class__}-9b")
    result = msgspec.structs.replace(answers("a/m", 1, 1), calls=(call,))
    told = finding_lines(seller(result, findings=[Finding("other_model", "x")]))
    assert told == ["Says that another model has answered: {failed.__class__}-9b."]


def test_over_time_each_model_has_its_own_points() -> None:
    later = NOW + timedelta(days=1)
    histories = {
        "a/m": [Point(NOW, 300.0, 50.0, 0.0, 1.0, 0.5), Point(later, 400.0, 50.0, 0.25, 0.5, None)],
        "b/m": [Point(later, 100.0, None, 0.0, 1.0, None)],
    }
    chart = history_chart(histories, "first_ms")
    assert [series.values for series in chart.series] == [(300.0, 400.0), (None, 100.0)]
    assert [series.values for series in history_chart(histories, "error_rate").series] == [(0.0, 25.0), (None, 0.0)]
    table = history_lines(histories, "cached_share")
    assert [[cell.text for cell in line.cells][1:] for line in table] == [["–", "–"], ["50%", "–"]]
    assert [line.key for line in reversed(table)] == history_keys(histories)
    assert len(history_columns(histories)) == 3
    assert history_chart({}, "first_ms").is_empty


def test_a_plan_says_what_comes_and_why_it_did_not() -> None:
    plan = Plan(("a/m", "b/m"), 604_800.0, 0.5, NOW + timedelta(days=2))
    assert (
        plan_words(plan, NOW)
        .replace("(s)", "s")
        .startswith("Compared by itself every 7 days, for at most $0.50: a/m, b/m. Next: 22/11/2026")
    )
    failed = msgspec.structs.replace(plan, note="The cap of the day leaves less.")
    assert plan_words(failed, NOW).endswith("The last time it was not done: The cap of the day leaves less.")


def test_what_a_probe_may_cost_is_said_before() -> None:
    paid = ModelEstimate("a/m", 20, 15_000, 0.05, 7_000, 0.01, "a")
    blind = ModelEstimate("b/m", 20, 15_000, None, 7_000, 0.0, "b")
    free = ModelEstimate("l/m", 20, 15_000, 0.0, 7_000, 0.0, "l")
    assert "at most $0.05" in estimate_words(Estimate((paid,)))
    both = estimate_words(Estimate((paid, blind)))
    assert "at most $0.05" in both and both.endswith("What b/m will cost is not known.")
    assert "free of charge" in estimate_words(Estimate((free,)))
    assert "free" not in estimate_words(Estimate((blind,)))
