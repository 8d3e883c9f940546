"""Monospaced text in a box: a title, a button that copies, and a bounded number of lines."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPainter, QPaintEvent, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.printable import printable_code
from app.theme import RADIUS, SPACE, colors
from app.translation import translate
from app.widgets.text_pane import MONO_SIZE, TextPane

MAX_LINES = 30
STEP = 2_000
"""Lines that one press of "Show all" may add: more would freeze the screen."""
MAX_LINE = 2_000
"""Characters of a line that are shown; copying gives all."""
COPIED_MS = 1_600


class TextBlock(QWidget):
    """Show `text` line by line, never wrapped; at most `max_lines` until the person asks for all."""

    def __init__(self, title: str = "", *, max_lines: int = MAX_LINES, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._shown = ""
        self._first_lines = self._max_lines = max_lines
        self._count = 0
        self._title = QLabel(title)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setMinimumWidth(0)
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._copy = self._button(self.copy)
        self._more = self._button(self.show_all)
        self.pane = self._make_pane()
        self._copied = QTimer(self, singleShot=True, interval=COPIED_MS)
        self._copied.timeout.connect(self._name_copy)
        self._lay_out()
        self._name_copy()
        self._more.hide()
        self._refresh_colors()

    @property
    def text(self) -> str:
        """The whole text, as it was given."""
        return self._text

    def set_title(self, title: str) -> None:
        """Say what the text is: a language, a file."""
        self._title.setText(printable_code(title[:200]))

    def set_text(self, text: str) -> None:
        """Show `text`; costs only the new part when it grew."""
        if text == self._text:
            return
        grown = bool(self._text) and text.startswith(self._text)
        self._text = text
        self._show(grown)

    def copy(self) -> None:
        """Put the whole text on the clipboard and say so for a moment."""
        QGuiApplication.clipboard().setText(self._text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
        self._copy.setText(translate("TextBlock", "Copied"))
        self._copied.start()

    def show_all(self) -> None:
        """Show all lines, or the next 2,000 when there are more."""
        self._max_lines = max(self._max_lines, 0) + STEP
        self._show(grown=True)

    def is_shortened(self) -> bool:
        """Whether lines are hidden behind the button."""
        return self._count > self._max_lines

    def fill(self, start: int) -> None:
        """Hook: the lines from character `start` of the shown text are new; format them."""

    def _make_pane(self) -> TextPane:
        pane = TextPane(self, wrap=False, margin=SPACE)
        pane.setAccessibleName(translate("TextBlock", "Code"))
        return pane

    def _button(self, act: object) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("role", "quiet")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(act)
        return button

    def _lay_out(self) -> None:
        header = QHBoxLayout()
        header.setContentsMargins(SPACE, SPACE // 2, SPACE // 2, 0)
        header.addWidget(self._title, 1)
        header.addWidget(self._copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(header)
        column.addWidget(self.pane)
        column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)

    def _name_copy(self) -> None:
        self._copy.setText(translate("TextBlock", "Copy"))

    def _show(self, grown: bool) -> None:
        """Bring the pane up to date; `grown`: what it shows is still how the text starts."""
        shown, self._count = _head(self._text, self._max_lines)
        if not (grown and shown.startswith(self._shown)):
            self.pane.setPlainText(shown)
            start = 0
        else:
            start = len(self._shown)
            if len(shown) > start:
                cursor = QTextCursor(self.pane.document())
                cursor.movePosition(QTextCursor.MoveOperation.End)
                cursor.insertText(shown[start:])
        changed = shown != self._shown
        self._shown = shown
        self._name_more()
        if changed:
            self.fill(start)
            self.pane.updateGeometry()

    def _name_more(self) -> None:
        hidden = self._count - self._max_lines
        if hidden > STEP:
            self._more.setText(translate("TextBlock", "Show %n more line(s)", STEP))
        else:
            self._more.setText(translate("TextBlock", "Show all %n line(s)", self._count))
        self._more.setVisible(hidden > 0)

    def _refresh_colors(self) -> None:
        palette = self._title.palette()
        palette.setColor(self._title.foregroundRole(), QColor(colors().muted))
        self._title.setPalette(palette)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme and the font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.pane.setFont(mono_font(self.font()))
        if event.type() == QEvent.Type.PaletteChange:
            self._refresh_colors()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(colors().border))
        painter.setBrush(QColor(colors().code))
        painter.drawRoundedRect(QRectF(self.contentsRect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        painter.end()

    def minimumSizeHint(self) -> QSize:
        """Shrink as far as the layout likes: the text scrolls sideways."""
        return QSize(80, super().minimumSizeHint().height())


def mono_font(like: QFont) -> QFont:
    """The system's monospaced font, to stand beside `like`."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    if like.pointSizeF() > 0:
        font.setPointSizeF(like.pointSizeF() * MONO_SIZE)
    else:
        font.setPixelSize(round(like.pixelSize() * MONO_SIZE))
    return font


def _head(text: str, lines: int) -> tuple[str, int]:
    """The first lines as they are shown, and how many lines there are."""
    body = text[:-1] if text.endswith("\n") else text
    count = body.count("\n") + 1
    end = 0
    for _ in range(min(lines, count)):
        end = body.find("\n", end) + 1 or len(body) + 1
    kept = [_bounded(line) for line in printable_code(body[: max(end - 1, 0)]).split("\n")]
    return "\n".join(kept), count


def _bounded(line: str) -> str:
    return line if len(line) <= MAX_LINE else line[:MAX_LINE] + "…"
