"""Adding a provider: one that is known, or any other by its address."""

from __future__ import annotations

import os
from itertools import pairwise

from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLineEdit, QWidget

from agent.models.presets import PRESETS
from agent.models.provider_edit import ProviderEdit
from app.theme import SPACE
from app.translation import translate
from app.viewmodels.providers import Providers
from app.viewmodels.settings_words import choice_title
from app.widgets.cards.surface import push_button
from app.widgets.cards.words import Words
from app.widgets.choice_box import ChoiceBox
from app.windows.settings.action_card import ActionCard


class AddProvider(ActionCard):
    """A small form; the key goes straight to where keys are kept."""

    def __init__(self, providers: Providers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._providers = providers
        self.which = ChoiceBox(self)
        self.name = self._field(translate("Settings", "Name, of your choice"))
        self.address = self._field("https://…/v1")
        self.transport = ChoiceBox(self)
        self.model = self._field(translate("Settings", "As the provider calls it"))
        self.key = self._field(translate("Settings", "Paste the key here"))
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self._where = Words("", self, tone="muted", face="small", wrap=True)
        self.add_button = push_button(translate("Settings", "Add and test"), self._add, self, role="main")
        self._lay_out()
        self.which.chosen.connect(self._chosen)
        self.key.returnPressed.connect(self._add)
        self.key.textChanged.connect(self._say_where)
        providers.changed.connect(self._say_where)
        other = (None, translate("Settings", "Another, by its address"))
        self.which.show_choices([*((name, preset.title) for name, preset in PRESETS.items()), other], "openai")
        kinds = ("direct", "litellm")
        self.transport.show_choices([(kind, choice_title(("transport",), kind)) for kind in kinds], "direct")
        self._chosen()

    def choose(self, name: str | None) -> None:
        """Begin with this preset; None: another provider."""
        self.which.setCurrentIndex(self.which.findText(PRESETS[name].title) if name else self.which.count() - 1)

    def _chosen(self) -> None:
        preset = PRESETS.get(self.which.value or "")
        for field in (self.name, self.transport):
            self._form.setRowVisible(field, preset is None)
        self._form.setRowVisible(self.address, preset is None or not preset.key_variable)
        self._form.setRowVisible(self.key, preset is None or bool(preset.key_variable))
        self._form.setRowVisible(self._where, preset is None or bool(preset.key_variable))
        self.address.setText(preset.base_url if preset and not preset.key_variable else "")
        self.model.setText(preset.example if preset else "")
        self._say_where()
        self.show_problem("")

    def _say_where(self) -> None:
        place = self._providers.place
        preset = PRESETS.get(self.which.value or "")
        words = place.words if place else ""
        if preset and preset.key_variable in os.environ and not self.key.text():
            words = translate("Settings", "Empty: the variable {name} is used, which is set here.").format(
                name=preset.key_variable
            )
        self._where.setText(words)

    def _add(self) -> None:
        name = self.which.value or self.name.text().strip()
        key, models = self.key.text(), tuple(filter(None, [self.model.text().strip()]))
        preset = PRESETS.get(self.which.value or "")
        variable = preset.key_variable if preset and not key and preset.key_variable in os.environ else ""
        if problem := self._missing(name, key, variable):
            self.show_problem(problem)
            return
        self.key.clear()
        transport = "" if preset else str(self.transport.value)
        edit = ProviderEdit(name, self.address.text().strip(), transport, models=models)
        self.run(self._providers.add(edit, key, variable), lambda: self._added(name))

    def _missing(self, name: str, key: str, variable: str) -> str:
        preset = PRESETS.get(self.which.value or "")
        if not name:
            return translate("Settings", "Give it a name.")
        if preset is None and self.transport.value == "direct" and not self.address.text().strip():
            return translate("Settings", "Give its address, for instance https://example.org/v1.")
        if preset and preset.key_variable and not key and not variable:
            return translate("Settings", "Paste the key first. {name} gives it to you on its web site.").format(
                name=preset.title
            )
        return ""

    def _added(self, name: str) -> None:
        self.name.clear()
        self._providers.test(name)

    def _field(self, placeholder: str) -> QLineEdit:
        field = QLineEdit(self)
        field.setPlaceholderText(placeholder)
        return field

    def _lay_out(self) -> None:
        self._form = QFormLayout()
        self._form.setSpacing(SPACE)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows: tuple[tuple[str, QWidget], ...] = (
            (translate("Settings", "Provider"), self.which),
            (translate("Settings", "Name"), self.name),
            (translate("Settings", "Protocol"), self.transport),
            (translate("Settings", "Address"), self.address),
            (translate("Settings", "Model"), self.model),
            (translate("Settings", "Key"), self.key),
        )
        for title, field in rows:
            self._form.addRow(title, field)
            if isinstance(field, QLineEdit):
                field.setAccessibleName(title)
        for (_title, before), (_next, after) in pairwise(rows):
            QWidget.setTabOrder(before, after)
        self._form.addRow("", self._where)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.add_button)
        self.column.addLayout(self._form)
        self.column.addLayout(row)
        self.finish()
