from __future__ import annotations

from PySide6.QtWidgets import QApplication

from app.viewmodels.usage_chart import Chart, Series
from app.widgets.chart_frame import ChartFrame


def chart(*names: str, limit: float | None = None) -> Chart:
    series = tuple(Series(name, (1.0, 2.0), at) for at, name in enumerate(names))
    return Chart("bars", "usd", ("a", "b"), ("a", "b"), series, "Two bars.", limit, "Cap")


def test_a_chart_is_shown_and_nothing_is_said_to_be_nothing(qapp: QApplication) -> None:
    frame = ChartFrame("Spend")
    frame.resize(500, 300)
    frame.show()
    frame.show_chart(chart("one"))
    plot = frame.plot
    assert (plot.accessibleName(), plot.accessibleDescription(), plot.isVisible()) == ("Spend", "Two bars.", True)
    picked: list[int] = []
    frame.picked.connect(picked.append)
    plot.picked.emit(1)
    assert picked == [1]
    frame.show_chart(Chart("bars", "usd", (), (), (), "Nothing."))
    assert not plot.isVisible()
    frame.show_chart(chart("one", "two"))
    assert plot.isVisible()
    frame.hide()
    frame.deleteLater()


def test_a_legend_names_the_colours_where_there_are_several(qapp: QApplication) -> None:
    frame = ChartFrame("Spend")
    frame.resize(200, 300)
    frame.show()
    frame.show_chart(chart("one"))
    assert not frame.legend.isVisibleTo(frame)
    frame.show_chart(chart("one", limit=3.0))
    assert frame.legend.isVisibleTo(frame) and frame.legend.names == ["one", "Cap"]
    low = frame.minimumHeight()
    frame.show_chart(chart(*(f"a long name {at}" for at in range(5))))
    assert frame.legend.names[-1] == "a long name 4" and frame.minimumHeight() > low + 30
    line = frame.legend.heightForWidth(10_000)
    frame.show_chart(chart(*(f"{at} {'very ' * 100}long" for at in range(6))))
    assert frame.legend.heightForWidth(520) < 6 * line  # three, and what is between them
    frame.hide()
    frame.deleteLater()
