"""The section "Folders": where new chats work, and what every chat may read."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from agent.tasks import spawn
from app.dialogs import choose_folder
from app.theme import SPACE
from app.translation import translate
from app.viewmodels.folders import FolderRow, GrantedFolders, Marked
from app.viewmodels.settings_form import SettingsForm
from app.viewmodels.settings_words import field_words, section_words
from app.widgets.cards.surface import FlowLayout, Mark, QuietTool, push_button
from app.widgets.cards.words import Words
from app.widgets.choice_box import ChoiceBox
from app.widgets.elided_label import ElidedLabel
from app.widgets.path_field import PathField
from app.windows.settings.action_card import ActionCard
from app.windows.settings.form import FieldCards
from app.windows.settings.section import SectionPage


class FoldersPage(SectionPage):
    """Says plainly what a grant allows."""

    removed = Signal(str)
    """A folder that is out; `GrantedFolders.undo_remove` brings it back."""

    def __init__(self, form: SettingsForm, folders: GrantedFolders, parent: QWidget | None = None) -> None:
        words = section_words("folders")
        super().__init__(words.title, words.help, parent)
        self.fields = FieldCards(form, [form.field(("app", "chat_folder"))])
        self.granted = GrantsCard(folders)
        self.granted.removed.connect(self.removed)
        self.body.addWidget(self.fields)
        title, about = field_words(("grants",)) or ("", "")
        self.add_heading(title, about)
        self.body.addWidget(self.granted)
        marks = translate(
            "Settings",
            "Local only: what is in the folder never reaches a model on another machine. Untrusted: others may have "
            "written what is in it, so it counts like text from the web. A mark holds for all below the folder.",
        )
        self.body.addWidget(Words(marks, tone="muted", face="small", wrap=True))
        self.finish()


class GrantsCard(ActionCard):
    """The granted folders, and one more."""

    removed = Signal(str)

    def __init__(self, folders: GrantedFolders, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folders = folders
        self._none = Words(
            translate("Settings", "None: a chat reads its own folder and nothing else."), self, tone="muted", wrap=True
        )
        self._list = QVBoxLayout()
        self._list.setSpacing(SPACE)
        self.rows: dict[str, QWidget] = {}
        self.path = PathField(
            translate("Settings", "Folder to grant"),
            translate("Settings", "Path of a folder"),
            translate("Settings", "Browse…"),
            lambda window, start: choose_folder(window, translate("Settings", "Which folder is granted?"), start),
            self,
        )
        self.add_button = push_button(translate("Settings", "Add"), self._add, self)
        self.mark_button = push_button(translate("Settings", "Mark local only"), self._mark_named, self)
        self.mark_button.setToolTip(translate("Settings", "Marks the folder and grants nothing"))
        buttons = FlowLayout()
        buttons.addWidget(self.add_button)
        buttons.addWidget(self.mark_button)
        self.column.addWidget(self._none)
        self.column.addLayout(self._list)
        self.column.addWidget(self.path)
        self.column.addLayout(buttons)
        self.finish()
        self.path.entered.connect(self._add)
        folders.changed.connect(self._refresh)
        spawn(folders.load(), "folders-load")

    def _add(self) -> None:
        self.run(self._folders.add(self.path.path), self.path.line.clear)

    def _mark_named(self) -> None:
        self.run(self._folders.mark(self.path.path, "local_only"), self.path.line.clear)

    def _mark(self, path: str, marked: Marked) -> None:
        self.run(self._folders.mark(path, marked))

    def _remove(self, path: str) -> None:
        self.run(self._folders.remove(path), lambda: self.removed.emit(path))

    def _refresh(self) -> None:
        for widget in self.rows.values():
            widget.hide()
            widget.deleteLater()
        self.rows = {row.path: self._row(row) for row in self._folders.rows}
        for widget in self.rows.values():
            self._list.addWidget(widget)
        self._none.setVisible(not self.rows)

    def _row(self, row: FolderRow) -> QWidget:
        widget = QWidget(self)
        line = QHBoxLayout(widget)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE * 3 // 4)
        line.addWidget(Mark("folder" if row.there else "alert", widget, tone="muted" if row.there else "warn"))
        name = ElidedLabel(row.path, widget, mode=Qt.TextElideMode.ElideMiddle)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(name)
        words.addWidget(Words(_state(row), widget, tone="muted" if row.there else "warn", face="small", wrap=True))
        line.addLayout(words, 1)
        choice = ChoiceBox(widget)
        choice.show_choices(mark_choices(), row.marked)
        choice.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        choice.setToolTip(translate("Settings", "What is kept from whom: it holds for all below the folder"))
        choice.chosen.connect(self._marker(row.path))
        name.setBuddy(choice)
        line.addWidget(choice)
        button = QuietTool("cross", translate("Settings", "Take back: {name}").format(name=row.path), widget)
        button.clicked.connect(lambda: self._remove(row.path) if row.granted else self._mark(row.path, "plain"))
        line.addWidget(button)
        return widget

    def _marker(self, path: str) -> Callable[[Marked], None]:
        return lambda marked: self._mark(path, marked)


def mark_choices() -> list[tuple[Marked, str]]:
    """The ways a folder can be marked, in words."""
    return [
        ("plain", translate("Settings", "Plain")),
        ("local_only", translate("Settings", "Local only")),
        ("untrusted", translate("Settings", "Untrusted")),
        ("both", translate("Settings", "Local only and untrusted")),
    ]


def _state(row: FolderRow) -> str:
    if not row.there:
        return translate("Settings", "Is not there now")
    if row.above:
        return translate("Settings", "Marked by a folder above")
    return translate("Settings", "Granted") if row.granted else translate("Settings", "Only marked")
