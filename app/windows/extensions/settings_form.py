"""The settings that something declares, drawn as the app's own: each is in force as soon as it is entered."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.dialogs import choose_file
from app.translation import translate
from app.viewmodels.extension_source import Setting
from app.viewmodels.settings_fields import Field, Path, parse
from app.widgets.cards.surface import Surface, column
from app.widgets.field import FieldRow
from app.widgets.path_field import PathField


class SettingsForm(QWidget):
    """Says what was entered; what was refused is shown beside it."""

    entered = Signal(object, object)
    """A `Field`, its value."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings: tuple[Setting, ...] = ()
        self._card: Surface | None = None
        self.rows: dict[Path, FieldRow] = {}
        self._layout = column(self)

    def show_settings(self, settings: Sequence[Setting]) -> None:
        """Show these; what is being typed into one that is the same stays."""
        before, self._settings = self._settings, tuple(settings)
        if [_shape(one) for one in before] != [_shape(one) for one in settings]:
            self._build()
        elif before != self._settings:
            for old, new in zip(before, self._settings, strict=True):
                if old != new:
                    self.rows[new.field.path].show_field(new.field)

    def show_problem(self, path: Path, words: str) -> None:
        """Say beside a setting why it was not taken; nothing takes it back."""
        if path in self.rows:
            self.rows[path].show_problem(words)

    def _build(self) -> None:
        if self._card is not None:
            self._card.hide()
            self._card.deleteLater()
        self.rows = {}
        self._card = Surface(self)
        inside = QVBoxLayout(self._card)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        for setting in self._settings:
            row = _ROWS.get(setting.kind, FieldRow)(setting.field, self._card, first=not self.rows)
            row.entered.connect(self._enter)
            row.reset.connect(self._reset)
            self.rows[setting.field.path] = row
            inside.addWidget(row)
        self._layout.addWidget(self._card)

    def _field(self, path: Path) -> Field:
        return next(one.field for one in self._settings if one.field.path == path)

    def _enter(self, path: Path, raw: object) -> None:
        field = self._field(path)
        try:
            value = parse(field, raw)
        except ValueError as error:
            self.show_problem(path, str(error))
            return
        self.show_problem(path, "")
        self.entered.emit(field, value)

    def _reset(self, path: Path) -> None:
        field = self._field(path)
        self.entered.emit(field, field.default)


class SecretRow(FieldRow):
    """A value that is kept in the keyring and never shown; what is entered is put there when the field is left."""

    def show_field(self, field: Field) -> None:
        """Show whether there is one: the way to reset it is there then."""
        super().show_field(field)
        if isinstance(self.entry, QLineEdit):
            self.entry.blockSignals(True)
            self.entry.clear()
            self.entry.setPlaceholderText(field.placeholder)
            self.entry.blockSignals(False)

    def _make_entry(self) -> QWidget:
        entry = super()._make_entry()
        if isinstance(entry, QLineEdit):
            entry.setEchoMode(QLineEdit.EchoMode.Password)
        return entry

    def _typed(self) -> None:
        """Half a key is none."""

    def _finish(self) -> None:
        if isinstance(self.entry, QLineEdit) and (raw := self.entry.text().strip()):
            self.entry.clear()
            self.entered.emit(self.field.path, raw)


class FileRow(FieldRow):
    """A file to type or to browse for."""

    def _make_folder(self) -> PathField:
        title = self.field.title
        entry = PathField(
            title,
            self.field.placeholder,
            translate("Settings", "Browse…"),
            lambda window, start: choose_file(window, title, start),
            self,
        )
        entry.line.textChanged.connect(self._typed)
        entry.line.editingFinished.connect(self._finish)
        return entry


_ROWS: dict[str, type[FieldRow]] = {"secret": SecretRow, "file": FileRow}


def _shape(setting: Setting) -> tuple[object, ...]:
    field = setting.field
    return field.path, setting.kind, field.kind, field.title, field.help, field.choices, field.placeholder
