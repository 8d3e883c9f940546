"""Charts and the tables beside them say the same."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import QLocale

from agent.budget.dearest import DearRun
from agent.budget.report import Outlook, UsageRow
from agent.budget.standing import Standing
from app.viewmodels.usage_chart import OTHERS
from app.viewmodels.usage_report import Figures, Group, empty
from app.viewmodels.usage_tables import (
    MOST_LINES,
    REST,
    TOLD_APART,
    dearest_lines,
    estimated_words,
    group_chart,
    group_columns,
    group_lines,
    month_lines,
    step_columns,
    step_lines,
    time_chart,
)
from tests.helpers.usage import NOW


@pytest.fixture(autouse=True)
def english() -> None:
    QLocale.setDefault(QLocale("en_GB"))


def row(key: str, usd: float, tokens: int = 100, *, estimated: int = 0) -> UsageRow:
    return UsageRow(key, "", 1, tokens, tokens // 4, tokens // 2, usd, 0, estimated)


DAYS = (row("2026-11-18", 2.0), empty("2026-11-19"), row("2026-11-20", 0.5, 400, estimated=1))


def figures(group: Group = "model", count: int = 2, **changes: Any) -> Figures:
    groups = tuple(row(f"p/m{at}", float(count - at), 10 * at) for at in range(count))
    told: dict[str, Any] = {
        "period": "week", "group": group, "now": NOW, "since": NOW - timedelta(days=3), "until": NOW, "steps": DAYS,
        "groups": groups, "parts": {("2026-11-18", one.key): one for one in groups}, "dearest": (), "today": DAYS[-1],
        "month": DAYS, "outlook": Outlook("2026-11", 2.5, 6.5, 500, 1_300, 14), "caps": (),
    }  # fmt: skip
    return Figures(**{**told, **changes})


def test_a_chart_of_money_and_its_table() -> None:
    shown = figures()
    chart = time_chart(shown, "usd")
    assert [series.values for series in chart.series] == [(2.0, 0.0, 0.5)]
    assert (chart.labels, chart.names[0]) == (("18 Nov", "19 Nov", "20 Nov"), "Wed 18 Nov")
    assert chart.said.replace("(s)", "s") == "Last 7 days, 3 bars. The highest is Wed 18 Nov with $2.00."
    lines = step_lines(shown)
    assert [line.key for line in lines] == ["2026-11-20", "2026-11-19", "2026-11-18"]
    assert [cell.text for cell in lines[0].cells] == ["Fri 20 Nov", "$0.50 *", "1", "300", "100", "200"]
    assert len(step_columns(shown)) == len(lines[0].cells)
    assert estimated_words(shown).startswith("* 1 call")


def test_tokens_are_fresh_cached_and_written() -> None:
    chart = time_chart(figures(), "tokens")
    assert [(series.name, series.values) for series in chart.series] == [
        ("Fresh", (75.0, 0.0, 300.0)), ("Cached", (25.0, 0.0, 100.0)), ("Output", (50.0, 0.0, 200.0)),
    ]  # fmt: skip


def test_the_month_adds_up_and_goes_on_at_its_pace() -> None:
    cap = Standing("budget.usd_per_month", "month", "usd", "", 10.0, 2.5, 0.0, None)
    shown = figures(caps=(cap,))
    chart = time_chart(shown, "month")
    so_far, ahead = (series.values for series in chart.series)
    assert (len(so_far), so_far[17:21], so_far[0]) == (30, (2.0, 2.0, 2.5, None), None)
    assert (ahead[18], ahead[19], ahead[29], chart.limit) == (None, 2.5, 6.5, 10.0)
    assert [cell.text for cell in month_lines(shown)[0].cells] == ["By the month's end", "", "about $6.50"]
    assert [cell.text for cell in month_lines(shown)[1].cells] == ["Fri 20 Nov", "$0.50", "$2.50"]
    far = Standing("budget.usd_per_month", "month", "usd", "", 500.0, 2.5, 0.0, None)
    assert time_chart(figures(caps=(far,)), "month").limit is None


def test_an_outlook_below_what_is_spent_does_not_go_down() -> None:
    chart = time_chart(figures(outlook=Outlook("2026-11", 2.5, 1.0, 500, 500, 14)), "month")
    assert chart.series[1].values[-1] == 2.5


@pytest.mark.parametrize(("count", "told"), [(3, 3), (TOLD_APART + 1, TOLD_APART + 1), (TOLD_APART + 4, TOLD_APART)])
def test_some_are_told_apart_and_the_rest_is_grey(count: int, told: int) -> None:
    shown = figures(count=count, steps=(row("2026-11-18", float(sum(range(count + 1)))), empty("2026-11-19")))
    chart, lines = group_chart(shown, "usd"), group_lines(shown, "usd")
    assert sum(sum(value or 0.0 for value in series.values) for series in chart.series) == sum(range(count + 1))
    colors = [series.color for series in chart.series]
    assert colors == [*range(told), *([OTHERS] if told < count else [])]
    assert [line.color for line in lines] == [*range(told), *[OTHERS] * (count - told)]
    assert [line.key for line in lines] == [f"p/m{at}" for at in range(count)]
    assert len(group_columns(shown)) == len(lines[0].cells)


def test_by_tokens_the_order_is_another() -> None:
    lines = group_lines(figures(count=3), "tokens")
    assert [line.key for line in lines] == ["p/m2", "p/m1", "p/m0"]
    assert lines[-1].cells[1].share == 0


def test_skills_have_a_bar_each() -> None:
    shown = figures("skill", parts={}, groups=(row("letters", 2.0), row("", 1.0)))
    chart = group_chart(shown, "usd")
    assert (chart.labels, chart.series[0].values) == (("letters", "No skill"), (2.0, 1.0))
    assert [line.color for line in group_lines(shown, "usd")] == [None, None]


def test_nothing_is_said_to_be_nothing() -> None:
    shown = figures(steps=(empty("2026-11-20"),), groups=(), parts={}, month=(empty("2026-11-20"),), count=0)
    assert time_chart(shown, "usd").said == "Last 7 days: nothing to show."
    assert (group_chart(shown, "usd").is_empty, group_lines(shown, "usd"), estimated_words(shown)) == (True, (), "")


def test_the_dearest_runs_say_what_they_were() -> None:
    run = DearRun("r1", "s1", "Taxes", "Sort them", "turn", NOW, ("q/x", "p/m"), row("r1", 2.0))
    line = dearest_lines(figures(dearest=(run,)))[0]
    assert (line.key, [cell.text for cell in line.cells][2:]) == ("r1", ["p/m +1", "$2.00", "150"])
    assert line.tip == "Sort them\np/m\nq/x"


def test_of_thousands_of_chats_the_dearest_are_named_and_the_others_are_one_line() -> None:
    count = MOST_LINES + 3
    whole = float(sum(range(count + 1)))
    shown = figures("session", count=count, steps=(row("2026-11-18", whole), empty("2026-11-19")))
    lines = group_lines(shown, "usd")
    assert (len(lines), lines[-1].key, lines[-1].cells[0].text.replace("(s)", "s"), lines[-1].color) == (
        MOST_LINES + 1,
        REST,
        "3 others",
        OTHERS,
    )
    assert sum(float(one.cells[2].value or 0) for one in lines) == whole
    assert len(group_lines(figures(count=MOST_LINES), "usd")) == MOST_LINES
