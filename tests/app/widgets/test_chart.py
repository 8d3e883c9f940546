"""What is drawn is what was given: looked at pixel by pixel, in both themes, on small and large scales."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app import theme
from app.viewmodels.usage_chart import OTHERS, Chart, Kind, Measure, Series
from app.widgets.chart import Plot
from app.widgets.chart_colors import series_color

DAYS = tuple(f"{day} Nov" for day in range(1, 31))


@pytest.fixture(params=["light", "dark"])
def plot(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[Plot]:
    theme.apply(qapp, request.param)
    made = Plot()
    made.resize(600, 260)
    made.show()
    yield made
    made.hide()
    made.deleteLater()
    theme.apply(qapp, "light")


def chart(kind: Kind, *values: tuple[float | None, ...], measure: Measure = "usd", limit: float | None = None) -> Chart:
    series = tuple(Series(f"s{at}", one, at) for at, one in enumerate(values))
    count = len(values[0])
    return Chart(kind, measure, DAYS[:count], DAYS[:count], series, "said", limit, "Cap")


def heights(plot: Plot, color: int) -> dict[int, int]:
    """How many pixels of a colour stand in each column of the picture that has any."""
    rows = pixels(plot.grab().toImage())
    wanted = QColor(series_color(color)).rgb()
    counts = ((x, column.count(wanted)) for x, column in enumerate(zip(*rows, strict=True)))
    return {x: count for x, count in counts if count}


def test_bars_stand_on_each_other_and_are_as_high_as_their_values(plot: Plot) -> None:
    plot.show_chart(chart("bars", (1.0, 0.0, 2.0), (3.0, None, 2.0)))
    QApplication.processEvents()
    first, second = heights(plot, 0), heights(plot, 1)
    assert max(second.values()) > 2.5 * min(first.values())
    assert 1.8 < max(first.values()) / min(first.values()) < 2.2
    left, right = min(first), max(first)
    middle = range(left + (right - left) * 2 // 5, left + (right - left) * 3 // 5)
    assert not set(middle) & (set(first) | set(second))  # nothing was spent that day
    assert plot.accessibleDescription() == "said"


def test_a_limit_and_a_mark_are_drawn(plot: Plot) -> None:
    plot.show_chart(chart("bars", (1.0, 2.0)))
    QApplication.processEvents()
    full = max(heights(plot, 0).values())
    plot.show_chart(chart("bars", (1.0, 2.0), limit=4.0))
    QApplication.processEvents()
    before = plot.grab().toImage()
    reddish = [color for row in pixels(before)[:160] for color in row if color == QColor(theme.colors().error).rgb()]
    assert len(reddish) > 100 and max(heights(plot, 0).values()) < full * 0.6
    plot.mark(1)
    assert plot.grab().toImage() != before
    plot.mark(None)
    assert plot.grab().toImage() == before
    plot.mark(99)
    assert plot.grab().toImage() == before


def test_lines_skip_what_is_not_there(plot: Plot) -> None:
    plot.show_chart(chart("lines", (1.0, None, 3.0, None), (None, None, None, 2.0)))
    QApplication.processEvents()
    assert heights(plot, 0) and heights(plot, 1)
    plot.show_chart(chart("lines", (None, None)))
    QApplication.processEvents()
    assert not heights(plot, 0)


def test_the_smallest_value_is_seen_and_none_is_not(plot: Plot) -> None:
    plot.show_chart(chart("bars", (1_000.0, 0.01, 0.0)))
    QApplication.processEvents()
    seen = sorted(heights(plot, 0).items())
    assert {count for _x, count in seen} == {1, max(count for _x, count in seen)}


@pytest.mark.parametrize("value", [1e-9, 1e-4, 0.37, 9_999.0, 1e12, 1e30])
def test_whatever_the_scale_there_are_words_at_the_axis(plot: Plot, value: float) -> None:
    plot.show_chart(chart("bars", (value, value / 2)))
    QApplication.processEvents()
    assert heights(plot, 0)


def test_thirty_days_have_labels_that_do_not_touch(plot: Plot) -> None:
    plot.show_chart(chart("bars", tuple(float(at) for at in range(30))))
    QApplication.processEvents()
    labels = plot.labels
    assert labels[-1] == (29, "30 Nov") and 3 <= len(labels) <= 10
    plot.resize(200, 260)
    assert 1 <= len(plot.labels) < len(labels)


def test_a_click_picks_and_words_say_what_is_there(plot: Plot) -> None:
    picked: list[int] = []
    plot.picked.connect(picked.append)
    plot.show_chart(chart("bars", (1.0, 2.0, 3.0), (1.0, 0.0, 0.5)))
    QApplication.processEvents()
    columns = sorted(heights(plot, 0))
    QTest.mouseClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(columns[2], 120))
    QTest.mouseClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(columns[-2], 120))
    QTest.mouseClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(1, 120))
    QTest.mouseClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(columns[2], plot.height() - 2))
    QTest.mouseMove(plot, QPoint(columns[-2], 100))
    assert picked == [0, 2]
    assert plot.words_of(1) == "2 Nov\ns0: $2.00"
    assert plot.words_of(2) == "3 Nov\ns0: $3.00\ns1: $0.50"


def test_the_wheel_is_left_to_the_page_and_the_keyboard_to_the_table(plot: Plot) -> None:
    plot.show_chart(chart("bars", (1.0, 2.0)))
    spot = QPointF(50, 50)
    wheel = QWheelEvent(
        spot, spot, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    plot.wheelEvent(wheel)
    assert not wheel.isAccepted() and plot.focusPolicy() == Qt.FocusPolicy.NoFocus


def test_it_follows_the_theme(qapp: QApplication) -> None:
    theme.apply(qapp, "light")
    plot = Plot()
    plot.resize(400, 200)
    plot.show()
    plot.show_chart(chart("bars", (1.0, 2.0)))
    QApplication.processEvents()
    assert counted(plot.grab().toImage(), theme.LIGHT.base) > 1_000
    theme.apply(qapp, "dark")
    QApplication.processEvents()
    image = plot.grab().toImage()
    assert counted(image, theme.DARK.base) > 1_000 and counted(image, theme.LIGHT.base) == 0
    assert heights(plot, 0)
    plot.deleteLater()
    theme.apply(qapp, "light")


def test_others_are_grey(plot: Plot) -> None:
    plot.show_chart(Chart("bars", "tokens", ("a",), ("a",), (Series("rest", (2.0,), OTHERS),), ""))
    QApplication.processEvents()
    assert heights(plot, OTHERS)


def counted(image: QImage, color: str) -> int:
    return sum(row.count(QColor(color).rgb()) for row in pixels(image))


def pixels(image: QImage) -> list[list[int]]:
    """Colours, row by row."""
    flat = image.convertToFormat(QImage.Format.Format_ARGB32)
    colors = memoryview(flat.constBits()).cast("I").tolist()
    wide = flat.bytesPerLine() // 4
    return [colors[at : at + flat.width()] for at in range(0, wide * flat.height(), wide)]
