from __future__ import annotations

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from app.viewmodels.usage_table import ROOM, Cell, Column, FigureTable, Line

COLUMNS = (Column("Model", number=False), Column("Cost"), Column("Share"))


def line(key: str, usd: float, *, color: int | None = None) -> Line:
    return Line(key, (Cell(key), Cell(f"${usd:.2f}", usd), Cell("", usd, usd / 10)), color, f"about {key}")


@pytest.fixture
def table(qapp: object) -> FigureTable:
    made = FigureTable()
    made.tester = QAbstractItemModelTester(made)  # pyright: ignore[reportAttributeAccessIssue]
    made.show(COLUMNS, [line("b", 2, color=0), line("a", 10), line("C", 1)])
    return made


def keys(table: FigureTable) -> list[str]:
    return [one.key for one in table.lines]


def test_cells_say_what_they_are(table: FigureTable) -> None:
    first = table.index(0, 0)
    assert (first.data(), table.index(0, 1).data()) == ("b", "$2.00")
    assert first.data(Qt.ItemDataRole.AccessibleTextRole) == "b, Cost $2.00"
    assert table.index(0, 1).data(Qt.ItemDataRole.AccessibleTextRole) == "Cost: $2.00"
    assert "about b" in first.data(Qt.ItemDataRole.ToolTipRole)
    assert (first.data(FigureTable.ColorRole), table.index(1, 0).data(FigureTable.ColorRole)) == (0, None)
    assert table.index(0, 2).data(FigureTable.ShareRole) == 0.2
    assert [table.headerData(at, Qt.Orientation.Horizontal) for at in range(3)] == ["Model", "Cost", "Share"]
    assert table.headerData(7, Qt.Orientation.Horizontal) is None
    assert not table.index(9, 9).isValid()


def test_numbers_sort_as_numbers_words_as_words_and_the_order_stays(table: FigureTable) -> None:
    chosen = QPersistentModelIndex(table.index(1, 0))
    table.sort(1, Qt.SortOrder.DescendingOrder)
    assert (keys(table), chosen.data()) == (["a", "b", "C"], "a")
    table.sort(0, Qt.SortOrder.AscendingOrder)
    assert keys(table) == ["a", "b", "C"]
    table.show(COLUMNS, [line("d", 1), line("a", 3)])
    assert keys(table) == ["a", "d"]
    table.sort(-1)
    assert keys(table) == ["d", "a"]
    assert (table.row_of("a"), table.row_of("x")) == (1, None)


def test_other_columns_take_back_the_order(table: FigureTable) -> None:
    table.sort(1, Qt.SortOrder.AscendingOrder)
    table.show(COLUMNS[:2], [Line("z", (Cell("z"), Cell("", 9.0))), Line("y", (Cell("y"), Cell("–")))])
    assert keys(table) == ["z", "y"]
    table.sort(1, Qt.SortOrder.AscendingOrder)  # a figure that is not known stands behind those that are
    assert keys(table) == ["z", "y"]


def test_a_tip_is_no_markup(table: FigureTable) -> None:
    table.show(COLUMNS[:1], [Line("x", (Cell("x"),), tip="<img src='file:///x'>"), Line("y", (Cell(""),))])
    assert "&lt;img" in table.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert table.index(1, 0).data(Qt.ItemDataRole.ToolTipRole) is None


def test_the_same_again_changes_nothing(table: FigureTable) -> None:
    told: list[str] = []
    table.modelReset.connect(lambda: told.append("reset"))
    table.show(COLUMNS, [line("b", 2, color=0), line("a", 10), line("C", 1)])
    assert told == []


def test_thousands_of_rows_are_sorted_at_once_those_without_a_figure_last(qapp: object) -> None:
    """Each compared with each, that would take minutes. Nor does Qt's tester look at each row of so many."""
    table = FigureTable()
    known = [line(f"k{at}", float(at * 7_919 % 15_000)) for at in range(15_000)]
    unknown = [Line(f"u{at}", (Cell(f"u{at}"), Cell("?"), Cell(""))) for at in range(15_000)]
    table.show(COLUMNS, [one for pair in zip(unknown, known, strict=True) for one in pair])
    table.sort(1, Qt.SortOrder.DescendingOrder)
    assert [one.cells[1].value for one in table.lines[:15_000]] == [float(at) for at in range(14_999, -1, -1)]
    assert [one.key for one in table.lines[15_000:]] == [one.key for one in unknown]


def test_the_name_of_a_sorted_figure_leaves_room_for_the_sign_of_its_order(table: FigureTable) -> None:
    table.sort(1, Qt.SortOrder.DescendingOrder)
    for role, names in (
        (Qt.ItemDataRole.DisplayRole, ["Model", f"Cost{ROOM}", "Share"]),
        (Qt.ItemDataRole.AccessibleTextRole, ["Model", "Cost", "Share"]),
    ):
        assert [table.headerData(at, Qt.Orientation.Horizontal, role) for at in range(3)] == names
