# ruff: noqa: S608 - only constants of this module and numbers are put into the text of a query; values are bound
"""What was spent, added up from the rows of `usage`: reserved worst cases count like what is settled."""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple

from agent.budget.caps import Scope, Unit
from agent.storage.connection import Connection

KEPT = 32
"""Sums of days and months that are kept."""


class Amount(NamedTuple):
    """Money and tokens."""

    usd: float = 0.0
    """Of the calls whose price is known."""
    tokens: int = 0

    def plus(self, other: Amount) -> Amount:
        """Add two."""
        return Amount(self.usd + other.usd, self.tokens + other.tokens)

    def of(self, unit: Unit) -> float:
        """One of both."""
        return self.usd if unit == "usd" else self.tokens


class Sums:
    """Adds up scopes. Rows that are final are added once and remembered: a month is long.

    Belongs to the thread of the database.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[Scope, tuple[int, Amount]] = OrderedDict()

    def forget(self) -> None:
        """Start again: rows were changed that were final."""
        self._known.clear()

    def of(self, connection: Connection, scope: Scope) -> Amount:
        """Add up a scope, calls under way among them."""
        if scope.column:
            return _sum(connection, scope)
        through = _final(connection)
        last, amount = self._known.pop(scope, (0, Amount()))
        if through > last:
            amount = amount.plus(_sum(connection, scope, last, through))
        self._known[scope] = (max(through, last), amount)
        if len(self._known) > KEPT:
            self._known.popitem(last=False)
        return amount.plus(_sum(connection, scope, max(through, last)))


def under_way(connection: Connection, scope: Scope) -> Amount:
    """What is reserved in a scope."""
    return _sum(connection, scope, state="reserved")


def held_by(connection: Connection, scope: Scope, calls: list[int]) -> bool:
    """Whether one of these calls is under way and counts in the scope."""
    conditions, bindings = _where(scope)
    listed = ",".join(map(str, calls)) or "NULL"
    query = f"SELECT EXISTS (SELECT 1 FROM usage WHERE usage_id IN ({listed}) AND state = 'reserved'"
    return bool(connection.execute(f"{query}{''.join(f' AND {one}' for one in conditions)})", bindings).get)


def _final(connection: Connection) -> int:
    """The row up to which nothing is under way."""
    return connection.execute(
        "SELECT COALESCE((SELECT MIN(usage_id) - 1 FROM usage WHERE state = 'reserved'),"
        " (SELECT MAX(usage_id) FROM usage), 0)"
    ).get


def _sum(connection: Connection, scope: Scope, after: int = 0, through: int | None = None, state: str = "") -> Amount:
    conditions, bindings = _where(scope, by_row=after > 0 or bool(state))
    if state:
        conditions.append("state = 'reserved'")  # as the index says it
    if after:
        conditions.append("usage_id > :after")
    if through is not None:
        conditions.append("+usage_id <= :through")
    row = connection.execute(
        "SELECT TOTAL(cost_usd), COALESCE(SUM(input_tokens + output_tokens), 0) FROM usage"
        f" WHERE {' AND '.join(conditions) or '1'}",
        {**bindings, "after": after, "through": through},
    ).get
    return Amount(*row)


def _where(scope: Scope, *, by_row: bool = False) -> tuple[list[str], dict[str, str | int]]:
    """Conditions and their values. `by_row`: the few rows after a known one are read, not an index by time."""
    conditions: list[str] = []
    bindings: dict[str, str | int] = {}
    if scope.column:
        conditions.append(f"{scope.column} = :value")
        bindings["value"] = scope.value
    if scope.since is not None:
        conditions.append("+at >= :since" if by_row else "at >= :since")
        bindings["since"] = scope.since
    if scope.provider:
        conditions.append("provider = :provider")
        bindings["provider"] = scope.provider
    return conditions, bindings
