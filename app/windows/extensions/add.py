"""How something comes in: dropped, chosen, or pasted. The same words stand on the empty page and in a dialog."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QSize, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from app.theme import SPACE
from app.translation import translate
from app.viewmodels.extension_intake import kind_of_text
from app.widgets.cards.surface import FlowLayout, column, push_button
from app.widgets.cards.words import Words

_WIDEST_CHARS = 92
_CHARS, _LINES = 72, 24
_PASTE_LINES = 5


class AddPanel(QWidget):
    """Says what a person wants brought in."""

    folder_wanted = Signal()
    file_wanted = Signal()
    trust_wanted = Signal()
    """A working folder shall bring skills of its own."""
    pasted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar = QWidget(self)
        self.folder_button = push_button(translate("Extensions", "Folder…"), self.folder_wanted.emit, self._bar)
        self.file_button = push_button(translate("Extensions", "File…"), self.file_wanted.emit, self._bar)
        self.trust_button = push_button(
            translate("Extensions", "Skills of a working folder…"), self.trust_wanted.emit, self._bar
        )
        self.text = QPlainTextEdit(self)
        self.paste_button = push_button(translate("Extensions", "Add this"), self._paste, self)
        self._problem = Words("", self, tone="error", face="small", wrap=True)
        self._lay_out()
        self.text.textChanged.connect(self._check)
        self._check()

    def clear(self) -> None:
        """Forget what was pasted."""
        self.text.clear()

    def _paste(self) -> None:
        words = self.text.toPlainText()
        if kind_of_text(words) is None:
            self._problem.setText(
                translate("Extensions", "This is neither JSON with MCP servers nor the address of a git repository.")
            )
            self._problem.show()
        else:
            self.pasted.emit(words)

    def _check(self) -> None:
        self.paste_button.setEnabled(bool(self.text.toPlainText().strip()))
        self._problem.hide()

    def _lay_out(self) -> None:
        flow = FlowLayout(self._bar)
        for button in (self.folder_button, self.file_button, self.trust_button):
            flow.addWidget(button)
        from_disk = translate(
            "Extensions",
            "Drop a folder or a file here, or choose one: a skill, a plugin, an MCP bundle (.mcpb), a pack. "
            "What comes in is off until you have read what it may do and turn it on.",
        )
        name = translate("Extensions", "MCP servers as JSON, or the address of a git repository with skills")
        self.text.setAccessibleName(name)
        self.text.setPlaceholderText('{"mcpServers": {"time": {"command": "uvx", "args": ["mcp-server-time"]}}}')
        self.text.setTabChangesFocus(True)
        self.text.setAcceptDrops(False)
        self.text.setFixedHeight(self.text.fontMetrics().lineSpacing() * _PASTE_LINES + SPACE * 2)
        caption = Words(name, self, wrap=True)
        caption.setBuddy(self.text)
        parts = column(self, spacing=SPACE)
        parts.addWidget(Words(from_disk, self, tone="muted", wrap=True))
        parts.addWidget(self._bar)
        parts.addSpacing(SPACE)
        parts.addWidget(caption)
        parts.addWidget(self.text)
        parts.addWidget(self._problem)
        parts.addWidget(self.paste_button, 0, Qt.AlignmentFlag.AlignLeading)


class AddDialog(QDialog):
    """The panel in a window of its own; it goes as soon as something was chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(translate("Extensions", "Add a skill, plugin, server or pack"))
        self.panel = AddPanel(self)
        self.close_button = push_button(translate("Extensions", "Cancel"), self.reject, self)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE * 3, SPACE * 2, SPACE * 3, SPACE * 2)
        layout.setSpacing(SPACE * 2)
        layout.addWidget(Words(self.windowTitle(), self, face="title", wrap=True))
        layout.addWidget(self.panel, 1)
        layout.addLayout(foot)
        for signal in (self.panel.folder_wanted, self.panel.file_wanted, self.panel.trust_wanted, self.panel.pasted):
            signal.connect(self.accept)
        width = self.fontMetrics().averageCharWidth() * _CHARS
        self.resize(QSize(width, layout.heightForWidth(width)).boundedTo(self.screen().availableSize() * 0.9))
        self.panel.folder_button.setFocus()


class TeachExtensions(QScrollArea):
    """What the page shows while there is nothing: what belongs here, and how it comes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.panel = AddPanel()
        words = translate(
            "Extensions",
            "A skill says how something is done. A plugin and an MCP server bring tools; each works in a process of "
            "its own that can do only what you grant. A pack brings several of these, signed by whoever made it.",
        )
        middle = QWidget()
        middle.setMaximumWidth(self.fontMetrics().averageCharWidth() * _WIDEST_CHARS)
        parts = column(middle, QMargins(), SPACE * 3 // 2)
        parts.addWidget(Words(translate("Extensions", "Teach Homard more"), face="title", wrap=True))
        parts.addWidget(Words(words, tone="muted", wrap=True))
        parts.addWidget(self.panel)
        inside = QWidget()
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(middle, 1_000)
        line.addStretch(1)
        around = QVBoxLayout(inside)
        around.setContentsMargins(SPACE * 3, SPACE * 2, SPACE * 3, SPACE * 2)
        around.addStretch(1)
        around.addLayout(line)
        around.addStretch(2)
        self.setWidget(inside)

    def sizeHint(self) -> QSize:
        """No more than there is."""
        return QSize(480, 360)
