"""The timeline of a run: a bar for each thing that took time, and below it all that is known of the chosen one."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QScrollArea,
    QSplitter,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.theme import SPACE, Colors, colors
from app.translation import translate
from app.viewmodels.activity_timeline import Bar, Look, Timeline, TimelineModel, TimelineRow, sums_words
from app.widgets.cards.surface import push_button
from app.widgets.cards.words import PlainText, Words, revealed
from app.widgets.check import Check
from app.widgets.painted_list import PaintedList
from app.widgets.row_paint import draw_background, draw_line, small_font

Index = QModelIndex | QPersistentModelIndex
BAR = 6
"""Pixels of a bar's height."""
LOW_LINES = 18
"""In a lower pane the colours are not explained."""
LEAST = 3.0
"""Of its width: what was quick is seen, too."""


class RunTimeline(QWidget):
    """Shows one timeline; `export` asks for a file of it."""

    export = Signal(bool)
    """Write it down, with what was said and read or without."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = TimelineModel(self)
        self.list = PaintedList(self.model, _Delegate(), translate("Timeline", "Timeline"), self)
        self.sums = Words("", tone="muted", face="small", wrap=True)
        self.note = Words("", tone="warn", face="small", wrap=True)
        self.legend = _Legend(self)
        self.details = PlainText("", name=translate("Timeline", "About the chosen line"), face="small")
        self.content = Check(translate("Timeline", "With what was said and read"), self)
        self.export_button = push_button(translate("Timeline", "Export…"), self._export, self)
        self.export_button.setToolTip(translate("Timeline", "Write it to a file as OpenTelemetry (OTLP/JSON)"))
        self._lay_out()
        self.list.selectionModel().currentChanged.connect(self._choose)
        self.show_timeline(Timeline())

    def show_timeline(self, timeline: Timeline) -> None:
        """Show this one; the same line stays chosen."""
        before = self._chosen_key() if timeline.run_id == self.model.timeline.run_id else ""
        if timeline == self.model.timeline and timeline.rows:
            return
        self.model.show_timeline(timeline)
        self.sums.setText(sums_words(timeline.sums) if timeline.sums is not None else "")
        self.note.setText(
            translate("Timeline", "Of %n reply(ies) it was not kept how they came.", timeline.unmeasured)
            if timeline.unmeasured
            else ""
        )
        self.note.setVisible(bool(timeline.unmeasured))
        self.export_button.setEnabled(bool(timeline.run_id))
        row = self.model.row_of(before) if before else None
        if row is not None:
            self.list.setCurrentIndex(self.model.index(row))
        else:
            self._tell("")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, the lines have it."""
        super().resizeEvent(event)
        self.legend.setVisible(self.height() > self.fontMetrics().height() * LOW_LINES)

    def _lay_out(self) -> None:
        below = QScrollArea(self)
        below.setFrameShape(QScrollArea.Shape.NoFrame)
        below.setWidgetResizable(True)
        below.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        below.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(SPACE * 2, SPACE, SPACE * 2, SPACE)
        column.addWidget(self.details)
        column.addStretch(1)
        below.setWidget(inside)
        self._below = below
        splitter = QSplitter(Qt.Orientation.Vertical, self)
        splitter.addWidget(self.list)
        splitter.addWidget(below)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(1)
        splitter.setStyleSheet("QSplitter::handle { background: palette(mid); }")
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 2)
        splitter.setSizes([300, 200])
        head = QVBoxLayout()
        head.setContentsMargins(SPACE * 2, SPACE, SPACE * 2, SPACE // 2)
        head.setSpacing(SPACE // 2)
        for widget in (self.sums, self.note, self.legend):
            head.addWidget(widget)
        foot = QHBoxLayout()
        foot.setContentsMargins(SPACE * 2, SPACE // 2, SPACE * 2, SPACE)
        words = Words(self.content.accessibleName(), self)
        words.setBuddy(self.content)
        foot.setSpacing(SPACE)
        foot.addWidget(self.content)
        foot.addWidget(words)
        foot.addStretch(1)
        foot.addWidget(self.export_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(splitter, 1)
        layout.addLayout(foot)

    def _chosen_key(self) -> str:
        row = self.list.currentIndex().data(TimelineModel.RowRole)
        return row.key if isinstance(row, TimelineRow) else ""

    def _choose(self, index: QModelIndex) -> None:
        row = index.data(TimelineModel.RowRole)
        self._tell(row.details if isinstance(row, TimelineRow) else "")

    def _tell(self, details: str) -> None:
        self.details.set_text(revealed(details) or translate("Timeline", "Choose a line to see all of it."))
        self._below.verticalScrollBar().setValue(0)

    def _export(self) -> None:
        self.export.emit(self.content.isChecked())


class _Legend(QWidget):
    """What the colours stand for; the lines say the same in words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words: tuple[tuple[Look, str], ...] = (
            ("waiting", translate("Timeline", "waiting")),
            ("streaming", translate("Timeline", "reply")),
            ("tool", translate("Timeline", "tool")),
            ("person", translate("Timeline", "you")),
            ("failed", translate("Timeline", "failed")),
        )

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(80, self.fontMetrics().height())

    def paintEvent(self, event: object) -> None:
        """Draw a dot and a word for each."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(small_font(self.font()))
        x, height = 0, self.height()
        for look, word in self._words:
            _fill(painter, QRectF(x, (height - BAR) / 2, BAR * 2, BAR), look)
            x += BAR * 2 + SPACE // 2
            width = painter.fontMetrics().horizontalAdvance(word)
            painter.setPen(QColor(colors().muted))
            painter.drawText(QRect(x, 0, width + 2, height), Qt.AlignmentFlag.AlignVCenter, word)
            x += width + SPACE * 3 // 2


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, option.fontMetrics.height() + BAR + SPACE * 2)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(TimelineModel.RowRole)
        if not isinstance(row, TimelineRow):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_background(painter, option.rect, option.state)
        room = option.rect.adjusted(SPACE * 2, SPACE // 2, -SPACE * 2, -SPACE // 2)
        line = QRect(room.left(), room.top(), room.width(), option.fontMetrics.height())
        _draw_words(painter, line.adjusted(row.depth * SPACE * 3 // 2, 0, 0, 0), row, option)
        track = QRectF(room.left(), line.bottom() + SPACE // 2, room.width(), BAR)
        for bar in row.bars:
            _draw_bar(painter, track, bar)
        painter.restore()


def _draw_words(painter: QPainter, line: QRect, row: TimelineRow, option: QStyleOptionViewItem) -> None:
    theme = colors()
    small = small_font(option.font)
    color = QColor(theme.error if row.failed else theme.muted if row.depth == 0 else theme.text)
    title = (row.title, option.font, color)
    used = min(option.fontMetrics.horizontalAdvance(row.title) + SPACE * 3 // 2, line.width())
    took = (row.took, small, QColor(theme.muted))
    if row.subtitle and line.width() - used > option.fontMetrics.averageCharWidth() * 16:
        draw_line(painter, line.adjusted(used, 0, 0, 0), (row.subtitle, small, QColor(theme.muted)), took)
        took = ("", small, QColor(theme.muted))
        line = line.adjusted(0, 0, used - line.width(), 0)
    draw_line(painter, line, title, took)


def _draw_bar(painter: QPainter, track: QRectF, bar: Bar) -> None:
    width = max((bar.end - bar.begin) * track.width(), LEAST)
    left = min(track.left() + bar.begin * track.width(), track.right() - width)
    height = track.height() if bar.look != "turn" else 2.0
    box = QRectF(left, track.center().y() - height / 2, width, height)
    _fill(painter, box, bar.look)


def _fill(painter: QPainter, box: QRectF, look: Look) -> None:
    """What failed is hollow: it is told from the rest without its colour, too."""
    color = _color(look, colors())
    radius = min(box.height(), box.width()) / 2 if box.width() > BAR else 1.0
    if look == "failed":
        painter.setPen(QPen(color, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        box = box.adjusted(0.75, 0.75, -0.75, -0.75)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
    painter.drawRoundedRect(box, radius, radius)


def _color(look: Look, theme: Colors) -> QColor:
    return QColor(
        {
            "turn": theme.border,
            "waiting": theme.warn,
            "streaming": theme.link,
            "tool": theme.ok,
            "person": theme.accent,
            "failed": theme.error,
            "mark": theme.muted,
        }[look]
    )
