"""Which models are to be compared: a dialog with a list to tick."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import Shiboken

from agent.comparison.service import MOST
from app.theme import SPACE
from app.translation import translate
from app.widgets.cards.words import Words
from app.widgets.check import Check


class CompareDialog(QDialog):
    """Ticked with Space; the search leaves what is ticked as it is."""

    def __init__(self, names: Sequence[str], ticked: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(translate("Sellers", "Compare models"))
        self.search = QLineEdit(self)
        self.list = QListWidget(self)
        self.weekly = Check(translate("Sellers", "Again every week, by itself"), self, words=True)
        self.note = Words("", self, tone="muted", wrap=True)
        self.buttons = QDialogButtonBox(self)
        self.go = self.buttons.addButton(translate("Sellers", "Go on"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.addButton(translate("Sellers", "Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        self._lay_out()
        first = [name for name in names if name in ticked]
        for name in (*first, *(name for name in names if name not in first)):
            item = QListWidgetItem(name, self.list)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if name in first[:MOST] else Qt.CheckState.Unchecked)
        self.search.textChanged.connect(self._search)
        self.list.itemChanged.connect(self._check)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._check()

    def chosen(self) -> list[str]:
        """The ticked models."""
        items = (self.list.item(at) for at in range(self.list.count()))
        return [item.text() for item in items if item.checkState() == Qt.CheckState.Checked]

    def _search(self, text: str) -> None:
        words = text.casefold().split()
        for at in range(self.list.count()):
            item = self.list.item(at)
            item.setHidden(not all(word in item.text().casefold() for word in words))

    def _check(self, _item: QListWidgetItem | None = None) -> None:
        number = len(self.chosen())
        self.go.setEnabled(1 <= number <= MOST)
        self.note.setText(
            translate("Sellers", "At most %n model(s) at once: untick some.", MOST)
            if number > MOST
            else translate(
                "Sellers", "%n model(s) chosen. You are told what it may cost before anything is sent.", number
            )
        )

    def _lay_out(self) -> None:
        words = translate("Sellers", "Search models")
        self.search.setPlaceholderText(words)
        self.search.setAccessibleName(words)
        self.search.setClearButtonEnabled(True)
        self.list.setAccessibleName(translate("Sellers", "Models to compare"))
        self.go.setProperty("role", "main")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE * 2, SPACE * 2, SPACE * 2, SPACE * 2)
        layout.setSpacing(SPACE)
        told = translate("Sellers", "Tick the same model at several providers, or models that you want to weigh up.")
        layout.addWidget(Words(told, self, wrap=True))
        layout.addWidget(self.search)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.weekly)
        layout.addWidget(self.note)
        layout.addWidget(self.buttons)
        self.resize(520, 460)


async def choose_models(parent: QWidget, names: Sequence[str], ticked: Sequence[str]) -> tuple[list[str], bool]:
    """Let a person tick models, and say whether they are to be compared every week; none: it was closed."""
    dialog = CompareDialog(names, ticked, parent)
    future: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def end(code: int) -> None:
        if not future.done():
            future.set_result(code)

    dialog.finished.connect(end)
    dialog.destroyed.connect(lambda: end(0))
    dialog.open()
    try:
        accepted = await future
        return (dialog.chosen() if accepted else []), dialog.weekly.isChecked()
    finally:
        if Shiboken.isValid(dialog):
            dialog.close()
            dialog.deleteLater()
