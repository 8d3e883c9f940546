"""The model that answers new chats."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.theme import SPACE
from app.translation import translate
from app.viewmodels.providers import Providers
from app.widgets.cards.words import Words
from app.widgets.choice_box import ChoiceBox
from app.widgets.elided_label import breakable
from app.windows.settings.action_card import ActionCard


class DefaultModel(ActionCard):
    """All models that can be named without asking anybody, with window and price."""

    def __init__(self, providers: Providers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._providers = providers
        self._title = Words(translate("Settings", "Model for new chats"), self)
        self.box = ChoiceBox(self)
        self._title.setBuddy(self.box)
        self._about = Words("", self, tone="muted", face="small", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self._title)
        row.addWidget(self.box, 1)
        self.column.addLayout(row)
        self.column.addWidget(self._about)
        self.finish()
        self.box.chosen.connect(self._choose)
        providers.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        models = self._providers.models
        labels = [model.label for model in models]
        chosen = self._providers.default or (labels[0] if labels else "")
        self.box.show_choices([(label, label) for label in labels], chosen)
        self.box.setEnabled(bool(labels))
        none = translate("Settings", "There is no model yet. Add a provider below, or choose a model file.")
        about = next((model.about for model in models if model.label == chosen), none)
        self._about.setText(breakable(about))

    def _choose(self, label: object) -> None:
        self.run(self._providers.make_default(str(label)))
