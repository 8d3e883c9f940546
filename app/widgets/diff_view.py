"""What an edit changes, line by line."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QWidget

from app.theme import SPACE, colors
from app.translation import translate
from app.widgets.text_block import MAX_LINES, TextBlock, mono_font
from app.widgets.text_pane import TextPane

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


class DiffView(TextBlock):
    """Show a unified diff; added and removed lines differ by sign, line number and background.

    Of a header (`--- a/x`, `+++ b/x`) only the path is shown, as the title.
    """

    def __init__(
        self,
        text: str = "",
        *,
        max_lines: int = MAX_LINES,
        line_numbers: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(max_lines=max_lines, parent=parent)
        self.pane.setFont(mono_font(self.font()))
        self._numbered = line_numbers
        self.set_diff(text)

    def set_diff(self, text: str) -> None:
        """Show another diff."""
        lines = read_lines(text)
        added, removed = (sum(line.sign == sign for line in lines) for sign in "+-")
        summary = translate("DiffView", "+{added} −{removed}").format(added=added, removed=removed)
        path = _path(text)
        self.set_title(f"{path}   {summary}" if path else summary)
        self.set_text(_without_head(text))

    def fill(self, start: int) -> None:
        """Give the lines their backgrounds and numbers."""
        pane = self.pane
        if isinstance(pane, _DiffPane):
            pane.set_lines(read_lines(self._shown), self._numbered)

    def _make_pane(self) -> TextPane:
        pane = _DiffPane(self)
        pane.setAccessibleName(translate("DiffView", "Changes"))
        return pane

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme and the font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and isinstance(self.pane, _DiffPane):
            self.pane.format_lines()


class _DiffPane(TextPane):
    """The lines, with their numbers painted beside the text so that copying gives a clean diff."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, wrap=False, margin=SPACE)
        self._lines: list[Line] = []
        self._digits = 0

    def set_lines(self, lines: list[Line], numbered: bool) -> None:
        """Say what the lines of the text are, and whether their numbers are shown."""
        self._lines = lines
        self._digits = len(str(max((max(line.old, line.new) for line in lines), default=0))) if numbered else 0
        frame = self.document().rootFrame()
        layout = frame.frameFormat()
        layout.setLeftMargin(self._gutter() + SPACE)
        frame.setFrameFormat(layout)
        self.format_lines()

    def format_lines(self) -> None:
        """Bring the backgrounds in line with text and theme."""
        shown = colors()
        behind = {"+": shown.added, "-": shown.removed}
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        block = self.document().begin()
        for line in self._lines:
            whole, letters = QTextBlockFormat(), QTextCharFormat()
            letters.setForeground(QColor(shown.text if line.sign else shown.muted))
            if line.sign in behind:
                whole.setBackground(QColor(behind[line.sign]))
            cursor.setPosition(block.position())
            cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
            cursor.setBlockFormat(whole)
            cursor.setCharFormat(letters)
            block = block.next()
        cursor.endEditBlock()

    def _gutter(self) -> int:
        return self.fontMetrics().horizontalAdvance("0") * (2 * self._digits + 2) if self._digits else 0

    def paintEvent(self, e: QPaintEvent) -> None:
        """Draw the numbers beside the text."""
        if self._digits:
            self._paint_numbers(e)
        super().paintEvent(e)

    def _paint_numbers(self, e: QPaintEvent) -> None:
        shown = colors()
        behind = {"+": QColor(shown.added), "-": QColor(shown.removed)}
        painter = QPainter(self.viewport())
        painter.setFont(self.font())
        painter.setPen(QColor(colors().muted))
        painter.translate(-self.horizontalScrollBar().value(), 0)
        digit = self.fontMetrics().horizontalAdvance("0")
        layout = self.document().documentLayout()
        block = self.document().begin()
        for line in self._lines:
            area = layout.blockBoundingRect(block)
            if area.top() > e.rect().bottom():
                break
            if area.bottom() >= e.rect().top():
                if line.sign in behind:
                    painter.fillRect(QRectF(0, area.top(), area.left() + 1, area.height()), behind[line.sign])
                for at, number in ((0.5, line.old), (self._digits + 1.5, line.new)):
                    cell = QRectF(at * digit, area.top(), self._digits * digit, area.height())
                    painter.drawText(cell, Qt.AlignmentFlag.AlignRight, str(number or ""))
            block = block.next()
        painter.end()


class Line(NamedTuple):
    """What a line of a diff is, and where it stands in the old and the new text; 0: not there."""

    sign: Literal["+", "-", " ", ""]
    """Empty: a head or a remark."""
    old: int = 0
    new: int = 0


def read_lines(diff: str) -> list[Line]:
    """Tell for each line of a unified diff what it is. Lines of a hunk are counted: `--- x` in it is a removed line."""
    old = new = old_left = new_left = 0
    found: list[Line] = []
    for text in diff.split("\n"):
        sign = text[:1]
        hunk = _HUNK.match(text)
        if sign == "+" and new_left:
            found.append(Line("+", 0, new))
        elif sign == "-" and old_left:
            found.append(Line("-", old, 0))
        elif sign in (" ", "") and old_left and new_left:
            found.append(Line(" ", old, new))
        else:
            found.append(Line(""))
            if hunk:
                old, new = int(hunk[1]), int(hunk[3])
                old_left, new_left = (int(hunk[2] or 1), int(hunk[4] or 1))
            continue
        old, old_left = (old, old_left) if sign == "+" else (old + 1, old_left - 1)
        new, new_left = (new, new_left) if sign == "-" else (new + 1, new_left - 1)
    return found


def _without_head(diff: str) -> str:
    """Leave out the two lines that only name the one file."""
    start = diff.find("@@")
    head = diff[: max(start, 0)]
    return diff[start:] if head.startswith("--- ") and head.count("\n") == 2 else diff


def _path(diff: str) -> str:
    found = re.search(r"^\+\+\+ (?:b/)?([^\t\n]+)", diff, re.MULTILINE)
    return "" if found is None or found[1] == "/dev/null" else found[1]
