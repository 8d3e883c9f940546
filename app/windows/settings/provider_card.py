"""One provider: what it is, its key, a test, its models."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListWidget, QToolButton, QVBoxLayout, QWidget

from app.theme import SPACE
from app.translation import translate
from app.viewmodels.providers import ProviderRow, Providers
from app.widgets.cards.surface import FlowLayout, Mark, push_button
from app.widgets.cards.words import Tone, Words, face_font
from app.widgets.elided_label import ElidedLabel
from app.windows.settings.action_card import ActionCard
from app.windows.settings.trial_view import TrialView

_LISTED_LINES = 7


class ProviderCard(ActionCard):
    """Shows a row of the view model; asks for the rest when a person wants it."""

    def __init__(self, providers: Providers, row: ProviderRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._providers = providers
        self._row = row
        self._title = ElidedLabel("", self)
        self._title.setFont(face_font("bold"))
        self._badge = Words(translate("Settings", "Answers new chats"), self, tone="muted", face="small")
        self._place = ElidedLabel("", self, mode=Qt.TextElideMode.ElideMiddle)
        self._place.setForegroundRole(self._place.palette().ColorRole.PlaceholderText)
        self._key_mark = Mark("key", self)
        self._key_words = Words("", self, face="small", wrap=True)
        self.test_button = push_button(translate("Settings", "Test"), self._test, self)
        self.key_button = push_button(translate("Settings", "Key…"), self._ask_key, self)
        self.models_button = push_button(translate("Settings", "Models…"), self._list_models, self)
        self.remove_button = push_button(translate("Settings", "Remove"), self._remove, self)
        self.key_panel = _KeyPanel(self)
        self.models_panel = _ModelsPanel(self)
        self._lay_out()
        self.key_panel.entered.connect(self._keep_key)
        self.models_panel.chosen.connect(self._make_default)
        self.show_row(row)

    def show_row(self, row: ProviderRow) -> None:
        """Show what is known of it now."""
        self._row = row
        self._title.setText(row.title)
        self._badge.setVisible(row.is_default)
        self._place.setText(
            " · ".join(filter(None, (row.name if row.name != row.title else "", row.settings.base_url)))
        )
        self._place.setVisible(bool(self._place.text()))
        tones: dict[str, Tone] = {"none": "muted", "there": "ok", "missing": "warn"}
        self._key_mark.show_icon("alert" if row.key_state == "missing" else "key", tones[row.key_state])
        self._key_words.setText(row.key_words)
        for button, name in (
            (self.test_button, translate("Settings", "Test {name}")),
            (self.key_button, translate("Settings", "Key of {name}")),
            (self.models_button, translate("Settings", "Models of {name}")),
            (self.remove_button, translate("Settings", "Remove {name}")),
        ):
            button.setAccessibleName(name.format(name=row.title))

    def _test(self) -> None:
        self._providers.test(self._row.name)

    def _ask_key(self) -> None:
        place = self._providers.place
        self.key_panel.ask(place.words if place else "")

    def _keep_key(self, key: str) -> None:
        self.run(self._providers.set_key(self._row.name, key), self.key_panel.hide)

    def _list_models(self) -> None:
        self.models_panel.wait()
        self.run(self._listed())

    async def _listed(self) -> str:
        models, problem = await self._providers.list_models(self._row.name)
        self.models_panel.show_models(models or list(self._row.settings.models))
        return problem

    def _make_default(self, model: str) -> None:
        self.run(self._chosen(model), self.models_panel.hide)

    async def _chosen(self, model: str) -> str:
        problem = await self._providers.add_model(self._row.name, model)
        return problem or await self._providers.make_default(f"{self._row.name}/{model}")

    def _remove(self) -> None:
        self.run(self._providers.remove(self._row.name))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE)
        head.addWidget(self._title, 1)
        head.addWidget(self._badge)
        key = QHBoxLayout()
        key.setSpacing(SPACE // 2)
        key.addWidget(self._key_mark)
        key.addWidget(self._key_words, 1)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addLayout(head)
        words.addWidget(self._place)
        words.addLayout(key)
        buttons = FlowLayout(spacing=SPACE)
        for button in (self.test_button, self.models_button, self.key_button, self.remove_button):
            buttons.addWidget(button)
        self.column.addLayout(words)
        self.column.addLayout(buttons)
        self.column.addWidget(self.key_panel)
        self.column.addWidget(self.models_panel)
        self.column.addWidget(TrialView(self._providers, self._row.name, self))
        self.finish()


class _KeyPanel(QWidget):
    entered = Signal(str)
    """A key; it is in no widget any more."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._where = Words("", self, tone="muted", face="small", wrap=True)
        self.field = QLineEdit(self)
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setPlaceholderText(translate("Settings", "Paste the key here"))
        self.field.setAccessibleName(translate("Settings", "Key"))
        self.keep_button = push_button(translate("Settings", "Keep key"), self._enter, self, role="main")
        self.cancel_button = push_button(translate("Settings", "Cancel"), self.hide, self)
        self.field.returnPressed.connect(self._enter)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self.field, 1)
        row.addWidget(self.keep_button)
        row.addWidget(self.cancel_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        column.addLayout(row)
        column.addWidget(self._where)
        self.hide()

    def ask(self, where: str) -> None:
        """Show an empty field; `where` says where the key will be kept."""
        self._where.setText(where)
        self.field.clear()
        self.show()
        self.field.setFocus()

    def _enter(self) -> None:
        key = self.field.text()
        self.field.clear()
        self.entered.emit(key)


class _ModelsPanel(QWidget):
    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.filter = QLineEdit(self)
        self.filter.setPlaceholderText(translate("Settings", "Find a model"))
        self.filter.setAccessibleName(translate("Settings", "Find a model"))
        self.filter.setClearButtonEnabled(True)
        for clear in self.filter.findChildren(QToolButton):
            clear.setAccessibleName(translate("Settings", "Clear the search"))
        self.list = QListWidget(self)
        self.list.setAccessibleName(translate("Settings", "Models of this provider"))
        self.list.setUniformItemSizes(True)
        self.list.setFixedHeight(self.list.fontMetrics().lineSpacing() * 2 * _LISTED_LINES)
        self._status = Words("", self, tone="muted", face="small", wrap=True)
        self.use_button = push_button(translate("Settings", "Use for new chats"), self._use, self, role="main")
        self.close_button = push_button(translate("Settings", "Close"), self.hide, self)
        self._models: list[str] = []
        self.filter.textChanged.connect(self._fill)
        self.filter.returnPressed.connect(self._use)
        self.list.itemActivated.connect(self._use)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self.filter, 1)
        row.addWidget(self.use_button)
        row.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        column.addLayout(row)
        column.addWidget(self._status)
        column.addWidget(self.list)
        self.hide()

    def wait(self) -> None:
        """Say that the provider was asked."""
        self.list.hide()
        self._status.setText(translate("Settings", "Asking the provider for its list…"))
        self._status.show()
        self.show()

    def show_models(self, models: list[str]) -> None:
        """Show a list to choose from; where there is none, the name can be typed."""
        self._models = models
        self.list.setVisible(bool(models))
        self._fill()
        self.filter.setFocus()

    def _fill(self) -> None:
        words = self.filter.text().lower().split()
        found = [model for model in self._models if all(word in model.lower() for word in words)]
        self.list.clear()
        self.list.addItems(found)
        self.list.setCurrentRow(0 if found else -1)
        if not found:
            self._status.setText(
                translate("Settings", "Not in the list. Its name can be used as you typed it.")
                if words
                else translate("Settings", "Type the name of a model.")
            )
        self._status.setVisible(not found)

    def _use(self) -> None:
        chosen = [] if self.list.isHidden() else self.list.selectedItems()
        model = chosen[0].text() if chosen else self.filter.text().strip()
        if model:
            self.chosen.emit(model)
