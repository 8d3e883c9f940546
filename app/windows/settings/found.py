"""What a search in the settings found: fields of any section, and the sections that are more than fields."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.translation import translate
from app.viewmodels.settings_form import SettingsForm
from app.viewmodels.settings_words import section_keywords
from app.widgets.cards.surface import push_button
from app.widgets.cards.words import Words
from app.windows.settings.form import FieldCards
from app.windows.settings.section import SectionPage

_ELSEWHERE = {("grants",), ("model",)}
"""Fields that their section draws in its own way."""


class FoundPage(SectionPage):
    """Made anew for each search."""

    wanted = Signal(str)
    """A section to go to."""

    def __init__(self, form: SettingsForm, search: str, parent: QWidget | None = None) -> None:
        super().__init__(translate("Settings", "Found"), "", parent)
        self._form = form
        self._left = form.sections(search)
        if not self._left:
            words = translate("Settings", "Nothing. Try another word, for instance “key”, “folder” or “dark”.")
            self.body.addWidget(Words(words, tone="muted", wrap=True))
        self._more = QTimer(self, singleShot=True, interval=0)
        self._more.timeout.connect(self._add_next)
        self._add_next()

    def _add_next(self) -> None:
        """Draw one section at a time: all fields of the settings at once would hold up the window."""
        if not self._left:
            self.finish()
            return
        section = self._left.pop(0)
        fields = [field for field in section.fields if field.path not in _ELSEWHERE]
        elsewhere = section.found or len(fields) < len(section.fields)
        if fields:
            self.body.addWidget(Words(section.title, face="bold", wrap=True))
            self.body.addWidget(FieldCards(self._form, fields))
        if elsewhere and (section_keywords(section.name) or not fields):
            self.body.addLayout(self._link(section.name, section.title))
        self._more.start()

    def _link(self, name: str, title: str) -> QHBoxLayout:
        row = QHBoxLayout()
        words = translate("Settings", "Go to {section}").format(section=title)
        row.addWidget(push_button(words, lambda: self.wanted.emit(name), self))
        row.addStretch(1)
        return row
