"""What people are told before a cap is reached: once for each cap and its time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from agent.budget.caps import Cap, Use
from agent.budget.refusal import amount
from agent.budget.sums import under_way
from agent.events import AnyEvent, BudgetWarned
from agent.ports import ModelRequest
from agent.storage.connection import Connection

NEARLY = 0.8
"""The share of a cap from which on it is told."""
MAX_TOLD = 1_000


def nearly_used(connection: Connection, uses: Sequence[Use], request: ModelRequest) -> tuple[Use, ...]:
    """The caps of which to warn: nearly spent, calls under way not counted; one of money for an unknown price."""
    return (*_nearly(connection, uses), *_blind(uses, request))


def _nearly(connection: Connection, uses: Sequence[Use]) -> Iterator[Use]:
    for use in uses:
        if use.scope is None or not use.used >= NEARLY * use.cap.limit > 0:
            continue
        spent = use.used - under_way(connection, use.scope).of(use.cap.unit)
        if spent >= NEARLY * use.cap.limit:
            yield use._replace(used=spent)


def _blind(uses: Sequence[Use], request: ModelRequest) -> Iterator[Use]:
    if request.model.price is not None:
        return
    if (money := next((use for use in uses if use.cap.unit == "usd"), None)) is not None:
        held = any(use.cap.unit == "tokens" for use in uses)
        yield Use(money.cap, None, 1.0 if held else 0.0)


class Notices:
    """Remembers what was told, since the process began."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, ...], None] = {}

    def tell(self, request: ModelRequest, nearly: Sequence[Use], publish: Callable[[AnyEvent], None]) -> None:
        """Publish what was not told yet."""
        ids = (request.session_id, request.account.run_id)
        for use in nearly:
            cap = use.cap
            if use.scope is None:
                place, used, note = (cap.setting, *ids, request.model.label), 0.0, _unpriced(request, use)
            else:
                place = (cap.setting, str(cap.limit), use.scope.value, str(use.scope.since))
                used = use.used
                note = f"{amount(used, cap.unit)} of {amount(cap.limit, cap.unit)} are used ({_name(cap)})."
            if self._is_news(place):
                publish(BudgetWarned(*ids, cap.setting, cap.limit, used, note))

    def _is_news(self, place: tuple[str, ...]) -> bool:
        if place in self._told:
            return False
        if len(self._told) >= MAX_TOLD:
            del self._told[next(iter(self._told))]
        self._told[place] = None
        return True


def _unpriced(request: ModelRequest, use: Use) -> str:
    model = request.model
    how = "its tokens count against the token caps" if use.used else "no token cap is set that would hold it"
    return (
        f"The price of {model.label} is unknown, so that {_name(use.cap)} cannot hold it; {how}. Say what it costs, in "
        f"USD for a million tokens, with `homard config set 'providers.{model.provider}.models.\"{model.name}\".price' "
        "'{ input = 1.0, output = 4.0 }'`, or set `budget.tokens_per_day`."
    )


def _name(cap: Cap) -> str:
    return cap.setting or "the limit of this run"
