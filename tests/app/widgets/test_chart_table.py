from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.viewmodels.usage_table import Cell, Column, FigureTable, Line
from app.widgets.chart_table import FigureView

COLUMNS = (Column("Model", number=False), Column("Cost"), Column("Share"))


def lines(count: int) -> list[Line]:
    return [
        Line(
            f"k{at}",
            (Cell(f"name {at}"), Cell(f"${at}", float(at)), Cell("", at, at / 10)),
            at % 3 or None,
            indented=at == 2,
        )
        for at in range(count)
    ]


@pytest.fixture
def view(qapp: QApplication) -> Iterator[FigureView]:
    model = FigureTable()
    made = FigureView("Costs", model, most_rows=5)
    model.setParent(made)
    model.show(COLUMNS, lines(4))
    made.resize(500, 300)
    made.show()
    made.activateWindow()
    made.setFocus()
    QApplication.processEvents()
    yield made
    made.hide()
    made.deleteLater()


def test_arrow_keys_choose_a_row_and_enter_opens_it(view: FigureView) -> None:
    told: list[str] = []
    view.chosen.connect(lambda key: told.append(f"chosen {key}"))
    view.opened.connect(lambda key: told.append(f"opened {key}"))
    view.choose("k1")
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Right)  # the same row
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert (told, view.key) == (["chosen k2", "opened k2"], "k2")
    view.grab()


def test_tab_leaves_it(view: FigureView) -> None:
    assert not view.tabKeyNavigation() and view.accessibleName() == "Costs"


def test_s_sorts_by_the_column_with_the_keyboard_and_the_row_stays_chosen(view: FigureView) -> None:
    view.setCurrentIndex(view.table.index(1, 1))
    QTest.keyClick(view, Qt.Key.Key_S)
    assert [line.key for line in view.table.lines] == ["k3", "k2", "k1", "k0"]
    assert view.key == "k1"
    QTest.keyClick(view, Qt.Key.Key_S)
    assert [line.key for line in view.table.lines] == ["k0", "k1", "k2", "k3"]


def test_other_figures_keep_the_row_that_was_chosen(view: FigureView) -> None:
    view.choose("k2")
    told: list[str] = []
    view.chosen.connect(told.append)
    view.table.show(COLUMNS, list(reversed(lines(6))))
    assert (view.key, view.currentIndex().row(), told) == ("k2", 3, [])
    view.table.show(COLUMNS, lines(1))
    assert view.key is None


def test_it_is_as_high_as_its_rows_up_to_a_most(view: FigureView) -> None:
    few = view.height()
    view.table.show(COLUMNS, lines(5))
    five = view.height()
    view.table.show(COLUMNS, lines(90))
    assert few < five == view.height()


def test_names_get_the_room_that_is_left_and_never_none(view: FigureView) -> None:
    header = view.horizontalHeader()
    assert sum(header.sectionSize(at) for at in range(3)) == view.viewport().width()
    view.resize(120, 200)
    QApplication.processEvents()
    assert header.sectionSize(0) >= view.fontMetrics().averageCharWidth() * 6
    wide = view.sizeHint().width()
    view.table.show(COLUMNS, [Line("k", (Cell("long " * 200), Cell("$1", 1.0), Cell("")))])
    assert wide < view.sizeHint().width() < 1_000
