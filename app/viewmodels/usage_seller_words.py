"""What is known of a provider, in words, tables and a chart over time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Literal

from PySide6.QtCore import QDateTime, QLocale

from agent.comparison.estimate import Estimate
from agent.comparison.findings import FindingCode, checked
from agent.comparison.regular import Plan
from agent.comparison.result import CacheVerdict, ModelResult
from agent.comparison.service import Point, SellerRow
from app.translation import translate
from app.viewmodels.moment import when
from app.viewmodels.usage_chart import Chart, Measure, Series
from app.viewmodels.usage_table import Cell, Column, Line
from app.viewmodels.usage_words import count, money, percent

View = Literal["probes", "calls"]
"""What probes have found, or what own calls have shown."""
Over = Literal["first_ms", "tokens_per_s", "error_rate", "right_share", "cached_share"]
OVER: tuple[Over, ...] = ("first_ms", "tokens_per_s", "error_rate", "right_share", "cached_share")
_NONE = "–"


def columns(view: View) -> tuple[Column, ...]:
    """Of the table of providers."""
    model = Column(translate("Sellers", "Model"), number=False)
    speed = (
        Column(
            translate("Sellers", "First word"), tip=translate("Sellers", "Until the first word of an answer, median")
        ),
        Column(translate("Sellers", "Tokens/s"), tip=translate("Sellers", "How quick the words come then, median")),
        Column(translate("Sellers", "Errors"), tip=translate("Sellers", "Calls that gave no whole answer")),
    )
    if view == "calls":
        cached = translate("Sellers", "Tokens of a chat's prompts that came from the provider's cache, after its first")
        calls = Column(translate("Sellers", "Calls"))
        due = translate("Sellers", "What the cache should have given: the prompt before, as far as it was the same")
        return (
            model,
            calls,
            *speed,
            Column(translate("Sellers", "Cached"), tip=cached),
            Column(translate("Sellers", "Expected"), tip=due),
        )
    right = translate(
        "Sellers", "Of a small fixed set of questions: few right ones may mean that the model was made smaller"
    )
    return (
        model,
        *speed,
        Column(translate("Sellers", "Right"), tip=right),
        Column(translate("Sellers", "Tools"), tip=translate("Sellers", "Tool calls that were made as they should be")),
        Column(translate("Sellers", "JSON"), tip=translate("Sellers", "Answers in JSON that were as they should be")),
        Column(translate("Sellers", "Cache"), number=False),
        Column(translate("Sellers", "In"), tip=translate("Sellers", "Dollars for a million tokens of prompts")),
        Column(translate("Sellers", "Out"), tip=translate("Sellers", "Dollars for a million tokens of answers")),
        Column(
            translate("Sellers", "Paid"), tip=translate("Sellers", "What one comparison took: the same work for all")
        ),
        Column(translate("Sellers", "Probed"), number=False),
    )


def lines(rows: Sequence[SellerRow], view: View, now: datetime, colors: Mapping[str, int]) -> tuple[Line, ...]:
    """A line for each provider; `colors`: of those in the chart."""
    if view == "calls":
        return tuple(_calls_line(row, colors) for row in rows if row.seen is not None)
    return tuple(_probes_line(row, now, colors) for row in rows if row.result.calls)


def finding_lines(row: SellerRow) -> list[str]:
    """What a person should know of a provider: sentences."""
    said = [_finding_words(finding.code, row.result) or f"{finding.text}." for finding in row.findings]
    if row.result.stopped:
        said.append(translate("Sellers", "The last probe was broken off: {why}").format(why=row.result.stopped))
    return said


def over_words(over: Over) -> str:
    """What the chart over time shows."""
    return {
        "first_ms": translate("Sellers", "First word"),
        "tokens_per_s": translate("Sellers", "Tokens/s"),
        "error_rate": translate("Sellers", "Errors"),
        "right_share": translate("Sellers", "Right answers"),
        "cached_share": translate("Sellers", "Cached of a prompt sent twice"),
    }[over]


def history_chart(histories: Mapping[str, Sequence[Point]], over: Over) -> Chart:
    """A figure of each model at each of its probes."""
    measures: dict[Over, Measure] = {"first_ms": "ms", "tokens_per_s": "rate"}
    measure = measures.get(over, "percent")
    factor = 100.0 if measure == "percent" else 1.0
    moments = sorted({point.at for points in histories.values() for point in points})

    def values(points: Sequence[Point]) -> tuple[float | None, ...]:
        found: dict[datetime, float | None] = {point.at: getattr(point, over) for point in points}
        return tuple(None if (value := found.get(at)) is None else value * factor for at in moments)

    series = tuple(Series(model, values(points), at) for at, (model, points) in enumerate(histories.items()))
    said = translate("Sellers", "{figure} of %n model(s) over time.", len(series)).format(figure=over_words(over))
    return Chart("lines", measure, tuple(map(_day, moments)), tuple(map(_moment, moments)), series, said)


def history_columns(histories: Mapping[str, Sequence[Point]]) -> tuple[Column, ...]:
    """Of the table beside that chart."""
    return (Column(translate("Sellers", "Probed"), number=False), *(Column(model) for model in histories))


def history_lines(histories: Mapping[str, Sequence[Point]], over: Over) -> tuple[Line, ...]:
    """Each moment of a probe, the last one first."""
    chart = history_chart(histories, over)
    moments = sorted({point.at for points in histories.values() for point in points})
    words: Callable[[float | None], str] = lambda value: _value(value, chart.measure)  # noqa: E731
    made = [
        Line(
            at.isoformat(),
            (
                Cell(_moment(at), at.timestamp()),
                *(Cell(words(one.values[row]), one.values[row]) for one in chart.series),
            ),
        )
        for row, at in enumerate(moments)
    ]
    return tuple(reversed(made))


def history_keys(histories: Mapping[str, Sequence[Point]]) -> list[str]:
    """The keys of those lines, as they stand on the axis of the chart."""
    return [at.isoformat() for at in sorted({point.at for points in histories.values() for point in points})]


def estimate_words(wanted: Estimate) -> str:
    """What a probe may take, for a person who decides."""
    calls = translate("Sellers", "%n small call(s) will be made", wanted.calls)
    tokens = translate("Sellers", "with at most %n token(s)", wanted.tokens)
    told = [f"{calls}, {tokens}."]
    if wanted.usd:
        cost = translate("Sellers", "They cost at most {amount}; often it is a fifth of that.")
        told.append(cost.format(amount=money(wanted.usd)))
    elif not wanted.unpriced:
        told.append(translate("Sellers", "They are free of charge."))
    if wanted.unpriced:
        blind = translate("Sellers", "What {models} will cost is not known.")
        told.append(blind.format(models=", ".join(wanted.unpriced)))
    return " ".join(told)


def weekly_words(wanted: Estimate) -> str:
    """The same of what is compared every week."""
    again = translate(
        "Sellers", "So it goes on every week, while Homard runs; nothing is sent when it might cost more."
    )
    return f"{estimate_words(wanted)} {again}"


def plan_words(plan: Plan, now: datetime) -> str:
    """What is compared by itself, and how it went."""
    days = max(1, round(plan.every_s / 86_400))
    words = translate("Sellers", "Compared by itself every %n day(s), for at most {amount}: {models}.", days)
    said = words.format(amount=money(plan.most_usd), models=", ".join(plan.models))
    if plan.note:
        said = f"{said} {translate('Sellers', 'The last time it was not done: {why}').format(why=plan.note)}"
    elif plan.next_at > now:
        said = f"{said} {translate('Sellers', 'Next: {moment}.').format(moment=_moment(plan.next_at))}"
    return said


def cache_words(verdict: CacheVerdict) -> str:
    """Whether a prompt that was sent twice came from the cache."""
    return {
        "given": translate("Sellers", "given"),
        "told_only": translate("Sellers", "told, not quicker"),
        "untold": translate("Sellers", "quicker, not told"),
        "untrue": translate("Sellers", "untrue"),
        "none": translate("Sellers", "none"),
        "unknown": _NONE,
    }[verdict]


def _probes_line(row: SellerRow, now: datetime, colors: Mapping[str, int]) -> Line:
    result, price = row.result, row.result.price
    cache = cache_words(result.cache)
    if result.cache == "given" and result.cached_share:
        cache = f"{cache}, {percent(result.cached_share)}"
    right, asked = checked(result)
    cells = (
        Cell(row.model),
        Cell(_value(result.first_ms, "ms"), result.first_ms),
        Cell(_value(result.tokens_per_s, "rate"), result.tokens_per_s),
        Cell(_share(result.error_rate), result.error_rate),
        Cell(f"{right}/{asked}" if asked else _NONE, right / asked if asked else None),
        *(_right(result.right(kind)) for kind in ("tools", "json")),
        Cell(cache, cache),
        Cell(_price(None if price is None else price.input), None if price is None else price.input),
        Cell(_price(None if price is None else price.output), None if price is None else price.output),
        Cell(_NONE if row.paid_usd is None else money(row.paid_usd), row.paid_usd),
        Cell(when(row.probed_at, now), row.probed_at.timestamp()) if row.probed_at else Cell(_NONE),
    )
    return Line(row.model, cells, colors.get(row.model), "\n".join(finding_lines(row)))


def _calls_line(row: SellerRow, colors: Mapping[str, int]) -> Line:
    seen = row.seen
    if seen is None:
        return Line(row.model, (Cell(row.model), *(Cell(_NONE) for _ in range(6))))
    failed = seen.failures / seen.calls if seen.calls else None
    cells = (
        Cell(row.model),
        Cell(count(seen.calls), float(seen.calls)),
        Cell(_value(seen.first_ms, "ms"), seen.first_ms),
        Cell(_value(seen.tokens_per_s, "rate"), seen.tokens_per_s),
        Cell(_share(failed), failed),
        Cell(_share(seen.cached_share), seen.cached_share),
        Cell(_share(seen.expected_share), seen.expected_share),
    )
    return Line(row.model, cells, colors.get(row.model))


def _right(found: tuple[int, int]) -> Cell:
    right, asked = found
    return Cell(f"{right}/{asked}", right / asked) if asked else Cell(_NONE)


def _share(share: float | None) -> str:
    return _NONE if share is None else percent(share)


def _value(value: float | None, measure: Measure) -> str:
    if value is None:
        return _NONE
    if measure == "ms":
        return translate("Sellers", "{n} ms").format(n=count(value))
    return percent(value / 100) if measure == "percent" else count(value)


def _price(usd: float | None) -> str:
    if usd is None:
        return "?"
    return f"${QLocale().toString(float(usd), 'g', 6)}" if usd else translate("Sellers", "free")


def _finding_words(code: FindingCode, result: ModelResult) -> str:
    """A finding in the person's language; empty: it has no words of its own here."""
    right, asked = checked(result)
    first, again = result.cached_first_ms or (0.0, 0.0)
    words = {
        "flaky": translate("Sellers", "Failed {failed} of {calls} times."),
        "other_model": translate("Sellers", "Says that another model has answered: {others}."),
        "worse_answers": translate(
            "Sellers",
            "Answered {right} of {asked} rightly, clearly fewer than another seller of the same model: its weights may "
            "have been made smaller, or it is another model.",
        ),
        "tools_wrong": translate("Sellers", "Makes wrong tool calls."),
        "json_wrong": translate("Sellers", "Answers with wrong JSON."),
        "cache_untrue": translate("Sellers", "Tells of cached tokens in prompts that nobody had sent before."),
        "cache_told_only": translate(
            "Sellers", "Tells of cached tokens but is not quicker: {first} ms the first time, {again} ms the second."
        ),
        "cache_untold": translate("Sellers", "Is quicker with a prompt that it knows, but bills all of it as new."),
        "no_cache": translate("Sellers", "Gives no cache hits: the same long prompt was paid in full each time."),
        "no_count": translate(
            "Sellers", "Does not say how many tokens it has used, or nonsense: its figures are estimates."
        ),
        "counts_less": translate(
            "Sellers",
            "Counts fewer tokens than the text can have: it has not read all of it, or counts wrongly.",
        ),
        "slow_start": translate("Sellers", "Takes much longer to the first word than the quickest."),
        "slow": translate("Sellers", "Writes much slower than the quickest."),
        "in_one_piece": translate("Sellers", "Sends its answers in one piece: nothing is seen until the end."),
    }.get(code, "")
    return words.format(
        failed=result.failures,
        calls=len(result.calls),
        others=", ".join(result.other_names),
        right=right,
        asked=asked,
        first=count(first),
        again=count(again),
    )


def _day(moment: datetime) -> str:
    local = moment.astimezone()
    stamp = QDateTime.fromSecsSinceEpoch(int(local.timestamp()))
    return QLocale().toString(stamp, translate("Usage", "d MMM"))


def _moment(moment: datetime) -> str:
    stamp = QDateTime.fromSecsSinceEpoch(int(moment.timestamp()))
    return QLocale().toString(stamp, QLocale.FormatType.ShortFormat)
