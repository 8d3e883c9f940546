"""What stands at the axes of charts."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QLocale

from app.widgets.chart_axis import nice_steps, shown_labels, tick_words


@pytest.mark.parametrize("top", [1e-9, 0.03, 1.0, 7.3, 99.0, 123_456.0, 1e15])
def test_steps_are_round_and_few(top: float) -> None:
    steps = nice_steps(top)
    assert 2 <= len(steps) <= 6 and steps[0] == 0 and steps[-1] <= top * 1.01
    digits = f"{steps[1]:.3e}".split("e")[0].rstrip("0").rstrip(".")
    assert digits in ("1", "2", "2.5", "5")


def test_values_are_short() -> None:
    assert [tick_words(value, "usd") for value in (0.0, 0.5, 20.0)] == ["$0", "$0.50", "$20"]
    assert [tick_words(value, "tokens") for value in (0.0, 2_000_000.0)] == ["0", "2.0 M"]


def test_money_is_written_as_the_language_does() -> None:
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    try:
        assert [tick_words(value, "usd") for value in (0.5, 2_000.0)] == ["$0,50", "$2.000"]
    finally:
        QLocale.setDefault(before)


def test_the_last_label_is_always_there_and_long_ones_are_cut() -> None:
    labels = [str(at) for at in range(9)] + ["a very long name of a model"]
    assert shown_labels(labels, 10, 50) == [(at, labels[at]) for at in (1, 3, 5, 7)] + [(9, "a very long nam…")]
    assert shown_labels(labels, 10, 1) == [(9, "a very long nam…")]
    assert shown_labels([], 10, 100) == []
