"""Fields on cards, under the headings of their groups."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.theme import SPACE, colors, icon
from app.viewmodels.settings_fields import Field, Path
from app.viewmodels.settings_form import SettingsForm
from app.widgets.cards.surface import Surface
from app.widgets.cards.words import face_font
from app.widgets.elided_label import ElidedLabel
from app.widgets.field import FieldRow

FOLDED_FROM = 4
"""With so many headings the groups are closed to begin with."""


class FieldCards(QWidget):
    """Some fields of the form, kept up to date."""

    def __init__(self, form: SettingsForm, fields: Iterable[Field], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = form
        self.rows: dict[Path, FieldRow] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(SPACE)
        groups: dict[str, list[Field]] = {}
        for field in fields:
            groups.setdefault(field.group, []).append(field)
        for title, members in groups.items():
            self._add_group(title, members, folded=len(groups) >= FOLDED_FROM)
        form.changed.connect(self._changed)
        form.refused.connect(self._refused)

    def focus_field(self, path: Path) -> bool:
        """Put the keyboard on a field; False if it is not here."""
        if path in self.rows:
            self.rows[path].entry.setFocus()
        return path in self.rows

    def _add_group(self, title: str, fields: list[Field], *, folded: bool) -> None:
        card = self._card(fields)
        if title:
            self._layout.addWidget(Disclosure(title, card, self) if folded else _heading(title, self))
        self._layout.addWidget(card)

    def _card(self, fields: list[Field]) -> Surface:
        card = Surface(self)
        column = QVBoxLayout(card)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for at, field in enumerate(fields):
            row = FieldRow(field, card, first=at == 0)
            row.entered.connect(self._form.enter)
            row.reset.connect(self._form.restore)
            self.rows[field.path] = row
            column.addWidget(row)
        return card

    def _changed(self, path: Path, _value: object) -> None:
        if path in self.rows and self._form.has(path):
            self.rows[path].show_field(self._form.field(path))

    def _refused(self, path: Path, problem: str) -> None:
        if path not in self.rows:
            return
        row = self.rows[path]
        row.show_problem(problem)
        if problem and row.field.kind in ("switch", "choice"):
            row.show_field(row.field)


def _heading(title: str, parent: QWidget) -> ElidedLabel:
    label = ElidedLabel(title, parent)
    label.setFont(face_font("bold"))
    return label


class Disclosure(QToolButton):
    """A heading that opens and closes what is below it."""

    def __init__(self, title: str, below: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._below = below
        self.setProperty("role", "quiet")
        self.setCheckable(True)
        self.setText(title if len(title) <= 60 else f"{title[:59]}…")
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # no name makes the window wider
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIconSize(QSize(16, 16))
        self.toggled.connect(self._show)
        self._show(False)

    def _show(self, opened: bool) -> None:
        self._below.setVisible(opened)
        self.setIcon(icon("chevron-down" if opened else "chevron-right", colors().muted))

    def changeEvent(self, arg__1: QEvent) -> None:
        """Follow the theme."""
        if arg__1.type() == QEvent.Type.PaletteChange:
            self._show(self.isChecked())
        super().changeEvent(arg__1)
