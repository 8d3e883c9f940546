"""Code with colours."""

from __future__ import annotations

import threading
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from time import perf_counter

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QColor, QTextCharFormat, QTextDocument, QTextLayout
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from app.highlight import Span, color_of, each_span, is_ready, prepare, spans
from app.translation import translate
from app.widgets.text_block import MAX_LINES, TextBlock, mono_font

AT_ONCE = 2_000
"""Characters that are coloured on the spot; more is coloured in the pauses of the loop."""
NOT_AT_ALL = 200_000
"""Characters that stay plain."""
SLICE_S = 0.004


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


class _Job:
    """Code that waits for its colours, and who wants them."""

    def __init__(self, code: str, language: str, done: Done) -> None:
        self.code = code
        self.language = language
        self.done = weakref.WeakMethod(done)
        self.found: list[Span] = []
        self.steps: Iterator[Span] | None = None

    def is_wanted(self) -> bool:
        owner = getattr(self.done(), "__self__", None)
        return owner is not None and isValid(owner)

    def work(self, until: float) -> bool:
        """Go on until that time; whether all is found."""
        if self.steps is None:
            self.steps = each_span(self.code, self.language)
        for span in self.steps:
            self.found.append(span)
            if perf_counter() > until:
                return False
        return True

    def deliver(self) -> None:
        method = self.done()
        if method is not None:
            method(self.code, self.language, self.found)


class _Painter(QObject):
    """Looks for colours a few milliseconds at a time.

    Not in a thread: a lexer is pure Python and would make the screen wait for the interpreter lock again and again.
    Only the import of Pygments and of a lexer runs in one.
    """

    _prepared = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._jobs: deque[_Job] = deque()
        self._importing = False
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._work)
        self._prepared.connect(self._go_on)

    def submit(self, code: str, language: str, done: Done) -> None:
        """Call the method `done(code, language, spans)` later, unless its object is gone by then."""
        self._jobs.append(_Job(code, language, done))
        self._turn.start()

    def _work(self) -> None:
        until = perf_counter() + SLICE_S
        while self._jobs and not self._importing and perf_counter() < until:
            job = self._jobs[0]
            if not job.is_wanted():
                self._jobs.popleft()
            elif not is_ready(job.language):
                self._importing = True
                threading.Thread(target=self._import, args=(job.language,), daemon=True).start()
            elif self._finished(job, until):
                self._jobs.popleft()
                job.deliver()
        if self._jobs and not self._importing:
            self._turn.start()

    def _finished(self, job: _Job, until: float) -> bool:
        try:
            return job.work(until)
        except Exception:  # noqa: BLE001 - 500 lexers of others; code with fewer colours is still code
            return True

    def _import(self, language: str) -> None:
        prepare(language)
        if isValid(self):  # else the application is gone
            self._prepared.emit()

    def _go_on(self) -> None:
        self._importing = False
        self._turn.start()


_one: list[_Painter] = []


def _painter() -> _Painter:
    if not _one or not isValid(_one[0]):
        _one[:] = [_Painter()]
    return _one[0]
