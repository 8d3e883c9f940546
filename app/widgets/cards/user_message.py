"""What a person (or a trigger) said."""

from __future__ import annotations

from PySide6.QtCore import QMargins, Qt
from PySide6.QtGui import QFontMetrics, QTextOption
from PySide6.QtWidgets import QHBoxLayout, QLayout, QPlainTextEdit, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from agent.events import Origin
from app.theme import SPACE
from app.translation import translate
from app.viewmodels.rows import UserRow
from app.widgets.cards.row_actions import RowActions
from app.widgets.cards.surface import Row, Surface, column, push_button
from app.widgets.cards.thumbnail import ImageStrip
from app.widgets.cards.words import PlainText, Words

SHOWN_CHARS = 4_000
MAX_LINE = 2_000
"""A longer line is broken where all is shown: laying out a line of a megabyte takes seconds."""
ALL_LINES = 24
"""How high the field is in which all of a long text is shown."""
INDENT = SPACE * 4
BUBBLE = QMargins(SPACE * 3 // 2, SPACE, SPACE * 3 // 2, SPACE)


class UserMessage(Row):
    """A bubble at the trailing edge, as wide as what was said."""

    def __init__(self, row: UserRow, parent: QWidget | None, actions: RowActions) -> None:
        super().__init__(parent)
        self._row = row
        self._actions = actions
        self._bubble = Surface(self, fill="said", border="")
        self._origin = Words("", self._bubble, tone="muted", face="small")
        self._text = PlainText("", self._bubble, name=translate("Transcript", "What was said"))
        self._images = ImageStrip(self._bubble)
        self._waiting = PlainText(
            translate("Transcript", "Sent; it reads this before its next step"),
            self._bubble,
            name=translate("Transcript", "State"),
            face="small",
            muted=True,
        )
        self._more: QPushButton | None = None
        self._all: QPlainTextEdit | None = None
        copy, branch = translate("Transcript", "Copy"), translate("Transcript", "Branch from here")
        self._branch = self.shy_tool("branch", branch, self._ask_branch, self)
        self._copy = self.shy_tool("copy", copy, lambda: actions.copy.emit(self._row.text), self)
        self._lay_out()
        self.show_row(row)

    def show_row(self, row: UserRow) -> bool:
        """Show what is known of it now."""
        if row.text != self._row.text:
            self._drop_all()
        self._row = row
        self._text.set_text(row.text[:SHOWN_CHARS])
        self._text.setVisible(bool(row.text) and self._all is None)
        self._images.set_images(row.images)
        said = origin_words(row.origin)
        self._origin.setText(said)
        self._origin.setVisible(bool(said))
        self._waiting.setVisible(row.waiting)
        self._branch.setVisible(row.entry_id is not None)
        self._offer_all(len(row.text) > SHOWN_CHARS)
        return True

    def _lay_out(self) -> None:
        inside = column(self._bubble, BUBBLE)
        for widget in (self._origin, self._text, self._images, self._waiting):
            inside.addWidget(widget)
        policy = self._bubble.sizePolicy()
        policy.setHorizontalPolicy(QSizePolicy.Policy.Maximum)
        self._bubble.setSizePolicy(policy)
        line = QHBoxLayout()
        line.setSpacing(0)
        line.addSpacing(INDENT)
        line.addStretch(1)
        tools = QVBoxLayout()
        both = QHBoxLayout()
        both.setSpacing(0)
        both.addWidget(self._branch)
        both.addWidget(self._copy)
        tools.addLayout(both)
        tools.addStretch(1)
        line.addLayout(tools)
        line.addSpacing(SPACE // 2)
        line.addWidget(self._bubble)
        column(self).addLayout(line)

    def _ask_branch(self) -> None:
        if self._row.entry_id is not None:
            self._actions.branch.emit(self._row.entry_id)

    def _offer_all(self, long: bool) -> None:
        if long and self._more is None:
            self._more = push_button("", self._toggle_all, self._bubble, role="quiet")
            self._bubble_layout().addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeading)
        if self._more is not None:
            self._more.setVisible(long)
            words = translate("Transcript", "Show less") if self._all else translate("Transcript", "Show all")
            self._more.setText(words)

    def _toggle_all(self) -> None:
        if self._all is None:
            self._all = _field_of(self._row.text, self._bubble)
            self._bubble_layout().insertWidget(2, self._all)
        else:
            self._drop_all()
        self.show_row(self._row)

    def _drop_all(self) -> None:
        if self._all is not None:
            self._all.hide()
            self._all.deleteLater()
            self._all = None

    def _bubble_layout(self) -> QVBoxLayout:
        layout: QLayout | None = self._bubble.layout()
        return layout if isinstance(layout, QVBoxLayout) else column(self._bubble, BUBBLE)


def _field_of(text: str, parent: QWidget) -> QPlainTextEdit:
    """All of a long text in a field with a scroll bar of its own."""
    field = QPlainTextEdit(parent)
    field.setAccessibleName(translate("Transcript", "All of what was said"))
    field.setReadOnly(True)
    field.setTabChangesFocus(True)
    field.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    field.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    field.setFixedHeight(QFontMetrics(field.font()).lineSpacing() * ALL_LINES)
    field.setPlainText("\n".join(_short_lines(text)))
    return field


def _short_lines(text: str) -> list[str]:
    lines: list[str] = []
    for line in text.split("\n"):
        lines += [line[start : start + MAX_LINE] for start in range(0, max(1, len(line)), MAX_LINE)]
    return lines


def origin_words(origin: Origin) -> str:
    """Where a message came from, if not from the person at this screen."""
    words = {
        "user": "",
        "schedule": translate("Transcript", "from a schedule"),
        "file_watch": translate("Transcript", "from a change of files"),
        "plugin": translate("Transcript", "from a plugin"),
        "cli": translate("Transcript", "from the terminal"),
        "mcp": translate("Transcript", "from another program (MCP)"),
        "acp": translate("Transcript", "from an editor (ACP)"),
    }
    return words[origin]
