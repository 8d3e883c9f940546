"""The section "Advanced": all that no other section has, and the file itself."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.theme import SPACE
from app.translation import translate
from app.viewmodels.settings_form import Section, SettingsForm
from app.widgets.cards.surface import push_button
from app.widgets.cards.words import Words
from app.widgets.elided_label import breakable
from app.windows.settings.action_card import ActionCard
from app.windows.settings.form import FieldCards
from app.windows.settings.section import SectionPage


class AdvancedPage(SectionPage):
    """Nothing of the schema is out of reach."""

    def __init__(self, form: SettingsForm, section: Section, parent: QWidget | None = None) -> None:
        super().__init__(section.title, section.help, parent)
        self.body.addWidget(FileCard(form))
        if section.fields:
            self.body.addSpacing(SPACE // 2)
            self.body.addWidget(FieldCards(form, section.fields))
        self.finish()


class FileCard(ActionCard):
    """Where the settings are."""

    def __init__(self, form: SettingsForm, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = form
        self.open_button = push_button(translate("Settings", "Open the file"), self._open, self)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(Words(breakable(str(form.file)), self, wrap=True), 1)
        row.addWidget(self.open_button)
        self.column.addLayout(row)
        about = translate(
            "Settings",
            "All settings are in this file. Homard keeps your comments, and the file as it was before each change.",
        )
        self.column.addWidget(Words(about, self, tone="muted", face="small", wrap=True))
        self.finish()

    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._form.file)))
