"""One setting: what it is, its value, a way back to the default, and what is wrong with an entry."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.dialogs import choose_folder
from app.theme import SPACE, colors
from app.translation import translate
from app.viewmodels.settings_fields import Field, Kind, shown
from app.widgets.cards.surface import QuietTool
from app.widgets.cards.words import Words
from app.widgets.choice_box import ChoiceBox
from app.widgets.elided_label import breakable
from app.widgets.path_field import PathField
from app.widgets.switch import Switch

TYPING_MS = 1_500
"""After so long without a key an entry counts as finished."""
_NARROW_CHARS = 62
"""A row that is narrower than so many characters puts its entry below its words."""
_ENTRY_CHARS = 28
_SMALL: tuple[Kind, ...] = ("switch",)
_WHOLE: tuple[Kind, ...] = ("lines", "json", "folder")
"""Their entry takes the whole width below the words, and the way back stands beside the title."""


class FieldRow(QWidget):
    """Says what was entered; shows what it is told. The value in force is always the view model's."""

    entered = Signal(object, object)
    """Path, raw entry."""
    reset = Signal(object)
    """Path."""

    def __init__(self, field: Field, parent: QWidget | None = None, *, first: bool = False) -> None:
        """`first`: no line above it."""
        super().__init__(parent)
        self.field = field
        self._first = first
        self._title = Words(breakable(field.title), self, wrap=True)
        self._help = Words(breakable(field.help), self, tone="muted", face="small", wrap=True)
        self._help.setVisible(bool(field.help))
        self._problem = Words("", self, tone="error", face="small", wrap=True)
        self._problem.hide()
        self._timer = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._timer.timeout.connect(self._finish)
        self.entry = self._make_entry()
        """The control itself."""
        self._title.setBuddy(self.entry)
        self.reset_button = QuietTool("undo", translate("Settings", "Reset: {name}").format(name=field.title), self)
        self.reset_button.clicked.connect(self._reset)
        self._lay_out()
        self.show_field(field)

    def show_field(self, field: Field) -> None:
        """Show another value of the same setting."""
        self.field = field
        self._timer.stop()
        self.entry.blockSignals(True)
        match self.entry:
            case Switch():
                self.entry.setChecked(bool(field.value))
            case ChoiceBox():
                self.entry.show_choices([(choice.value, choice.title) for choice in field.choices], field.value)
            case QPlainTextEdit():
                self.entry.setPlainText(shown(field))
            case QLineEdit():
                if self.entry.text() != shown(field):
                    self.entry.setText(shown(field))
            case PathField():
                self.entry.show_path(shown(field))
            case _:
                pass
        self.entry.blockSignals(False)
        # It keeps its place, so that nothing jumps, and leaves the tab order where there is nothing to reset.
        self.reset_button.setEnabled(not field.is_default)
        policy = self.reset_button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset_button.setSizePolicy(policy)
        self.reset_button.setVisible(not field.is_default)

    def show_problem(self, text: str) -> None:
        """Say beside the entry why it was not taken; an empty text takes it back."""
        self._problem.setText(breakable(text))
        self._problem.setVisible(bool(text))
        self.entry.setAccessibleDescription(text or self.field.help)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line between this row and the one above."""
        if not self._first:
            line = QRectF(SPACE * 2, 0, self.width() - SPACE * 4, 1)
            QPainter(self).fillRect(line, QColor(colors().border))

    def minimumSizeHint(self) -> QSize:
        """Narrow, so that a small window can make it put its entry below the words."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), self.fontMetrics().averageCharWidth() * _ENTRY_CHARS * 3 // 2), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the entry below the words where there is not room beside them."""
        narrow = event.size().width() < self.fontMetrics().averageCharWidth() * _NARROW_CHARS
        stacked = (narrow and self.field.kind not in _SMALL) or self.field.kind in _WHOLE
        way = QBoxLayout.Direction.TopToBottom if stacked else QBoxLayout.Direction.LeftToRight
        if self._across.direction() != way:
            self._across.setDirection(way)
            # Below the words the entry begins where they begin, and the button follows it.
            self._rest.setDirection(QBoxLayout.Direction.RightToLeft if stacked else QBoxLayout.Direction.LeftToRight)
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Give the entry room for larger letters."""
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_across"):
            self._limit_entry()
        super().changeEvent(event)

    def _make_entry(self) -> QWidget:
        match self.field.kind:
            case "switch":
                switch = Switch(self.field.title, self)
                switch.toggled.connect(self._enter)
                return switch
            case "choice":
                box = ChoiceBox(self)
                box.chosen.connect(self._enter)
                return box
            case "folder":
                return self._make_folder()
            case "lines" | "json":
                text = QPlainTextEdit(self)
                text.setTabChangesFocus(True)
                text.setFixedHeight(text.fontMetrics().lineSpacing() * 4)
                text.textChanged.connect(self._typed)
                text.setAccessibleName(self.field.title)
                return text
            case _:
                line = QLineEdit(self)
                line.textChanged.connect(self._typed)
                line.editingFinished.connect(self._finish)
                line.setAccessibleName(self.field.title)
                line.setPlaceholderText(self.field.placeholder)
                return line

    def _make_folder(self) -> PathField:
        title = self.field.title
        folder = PathField(
            title, "", translate("Settings", "Browse…"), lambda window, start: choose_folder(window, title, start), self
        )
        folder.line.setPlaceholderText(self.field.placeholder)
        folder.line.textChanged.connect(self._typed)
        folder.line.editingFinished.connect(self._finish)
        return folder

    def _enter(self, raw: object) -> None:
        self.entered.emit(self.field.path, raw)

    def _reset(self) -> None:
        self.entry.setFocus()  # the button goes when there is nothing to reset any more
        self._timer.stop()
        self.reset.emit(self.field.path)

    def _typed(self) -> None:
        """Wait for the end of typing; what a program enters (a screen reader, a test) is whole at once."""
        typing = self.entry.line if isinstance(self.entry, PathField) else self.entry
        self._timer.start(TYPING_MS if typing.hasFocus() else 0)

    def _finish(self) -> None:
        self._timer.stop()
        raw = self.entry.toPlainText() if isinstance(self.entry, QPlainTextEdit) else self._line()
        if raw != shown(self.field) or self._problem.isVisibleTo(self):
            self.entered.emit(self.field.path, raw)

    def _line(self) -> str:
        if isinstance(self.entry, PathField):
            return self.entry.line.text()
        return self.entry.text() if isinstance(self.entry, QLineEdit) else ""

    def _limit_entry(self) -> None:
        if self.field.kind in ("choice", "integer", "decimal", "text"):
            width = self.fontMetrics().averageCharWidth() * _ENTRY_CHARS
            self.entry.setMaximumWidth(width)
            self.entry.setMinimumWidth(min(width, 180))

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        title = QHBoxLayout()
        title.addWidget(self._title, 1)
        words.addLayout(title)
        words.addWidget(self._help)
        words.addWidget(self._problem)
        right = QHBoxLayout()
        right.setSpacing(SPACE // 2)
        if self.field.kind in _WHOLE:  # the line of the title is no higher for it
            self.reset_button.setMaximumHeight(self.fontMetrics().height() + 2)
            self.reset_button.setStyleSheet("padding: 0 4px;")
        (title if self.field.kind in _WHOLE else right).addWidget(self.reset_button)
        right.addWidget(self.entry, 1)
        self._rest = right
        self._across = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._across.setContentsMargins(SPACE * 2, SPACE * 3 // 2, SPACE * 2, SPACE * 3 // 2)
        self._across.setSpacing(SPACE)
        self._across.addLayout(words, 1)
        self._across.addLayout(right)
        self._limit_entry()
