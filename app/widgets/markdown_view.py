"""What a model wrote, as it comes."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from app.printable import printable
from app.theme import SPACE
from app.translation import translate
from app.widgets.code_block import CodeBlock
from app.widgets.markdown_segments import Segment, cost, finished, segments
from app.widgets.markdown_text import MarkdownText
from app.widgets.text_block import MAX_LINES

AT_ONCE = 30_000
"""Characters that are drawn without asking; the rest waits behind a button."""
COST = 5_000
"""Of the pieces that one call draws; what is left follows one by one in the next turns of the loop."""
PIECE = 400
"""What a piece costs beside its text."""
COLUMN = 7
"""Pixels of a column of a list's indent."""


class MarkdownView(QWidget):
    """Show Markdown in pieces, of which a growing text changes only the last.

    `link_activated` carries an http, https, mailto or file address a person chose; no other link can be chosen.
    """

    link_activated = Signal(str)

    def __init__(self, markdown: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._markdown = ""
        self._text = ""
        self._limit = AT_ONCE
        self._streaming = False
        self._drawn: list[tuple[Segment, MarkdownText | CodeBlock]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE)
        self._more: QToolButton | None = None
        self._waiting: list[Segment] = []
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._draw_next)
        self.set_markdown(markdown)

    @property
    def markdown(self) -> str:
        """The whole text as it was given."""
        return self._markdown

    def set_markdown(self, text: str, streaming: bool = False) -> None:
        """Show `text`; cheap when it only grew. `streaming`: more is to come."""
        if text == self._markdown and streaming == self._streaming:
            return
        old, self._text = self._text, printable(text)
        grown = self._text.startswith(old.rstrip())  # a reply is stored without the blank lines it ended with
        if not grown:
            self._limit = AT_ONCE
        elif self._limit >= len(old) > 0:
            self._limit = max(self._limit, len(old) + AT_ONCE)
        self._markdown, self._streaming = text, streaming
        self._draw(grown)

    def selected_text(self) -> str:
        """What is selected in one of the pieces; empty if nothing is."""
        for _, widget in self._drawn:
            pane = widget if isinstance(widget, MarkdownText) else widget.pane
            if pane.has_selection():
                return pane.textCursor().selectedText().replace("\u2029", "\n")
        return ""

    def show_more(self) -> None:
        """Draw the next part of a text that was too long to be drawn at once."""
        self._limit += AT_ONCE
        self._draw(grown=True)

    def sizeHint(self) -> QSize:
        """Leave the height to `heightForWidth`: a layout's own hint lays all texts out again, in a narrow column."""
        return self._column.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """The same for how small it can be."""
        return self._column.minimumSize()

    def _draw(self, grown: bool) -> None:
        """Bring the pieces in line with the text; `grown`: what they show is still how it starts."""
        cut = len(self._text) > self._limit
        shown = self._text[: self._text.rfind("\n", 0, self._limit) + 1 or self._limit] if cut else self._text
        kept = finished([segment for segment, _ in self._drawn], shown) if grown else 0
        resume = self._drawn[kept][0] if kept else None
        wanted = [segment for segment, _ in self._drawn[:kept]]
        wanted += segments(shown, resume, streaming=self._streaming and not cut)
        now = max(_affordable(wanted, kept), len(self._drawn))
        self._waiting = wanted[now:]
        wanted = wanted[:now]
        for index in range(kept, len(wanted)):
            self._put(index, wanted[index])
        if self._waiting:
            self._turn.start()
        for _, widget in self._drawn[len(wanted) :]:
            self._remove(widget)
        del self._drawn[len(wanted) :]
        self._offer_more(len(self._text) - len(shown))

    def _draw_next(self) -> None:
        if self._waiting:
            self._put(len(self._drawn), self._waiting.pop(0))
        if self._waiting:
            self._turn.start()

    def _put(self, index: int, segment: Segment) -> None:
        if index < len(self._drawn):
            before, widget = self._drawn[index]
            if before == segment:
                return
            if before.kind == segment.kind and before.indent == segment.indent:
                self._fill(widget, segment)
                self._drawn[index] = (segment, widget)
                return
            self._remove(widget)
        widget = self._make(segment)
        widget.ensurePolished()  # it gets its font now, not after its text is drawn in another
        self._fill(widget, segment)
        self._column.insertWidget(index, widget)
        widget.show()  # else the layout shows it later, and its height is missing until then
        self._drawn[index : index + 1] = [(segment, widget)]

    def _make(self, segment: Segment) -> MarkdownText | CodeBlock:
        if segment.kind == "code":
            code = CodeBlock(max_lines=MAX_LINES, parent=self)
            code.setContentsMargins(segment.indent * COLUMN, 0, 0, 0)
            return code
        text = MarkdownText(self)
        text.setAccessibleName(translate("MarkdownView", "Answer"))
        text.set_indent(segment.indent * COLUMN)
        text.link_activated.connect(self.link_activated)
        return text

    def _fill(self, widget: MarkdownText | CodeBlock, segment: Segment) -> None:
        if isinstance(widget, CodeBlock):
            widget.set_code(segment.text, segment.language)
        else:
            widget.set_source(segment.text, plain=segment.kind == "plain")

    def _remove(self, widget: QWidget) -> None:
        self._column.removeWidget(widget)
        widget.hide()
        widget.deleteLater()

    def _offer_more(self, hidden: int) -> None:
        if hidden and self._more is None:
            self._more = QToolButton(self)
            self._more.setProperty("role", "quiet")
            self._more.clicked.connect(self.show_more)
            self._column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        if self._more is not None:
            self._more.setText(translate("MarkdownView", "Show more (%n character(s) left)", hidden))
            self._more.setVisible(hidden > 0)


def _affordable(wanted: list[Segment], first: int) -> int:
    """Up to which index pieces from `first` can be drawn at once; always one."""
    left, end = COST, first
    while end < len(wanted) and left > 0:
        left -= PIECE + cost(wanted[end].text)
        end += 1
    return max(end, first + 1)
