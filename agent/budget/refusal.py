"""Why a model call was not made, in a sentence that says how to go on."""

from __future__ import annotations

import math
from datetime import datetime
from typing import NamedTuple

from agent.budget.caps import Cap, Unit
from agent.errors import ModelError
from agent.events import StopReason
from agent.settings import ModelProfile

_SPANS = {
    "call": "one model call",
    "run": "a run",
    "session": "a chat",
    "job": "a job in a day",
    "day": "a day",
    "month": "a month",
}


_SHORT_CALL_TOKENS = 3_000
"""What the first call of a new chat may take."""


class Refusal(NamedTuple):
    """A cap that a call might have passed."""

    cap: Cap
    used: float
    """Spent, and reserved for calls under way."""
    needed: float
    """What the smallest useful call may take."""
    until: datetime | None
    """When the cap counts from nothing again."""

    @property
    def left(self) -> float:
        """Of the cap."""
        return max(self.cap.limit - self.used, 0.0)


class BudgetReached(ModelError):
    """A cap stands before the call: it was not made, and nothing was paid."""

    code = "budget"

    def __init__(self, refusal: Refusal, model: ModelProfile) -> None:
        super().__init__(sentence(refusal, model))
        self.refusal = refusal
        self.only_here = bool(refusal.cap.provider)

    @property
    def stop_reason(self) -> StopReason:
        """How a run ends with it."""
        return "max_cost" if self.refusal.cap.unit == "usd" else "max_tokens"


def sentence(refusal: Refusal, model: ModelProfile) -> str:
    """Say which cap it is, how much is left of it, and how to go on."""
    cap, unit = refusal.cap, refusal.cap.unit
    whose = f" at {cap.provider}" if cap.provider else ""
    if not cap.setting:
        what = f"The limit of this run is {amount(cap.limit, unit)}"
    else:
        what = f"The budget for {_SPANS[cap.span]}{whose} ({cap.setting}) is {amount(cap.limit, unit)}"
    left = f"{amount(refusal.left, unit)} are left" if cap.span != "call" else "that is less than it may take"
    return (
        f"{what}: {left}, and the next call to {model.label} may take {amount(refusal.needed, unit)}. "
        f"It was not made; the work so far is kept. {_how_to_go_on(refusal)}"
    )


def _how_to_go_on(refusal: Refusal) -> str:
    cap = refusal.cap
    name = f"'{cap.setting}'" if '"' in cap.setting else cap.setting
    ways = [f"raise it with `homard config set {name} {_more(refusal)}`" if cap.setting else "raise the limit"]
    if refusal.until is not None:
        ways.append(f"wait until {refusal.until.astimezone():%a %d %b %Y, %H:%M}")
    elif cap.span in ("run", "session"):
        ways.append("begin a new chat" if cap.span == "session" else "send another message, which is a new run")
    if cap.unit == "usd":
        ways.append("choose a cheaper model, or a local one, with `homard config set model PROVIDER/MODEL`")
    elif cap.span == "call":
        ways.append("ask for less at once")
    elif cap.provider:
        ways.append("choose a model at another provider")
    elif cap.span not in ("run", "session") and refusal.left >= _SHORT_CALL_TOKENS:
        ways.append("continue in a new chat, whose prompts are shorter")
    return f"To go on: {', '.join(ways[:-1])}, or {ways[-1]}."


def _more(refusal: Refusal) -> str:
    """A round number that lets the call through and leaves some room."""
    wanted = max(2 * refusal.cap.limit, 2 * (refusal.used + refusal.needed))
    step = 10 ** (math.floor(math.log10(wanted)) - 1) if wanted > 0 else 1
    rounded = math.ceil(wanted / step) * step
    return f"{rounded:.10g}" if refusal.cap.unit == "usd" else str(int(rounded))


def amount(value: float, unit: Unit) -> str:
    """Money or tokens for a person."""
    if unit == "tokens":
        return f"{value:,.0f} tokens"
    return f"${value:,.2f}" if value >= 0.1 or value == 0 else f"${value:.4f}"
