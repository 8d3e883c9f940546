from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app import theme
from app.widgets.chart_colors import series_color
from app.widgets.chart_share import Meter, Part, ShareBar


def count(widget: QWidget, color: str) -> int:
    """Pixels of a colour in the middle row."""
    image = widget.grab().toImage()
    wanted = QColor(color).rgb()
    return sum(image.pixel(x, image.height() // 2) == wanted for x in range(image.width()))


def test_parts_are_as_wide_as_they_are_large(qapp: QApplication) -> None:
    theme.apply(qapp, "light")
    bar = ShareBar("Prompt")
    bar.resize(400, 18)
    bar.show_parts([Part("a", "A: 300", 300, 0), Part("b", "B: 100", 100, 1), Part("c", "C", 0, 2)])
    wide, narrow = count(bar, series_color(0)), count(bar, series_color(1))
    assert 2.8 < wide / narrow < 3.2 and count(bar, series_color(2)) == 0
    assert (bar.accessibleName(), bar.accessibleDescription()) == ("Prompt", "A: 300; B: 100")
    picked: list[str] = []
    bar.picked.connect(picked.append)
    for x in (10, 390):
        QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(x, 5))
    assert picked == ["a", "b"]
    plain = bar.grab().toImage()
    bar.mark("b")
    assert bar.grab().toImage() != plain
    bar.show_parts([])
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(10, 5))
    assert len(picked) == 2


def test_a_meter_fills_and_warns(qapp: QApplication) -> None:
    theme.apply(qapp, "light")
    meter = Meter()
    meter.resize(200, 8)
    meter.show_used(0.5)
    assert 95 <= count(meter, theme.LIGHT.link) <= 101
    meter.show_used(0.5, 0.35)
    assert count(meter, theme.LIGHT.link) == 0 and 95 <= count(meter, theme.LIGHT.warn) <= 101
    assert 60 <= count(meter, theme.LIGHT.muted) <= 71
    meter.show_used(7.0)
    assert count(meter, theme.LIGHT.error) > 190
    meter.show_used(-1.0, -1.0)
    assert count(meter, theme.LIGHT.border) > 190
