"""A tool call: one line that opens to arguments, output and changes."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from PySide6.QtCore import QMargins, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.theme import SPACE
from app.translation import translate
from app.viewmodels.rows import ToolRow, ToolState
from app.viewmodels.runtime_words import title_words
from app.widgets.cards.disclosure import DisclosureTool
from app.widgets.cards.figures import duration_words
from app.widgets.cards.row_actions import RowActions
from app.widgets.cards.surface import Mark, Row, Surface, column, push_button
from app.widgets.cards.thumbnail import ImageStrip
from app.widgets.cards.words import Tone, Words
from app.widgets.code_block import CodeBlock
from app.widgets.diff_view import DiffView
from app.widgets.elided_label import ElidedLabel

SHOWN_CHARS = 20_000
"""Of arguments, from the start, and of output, from the end."""
_ICONS = {
    "read": "eye",
    "write": "pencil",
    "edit": "pencil",
    "delete": "trash",
    "move": "folder",
    "shell": "terminal",
    "fetch": "globe",
    "find": "search",
}


def tool_icon(name: str) -> str:
    """The icon of a tool's calls."""
    return _ICONS.get(name, "tool")


class _Look(NamedTuple):
    icon: str
    tone: Tone
    words: str


def state_look(state: ToolState) -> _Look:
    """Icon, tone and words of a state."""
    looks = {
        "waiting": _Look("user", "accent", translate("Transcript", "Waiting for you")),
        "running": _Look("clock", "muted", translate("Transcript", "Running")),
        "done": _Look("check", "ok", translate("Transcript", "Done")),
        "failed": _Look("alert", "error", translate("Transcript", "Failed")),
        "denied": _Look("cross", "warn", translate("Transcript", "Not allowed")),
        "unknown": _Look("question", "warn", translate("Transcript", "Outcome unknown")),
        "not_run": _Look("info", "muted", translate("Transcript", "Not run")),
        "recorded": _Look("eye", "warn", translate("Transcript", "Not done: dry run")),
    }
    return looks[state]


class ToolCard(Row):
    """Closed it is as high as a line; what it opens to is made when it is first opened."""

    def __init__(self, row: ToolRow, parent: QWidget | None, actions: RowActions) -> None:
        super().__init__(parent)
        self._row = row
        self._actions = actions
        self._surface = Surface(self)
        self._head = QWidget(self._surface)
        self._open = DisclosureTool("", self._head)
        self._mark = Mark("tool", self._head)
        self._title = ElidedLabel("", self._head)
        self._state_mark = Mark("clock", self._head)
        self._state = Words("", self._head, tone="muted", face="small")
        self._duration = Words("", self._head, tone="muted", face="small")
        self._body: _ToolBody | None = None
        self._open.toggled.connect(self._toggle)
        self._lay_out()
        self.show_row(row)
        self._open.setChecked(row.key in actions.opened)

    def show_row(self, row: ToolRow) -> bool:
        """Show what is known of it now."""
        self._row = row
        title = title_words(row.title) or row.name
        if row.state == "recorded":
            title = translate("Transcript", "Would: {title}").format(title=title)
        look = state_look(row.state)
        self._open.rename(translate("Transcript", "Details of {title}").format(title=title))
        self._mark.show_icon(tool_icon(row.name), "muted")
        self._title.setText(title)
        self._state_mark.show_icon(look.icon, look.tone)
        self._state.setText(look.words)
        self._state.set_tone("muted" if row.state in ("done", "running", "not_run") else look.tone)
        self._duration.setText("" if row.duration_s is None else duration_words(row.duration_s))
        self._duration.setVisible(row.duration_s is not None)
        if self._body is not None:
            self._body.show_row(row)
        return True

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click anywhere on the line opens and closes it."""
        place = self._head.mapFrom(self, event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and self._head.rect().contains(place):
            self._open.toggle()
        super().mouseReleaseEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the press, so that the release comes here too."""
        event.accept()

    def _lay_out(self) -> None:
        line = QHBoxLayout(self._head)
        line.setContentsMargins(SPACE // 2, 2, SPACE * 3 // 2, 2)
        line.setSpacing(SPACE // 2)
        for widget in (self._open, self._mark):
            line.addWidget(widget)
        line.addSpacing(2)
        line.addWidget(self._title, 1)
        line.addSpacing(SPACE)
        for widget in (self._state_mark, self._state, self._duration):
            line.addWidget(widget)
        column(self._surface, spacing=0).addWidget(self._head)
        column(self).addWidget(self._surface)

    def _toggle(self, opened: bool) -> None:
        self._actions.note_opened(self._row.key, opened)
        if opened and self._body is None:
            self._body = _ToolBody(self._surface, self._actions)
            self._body.show_row(self._row)
            layout = self._surface.layout()
            if isinstance(layout, QVBoxLayout):
                layout.addWidget(self._body)
        if self._body is not None:
            self._body.setVisible(opened)
        self.updateGeometry()


class _ToolBody(QWidget):
    """What a tool card opens to."""

    def __init__(self, parent: QWidget, actions: RowActions) -> None:
        super().__init__(parent)
        self._path = ""
        self._diff = _Section(translate("Transcript", "Changes"), DiffView(parent=self), self)
        self._arguments = _Section(translate("Transcript", "Arguments"), CodeBlock("", "json", parent=self), self)
        self._output = _Section(translate("Transcript", "Output"), CodeBlock(parent=self), self)
        self._images = ImageStrip(self)
        self._open_file = push_button(
            translate("Transcript", "Open the file"), lambda: actions.open_path.emit(self._path), self
        )
        layout = column(self, QMargins(SPACE * 4, 0, SPACE * 3 // 2, SPACE * 3 // 2), SPACE)
        for widget in (self._diff, self._arguments, self._output, self._images):
            layout.addWidget(widget)
        layout.addWidget(self._open_file, 0, Qt.AlignmentFlag.AlignLeading)

    def show_row(self, row: ToolRow) -> None:
        """Show what is known now."""
        diff = row.details.get("diff")
        self._diff.set_text(diff if isinstance(diff, str) else "")
        text, language = _arguments_of(row)
        self._arguments.set_text(text, language)
        self._output.set_text(_output_of(row))
        self._images.set_images(row.images)
        path = row.details.get("path")
        self._path = path if isinstance(path, str) else ""
        self._open_file.setVisible(bool(self._path) and row.state == "done")


class _Section(QWidget):
    """A caption with code or a diff below it; gone while there is nothing."""

    def __init__(self, caption: str, view: CodeBlock | DiffView, parent: QWidget) -> None:
        super().__init__(parent)
        self._view = view
        layout = column(self)
        layout.addWidget(Words(caption, self, tone="muted", face="small"))
        layout.addWidget(view)

    def set_text(self, text: str, language: str = "") -> None:
        """Show this."""
        self.setVisible(bool(text))
        if isinstance(self._view, DiffView):
            self._view.set_diff(text)
        else:
            self._view.set_code(text, language)


def _arguments_of(row: ToolRow) -> tuple[str, str]:
    """The arguments as code, and its language."""
    text = row.arguments
    if len(text) > SHOWN_CHARS:
        more = translate("Transcript", "[… {n} more characters]").format(n=f"{len(text) - SHOWN_CHARS:,}")
        return f"{text[:SHOWN_CHARS]}\n{more}", ""
    try:
        value: Any = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return text, ""
    if row.name == "shell" and isinstance(value, dict) and list(value) == ["cmd"]:  # pyright: ignore[reportUnknownArgumentType]
        return str(value["cmd"]), "bash"  # pyright: ignore[reportUnknownArgumentType]
    return ("" if value == {} else json.dumps(value, indent=2, ensure_ascii=False)), "json"


def _output_of(row: ToolRow) -> str:
    text = row.output
    if len(text) <= SHOWN_CHARS:
        return text
    before = translate("Transcript", "[… {n} characters before]").format(n=f"{len(text) - SHOWN_CHARS:,}")
    return f"{before}\n{text[-SHOWN_CHARS:]}"
