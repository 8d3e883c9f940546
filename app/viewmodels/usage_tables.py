"""The charts and tables of a time: each table says what the chart beside it shows."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Sequence
from typing import Literal

from agent.budget.report import UsageRow, total_of
from app.translation import translate
from app.viewmodels.moment import when
from app.viewmodels.usage_chart import OTHERS, Chart, Series
from app.viewmodels.usage_report import Figures
from app.viewmodels.usage_table import Cell, Column, Line
from app.viewmodels.usage_words import (
    cost_words,
    count,
    fresh_of,
    group_words,
    money,
    outlook_words,
    percent,
    period_words,
    row_words,
    run_words,
    step_label,
    step_words,
    tokens_of,
    value_words,
)

View = Literal["usd", "tokens", "month"]
"""What is shown over time: money, tokens, or how the month's money adds up."""
TOLD_APART = 5
"""Models, jobs, … that have a colour of their own."""
MOST_LINES = 500
"""Of a table; jobs may have left thousands of chats. All that come after are one line."""
REST = "\0rest"
"""The key of that line."""
FAR = 4
"""A cap so many times the outlook is not drawn: nothing else could be made out below it."""


def time_chart(figures: Figures, view: View) -> Chart:
    """Spend or tokens of each day, or the month so far and its outlook."""
    if view == "month":
        return _month_chart(figures)
    rows = figures.steps
    if view == "usd":
        series = [Series(translate("Usage", "Spent"), tuple(row.cost_usd for row in rows), 0)]
    else:
        parts: tuple[tuple[str, Callable[[UsageRow], int]], ...] = (
            (translate("Usage", "Fresh"), fresh_of),
            (translate("Usage", "Cached"), lambda row: row.cached_tokens),
            (translate("Usage", "Output"), lambda row: row.output_tokens),
        )
        series = [Series(name, tuple(float(part(row)) for row in rows), at) for at, (name, part) in enumerate(parts)]
    return _over_steps(figures, "usd" if view == "usd" else "tokens", series)


def group_chart(figures: Figures, view: View) -> Chart:
    """The same, told apart by model, job, …; of skills, one bar for each."""
    value: Callable[[UsageRow], float] = (lambda row: row.cost_usd) if view == "usd" else (lambda row: tokens_of(row))
    measure = "usd" if view == "usd" else "tokens"
    groups = _by_value(figures, value)
    if not figures.parts:
        return _group_bars(figures, groups, view)
    shown, rest = groups[:TOLD_APART], groups[TOLD_APART:]
    if len(groups) == TOLD_APART + 1:
        shown, rest = groups, []

    def over(key: str) -> tuple[float, ...]:
        there = (figures.parts.get((step.key, key)) for step in figures.steps)
        return tuple(0.0 if part is None else value(part) for part in there)

    series = [Series(row_words(figures.group, row), over(row.key), at) for at, row in enumerate(shown)]
    if rest:
        others = translate("Usage", "%n other(s)", len(rest))
        told = [sum(one.values[at] or 0.0 for one in series) for at in range(len(figures.steps))]
        left = tuple(_above_dust(value(step) - told[at]) for at, step in enumerate(figures.steps))
        series.append(Series(others, left, OTHERS))
    return _over_steps(figures, measure, series)


def step_columns(figures: Figures) -> tuple[Column, ...]:
    """Of the table of days."""
    first = translate("Usage", "Month") if figures.monthly else translate("Usage", "Day")
    return (Column(first, number=False), *_amount_columns())


def step_lines(figures: Figures) -> tuple[Line, ...]:
    """The days, the last one first."""
    return tuple(Line(row.key, (Cell(step_words(row.key), row.key), *_amounts(row))) for row in reversed(figures.steps))


def month_columns() -> tuple[Column, ...]:
    """Of the table of the month."""
    return (
        Column(translate("Usage", "Day"), number=False),
        Column(translate("Usage", "Spent that day")),
        Column(translate("Usage", "Spent so far")),
    )


def month_lines(figures: Figures) -> tuple[Line, ...]:
    """The days of the month until today, the last one first; above them the outlook."""
    lines: list[Line] = []
    total = 0.0
    for row in figures.month:
        total += row.cost_usd
        cells = (Cell(step_words(row.key), row.key), Cell(cost_words(row), row.cost_usd), Cell(money(total), total))
        lines.append(Line(row.key, cells))
    ahead = Cell(translate("Usage", "about {amount}").format(amount=money(figures.outlook.usd)), figures.outlook.usd)
    end = Line("outlook", (Cell(translate("Usage", "By the month's end"), "9999"), Cell("", 0.0), ahead))
    return (end, *reversed(lines))


def group_columns(figures: Figures) -> tuple[Column, ...]:
    """Of the table of models, jobs, …."""
    share = Column(
        translate("Usage", "Share"), tip=translate("Usage", "Of the money; of the tokens where none is known")
    )
    return (Column(group_words(figures.group), number=False), share, *_amount_columns())


def group_lines(figures: Figures, view: View) -> tuple[Line, ...]:
    """Models, jobs, …: coloured as in the chart."""
    value: Callable[[UsageRow], float] = (lambda row: row.cost_usd) if view == "usd" else (lambda row: tokens_of(row))
    groups = _by_value(figures, value)
    whole = value(figures.total)
    told = len(groups) if len(groups) <= TOLD_APART + 1 or not figures.parts else TOLD_APART

    def line(at: int, key: str, words: str, row: UsageRow, tip: str = "") -> Line:
        share = Cell(percent(value(row) / whole) if whole else "", value(row), value(row) / whole if whole else None)
        color = (at if at < told else OTHERS) if figures.parts else None
        return Line(key, (Cell(words), share, *_amounts(row)), color, tip)

    lines = [
        line(at, row.key, row_words(figures.group, row), row, row.key if row.key != row.name else "")
        for at, row in enumerate(groups[:MOST_LINES])
    ]
    if rest := groups[MOST_LINES:]:
        lines.append(line(MOST_LINES, REST, translate("Usage", "%n other(s)", len(rest)), total_of(rest)))
    return tuple(lines)


def dearest_columns() -> tuple[Column, ...]:
    """Of the table of the dearest runs."""
    return (
        Column(translate("Usage", "Run"), number=False),
        Column(translate("Usage", "When"), number=False),
        Column(translate("Usage", "Model"), number=False),
        Column(translate("Usage", "Cost")),
        Column(translate("Usage", "Tokens")),
    )


def dearest_lines(figures: Figures) -> tuple[Line, ...]:
    """The dearest runs."""
    return tuple(
        Line(
            run.run_id,
            (
                Cell(run_words(run)),
                Cell(when(run.begun, figures.now), run.begun.timestamp()),
                Cell(model := _first_of(sorted(run.models)), model),
                Cell(cost_words(run.row), run.row.cost_usd),
                Cell(count(tokens_of(run.row)), float(tokens_of(run.row))),
            ),
            tip="\n".join(filter(None, (run.prompt, *sorted(run.models)))),
        )
        for run in figures.dearest
    )


def _above_dust(value: float) -> float:
    """Nothing, where only the rounding of a difference is left."""
    return value if value > 1e-9 else 0.0


def _first_of(models: Sequence[str]) -> str:
    return models[0] if len(models) == 1 else f"{models[0]} +{len(models) - 1}"


def _amount_columns() -> tuple[Column, ...]:
    return (
        Column(translate("Usage", "Spent")),
        Column(translate("Usage", "Calls")),
        Column(translate("Usage", "Fresh"), tip=translate("Usage", "Tokens of prompts that were read anew")),
        Column(translate("Usage", "Cached"), tip=translate("Usage", "Tokens of prompts that a provider still knew")),
        Column(translate("Usage", "Output"), tip=translate("Usage", "Tokens that models have written")),
    )


def _amounts(row: UsageRow) -> tuple[Cell, ...]:
    cost = cost_words(row)
    if row.estimated_calls:
        cost = f"{cost} *"
    numbers = (row.calls, fresh_of(row), row.cached_tokens, row.output_tokens)
    return (Cell(cost, row.cost_usd), *(Cell(count(number), float(number)) for number in numbers))


def estimated_words(figures: Figures) -> str:
    """What the asterisk means; empty: there is none."""
    number = figures.total.estimated_calls
    if not number:
        return ""
    return translate(
        "Usage", "* %n call(s) broke off or were not accounted for by the provider: they are estimated.", number
    )


def _by_value(figures: Figures, value: Callable[[UsageRow], float]) -> list[UsageRow]:
    return sorted(figures.groups, key=lambda row: (-value(row), -tokens_of(row), row.key))


def _over_steps(figures: Figures, measure: Literal["usd", "tokens"], series: Sequence[Series]) -> Chart:
    keys = [row.key for row in figures.steps]
    chart = Chart(
        "bars", measure, tuple(map(step_label, keys)), tuple(map(step_words, keys)), tuple(series), "",
    )  # fmt: skip
    return _with_words(chart, period_words(figures.period))


def _group_bars(figures: Figures, groups: Sequence[UsageRow], view: View) -> Chart:
    groups = groups[:12]
    names = tuple(row_words(figures.group, row) for row in groups)
    values = tuple(row.cost_usd if view == "usd" else float(tokens_of(row)) for row in groups)
    name = translate("Usage", "Spent") if view == "usd" else translate("Usage", "Tokens")
    chart = Chart("bars", "usd" if view == "usd" else "tokens", names, names, (Series(name, values, 0),), "")
    return _with_words(chart, period_words(figures.period))


def _with_words(chart: Chart, period: str) -> Chart:
    """Say of a chart what it shows: how many bars, which is the highest, how high it is."""
    sums = [sum(series.values[at] or 0.0 for series in chart.series) for at in range(len(chart.labels))]
    if not any(sums):
        said = translate("Usage", "{period}: nothing to show.").format(period=period)
    else:
        top = max(range(len(sums)), key=sums.__getitem__)
        said = translate("Usage", "{period}, %n bar(s). The highest is {name} with {value}.", len(sums)).format(
            period=period, name=chart.names[top], value=value_words(sums[top], chart.measure)
        )
    return Chart(chart.kind, chart.measure, chart.labels, chart.names, chart.series, said)


def _month_chart(figures: Figures) -> Chart:
    year, month = (int(part) for part in figures.outlook.month.split("-"))
    days = [f"{figures.outlook.month}-{day:02}" for day in range(1, calendar.monthrange(year, month)[1] + 1)]
    spent = {row.key: row.cost_usd for row in figures.month}
    so_far: list[float | None] = []
    total = 0.0
    for day in days:
        total += spent.get(day, 0.0)
        so_far.append(total if day in spent else None)
    last = max((at for at, value in enumerate(so_far) if value is not None), default=0)
    ahead: list[float | None] = [None] * len(days)
    begun = so_far[last] or 0.0
    for at in range(last, len(days)):
        part = (at - last) / max(len(days) - 1 - last, 1)
        ahead[at] = begun + part * (max(figures.outlook.usd, begun) - begun)
    cap = next((cap for cap in figures.caps if (cap.span, cap.unit, cap.provider) == ("month", "usd", "")), None)
    series = (
        Series(translate("Usage", "Spent so far"), tuple(so_far), 0),
        Series(translate("Usage", "At the pace of the last days"), tuple(ahead), 0, dashed=True),
    )
    said = translate("Usage", "This month: {amount} so far, {outlook}.").format(
        amount=money(figures.outlook.spent_usd), outlook=outlook_words(figures.outlook)
    )
    return Chart(
        "lines", "usd", tuple(map(step_label, days)), tuple(map(step_words, days)), series, said,
        cap.limit if cap is not None and cap.limit <= FAR * max(figures.outlook.usd, begun) else None,
        translate("Usage", "Cap of the month"),
    )  # fmt: skip
