"""A label for one line of data of any length: it shrinks, and says the rest in its tooltip."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolTip, QWidget

DRAWN_CHARS = 1_000
"""More never fit on a line; measuring a megabyte would stop the screen."""
WISHED_CHARS = 60
"""The widest it asks for, in average characters."""
_ENDLESS_WORD = re.compile(r"(\S{48})(?=\S)")


def one_line(text: str) -> str:
    """The beginning of a text, its breaks and control characters as spaces."""
    head = text[:DRAWN_CHARS]
    return " ".join("".join(char if char.isprintable() else " " for char in head).split())


def breakable(text: str) -> str:
    """A text whose endless words may be broken, by a space without width: a wrapped label is as wide as its words."""
    return _ENDLESS_WORD.sub("\\1\u200b", text)


def plain_tooltip(text: str) -> str:
    """Data as a tooltip: shown as it is, whatever tags it holds, and wrapped."""
    import html  # a table of 2,000 names, needed when a tooltip is

    return f"<p style='white-space: pre-wrap'>{html.escape(text[:DRAWN_CHARS])}</p>" if text else ""


class ElidedLabel(QLabel):
    """Plain text on one line, cut with … where it does not fit. Its accessible name is the whole text."""

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        *,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        super().__init__(parent)
        self._mode = mode
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def is_elided(self) -> bool:
        """Whether less than the whole text is drawn."""
        return self._drawn() != self.text().strip()

    def sizeHint(self) -> QSize:
        """As wide as the text, up to `WISHED_CHARS`."""
        metrics = self.fontMetrics()
        width = min(metrics.horizontalAdvance(one_line(self.text())), metrics.averageCharWidth() * WISHED_CHARS)
        return self._around(width + 2)

    def minimumSizeHint(self) -> QSize:
        """Three characters, whatever the text."""
        return self._around(self.fontMetrics().averageCharWidth() * 3)

    def paintEvent(self, arg__1: QPaintEvent) -> None:
        """Draw what fits."""
        painter = QPainter(self)
        painter.setFont(self.font())
        self.style().drawItemText(
            painter,
            self.contentsRect(),
            int(self.alignment() | Qt.TextFlag.TextSingleLine),
            self.palette(),
            self.isEnabled(),
            self._drawn(),
            self.foregroundRole(),
        )

    def event(self, e: QEvent) -> bool:
        """Show the whole text as a tooltip where it is cut."""
        if e.type() == QEvent.Type.ToolTip and isinstance(e, QHelpEvent) and not self.toolTip():
            QToolTip.showText(e.globalPos(), plain_tooltip(self.text()) if self.is_elided() else "", self)
            return True
        return super().event(e)

    def _drawn(self) -> str:
        return self.fontMetrics().elidedText(one_line(self.text()), self._mode, self.contentsRect().width())

    def _around(self, width: int) -> QSize:
        margins = self.contentsMargins()
        height = self.fontMetrics().height() + margins.top() + margins.bottom()
        return QSize(width + margins.left() + margins.right(), height)
