from __future__ import annotations

import pytest

from app.viewmodels.usage_chart import Chart, Kind, Series


def chart(kind: Kind, *values: tuple[float | None, ...]) -> Chart:
    labels = tuple("abc")
    series = tuple(Series(f"s{at}", value, at) for at, value in enumerate(values))
    return Chart(kind, "usd", labels, labels, series, "")


@pytest.mark.parametrize(
    ("shown", "highest", "empty"),
    [
        (chart("bars", (1, 2, None), (3, 3, 3)), 5, False),
        (chart("lines", (1, 2, None), (3, 3, 3)), 3, False),
        (chart("bars", (0, None, 0)), 0, True),
        (chart("bars"), 0, True),
    ],
)
def test_how_high_it_is(shown: Chart, highest: float, empty: bool) -> None:
    assert (shown.highest, shown.is_empty) == (highest, empty)
