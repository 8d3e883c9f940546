"""The field in which one writes: grows with the text, and hands on what is no text or too much of it."""

from __future__ import annotations

import os

from PySide6.QtCore import QMimeData, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QImage, QKeyEvent, QResizeEvent, QTextCursor, QTextOption
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget

from app.theme import SPACE
from app.viewmodels.composer import LONG_TEXT
from app.viewmodels.image_intake import ENDINGS

MAX_LINES = 10
_SHEET = "QPlainTextEdit { background: transparent; border: none; padding: 0; }"
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class MessageField(QPlainTextEdit):
    """Enter sends, Shift+Enter begins a line. Up in the first line and Down in the last one ask for what was said."""

    sent = Signal()
    older_wanted = Signal()
    newer_wanted = Signal()
    picture_given = Signal(QImage)
    image_file_given = Signal(str)
    file_given = Signal(str)
    """Absolute path of a file or folder that is to be named."""
    long_text_given = Signal(str)
    focus_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "plain")
        self.setStyleSheet(_SHEET)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(2)
        self.document().contentsChange.connect(self._guard)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    def sizeHint(self) -> QSize:
        """As high as its text, up to `MAX_LINES`."""
        return QSize(200, self._wanted_height())

    def minimumSizeHint(self) -> QSize:
        """One line of a few words."""
        return QSize(100, self._wanted_height())

    def resizeEvent(self, e: QResizeEvent) -> None:
        """Wrap anew, and fit."""
        super().resizeEvent(e)
        self._fit()

    def focusInEvent(self, e: QFocusEvent) -> None:
        """Tell the frame around it."""
        super().focusInEvent(e)
        self.focus_changed.emit(True)

    def focusOutEvent(self, e: QFocusEvent) -> None:
        """Tell the frame around it."""
        super().focusOutEvent(e)
        self.focus_changed.emit(False)

    def keyPressEvent(self, e: QKeyEvent) -> None:
        """Send, or call back what was said; everything else is the field's own."""
        control = bool(e.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier))
        if e.key() in _ENTER and (control or not e.modifiers() & Qt.KeyboardModifier.ShiftModifier):
            self.sent.emit()
        elif e.key() == Qt.Key.Key_Up and not e.modifiers() and self._is_at(QTextCursor.MoveOperation.Up):
            self.older_wanted.emit()
        elif e.key() == Qt.Key.Key_Down and not e.modifiers() and self._is_at(QTextCursor.MoveOperation.Down):
            self.newer_wanted.emit()
        else:
            super().keyPressEvent(e)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Text, pictures and files."""
        return source.hasText() or source.hasImage() or source.hasUrls()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Take text that is not too long; hand on the rest."""
        files = [url.toLocalFile() for url in source.urls() if url.isLocalFile()]
        if files:
            for path in files:
                is_image = path.lower().endswith(ENDINGS)
                (self.image_file_given if is_image else self.file_given).emit(os.path.normpath(path))
            return
        if source.hasImage() and not source.hasText():
            picture = source.imageData()
            if isinstance(picture, QImage):
                self.picture_given.emit(picture)
            return
        text = source.text()
        if len(text) > LONG_TEXT:
            self.long_text_given.emit(text)
        else:
            self.textCursor().insertText(text)
            self.ensureCursorVisible()

    def text_before_cursor(self) -> str:
        """The last 1,000 characters before the cursor."""
        cursor = self.textCursor()
        end = cursor.position()
        cursor.setPosition(max(0, end - 1_000))
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        return cursor.selectedText().replace("\u2029", "\n")

    def replace_before_cursor(self, length: int, text: str) -> None:
        """Put `text` in place of so many UTF-16 units before the cursor."""
        cursor = self.textCursor()
        end = cursor.position()
        cursor.setPosition(end - length)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text)
        self.setTextCursor(cursor)

    def _guard(self, _position: int, _removed: int, added: int) -> None:
        """Let no other program (a screen reader, a test) put in what would stop the screen.

        It is not laid out in lines even once: Qt needs a minute to wrap a line of a megabyte.
        """
        if added > LONG_TEXT and self.wordWrapMode() != QTextOption.WrapMode.NoWrap:
            self.setWordWrapMode(QTextOption.WrapMode.NoWrap)
            QTimer.singleShot(0, self._hand_on)

    def _hand_on(self) -> None:
        text = self.toPlainText()
        self.clear()
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.long_text_given.emit(text)

    def _is_at(self, move: QTextCursor.MoveOperation) -> bool:
        """Whether the cursor cannot move there: it stands in the first or last line as drawn."""
        cursor = self.textCursor()
        return not cursor.hasSelection() and not QTextCursor(cursor).movePosition(move)

    def _wanted_height(self) -> int:
        # a QPlainTextEdit's document is measured in lines, not in pixels
        lines = max(1, min(MAX_LINES, round(self.document().size().height())))
        return lines * self.fontMetrics().lineSpacing() + SPACE // 2 + 2

    def _fit(self) -> None:
        height = self._wanted_height()
        if height != self.maximumHeight():
            self.setFixedHeight(height)
            self.updateGeometry()
