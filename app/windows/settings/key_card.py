"""Where keys are kept, and the sealed file where there is no keyring."""

from __future__ import annotations

from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLineEdit, QWidget

from app.theme import SPACE
from app.translation import translate
from app.viewmodels.providers import Providers
from app.widgets.cards.surface import Mark, push_button
from app.widgets.cards.words import Words
from app.windows.settings.action_card import ActionCard


class KeyCard(ActionCard):
    """Says it in plain words; offers the sealed file, or to unlock it."""

    def __init__(self, providers: Providers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._providers = providers
        self._words = Words(translate("Settings", "Looking for a keyring…"), self, wrap=True)
        self.offer_button = push_button(translate("Settings", "Make a sealed file…"), self._offer, self)
        self._entry = QWidget(self)
        self.passphrase = _secret(translate("Settings", "Passphrase"), self._entry)
        self.again = _secret(translate("Settings", "The same passphrase again"), self._entry)
        self.seal_button = push_button(translate("Settings", "Make the file"), self._seal, self._entry, role="main")
        self.passphrase.returnPressed.connect(self._seal)
        self.again.returnPressed.connect(self._seal)
        self._lay_out()
        providers.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        place = self._providers.place
        if place is None:
            return
        self._words.setText(place.words)
        self.offer_button.setVisible(place.kind == "choose" and self._entry.isHidden())
        if place.kind == "locked":
            self._show_entry(twice=False)
        elif place.kind != "choose":
            self._entry.hide()

    def _offer(self) -> None:
        self.offer_button.hide()
        self._show_entry(twice=True)
        self.passphrase.setFocus()

    def _show_entry(self, *, twice: bool) -> None:
        self._form.setRowVisible(self.again, twice)
        self.seal_button.setText(translate("Settings", "Make the file") if twice else translate("Settings", "Unlock"))
        self._entry.show()

    def _seal(self) -> None:
        twice, passphrase = self._form.isRowVisible(self.again), self.passphrase.text()
        if not passphrase:
            self.show_problem(translate("Settings", "Enter a passphrase."))
        elif twice and passphrase != self.again.text():
            self.show_problem(translate("Settings", "The two passphrases are not the same."))
        else:
            make = self._providers.create_vault if twice else self._providers.unlock_vault
            self.passphrase.clear()
            self.again.clear()
            self.run(make(passphrase))

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(SPACE)
        top.addWidget(Mark("key", self))
        top.addWidget(self._words, 1)
        self.column.addLayout(top)
        row = QHBoxLayout()
        row.addWidget(self.offer_button)
        row.addStretch(1)
        self.column.addLayout(row)
        self._form = QFormLayout(self._entry)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setSpacing(SPACE)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self._form.addRow(translate("Settings", "Passphrase"), self.passphrase)
        self._form.addRow(translate("Settings", "Again"), self.again)
        buttons = QHBoxLayout()
        buttons.addWidget(self.seal_button)
        buttons.addStretch(1)
        self._form.addRow("", buttons)
        self.column.addWidget(self._entry)
        self._entry.hide()
        self.offer_button.hide()
        self.finish()


def _secret(name: str, parent: QWidget) -> QLineEdit:
    field = QLineEdit(parent)
    field.setEchoMode(QLineEdit.EchoMode.Password)
    field.setAccessibleName(name)
    return field
