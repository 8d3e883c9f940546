"""A list of thousands of real widgets, of which only those in sight exist."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontInfo, QKeyEvent, QResizeEvent, QShowEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame, QLabel, QSizePolicy, QTextEdit, QWidget

from app.theme import SPACE
from app.widgets.height_tree import HeightTree
from app.widgets.tab_order import chain_after, focusable, leave, stops

PAD = 2 * SPACE
"""Around the column of rows."""
COLUMN = 820
"""Width of the column at a font of 14 pixels; larger fonts widen it."""


class RowSource(Protocol):
    """What a list shows. Indexes run from 0, top to bottom."""

    def count(self) -> int:
        """How many rows there are."""
        ...

    def make(self, index: int, parent: QWidget) -> QWidget:
        """A widget for the row; its height is its `heightForWidth`, else its size hint."""
        ...

    def update(self, index: int, widget: QWidget) -> bool:
        """Show new data in the row's widget; False: throw it away and make a new one."""
        ...

    def estimate(self, index: int, width: int) -> int:
        """A cheap guess of the row's height in pixels; asked once for each row."""
        ...


@dataclass
class _Live:
    """A row that exists as a widget."""

    widget: QWidget
    measured_at: int = -1
    """The width for which its height is known; -1: it must be measured."""
    parts: int = -1
    """How many widgets were in it when it was put into Tab's order."""
    stops: bool = False
    """Whether Tab stops anywhere in it."""


class VirtualList(QAbstractScrollArea):
    """Show the rows of a source in a centred column, scrolled by pixels.

    What is on screen stays where it is when rows around it come, go or change height; while the end is in sight the
    list follows it. A row off screen that has the focus or a selection stays alive. Rows may change their height on
    their own (`updateGeometry`). All changes of a turn of the loop are laid out together.
    """

    at_end_changed = Signal(bool)
    near_start = Signal()
    """The top is within two screens: older rows may be loaded. Once per approach and per insertion."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source: RowSource | None = None
        self._tree = HeightTree()
        self._live: dict[int, _Live] = {}
        self._gone: list[QWidget] = []
        """Hidden, to be deleted."""
        self._changed: set[int] = set()
        self._anchor, self._offset = 0, 0
        """The row at the upper edge of the viewport, and how far its top lies above that edge."""
        self._at_end = self._told_at_end = True
        self._near = False
        self._busy = False
        self._max_width: int | None = None
        self._spacing = SPACE
        self._wheel_rest = 0.0
        self._soon = self._timer(self._lay_out)
        self._ahead = self._timer(self._make_one_ahead)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.verticalScrollBar().valueChanged.connect(self._bar_moved)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)

    # What is shown

    def set_source(self, source: RowSource) -> None:
        """Show the rows of `source`, from the end."""
        self._source = source
        self.reset()

    def reset(self) -> None:
        """Forget all rows and show the source anew, from the end."""
        for index in list(self._live):
            self._drop(index)
        count = self._source.count() if self._source else 0
        self._tree = HeightTree(self._estimates(0, count))
        self._changed.clear()
        self._anchor, self._offset, self._near = 0, 0, False
        self.scroll_to_end()

    def rows_inserted(self, at: int, count: int) -> None:
        """Tell that the source has `count` new rows from index `at`; call it after it has them."""
        self._live = {index + count if index >= at else index: live for index, live in self._live.items()}
        self._changed = {index + count if index >= at else index for index in self._changed}
        self._tree.insert(at, self._estimates(at, count))
        if at <= self._anchor and len(self._tree) > count:
            self._anchor += count
        self._near = False
        self._later()

    def rows_removed(self, at: int, count: int) -> None:
        """Tell that `count` rows from index `at` are gone; call it after they went."""
        end = at + count
        for index in [index for index in self._live if at <= index < end]:
            self._drop(index)
        self._live = {index - count if index >= end else index: live for index, live in self._live.items()}
        self._changed = {index - count if index >= end else index for index in self._changed if not at <= index < end}
        self._tree.remove(at, count)
        if self._anchor >= end:
            self._anchor -= count
        elif self._anchor >= at:
            self._anchor, self._offset = min(at, max(len(self._tree) - 1, 0)), 0
        self._later()

    def row_changed(self, index: int) -> None:
        """Tell that the data of a row are new."""
        self._changed.add(index)
        self._later()

    def widget_at(self, index: int) -> QWidget | None:
        """The widget of a row, None while it has none."""
        live = self._live.get(index)
        return live.widget if live else None

    def is_busy(self) -> bool:
        """Whether something is left to lay out, to make ahead or to delete in the next turns of the loop."""
        return self._soon.isActive() or self._ahead.isActive()

    # Where it stands

    @property
    def at_end(self) -> bool:
        """Whether the end is in sight, and followed."""
        return self._at_end

    def scroll_to_end(self) -> None:
        """Show the end and follow it."""
        self._at_end = True
        self._tell_at_end()
        self._later()

    def scroll_to(self, index: int) -> None:
        """Show a row from its top."""
        if 0 <= index < len(self._tree):
            self._go(index, -PAD)

    def scroll_by(self, pixels: int) -> None:
        """Scroll down (or up, when negative) by exactly that many pixels."""
        if pixels and len(self._tree) and not (self._at_end and pixels > 0):
            self._go(self._anchor, self._offset + pixels)

    def set_max_width(self, px: int) -> None:
        """Bound the width of the column; 0: as wide as the window."""
        self._max_width = px
        self._later()

    def column(self) -> QRect:
        """Where rows stand: their left edge and width, in the viewport.

        It is centred in the whole list, so that it stays where it is when the scroll bar comes and goes.
        """
        view = self.viewport().geometry()
        room = max(min(self.width() - PAD, view.width()) - PAD, 40)
        most = self._max_width
        if most is None:
            most = round(COLUMN * max(1.0, QFontInfo(self.font()).pixelSize() / 14))
        width = min(room, most) if most > 0 else room
        left = min((self.width() - width) // 2 - view.x(), view.width() - width)
        return QRect(max(left, 0), 0, width, view.height())

    # Layout

    def _timer(self, act: Callable[[], None]) -> QTimer:
        timer = QTimer(self, singleShot=True, interval=0)
        timer.timeout.connect(act)
        return timer

    def _later(self) -> None:
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    def _estimates(self, at: int, count: int) -> list[int]:
        if self._source is None:
            return []
        width, gap, estimate = self.column().width(), self._spacing, self._source.estimate
        return [max(estimate(index, width), 1) + gap for index in range(at, at + count)]

    def _anchor_whole_row(self) -> None:
        """Before all heights change: hold the first row whose top is in sight rather than one that is cut off."""
        rest = self._tree[self._anchor] - self._offset if self._anchor < len(self._tree) - 1 else 0
        if self._offset > 0 and 0 < rest < self.viewport().height() // 2:
            self._anchor, self._offset = self._anchor + 1, -rest

    def _go(self, anchor: int, offset: int) -> None:
        self._anchor, self._offset = anchor, offset
        self._at_end = False
        self._lay_out()

    def _lay_out(self) -> None:
        """Place what is in sight around the anchor, making and measuring rows as they are reached."""
        if self._busy or self._source is None or not self.isVisible():
            return
        self._busy = True
        self._soon.stop()
        try:
            self._apply_changes()
            if len(self._tree):
                first, last, top = self._fit()
                self._place(first, last, top)
            self._update_bar()
        finally:
            self._busy = False
        self._ahead.start()
        self._tell()

    def _fit(self) -> tuple[int, int, int]:
        """Find the rows in sight: first, last, and the top of the first; clamps the position to both ends."""
        height, count = self.viewport().height(), len(self._tree)
        if self._at_end:
            self._anchor = count - 1
            self._offset = self._measure(count - 1) - (height - PAD)
        first, top = min(self._anchor, count - 1), -self._offset
        first, top = self._extend_up(first, top)
        if first == 0 and top > PAD:
            top = PAD
        last, bottom = self._extend_down(first, top)
        if last == count - 1 and bottom < height - PAD:  # room is left below the last row
            first, top = self._extend_up(first, top + height - PAD - bottom)
            bottom = height - PAD
            if first == 0 and top > PAD:
                bottom, top = bottom - top + PAD, PAD
        while first < last and top + self._tree[first] <= 0:
            top += self._tree[first]
            first += 1
        self._anchor, self._offset = first, -top
        self._at_end = last == count - 1 and bottom <= height - PAD + 1
        return first, last, top

    def _extend_up(self, first: int, top: int) -> tuple[int, int]:
        self._measure(first)
        while top > 0 and first > 0:
            first -= 1
            top -= self._measure(first)
        return first, top

    def _extend_down(self, last: int, top: int) -> tuple[int, int]:
        height = self.viewport().height()
        bottom = top + self._measure(last)
        while bottom < height and last < len(self._tree) - 1:
            last += 1
            bottom += self._measure(last)
        return last, bottom

    def _measure(self, index: int) -> int:
        """The height of a row with its gap; makes its widget when it has none."""
        live = self._live.get(index) or self._make(index)
        width = self.column().width()
        if live.measured_at != width:
            widget = live.widget
            widget.ensurePolished()
            height = widget.heightForWidth(width) if widget.hasHeightForWidth() else widget.sizeHint().height()
            height = min(max(height, widget.minimumHeight(), 1), widget.maximumHeight())
            self._tree[index] = height + self._spacing
            live.measured_at = width
            self._chain(index, live)
        return self._tree[index]

    def _make(self, index: int) -> _Live:
        source = self._source
        if source is None:
            raise LookupError("The list has no source.")
        live = _Live(source.make(index, self.viewport()))
        after = min((other for other in self._live if other > index), default=None)
        if after is not None:
            live.widget.stackUnder(self._live[after].widget)  # children in the order of rows, for screen readers
        self._live[index] = live
        return live

    def _chain(self, index: int, live: _Live) -> None:
        """Put what Tab stops at in a row behind the row above it, when there is more or less in it than before."""
        parts = len(live.widget.findChildren(QWidget))
        if parts == live.parts:
            return
        mine = stops(live.widget)
        live.parts, live.stops = parts, bool(mine)
        above = max((other for other, row in self._live.items() if other < index and row.stops), default=None)
        chain_after(self if above is None else stops(self._live[above].widget)[-1], mine)

    def _place(self, first: int, last: int, top: int) -> None:
        column, height = self.column(), self.viewport().height()
        above, below = -2 * height, 3 * height
        y = top
        tops: dict[int, int] = {}
        for index in range(first, last + 1):
            tops[index] = y
            y += self._tree[index]
        base = self._tree.sum(first)
        for index in sorted(self._live):
            live = self._live[index]
            at = tops.get(index, top + self._tree.sum(index) - base)
            beyond = at > below or at + self._tree[index] < above
            if beyond and not is_held(live.widget):
                self._drop(index)
                continue
            if index in tops:
                self._measure(index)
            live.widget.setGeometry(column.x(), at, column.width(), self._tree[index] - self._spacing)
            if live.widget.isHidden():
                live.widget.show()

    def _make_one_ahead(self) -> None:
        """Make the nearest missing row within a screen, or delete one that is gone: no frame has to do many."""
        if self._gone:
            self._gone.pop().deleteLater()
            self._ahead.start()
            return
        if self._source is None or not self.isVisible() or not len(self._tree):
            return
        index = self._missing()
        if index is not None:
            self._measure(index)
            self._lay_out()

    def _missing(self) -> int | None:
        height = self.viewport().height()
        last, y = self._anchor, -self._offset
        while last < len(self._tree) and y < 2 * height:
            if last not in self._live:
                return last
            y += self._tree[last]
            last += 1
        first, y = self._anchor, -self._offset
        while first > 0 and y > -height:
            first -= 1
            if first not in self._live:
                return first
            y -= self._tree[first]
        return None

    def _apply_changes(self) -> None:
        source, changed, self._changed = self._source, self._changed, set()
        if source is None:
            return
        for index in sorted(changed):
            if index >= len(self._tree):
                continue
            live = self._live.get(index)
            if live is None:
                self._tree[index] = self._estimates(index, 1)[0]
            elif source.update(index, live.widget):
                live.measured_at = -1
            else:
                self._drop(index)

    def _drop(self, index: int) -> None:
        widget = self._live.pop(index).widget
        focus = QApplication.focusWidget()
        if focus is not None and (focus is widget or widget.isAncestorOf(focus)):
            self.setFocus(Qt.FocusReason.OtherFocusReason)  # hiding it would search for another row
        widget.hide()
        self._gone.append(widget)
        self._ahead.start()

    def _update_bar(self) -> None:
        bar, height = self.verticalScrollBar(), self.viewport().height()
        bar.setPageStep(height)
        bar.setSingleStep(3 * self.fontMetrics().lineSpacing())
        bar.setRange(0, max(self._tree.total() - self._spacing + 2 * PAD - height, 0))
        bar.setValue(bar.maximum() if self._at_end else self._tree.sum(self._anchor) + self._offset + PAD)

    def _tell(self) -> None:
        self._tell_at_end()
        if not len(self._tree):
            return
        near = self._tree.sum(self._anchor) + self._offset < 2 * self.viewport().height()
        if near and not self._near:
            self._near = True
            self.near_start.emit()
        self._near = near

    def _tell_at_end(self) -> None:
        if self._told_at_end != self._at_end:
            self._told_at_end = self._at_end
            self.at_end_changed.emit(self._at_end)

    # Moving

    def _bar_moved(self, value: int) -> None:
        """Follow the bar where a person drags it; what the layout itself sets changes nothing."""
        if self._busy or not len(self._tree):
            return
        if value >= self.verticalScrollBar().maximum():
            self.scroll_to_end()
            self._lay_out()
            return
        index = self._tree.find(value - PAD)
        self._go(index, value - PAD - self._tree.sum(index))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll by pixels, as exactly as the device tells."""
        exact = event.pixelDelta().y()
        lines = QApplication.wheelScrollLines()
        step = self.fontMetrics().lineSpacing() * lines
        self._wheel_rest -= exact if exact else event.angleDelta().y() / 120 * step
        whole = int(self._wheel_rest)
        self._wheel_rest -= whole
        self.scroll_by(whole)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scroll by line, page, to the start and to the end."""
        line, page = 3 * self.fontMetrics().lineSpacing(), max(self.viewport().height() - 2 * PAD, PAD)
        back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        steps = {
            Qt.Key.Key_Up: -line,
            Qt.Key.Key_Down: line,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_Space: -page if back else page,
        }
        key = Qt.Key(event.key())
        if key in steps:
            self.scroll_by(steps[key])
        elif key == Qt.Key.Key_Home:
            self.scroll_to(0)
        elif key == Qt.Key.Key_End:
            self.scroll_to_end()
        else:
            super().keyPressEvent(event)

    # Focus

    def focusNextPrevChild(self, next: bool) -> bool:
        """Move through the rows in their order, making those out of sight, and leave the list at its ends."""
        here = QApplication.focusWidget()
        index = self._row_of(here)
        step = 1 if next else -1
        if index is None or here is None:
            # All of a short list, from its first row; of a long one what is in sight, for the rest is far away.
            index = (0 if 0 in self._live else self._anchor) if next else -1
            if not next or not len(self._tree):
                return leave(self, next)
            targets = focusable(self._row_widget(index))
        else:
            inside = focusable(self._row_widget(index))
            place = inside.index(here) if here in inside else -1
            targets = inside[place + 1 :] if next else inside[: max(place, 0)]
        while not targets:
            index += step
            if not 0 <= index < len(self._tree):
                return leave(self, next)
            targets = focusable(self._row_widget(index))
        target = targets[0 if next else -1]
        self._show_widget(index, target)
        target.setFocus(Qt.FocusReason.TabFocusReason if next else Qt.FocusReason.BacktabFocusReason)
        return True

    def _row_widget(self, index: int) -> QWidget:
        self._measure(index)
        widget = self._live[index].widget
        if widget.isHidden():
            widget.setGeometry(0, -10_000, self.column().width(), self._tree[index])
            widget.show()
        return widget

    def _row_of(self, widget: QWidget | None) -> int | None:
        if widget is None or not self.viewport().isAncestorOf(widget):
            return None
        return next(
            (i for i, live in self._live.items() if live.widget is widget or live.widget.isAncestorOf(widget)), None
        )

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        """Scroll to a focus that did not come through this list when nothing of it is in sight."""
        index = self._row_of(new)
        if index is None or new is None:
            return
        top = new.mapTo(self.viewport(), QPoint(0, 0)).y()
        if top + new.height() <= 0 or top >= self.viewport().height():
            self._show_widget(index, new)

    def _show_widget(self, index: int, widget: QWidget) -> None:
        """Scroll just as far as needed to see a widget, or its top when it is higher than the screen."""
        row = self._live[index].widget
        inside = 0 if widget is row else widget.mapTo(row, QPoint(0, 0)).y()
        top = self._tree.sum(index) - self._tree.sum(self._anchor) - self._offset + inside
        height = self.viewport().height()
        bottom = top + widget.height()
        if bottom <= height and top >= 0:
            return
        if top < 0 < height < bottom:
            return
        wanted = SPACE if top < 0 or widget.height() > height - 2 * SPACE else height - widget.height() - SPACE
        self._go(index, inside - wanted)

    # Events

    def viewportEvent(self, event: QEvent) -> bool:
        """Measure again when a row says that its height may have changed."""
        if event.type() == QEvent.Type.LayoutRequest:
            for live in self._live.values():
                live.measured_at = -1
            self._later()
            return True
        return super().viewportEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out anew around the same row."""
        super().resizeEvent(event)
        self._anchor_whole_row()
        if self._busy:
            self._soon.start()
        else:
            self._lay_out()

    def showEvent(self, event: QShowEvent) -> None:
        """Lay out what came while nobody looked."""
        super().showEvent(event)
        self._lay_out()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme and the font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._anchor_whole_row()
            for live in self._live.values():
                live.measured_at = -1
            self._later()

    def sizeHint(self) -> QSize:
        """Ask for room for some rows."""
        return QSize(640, 480)


def is_held(widget: QWidget) -> bool:
    """Whether a row must live on out of sight: it has the focus, or some of its text is selected."""
    focus = QApplication.focusWidget()
    if focus is not None and (focus is widget or widget.isAncestorOf(focus)):
        return True
    texts = [*widget.findChildren(QTextEdit), *([widget] if isinstance(widget, QTextEdit) else [])]
    labels = [*widget.findChildren(QLabel), *([widget] if isinstance(widget, QLabel) else [])]
    return any(text.textCursor().hasSelection() for text in texts) or any(label.hasSelectedText() for label in labels)
