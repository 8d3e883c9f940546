"""The names of some pages side by side; arrow keys go from one to the next."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QTabBar, QWidget

from app.theme import RADIUS, SPACE, colors

TAB_PAD = 10
"""From the edge of a strip to its first letter, in the style sheet too."""


class TabStrip(QTabBar):
    """Flat, with a ring on the chosen name while the keyboard is here."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """`name` is the accessible name."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(False)  # two small arrows hide more than a narrow window cuts off
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    @property
    def key(self) -> str:
        """Of the chosen page, where they came by `show_pages`; empty: there is none."""
        return str(self.tabData(self.currentIndex()) or "")

    def show_pages(self, pages: Sequence[tuple[str, str]]) -> None:
        """Offer these pages, each a key and a title; the chosen one stays if it is among them, else it is the first.

        A page that is not to be had is not there at all: one that is only hidden can be read and pressed by
        assistive technology.
        """
        before, keys = self.key, [key for key, _title in pages]
        quiet = self.blockSignals(True)
        for at in reversed(range(self.count())):
            if self.tabData(at) not in keys:
                self.removeTab(at)
        for at, (key, title) in enumerate(pages):
            if self.tabData(at) != key:
                self.insertTab(at, title)
                self.setTabData(at, key)
            elif self.tabText(at) != title:
                self.setTabText(at, title)
        if keys:
            self.setCurrentIndex(keys.index(before) if before in keys else 0)
        self.blockSignals(quiet)
        if self.key != before:
            self.currentChanged.emit(self.currentIndex())

    def choose(self, key: str) -> None:
        """Choose a page if it is there."""
        for at in range(self.count()):
            if self.tabData(at) == key:
                self.setCurrentIndex(at)

    def paintEvent(self, arg__1: QPaintEvent) -> None:
        """Draw the ring over the names."""
        super().paintEvent(arg__1)
        if self.hasFocus() and self.currentIndex() >= 0:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(colors().link), 2))
            painter.drawRoundedRect(QRectF(self.tabRect(self.currentIndex())).adjusted(1, 1, -1, -3), RADIUS, RADIUS)


def beside_text(strip: TabStrip, margin: int = SPACE * 2) -> QHBoxLayout:
    """A line with the strip whose first letter stands `margin` from the edge, as the text below it does."""
    line = QHBoxLayout()
    line.setContentsMargins(margin - TAB_PAD, 0, 0, 0)
    line.addWidget(strip)
    line.addStretch(1)
    return line
