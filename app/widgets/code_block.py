"""Code with colours."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QColor, QTextCharFormat, QTextDocument, QTextLayout
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from app.highlight import Span, color_of, is_ready, spans
from app.translation import translate
from app.widgets.text_block import MAX_LINES, TextBlock, mono_font

AT_ONCE = 2_000
"""Characters that are coloured on the spot; more goes to a thread."""
NOT_AT_ALL = 200_000


class CodeBlock(TextBlock):
    """Show code in a language Pygments knows, or plain when it does not. Plain first, coloured when ready."""

    def __init__(
        self, text: str = "", language: str = "", *, max_lines: int = MAX_LINES, parent: QWidget | None = None
    ) -> None:
        super().__init__(max_lines=max_lines, parent=parent)
        self._language = ""
        self._spans: list[Span] = []
        self._colored = ""
        self._working = False
        self.pane.setFont(mono_font(self.font()))
        self.set_code(text, language)

    def set_code(self, text: str, language: str = "") -> None:
        """Show `text`; cheap when it only grew. `language` is a name as behind a fence, or empty."""
        if language != self._language or not self._text:
            self._language = language
            self._colored = ""
            self.set_title(language or translate("CodeBlock", "Text"))
        self.set_text(text)
        self._color()

    def fill(self, start: int) -> None:
        """Colour what came."""

    def _color(self) -> None:
        code = self._shown
        if code == self._colored or self._working or not self._language or len(code) > NOT_AT_ALL:
            return
        if len(code) <= AT_ONCE and is_ready(self._language):
            self._paint(code, spans(code, self._language))
        else:
            self._working = True
            _painter().submit(code, self._language, self._came)

    def _came(self, code: str, language: str, found: list[Span]) -> None:
        self._working = False
        if language == self._language and self._shown.startswith(code):
            self._paint(code, found)
        self._color()

    def _paint(self, code: str, found: list[Span]) -> None:
        self._colored = code
        self._spans = found
        self._repaint()

    def _repaint(self) -> None:
        if self._colored:
            paint_spans(self.pane.document(), self._colored, self._spans)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme and the font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._repaint()


def paint_spans(document: QTextDocument, code: str, found: list[Span]) -> None:
    """Colour the first lines of `document`, which are `code`, as QSyntaxHighlighter does: the text stays untouched."""
    formats: dict[str, QTextCharFormat] = {}
    block = document.begin()
    start, at = 0, 0
    for line in code.split("\n"):
        end = start + len(line)
        ranges: list[QTextLayout.FormatRange] = []
        while at < len(found) and found[at].start < end:
            span = found[at]
            left, right = max(span.start, start), min(span.start + span.length, end)
            if left < right:
                piece = QTextLayout.FormatRange()
                piece.start = _units(line[: left - start])
                piece.length = _units(line[left - start : right - start])
                piece.format = formats.setdefault(span.kind, QTextCharFormat())
                piece.format.setForeground(QColor(color_of(span.kind)))
                ranges.append(piece)
            if span.start + span.length > end:
                break
            at += 1
        block.layout().setFormats(ranges)
        block = block.next()
        start = end + 1
    document.markContentsDirty(0, document.characterCount())


def _units(text: str) -> int:
    """The length as Qt counts it, in UTF-16."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


Done = Callable[[str, str, list[Span]], None]


class _Painter(QObject):
    """One thread that looks for colours, started with the first long code and idle in between."""

    _found = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._jobs: SimpleQueue[tuple[str, str, Any]] = SimpleQueue()
        self._found.connect(self._deliver)
        threading.Thread(target=self._work, name="code colours", daemon=True).start()

    def submit(self, code: str, language: str, done: Done) -> None:
        """Call the method `done(code, language, spans)` on this thread later, unless its object is gone by then."""
        self._jobs.put((code, language, weakref.WeakMethod(done)))

    def _work(self) -> None:
        while True:
            code, language, done = self._jobs.get()
            try:
                found = spans(code, language)
            except Exception:  # noqa: BLE001 - 500 lexers of others; code without colours is still code
                found = []
            if not isValid(self):  # the application is gone
                return
            self._found.emit((code, language, done, found))

    def _deliver(self, job: tuple[str, str, Any, list[Span]]) -> None:
        code, language, done, found = job
        method = done()
        if method is not None and isValid(method.__self__):
            method(code, language, found)


_one: list[_Painter] = []


def _painter() -> _Painter:
    if not _one or not isValid(_one[0]):
        _one[:] = [_Painter()]
    return _one[0]
