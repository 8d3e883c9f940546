"""Words on cards: short ones of ours, and data of any length and kind that is all there."""

from __future__ import annotations

import math
import unicodedata
from typing import Literal

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette, QTextDocument
from PySide6.QtWidgets import QApplication, QLabel, QSizePolicy, QWidget

from app.printable import printable
from app.theme import colors
from app.widgets.text_pane import TextPane

Tone = Literal["text", "muted", "accent", "ok", "warn", "error"]
Face = Literal["plain", "small", "bold", "title", "mono"]

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters that are drawn as nothing."""


def revealed(text: str) -> str:
    """Write control, direction and invisible characters as escapes, in full: what a person agrees to hides nothing."""
    table = {ord(char): _escape(char) for char in set(text) if _is_hidden(char)}
    return text.translate(table) if table else text


def _is_hidden(char: str) -> bool:
    return char not in "\n\t" and (char in _BLANK or unicodedata.category(char) in _HIDDEN)


def _escape(char: str) -> str:
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def tone_color(tone: Tone) -> QColor:
    """The colour of a tone in the theme in force."""
    return QColor(getattr(colors(), tone))


def face_font(face: Face) -> QFont:
    """The system's font in one of five faces."""
    font = QApplication.font()
    if face == "small":
        font.setPointSizeF(font.pointSizeF() * 0.92)
    elif face == "bold":
        font.setWeight(QFont.Weight.DemiBold)
    elif face == "title":
        font.setPointSizeF(font.pointSizeF() * 1.2)
        font.setWeight(QFont.Weight.DemiBold)
    elif face == "mono":
        size = font.pointSizeF()
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSizeF(size * 0.95)
    return font


class Words(QLabel):
    """A short text of ours (or a name in it), plain, in a tone and a face that follow theme and system."""

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        *,
        tone: Tone = "text",
        face: Face = "plain",
        wrap: bool = False,
    ) -> None:
        super().__init__(parent)
        self._tone: Tone = tone
        self._face: Face = face
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self.setForegroundRole(QPalette.ColorRole.WindowText)  # inside a scroll area it would be that of its viewport
        self.setText(text)
        self.setFont(face_font(face))
        self._color()

    def set_tone(self, tone: Tone) -> None:
        """Speak in another tone."""
        self._tone = tone
        self._color()

    def changeEvent(self, arg__1: QEvent) -> None:
        """Follow theme and system font."""
        if arg__1.type() == QEvent.Type.PaletteChange:
            self._color()
        elif arg__1.type() == QEvent.Type.ApplicationFontChange:
            self.setFont(face_font(self._face))
        super().changeEvent(arg__1)

    def _color(self) -> None:
        palette = self.palette()
        wanted = tone_color(self._tone)
        if palette.color(QPalette.ColorRole.WindowText) != wanted:
            palette.setColor(QPalette.ColorRole.WindowText, wanted)
            self.setPalette(palette)


class PlainText(TextPane):
    """Text of any kind as it is: wrapped anywhere if need be, as high as it needs, selectable by mouse and keyboard.

    It asks for the width of its longest line and can be narrower, never wider.
    """

    _face: Face = "plain"
    _muted = False
    _colored = ""  # inside of what is on the screen already, Qt asks for the colour while it is being made

    def __init__(
        self, text: str = "", parent: QWidget | None = None, *, name: str, face: Face = "plain", muted: bool = False
    ) -> None:
        """`name` is the accessible name."""
        super().__init__(parent)
        self._face = face
        self._ideal = 0
        self._heights: dict[int, int] = {}
        self._text: str | None = None
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setAcceptDrops(False)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._muted = muted
        self.setFont(face_font(face))
        self._color()
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Show another text."""
        if text == self._text:
            return
        self._text = text
        self.setPlainText(printable(text))
        self._measure_again()

    def heightForWidth(self, width: int) -> int:
        """As high as the text is when wrapped at this width; asking does not touch what is on the screen."""
        if width not in self._heights:
            if len(self._heights) > 8:
                self._heights.clear()
            ruler = self._ruler()
            ruler.setTextWidth(max(1, width))
            self._heights[width] = math.ceil(ruler.size().height())
        return self._heights[width]

    def sizeHint(self) -> QSize:
        """Its longest line, unwrapped."""
        if not self._ideal:
            self._ideal = math.ceil(self._ruler().idealWidth()) + 1
        return QSize(self._ideal, self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        """A few characters, whatever the text."""
        metrics = self.fontMetrics()
        return QSize(metrics.averageCharWidth() * 4, metrics.height())

    def changeEvent(self, event: QEvent) -> None:
        """Follow theme and system font."""
        if event.type() == QEvent.Type.ApplicationFontChange:
            self.setFont(face_font(self._face))
            self._measure_again()
        elif event.type() == QEvent.Type.PaletteChange:
            self._color()
        super().changeEvent(event)

    def _measure_again(self) -> None:
        self._ideal = 0
        self._heights.clear()
        self.updateGeometry()

    def _ruler(self) -> QTextDocument:
        ruler = QTextDocument()
        ruler.setDocumentMargin(0)
        ruler.setDefaultFont(self.font())
        ruler.setDefaultTextOption(self.document().defaultTextOption())
        ruler.setPlainText(printable(self._text or ""))
        return ruler

    def _color(self) -> None:
        """The application's style sheet gives all text fields one colour; only a sheet of its own comes before it."""
        if self._muted and self._colored != colors().muted:
            self._colored = colors().muted
            self.setStyleSheet(f"border: none; padding: 0; background: transparent; color: {self._colored}")
