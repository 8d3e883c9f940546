"""The table of sellers, for terminals and scripts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from agent.budget.refusal import amount
from agent.comparison.result import CacheVerdict, Kind, ModelResult
from agent.comparison.service import SellerRow
from agent.interfaces.cli.table import table
from agent.interfaces.cli.text import one_line

_HEAD = (
    "model", "first word", "tokens/s", "errors", "answers", "tools", "JSON", "cache", "in $/M", "out $/M", "paid",
    "probed",
)  # fmt: skip
_CACHE: dict[CacheVerdict, str] = {
    "given": "given",
    "told_only": "told, not quicker",
    "untold": "quicker, not told",
    "untrue": "untrue",
    "none": "none",
    "unknown": "–",
}
_NONE = "–"


def sellers_table(rows: Sequence[SellerRow], columns: int | None) -> str:
    """What probes found: a line for each model, or a paragraph where lines would be longer than `columns`."""
    whole = table(_HEAD, [_cells(row) for row in rows])
    if columns is None or max(map(len, whole.splitlines())) <= columns:
        return whole
    return "\n".join(_paragraph(_cells(row)) for row in rows)


def _paragraph(cells: tuple[str, ...]) -> str:
    told = [f"{name} {figure}" for name, figure in zip(_HEAD, cells, strict=True)]
    lines = (", ".join(told[at : at + step]) for at, step in ((1, 3), (4, 4), (8, 3)))
    model, probed = cells[0], cells[-1]
    return f"{one_line(model, 100)} (probed {probed})\n" + "".join(f"  {line}\n" for line in lines)


def findings_of(rows: Sequence[SellerRow]) -> Iterator[str]:
    """What there is to say of them, a sentence a line; begins with an empty one."""
    told = [f"{row.model} {one_line(finding.text, 400).rstrip('.')}." for row in rows for finding in row.findings] + [
        f"{row.model} was left: {one_line(row.result.stopped, 300)}"
        for row in rows
        if row.result.stopped and not any(finding.code == "no_answer" for finding in row.findings)
    ]
    if told:
        yield ""
        yield from told


def real_calls(rows: Sequence[SellerRow], columns: int | None) -> str:
    """What real calls have shown; empty: there were none."""
    cells = [
        (
            row.model,
            f"{row.seen.calls:,}",
            _ms(row.seen.first_ms),
            _number(row.seen.tokens_per_s),
            _share(row.seen.failures / row.seen.calls),
            _share(row.seen.cached_share),
        )
        for row in rows
        if row.seen is not None
    ]
    head = ("model", "calls", "first word", "tokens/s", "errors", "cached")
    return table(head, cells, columns) if cells else ""


def document(rows: Sequence[SellerRow]) -> dict[str, Any]:
    """The same as plain data, with each call."""
    return {"sellers": [_plain(row) for row in rows]}


def _plain(row: SellerRow) -> dict[str, Any]:
    result = row.result
    first, again = result.cached_first_ms or (None, None)
    return {
        "model": row.model,
        "probed_at": row.probed_at.isoformat() if row.probed_at else None,
        "probes": row.probes,
        "stopped": result.stopped or None,
        "first_ms": result.first_ms,
        "tokens_per_s": result.tokens_per_s,
        "calls": len(result.calls),
        "failures": result.failures,
        "errors": result.errors,
        "unfinished": result.unfinished,
        "answers": result.right("answers"),
        "lookups": result.right("cache"),
        "tools": result.right("tools"),
        "json": result.right("json"),
        "cache": result.cache,
        "cached_share": result.cached_share,
        "new_first_ms": first,
        "cached_first_ms": again,
        "answered_by_others": result.other_names,
        "paid_usd": row.paid_usd,
        "price": msgspec.to_builtins(result.price),
        "usage": msgspec.to_builtins(result.usage),
        "findings": msgspec.to_builtins(row.findings),
        "real_calls": msgspec.to_builtins(row.seen),
        "probe_calls": msgspec.to_builtins(result.calls),
    }


def _cells(row: SellerRow) -> tuple[str, ...]:
    result = row.result
    return (
        row.model,
        _ms(result.first_ms),
        _number(result.tokens_per_s),
        _share(result.error_rate),
        *(_right(result, kind) for kind in ("answers", "tools", "json")),
        _cached(result),
        _price(None if result.price is None else result.price.input),
        _price(None if result.price is None else result.price.output),
        _paid(row),
        f"{row.probed_at.astimezone():%d %b %H:%M}" if row.probed_at else "never",
    )


def _paid(row: SellerRow) -> str:
    paid = row.paid_usd
    return "unknown" if paid is None else "free" if paid == 0 else amount(paid, "usd")


def _right(result: ModelResult, kind: Kind) -> str:
    right, asked = result.right(kind)
    return f"{right}/{asked}" if asked else _NONE


def _cached(result: ModelResult) -> str:
    verdict = _CACHE[result.cache]
    return f"{verdict} {result.cached_share:.0%}" if result.cache == "given" and result.cached_share else verdict


def _ms(value: float | None) -> str:
    return _NONE if value is None else f"{value:,.0f} ms"


def _number(value: float | None) -> str:
    return _NONE if value is None else f"{value:,.0f}"


def _share(value: float | None) -> str:
    return _NONE if value is None else f"{value:.0%}"


def _price(amount: float | None) -> str:
    if amount is None:
        return "unknown"
    return f"{amount:g}" if amount else "free"
