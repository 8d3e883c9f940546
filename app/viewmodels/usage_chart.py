"""What a chart shows, without how it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["bars", "lines"]
Measure = Literal["usd", "tokens", "ms", "rate", "percent"]
"""Of the values: dollars, tokens, milliseconds, tokens a second, percent."""
OTHERS = -1
"""The colour of what is not told apart."""


@dataclass(frozen=True)
class Series:
    """One colour of a chart."""

    name: str
    values: tuple[float | None, ...]
    """One for each place on the axis; None: there is none."""
    color: int
    """Which of the chart's colours; `OTHERS` for the grey one."""
    dashed: bool = False
    """Of a line: it is expected, not measured."""


@dataclass(frozen=True)
class Chart:
    """Bars (stacked, if there are several series), or lines."""

    kind: Kind
    measure: Measure
    labels: tuple[str, ...]
    """Under the axis, short: not all of them are drawn where there is no room."""
    names: tuple[str, ...]
    """The same for tooltips, in full."""
    series: tuple[Series, ...]
    said: str
    """What it shows, in a sentence, for those who cannot see it."""
    limit: float | None = None
    """A line across, with its name."""
    limit_name: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to be seen."""
        return not any(value for series in self.series for value in series.values)

    @property
    def highest(self) -> float:
        """The top of the highest bar or line; the limit left out."""
        columns = zip(*(series.values for series in self.series), strict=True)
        tops = (_top(self.kind, [value or 0.0 for value in column]) for column in columns)
        return max(tops, default=0.0)


def _top(kind: Kind, values: list[float]) -> float:
    return sum(values) if kind == "bars" else max(values, default=0.0)
