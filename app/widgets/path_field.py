"""A path to type or to browse for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget
from shiboken6 import Shiboken

from agent.tasks import spawn
from app.theme import SPACE
from app.widgets.cards.surface import push_button


class PathField(QWidget):
    """A line of text with a button beside it. Nothing is checked here."""

    entered = Signal(str)
    """A path was chosen, or typed and confirmed with Enter."""

    def __init__(
        self,
        name: str,
        placeholder: str,
        browse: str,
        ask: Callable[[QWidget, str], Awaitable[str | None]],
        parent: QWidget | None = None,
    ) -> None:
        """`name` is the accessible name; `browse` stands on the button; `ask` opens the dialog, given what is typed."""
        super().__init__(parent)
        self._ask = ask
        self.line = QLineEdit(self)
        self.line.setAccessibleName(name)
        self.line.setPlaceholderText(placeholder)
        self.line.returnPressed.connect(self._enter)
        self.browse_button = push_button(browse, self._browse, self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(self.line, 1)
        row.addWidget(self.browse_button)
        self.setFocusProxy(self.line)

    def show_path(self, path: str) -> None:
        """Show another path; nobody is told."""
        if self.line.text() != path:
            self.line.blockSignals(True)
            self.line.setText(path)
            self.line.blockSignals(False)

    @property
    def path(self) -> str:
        """What is typed, without spaces around it."""
        return self.line.text().strip()

    def _enter(self) -> None:
        if self.path:
            self.entered.emit(self.path)

    def _browse(self) -> None:
        spawn(self._browsed(), "browse")

    async def _browsed(self) -> None:
        chosen = await self._ask(self.window(), self.path)
        if chosen and Shiboken.isValid(self):
            self.line.setText(chosen)
            self.entered.emit(chosen)
