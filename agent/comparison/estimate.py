"""What a probe may cost at most, and whether the budget would hold it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import msgspec

from agent.budget.refusal import amount
from agent.budget.standing import Standing
from agent.budget.worst import Worst
from agent.comparison.probe_set import LATE, tasks_for
from agent.errors import HomardError
from agent.ports import Account
from agent.settings import ModelProfile

NONCE = "0" * 8
"""Stands in an estimate for what makes each probe's prompts new."""


class ProbeRefused(HomardError):
    """The probe may cost more than a cap of the budget leaves; nothing was sent."""


class ModelEstimate(msgspec.Struct, frozen=True):
    """What the calls to one model may take."""

    model: str
    calls: int
    tokens: int
    """At most, input plus output."""
    usd: float | None
    """At most; None: the price is unknown."""
    largest_tokens: int
    """Of the largest call."""
    largest_usd: float
    provider: str

    def sentence(self) -> str:
        """Say it to a person who decides."""
        return Estimate((self,)).sentence()


class Estimate(msgspec.Struct, frozen=True):
    """What a probe may take; made before anything is sent, and kept by the books."""

    models: tuple[ModelEstimate, ...]

    @property
    def usd(self) -> float:
        """At most, of the models whose price is known."""
        return sum(one.usd or 0.0 for one in self.models)

    @property
    def bound_usd(self) -> float | None:
        """What the books hold all calls to; None: no price is known that could bind."""
        return None if all(one.usd is None for one in self.models) else self.usd

    @property
    def tokens(self) -> int:
        """At most, of all."""
        return sum(one.tokens for one in self.models)

    @property
    def calls(self) -> int:
        """At most, of all."""
        return sum(one.calls for one in self.models)

    @property
    def unpriced(self) -> tuple[str, ...]:
        """Models whose price is unknown."""
        return tuple(one.model for one in self.models if one.usd is None)

    def sentence(self) -> str:
        """Say it to a person who decides."""
        cost = ["free" if self.usd == 0 else f"at most {amount(self.usd, 'usd')}"] if self.bound_usd is not None else []
        blind = [f"the price of {', '.join(self.unpriced)} is unknown"] if self.unpriced else []
        return f"{self.calls} calls, at most {self.tokens:,} tokens: {' and '.join((*cost, *blind))}."


def estimate(models: Sequence[ModelProfile]) -> Estimate:
    """Add up the worst case of each call."""
    return Estimate(tuple(map(_of, models)))


def refuse_over_caps(wanted: Estimate, caps: Iterable[Standing]) -> None:
    """Raise ProbeRefused where the worst case does not fit what a cap leaves: a probe must not eat a day's work."""
    for cap in caps:
        if (needed := _needed(wanted, cap)) is None:
            continue
        left = cap.limit if cap.left is None else cap.left
        if needed > left:
            raise ProbeRefused(
                f"The comparison may take {amount(needed, cap.unit)}, and {cap.setting} leaves "
                f"{amount(left, cap.unit)}. Nothing was sent. Compare fewer or cheaper models, or raise the cap with "
                f"`homard config set {_quoted(cap.setting)} {_enough(cap, needed)}`."
            )


def _quoted(setting: str) -> str:
    return f"'{setting}'" if '"' in setting else setting


def _enough(cap: Standing, needed: float) -> str:
    """A cap that lets the probe through and leaves some room."""
    wanted = cap.limit - (cap.limit if cap.left is None else cap.left) + 2 * needed
    return f"{math.ceil(100 * wanted) / 100:.10g}" if cap.unit == "usd" else str(math.ceil(wanted / 1000) * 1000)


def _of(model: ModelProfile) -> ModelEstimate:
    tasks = tasks_for(model)
    tasks = (*tasks, LATE) if any(task.register for task in tasks) else tasks
    worst = [Worst.of(task.request(model, NONCE, Account())) for task in tasks]
    usd = [one.needed_usd(one.output_tokens) for one in worst]
    tokens = [one.input_tokens + one.output_tokens for one in worst]
    known = None if model.price is None else sum(usd)
    return ModelEstimate(model.label, len(tasks), sum(tokens), known, max(tokens), max(usd), model.provider)


def _needed(wanted: Estimate, cap: Standing) -> float | None:
    """What the probe takes of a cap; None: it is none of its business. Chats and jobs are: it belongs to none."""
    models = [one for one in wanted.models if cap.provider in ("", one.provider)]
    if not models or cap.span in ("session", "job"):
        return None
    if cap.span == "call":
        return max(one.largest_usd if cap.unit == "usd" else one.largest_tokens for one in models)
    return sum((one.usd or 0.0) if cap.unit == "usd" else one.tokens for one in models)
