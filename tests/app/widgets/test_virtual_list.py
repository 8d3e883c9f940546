from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, QPointF, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.widgets.text_pane import TextPane
from app.widgets.virtual_list import VirtualList


class Rows:
    """Rows of buttons; a row's height is its data."""

    def __init__(self, heights: list[int]) -> None:
        self.rows = [(n, height) for n, height in enumerate(heights)]
        self.made = 0
        self.fresh = True

    def count(self) -> int:
        return len(self.rows)

    def make(self, index: int, parent: QWidget) -> QWidget:
        self.made += 1
        number, height = self.rows[index]
        button = QPushButton(str(number), parent)
        button.setFixedHeight(height)
        return button

    def update(self, index: int, widget: QWidget) -> bool:
        widget.setFixedHeight(self.rows[index][1])
        return self.fresh

    def estimate(self, index: int, width: int) -> int:
        return 33


class Texts(Rows):
    """Rows that are texts."""

    def make(self, index: int, parent: QWidget) -> QWidget:
        self.made += 1
        text = TextPane(parent)
        text.setPlainText(f"row {index} " * 40)
        return text


Show = Callable[[Rows], VirtualList]


@pytest.fixture
def show(qtbot: QtBot) -> Show:
    """Shows rows in a list inside a window."""
    windows: list[QWidget] = []

    def make(rows: Rows) -> VirtualList:
        window = QWidget()
        windows.append(window)
        qtbot.addWidget(window)
        window.resize(1_000, 600)
        view = VirtualList(window)
        view.resize(500, 400)
        view.set_source(rows)
        window.show()
        settle(qtbot, view)
        return view

    return make


def row(view: VirtualList, index: int) -> QWidget:
    found = view.widget_at(index)
    assert found is not None
    return found


def text(view: VirtualList, index: int) -> TextPane:
    found = row(view, index)
    assert isinstance(found, TextPane)
    return found


def settle(qtbot: QtBot, view: VirtualList) -> None:
    """Wait until nothing is left to lay out, to make ahead or to delete."""
    QCoreApplication.sendPostedEvents()
    qtbot.waitUntil(lambda: not view.is_busy())


def tops(view: VirtualList) -> dict[str, int]:
    """Where each row in sight stands."""
    found = {one.text(): one.y() for one in view.viewport().findChildren(QPushButton) if not one.isHidden()}
    return {name: y for name, y in found.items() if -30 < y < view.viewport().height()}


HEIGHTS = [20 + (n * 37) % 90 for n in range(1_000)]


def test_only_rows_near_the_viewport_exist_and_it_starts_at_the_end(show: Show) -> None:
    rows = Rows(HEIGHTS)
    view = show(rows)
    assert view.at_end and "999" in tops(view)
    assert rows.made < 60


def test_scrolling_moves_by_exactly_that_many_pixels(qtbot: QtBot, show: Show) -> None:
    view = show(Rows(HEIGHTS))
    for step in (-100, -37, 50, -900, 900, -1):
        before = tops(view)
        view.scroll_by(step)
        settle(qtbot, view)
        moved = {y - tops(view)[name] for name, y in before.items() if name in tops(view)}
        assert moved <= {step}


def test_every_row_is_passed_on_the_way_up_and_down(show: Show) -> None:
    view = show(Rows(HEIGHTS[:200]))
    for step in (-300, 300):
        seen: set[str] = set()
        for _ in range(200):
            seen |= set(tops(view))
            view.scroll_by(step)
        assert len(seen) == 200
    assert view.at_end


def test_nothing_jumps_when_rows_come_go_or_grow_above(qtbot: QtBot, show: Show) -> None:
    rows = Rows(HEIGHTS)
    view = show(rows)
    view.scroll_to(500)
    settle(qtbot, view)
    before = tops(view)
    rows.rows[:0] = [(-n, 77) for n in range(1, 51)]
    view.rows_inserted(0, 50)
    settle(qtbot, view)
    assert tops(view) == before
    del rows.rows[10:40]
    view.rows_removed(10, 30)
    settle(qtbot, view)
    assert tops(view) == before
    for at in (3, 517, 518):  # far above, and made ahead just above
        rows.rows[at] = (rows.rows[at][0], 300)
        view.row_changed(at)
        settle(qtbot, view)
    assert tops(view) == before


def test_it_follows_the_end_only_from_the_end(qtbot: QtBot, show: Show) -> None:
    rows = Rows(HEIGHTS[:50])
    view = show(rows)
    told: list[bool] = []
    view.at_end_changed.connect(told.append)
    for height in (200, 900, 1_500):
        rows.rows[49] = (49, height)
        view.row_changed(49)
        settle(qtbot, view)
        last = row(view, 49)
        assert view.at_end and last.y() + last.height() <= view.viewport().height()
    view.scroll_by(-50)
    before = last.y()
    rows.rows[49] = (49, 2_000)
    view.row_changed(49)
    rows.rows.append((50, 40))
    view.rows_inserted(50, 1)
    settle(qtbot, view)
    assert last.y() == before and not view.at_end
    view.scroll_to_end()
    settle(qtbot, view)
    assert view.at_end and "50" in tops(view)
    assert told == [False, True]


def test_a_short_list_starts_at_the_top(show: Show) -> None:
    view = show(Rows([30, 30]))
    assert tops(view)["0"] < 20 and view.at_end and view.verticalScrollBar().maximum() == 0


def test_an_empty_list_and_one_that_becomes_empty(qtbot: QtBot, show: Show) -> None:
    rows = Rows([])
    view = show(rows)
    view.scroll_by(10)
    view.scroll_to(0)
    rows.rows.append((7, 40))
    view.rows_inserted(0, 1)
    settle(qtbot, view)
    assert list(tops(view)) == ["7"]
    rows.rows.clear()
    view.rows_removed(0, 1)
    settle(qtbot, view)
    assert tops(view) == {}


def test_a_row_is_made_anew_when_it_cannot_show_its_data(qtbot: QtBot, show: Show) -> None:
    rows = Rows([30, 30])
    view = show(rows)
    old = view.widget_at(1)
    rows.fresh = False
    view.row_changed(1)
    settle(qtbot, view)
    assert view.widget_at(1) is not old and rows.made == 3


def test_a_row_that_grows_by_itself_is_measured_again(qtbot: QtBot, show: Show) -> None:
    view = show(Rows([30, 30, 30]))
    before = tops(view)
    row(view, 0).setFixedHeight(130)
    settle(qtbot, view)
    assert {name: y - before[name] for name, y in tops(view).items()} == {"0": 0, "1": 100, "2": 100}


def test_a_resize_keeps_the_row_at_the_top(qtbot: QtBot, show: Show) -> None:
    view = show(Texts([0] * 300))
    view.scroll_to(150)
    settle(qtbot, view)
    for width in (300, 900, 420):
        view.resize(width, 400)
        settle(qtbot, view)
        assert 0 <= row(view, 150).y() <= 20


def test_the_column_is_centred_and_bounded(qtbot: QtBot, show: Show) -> None:
    view = show(Rows([30]))
    view.set_max_width(300)
    settle(qtbot, view)
    assert row(view, 0).width() == 300
    assert abs(row(view, 0).x() - (view.viewport().width() - 300) // 2) <= 1


def test_a_row_with_focus_or_a_selection_lives_on_out_of_sight(qtbot: QtBot, show: Show) -> None:
    view = show(Texts([0] * 400))
    view.window().activateWindow()
    focused, selected = text(view, 399), text(view, 398)
    focused.setFocus()
    selected.selectAll()
    qtbot.waitUntil(focused.hasFocus)
    view.scroll_to(0)
    settle(qtbot, view)
    assert (view.widget_at(399), view.widget_at(398), view.widget_at(397)) == (focused, selected, None)
    assert focused.hasFocus()
    view.setFocus()
    selected.setTextCursor(QTextCursor(selected.document()))
    view.scroll_by(10)
    assert (view.widget_at(399), view.widget_at(398)) == (None, None)


def test_older_rows_are_asked_for_near_the_start(qtbot: QtBot, show: Show) -> None:
    rows = Rows(HEIGHTS)
    view = show(rows)
    with qtbot.waitSignal(view.near_start):
        view.scroll_to(3)
    with qtbot.assertNotEmitted(view.near_start, wait=0):
        view.scroll_by(5)
    with qtbot.waitSignal(view.near_start):
        rows.rows.insert(0, (-1, 30))
        view.rows_inserted(0, 1)


def test_keys_scroll(qtbot: QtBot, show: Show) -> None:
    view = show(Rows(HEIGHTS))
    bar = view.verticalScrollBar()
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert bar.value() == 0 and "0" in tops(view)
    for key, moves in ((Qt.Key.Key_Down, 1), (Qt.Key.Key_PageDown, 1), (Qt.Key.Key_Up, -1), (Qt.Key.Key_PageUp, -1)):
        before = bar.value()
        qtbot.keyClick(view, key)
        assert (bar.value() - before) * moves > 0
    qtbot.keyClick(view, Qt.Key.Key_End)
    settle(qtbot, view)
    assert view.at_end and "999" in tops(view)


def test_wheel_and_bar_scroll(qtbot: QtBot, show: Show) -> None:
    view = show(Texts([0] * 100))
    bar = view.verticalScrollBar()
    before = bar.value()
    QTest.wheelEvent(view.window().windowHandle(), QPointF(200, 200), QPoint(0, 240))
    qtbot.waitUntil(lambda: bar.value() < before)
    bar.setValue(bar.maximum() // 2)
    settle(qtbot, view)
    assert not view.at_end
    bar.setValue(bar.maximum())
    settle(qtbot, view)
    assert view.at_end


def test_tab_walks_through_rows_in_order_over_the_edges_and_out(qtbot: QtBot) -> None:
    outside = QWidget()
    qtbot.addWidget(outside)
    column = QVBoxLayout(outside)
    before, view, after = QLineEdit(), VirtualList(), QLineEdit()
    for widget in (before, view, after):
        column.addWidget(widget)
    outside.resize(400, 300)
    rows = Rows([60] * 40)
    view.set_source(rows)
    outside.show()
    outside.activateWindow()
    settle(qtbot, view)
    view.scroll_to(0)
    settle(qtbot, view)
    before.setFocus()
    qtbot.waitUntil(before.hasFocus)
    walked: list[str] = []
    for _ in range(43):
        qtbot.keyClick(outside.focusWidget(), Qt.Key.Key_Tab)
        here = outside.focusWidget()
        walked.append(here.text() if isinstance(here, QPushButton) else "list" if here is view else "out")
        if isinstance(here, QPushButton):
            assert here.y() >= 0 and here.y() + here.height() <= view.viewport().height()
    assert walked == ["list", *map(str, range(40)), "out", "out"]
    after.setFocus()
    qtbot.keyClick(after, Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    last = outside.focusWidget()
    assert isinstance(last, QPushButton) and last.text() == "39"


def test_rows_are_children_in_their_order(qtbot: QtBot, show: Show) -> None:
    view = show(Rows(HEIGHTS))
    for index in (400, 380, 700, 10):
        view.scroll_to(index)
        settle(qtbot, view)
        rows = [child for child in view.viewport().children() if isinstance(child, QPushButton)]
        names = [int(child.text()) for child in rows if not child.isHidden()]
        assert names == sorted(names) and index in names


def test_a_hidden_list_makes_nothing(qtbot: QtBot) -> None:
    rows = Rows(HEIGHTS)
    window = QWidget()
    qtbot.addWidget(window)
    view = VirtualList(window)
    view.set_source(rows)
    rows.rows.append((2_000, 40))
    view.rows_inserted(1_000, 1)
    view.row_changed(5)
    assert rows.made == 0 and not view.is_busy()
    window.show()
    settle(qtbot, view)
    assert "2000" in tops(view)


@pytest.mark.parametrize("count", [1, 2, 500])
def test_all_rows_can_go(qtbot: QtBot, show: Show, count: int) -> None:
    rows = Rows([40] * count)
    view = show(rows)
    rows.rows.clear()
    view.reset()
    settle(qtbot, view)
    assert tops(view) == {} and view.verticalScrollBar().maximum() == 0


def test_the_column_stays_where_it_is_when_the_scroll_bar_comes(qtbot: QtBot, show: Show) -> None:
    view = show(Rows([40]))
    view.resize(1_000, 400)
    view.set_max_width(600)
    settle(qtbot, view)
    alone = view.column()
    view.set_source(Rows([40] * 60))
    settle(qtbot, view)
    view.verticalScrollBar().show()
    assert view.verticalScrollBar().isVisible() and view.viewport().width() < view.width()
    assert (view.column().left(), view.column().width()) == (alone.left(), alone.width()) == (200, 600)
