from __future__ import annotations

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from app import theme
from app.viewmodels.usage_chart import OTHERS
from app.widgets.chart_colors import series_color


def luminance(color: str) -> float:
    """Relative luminance (WCAG 2)."""
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (QColor(color).redF(), QColor(color).greenF(), QColor(color).blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_every_colour_stands_out_and_no_two_are_the_same(qapp: QApplication, name: theme.Choice) -> None:
    theme.apply(qapp, name)
    shown = [series_color(color) for color in (0, 1, 2, 3, 4, OTHERS)]
    assert len(set(shown)) == 6
    assert min(contrast(color, theme.colors().base) for color in shown) >= 3
    assert series_color(5) == series_color(0)
    theme.apply(qapp, "light")
