"""The quick prompt: a small window over everything, by hotkey or from the tray."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QCloseEvent,
    QColor,
    QCursor,
    QDesktopServices,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QRegion,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.theme import RADIUS, SPACE, colors, icon, pixmap
from app.translation import translate
from app.viewmodels.quick_prompt import QuickPromptViewModel
from app.widgets.elided_label import ElidedLabel, breakable
from app.widgets.markdown_view import MarkdownView

Start: TypeAlias = Callable[[Coroutine[Any, Any, Any], str], object]
"""Carry out a coroutine under a name."""

WIDTH = 620
MOST_ERROR_CHARS = 2_000
CORNER = RADIUS * 2
_EDGE = SPACE * 3 // 2
_MARK = 20
_FLAGS = Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint


class QuickPrompt(QWidget):
    """One field and the answer below it. Esc hides it; what is over by then is over, what still runs is kept."""

    open_chat = Signal(str)
    """The person wants to go on in the window: the id of the session."""

    def __init__(self, model: QuickPromptViewModel, start: Start) -> None:
        super().__init__(None, _FLAGS)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_MacAlwaysShowToolWindow)
        self.setWindowTitle(translate("QuickPrompt", "Ask Homard"))
        self.setWindowIcon(icon("homard"))
        self._model = model
        self._start = start
        self._told = ""
        self._at_end = True
        self.field = QLineEdit(self)
        self.answer = MarkdownView(parent=self)
        self._question = ElidedLabel(parent=self)
        self._scroll = QScrollArea(self)
        self._error = QLabel(self)
        self._status = ElidedLabel(parent=self)
        self._make_buttons()
        self._lay_out()
        self._fitting = QTimer(self, singleShot=True, interval=0)
        self._connect()
        self._refresh()

    def open(self) -> None:
        """Show it on the screen with the cursor, in front, ready to type."""
        if not self.isVisible():
            self._place()
        self.show()
        self.raise_()
        self.activateWindow()
        self.field.setFocus(Qt.FocusReason.ActiveWindowFocusReason)
        self.field.selectAll()

    def shows(self, session_id: str) -> bool:
        """Whether a person has the answers of this chat before them here."""
        return self.isVisible() and self.isActiveWindow() and self._model.session_id == session_id

    def dismiss(self) -> None:
        """Hide it; a finished answer is left to its chat, a run under way is still there the next time."""
        self.hide()
        if not self._model.busy:
            self._begin_anew()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing by the desktop is hiding."""
        self.dismiss()
        event.accept()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme and the size of the text."""
        if event.type() == QEvent.Type.PaletteChange:
            self._color()
        if event.type() == QEvent.Type.FontChange:
            self._fitting.start()
        super().changeEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Grow with the answer; scroll it from within the field."""
        if watched is self.answer and event.type() == QEvent.Type.LayoutRequest:
            self._fitting.start()
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            bar, key = self._scroll.verticalScrollBar(), event.key()
            if key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
                bar.setValue(bar.value() + (1 if key == Qt.Key.Key_PageDown else -1) * bar.pageStep())
                return True
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Move it by any empty place."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.windowHandle().startSystemMove()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the sheet and the mark before the field."""
        painter = QPainter(self)
        if not self.mask().isEmpty():  # what is half covered at its edge would be half black
            painter.fillRect(self.rect(), QColor(colors().border))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(colors().border))
        painter.setBrush(QColor(colors().raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), CORNER, CORNER)
        at = QPoint(_EDGE, self.field.geometry().center().y() - _MARK // 2 + 1)
        painter.drawPixmap(at, pixmap("homard", _MARK, colors().accent, self.devicePixelRatioF()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the corners off where nothing else does: on X11 without a compositor they would be black."""
        if QGuiApplication.platformName() == "xcb":
            outline = QPainterPath()
            outline.addRoundedRect(QRectF(self.rect()), CORNER, CORNER)
            self.setMask(QRegion(outline.toFillPolygon().toPolygon()))
        super().resizeEvent(event)

    # -- putting together

    def _make_buttons(self) -> None:
        self.close_button = QToolButton(self)
        self.close_button.setProperty("role", "quiet")
        self.close_button.setAccessibleName(translate("QuickPrompt", "Close"))
        self.close_button.setToolTip(translate("QuickPrompt", "Close (Esc)"))
        self.needs_button = QPushButton(translate("QuickPrompt", "Homard needs you"), self)
        self.needs_button.setProperty("role", "needs-you")
        self.needs_button.setToolTip(translate("QuickPrompt", "Open the chat and answer there"))
        self.needs_button.clicked.connect(self._expand)
        self.stop_button = self._button(translate("QuickPrompt", "Stop"), "Ctrl+.", self._stop)
        self.copy_button = self._button(translate("QuickPrompt", "Copy"), "Ctrl+Shift+C", self._copy)
        self.new_button = self._button(translate("QuickPrompt", "New"), "Ctrl+N", self._begin_anew)
        self.open_button = self._button(translate("QuickPrompt", "Open as chat"), "Ctrl+Return", self._expand)

    def _button(self, text: str, keys: str, act: Callable[[], None]) -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("role", "quiet")
        button.setToolTip(f"{text} ({QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)})")
        button.clicked.connect(act)
        # The shortcut asks the button: what is hidden is not done.
        QShortcut(QKeySequence(keys), self).activated.connect(lambda: button.isVisible() and button.click())
        return button

    def _lay_out(self) -> None:
        self.field.setAccessibleName(translate("QuickPrompt", "Ask Homard"))
        self._send_action = self.field.addAction(icon("send"), QLineEdit.ActionPosition.TrailingPosition)
        self._send_action.setText(translate("QuickPrompt", "Ask"))
        self._send_action.setToolTip(translate("QuickPrompt", "Ask (Enter)"))
        self._scroll.setWidget(self.answer)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setAccessibleName(translate("QuickPrompt", "Answer"))
        self._scroll.viewport().setAutoFillBackground(False)
        self.answer.setAutoFillBackground(False)
        self._error.setTextFormat(Qt.TextFormat.PlainText)
        self._error.setWordWrap(True)
        for quiet in (self._status, self._question):
            quiet.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        column = QVBoxLayout(self)
        column.setContentsMargins(_EDGE, _EDGE, _EDGE, _EDGE)
        column.setSpacing(SPACE)
        first = _row(self.field, self.close_button)
        first.insertSpacing(0, _MARK + SPACE // 2)
        column.addLayout(first)
        for widget in (self._question, self._scroll, self._error):
            column.addWidget(widget)
        buttons = (self.needs_button, self.stop_button, self.copy_button, self.new_button, self.open_button)
        column.addLayout(_row(self._status, *buttons))
        before: QWidget = self.field
        for widget in (self._scroll, *buttons, self.close_button):
            QWidget.setTabOrder(before, widget)
            before = widget
        self._color()

    def _connect(self) -> None:
        self.field.returnPressed.connect(self._ask)
        self._send_action.triggered.connect(self._ask)
        self.field.installEventFilter(self)
        self.answer.installEventFilter(self)
        self.answer.link_activated.connect(_open_link)
        self.close_button.clicked.connect(self.dismiss)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self).activated.connect(self.dismiss)
        self._fitting.timeout.connect(self._fit)
        bar = self._scroll.verticalScrollBar()
        bar.valueChanged.connect(self._note_place)
        bar.rangeChanged.connect(self._keep_end)
        self._model.changed.connect(self._refresh)

    def _color(self) -> None:
        palette = self._error.palette()
        if palette.color(QPalette.ColorRole.WindowText) != QColor(colors().error):
            palette.setColor(QPalette.ColorRole.WindowText, QColor(colors().error))
            self._error.setPalette(palette)
        self.close_button.setIcon(icon("cross", colors().muted))
        self._send_action.setIcon(icon("send", colors().muted))
        self.update()

    # -- what a person does

    def _ask(self) -> None:
        text = self.field.text()
        if text.strip() and not self._model.busy:
            self.field.clear()
            self._at_end = True
            self._start(self._send(text), "quick prompt")

    async def _send(self, text: str) -> None:
        if not await self._model.ask(text) and not self.field.text():
            self.field.setText(text)  # nothing that was typed is lost

    def _stop(self) -> None:
        self._start(self._model.stop(), "quick prompt stop")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._model.answer)
        self._status.setText(translate("QuickPrompt", "Copied"))

    def _begin_anew(self) -> None:
        self.field.clear()
        self._model.reset()
        self.field.setFocus()

    def _expand(self) -> None:
        session_id = self._model.session_id
        if session_id:
            self.hide()
            self._begin_anew()
            self.open_chat.emit(session_id)

    # -- how it looks

    def _refresh(self) -> None:
        model = self._model
        self.field.setPlaceholderText(
            translate("QuickPrompt", "Ask more in the same chat")
            if model.session_id
            else translate("QuickPrompt", "Ask Homard")
        )
        self._question.setText(model.question)
        self._question.setVisible(bool(model.question))
        self.answer.set_markdown(model.answer, streaming=model.busy)
        self._scroll.setVisible(bool(model.answer))
        self._error.setText(breakable(model.error[:MOST_ERROR_CHARS]))
        self._error.setVisible(bool(model.error))
        self._status.setText(self._words())
        self._show_buttons()
        self._tell()
        self._fit()

    def _show_buttons(self) -> None:
        model = self._model
        shown = {
            self.needs_button: model.state == "needs_you",
            self.stop_button: model.busy,
            self.copy_button: bool(model.answer) and not model.busy,
            self.new_button: model.state != "idle",
            self.open_button: bool(model.session_id),
        }
        if any(button.hasFocus() and not visible for button, visible in shown.items()):
            self.field.setFocus()
        for button, visible in shown.items():
            button.setVisible(visible)

    def _words(self) -> str:
        model = self._model
        if model.busy and model.stopped:
            return translate("QuickPrompt", "Stopping…")
        match model.state:
            case "idle":
                return translate("QuickPrompt", "Enter asks, Esc closes")
            case "asking" | "answering":
                words = model.activity or translate("QuickPrompt", "Answering…")
                return f"{model.model} · {words}" if model.model else words
            case "done" if model.stopped:
                return translate("QuickPrompt", "Stopped")
            case _:
                return model.model

    def _tell(self) -> None:
        """Let a screen reader say what the eye sees at once: the focus stays in the field."""
        model = self._model
        if model.state == self._told:
            return
        self._told = model.state
        words = {
            "needs_you": translate("QuickPrompt", "Homard needs you"),
            "done": translate("QuickPrompt", "The answer is here."),
            "failed": model.error,
        }.get(model.state, "")
        if words and self.isVisible():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.field, words))

    def _place(self) -> None:
        screen = QGuiApplication.screenAt(QCursor.pos()) or QGuiApplication.primaryScreen()
        room = screen.availableGeometry()
        self.setScreen(screen)
        self._fit()
        self.move(room.x() + (room.width() - self.width()) // 2, room.y() + room.height() // 6)

    def _fit(self) -> None:
        """Be as high as the answer, up to half the screen."""
        room = self.screen().availableGeometry()
        width = min(max(WIDTH, self.fontMetrics().averageCharWidth() * 84), room.width() - 2 * SPACE)
        if self.answer.markdown:
            inner = width - 2 * _EDGE - self._scroll.verticalScrollBar().sizeHint().width()
            wanted = max(self.answer.heightForWidth(inner), self.fontMetrics().height())
            self._scroll.setFixedHeight(min(wanted + 2, room.height() // 2))
        layout = self.layout()
        if layout is not None:
            layout.activate()
            high = layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else layout.totalSizeHint().height()
            self.setFixedSize(width, high)

    def _note_place(self, value: int) -> None:
        self._at_end = value >= self._scroll.verticalScrollBar().maximum()

    def _keep_end(self, _lowest: int, highest: int) -> None:
        """Follow the answer, unless the person scrolled away from its end."""
        if self._at_end and self._model.busy:
            self._scroll.verticalScrollBar().setValue(highest)


def _row(first: QWidget, *others: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(SPACE // 2)
    row.addWidget(first, 1)
    for widget in others:
        row.addWidget(widget)
    return row


def _open_link(address: str) -> None:
    QDesktopServices.openUrl(QUrl(address))
