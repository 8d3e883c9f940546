"""The section "Models and providers"."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.theme import SPACE
from app.translation import translate
from app.viewmodels.providers import Providers
from app.viewmodels.settings_words import section_words
from app.widgets.cards.words import Words
from app.windows.settings.add_provider import AddProvider
from app.windows.settings.default_model import DefaultModel
from app.windows.settings.key_card import KeyCard
from app.windows.settings.provider_card import ProviderCard
from app.windows.settings.section import SectionPage


class ProvidersPage(SectionPage):
    """The default model, the providers, where keys are kept, and how to add one."""

    def __init__(self, providers: Providers, parent: QWidget | None = None) -> None:
        words = section_words("models")
        super().__init__(words.title, words.help, parent)
        self._providers = providers
        self.cards: dict[str, ProviderCard] = {}
        self.default = DefaultModel(providers)
        self.keys = KeyCard(providers)
        self.add = AddProvider(providers)
        self._list = QVBoxLayout()
        self._list.setSpacing(SPACE)
        self._none = Words(translate("Settings", "None yet. Add one below."), tone="muted", wrap=True)
        self.body.addWidget(self.default)
        self.add_heading(translate("Settings", "Providers"))
        self.body.addWidget(self._none)
        self.body.addLayout(self._list)
        self.add_heading(translate("Settings", "Keys"))
        self.body.addWidget(self.keys)
        self.add_heading(translate("Settings", "Add a provider"))
        self.body.addWidget(self.add)
        self.finish()
        providers.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        rows = {row.name: row for row in self._providers.rows}
        for name in [name for name in self.cards if name not in rows]:
            card = self.cards.pop(name)
            card.hide()
            card.deleteLater()
        for at, (name, row) in enumerate(rows.items()):
            if name in self.cards:
                self.cards[name].show_row(row)
            else:
                self.cards[name] = ProviderCard(self._providers, row)
                self._list.insertWidget(at, self.cards[name])
        self._none.setVisible(not rows)
