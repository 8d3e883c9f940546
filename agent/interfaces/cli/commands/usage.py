"""`homard usage`: where tokens and money went, how the caps stand, where the month is heading."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal, get_args

import msgspec
import typer

from agent.budget.dearest import usage_by_skill
from agent.budget.export import rows_csv
from agent.budget.refusal import amount
from agent.budget.report import By, Outlook, UsageRow, outlook, total_of, usage_by
from agent.budget.standing import Standing
from agent.errors import UsageError
from agent.figures.saved import CacheRate, Reused, cache_rates, reused
from agent.interfaces.cli.app import new_app
from agent.interfaces.cli.table import table
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.work import House, Work, error_report, print_json
from agent.storage.connection import Connection

app = new_app(help="Show what model calls took: by day, model, provider, job, chat or skill; caps and the outlook.")

_Group = By | Literal["skill"]
_GROUPS: tuple[_Group, ...] = (*get_args(By), "skill")
_EACH_SKILL = "A run counts for each skill that it opened: the lines may come to more than the total."
_HEADS = ("calls", "tokens in", "cached", "tokens out", "cost")


@app.command()
def usage(
    by: Annotated[str, typer.Option("--by", help=f"One of: {', '.join(_GROUPS)}.")] = "day",
    days: Annotated[int, typer.Option("--days", min=1, max=3660, help="The last so many days, today among them.")] = 30,
    since: Annotated[str, typer.Option("--since", help="From this day on (2026-11-01), instead of --days.")] = "",
    until: Annotated[str, typer.Option("--until", help="To the end of this day; default: now.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
) -> Work:
    """Show what model calls took: by day, model, provider, job, chat or skill; caps and the month's outlook."""
    if by not in _GROUPS:
        raise UsageError(f"--by {by}: there is {', '.join(_GROUPS)}. Name one of them.")
    if as_json and as_csv:
        raise UsageError("--json and --csv exclude each other. Name one of them.")
    group: _Group = by
    first, end = _span(days, since, until)

    async def run(terminal: Terminal, house: House) -> int:
        runtime = house.runtime
        now = datetime.now().astimezone()
        rows, total = await runtime.store.database.read(lambda connection: _added_up(connection, group, first, end))
        if as_csv:
            terminal.out(rows_csv(group, rows))
            return 0
        caps = await runtime.budget.standing()
        month = await runtime.store.database.read(lambda connection: outlook(connection, now))
        runtime.seen.flush()
        caches = await runtime.store.database.read(lambda connection: cache_rates(connection, first, end))
        again = await runtime.store.database.read(lambda connection: reused(connection, first, end))
        if as_json:
            shown = _document(group, first, end, rows, total, caps, month)
            caches_told = [{**msgspec.to_builtins(one), "share": one.cached_share} for one in caches]
            print_json(terminal, {**shown, "caches": caches_told, "reused": msgspec.to_builtins(again)})
        elif not rows:
            terminal.say("No model was called in this time.")
        else:
            width = terminal.columns if terminal.stdout_tty else None
            terminal.out(_table(group, rows, total, width))
            lines = (
                *([_EACH_SKILL] if group == "skill" else ()),
                "",
                *map(_cap_words, caps),
                _outlook_words(month),
                *_cache_words(caches),
                *_again_words(again),
            )
            terminal.out("".join(f"{line}\n" for line in lines))
        return 0

    return Work(run, report=error_report if as_json else None)


def _added_up(connection: Connection, by: _Group, first: datetime, end: datetime) -> tuple[list[UsageRow], UsageRow]:
    """The rows, and all calls together."""
    if by != "skill":
        rows = usage_by(connection, by, first, end)
        return rows, total_of(rows)
    return usage_by_skill(connection, first, end), total_of(usage_by(connection, "purpose", first, end))


def _span(days: int, since: str, until: str) -> tuple[datetime, datetime]:
    today = datetime.now().astimezone().date()
    last = _day("--until", until) if until else today
    first = _day("--since", since) if since else last - timedelta(days=days - 1)
    if first > last:
        raise UsageError(f"--since {first} is after --until {last}. Name an earlier day.")
    # Without --until, what a clock that was ahead has written is shown too.
    end = last + timedelta(days=1 if until else 3)
    return _midnight(first), _midnight(end)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day).astimezone()


def _day(option: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option} {text}: write the day as 2026-11-26.") from None


def _table(by: _Group, rows: list[UsageRow], total: UsageRow, width: int | None) -> str:
    named = by in ("job", "session")
    head = (by, *(("name",) if named else ()), *_HEADS)
    cells = [(row.key or "(none)", *((row.name,) if named else ()), *_numbers(row)) for row in rows]
    return table(head, [*cells, ("total", *(("",) if named else ()), *_numbers(total))], width)


def _numbers(row: UsageRow) -> tuple[str, ...]:
    counts = (row.calls, row.input_tokens, row.cached_tokens, row.output_tokens)
    return (*(f"{count:,}" for count in counts), _cost(row))


def _cost(row: UsageRow) -> str:
    if row.unknown_calls == row.calls:
        return "price unknown"
    known = "free" if row.cost_usd == 0 and not row.unknown_calls else amount(row.cost_usd, "usd")
    return f"at least {known}" if row.unknown_calls else known


def _cap_words(cap: Standing) -> str:
    limit = amount(cap.limit, cap.unit)
    if cap.spent is None:
        return f"{cap.setting}: {limit}"
    left, spent = amount(cap.left or 0.0, cap.unit), amount(cap.spent, cap.unit)
    kept = f", {amount(cap.under_way, cap.unit)} kept back for calls under way" if cap.under_way else ""
    return f"{cap.setting}: {spent} of {limit} used{kept}, {left} left"


def _outlook_words(month: Outlook) -> str:
    days = "1 day" if month.days == 1 else f"{month.days} days"
    return (
        f"{month.month}: {amount(month.spent_usd, 'usd')} so far; at the pace of the last {days} about "
        f"{amount(month.usd, 'usd')} and {month.tokens:,} tokens by its end."
    )


def _cache_words(rates: list[CacheRate]) -> list[str]:
    return [
        f"{rate.model}: {rate.cached_share:.0%} of what was read in going chats came from its provider's cache, "
        f"{rate.expected_share:.0%} should have"
        for rate in rates
        if rate.expected_tokens
    ]


def _again_words(again: Reused) -> list[str]:
    if not again.replies:
        return []
    what = "1 reply was" if again.replies == 1 else f"{again.replies:,} replies were"
    cost = f", {amount(again.cost_usd, 'usd')}" if again.cost_usd else ""
    return [f"{what} given again from cache: {again.tokens:,} tokens{cost} not spent"]


def _document(
    by: _Group,
    first: datetime,
    end: datetime,
    rows: list[UsageRow],
    total: UsageRow,
    caps: list[Standing],
    month: Outlook,
) -> dict[str, Any]:
    return {
        "by": by,
        "since": first.isoformat(),
        "until": end.isoformat(),
        "currency": "USD",
        "rows": msgspec.to_builtins(rows),
        "total": {name: value for name, value in msgspec.to_builtins(total).items() if name not in _TEXTS},
        "caps": [{**msgspec.to_builtins(cap), "left": cap.left} for cap in caps],
        "outlook": msgspec.to_builtins(month),
    }


_TEXTS = ("key", "name")
