"""What stands at the axes of a chart: round values, their words, and as many labels as there is room for."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.translation import dollars
from app.viewmodels.usage_chart import Measure
from app.viewmodels.usage_words import count, few, money, value_words

_MOST_CHARS = 16
"""Of a label; the tooltip and the table have the whole of it."""


def nice_steps(top: float, most: int = 4) -> list[float]:
    """Round values from 0 to a top, at most one more than `most`."""
    rough = top / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * part for part in (1, 2, 2.5, 5, 10) if power * part >= rough * 0.999)
    return [step * at for at in range(int(top * 1.001 / step) + 1)]


def tick_words(value: float, measure: Measure) -> str:
    """A value at the axis, short."""
    if measure == "usd":
        whole = not value or (value >= 10 and value == round(value))
        return dollars(value, 0) if whole else money(value)
    return few(value) if measure == "tokens" else count(value) if measure == "rate" else value_words(value, measure)


def shown_labels(labels: Sequence[str], room: float, width: float) -> list[tuple[int, str]]:
    """The labels to draw along `width`, each with its place, where one needs `room`.

    The last one is today: it has its label whatever the step.
    """
    each = max(1, math.ceil(len(labels) * room / max(width, room)))
    last = len(labels) - 1
    return [(at, short(labels[at])) for at in range(len(labels)) if (last - at) % each == 0]


def short(label: str) -> str:
    """A label with room for it under an axis."""
    return label if len(label) <= _MOST_CHARS else f"{label[: _MOST_CHARS - 1]}…"
