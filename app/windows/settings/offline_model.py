"""The section "Offline model": the file, its memory, whether it runs."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from agent.tasks import spawn
from app.dialogs import choose_file
from app.theme import SPACE
from app.translation import translate
from app.viewmodels.offline_model import OfflineModel
from app.viewmodels.settings_form import Section, SettingsForm
from app.widgets.cards.surface import FlowLayout, Mark, push_button
from app.widgets.cards.words import Words
from app.widgets.choice_box import ChoiceBox
from app.widgets.elided_label import breakable
from app.widgets.path_field import PathField
from app.windows.settings.action_card import ActionCard
from app.windows.settings.form import FieldCards
from app.windows.settings.local_models import AddressCard, HereCard, OffersCard
from app.windows.settings.section import SectionPage

LOOK_MS = 2_000
"""How often the engine is looked at while the section is shown."""


class OfflinePage(SectionPage):
    """Looks at the engine only while it is on the screen."""

    def __init__(
        self, form: SettingsForm, offline: OfflineModel, section: Section, parent: QWidget | None = None
    ) -> None:
        super().__init__(section.title, section.help, parent)
        self._offline = offline
        self.model = ModelCard(offline)
        self.here = HereCard(offline.local)
        self.offers = OffersCard(offline.local)
        self.address = AddressCard(offline.local)
        self.file = FileCard(offline)
        self.fields = FieldCards(form, section.fields)
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(offline.reload)
        offline.local.arrived.connect(self._show_arrived)
        self.body.addWidget(self.model)
        self.add_heading(translate("Settings", "Models on this computer"))
        self.body.addWidget(self.here)
        about = translate(
            "Settings", "They run on this computer, free of charge. Nothing is fetched before you say so."
        )
        self.add_heading(translate("Settings", "Models to download"), about)
        self.body.addWidget(self.offers)
        self.add_heading(translate("Settings", "A model from another address"))
        self.body.addWidget(self.address)
        self.add_heading(translate("Settings", "Another model file"))
        self.body.addWidget(self.file)
        self.add_heading(translate("Settings", "The engine"))
        self.body.addWidget(self.fields)
        self.finish()

    def showEvent(self, event: QShowEvent) -> None:
        """Look now, and go on looking."""
        super().showEvent(event)
        self._offline.reload()
        self._offline.local.reload()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Look no more."""
        self._timer.stop()
        super().hideEvent(event)

    def _show_arrived(self, label: str) -> None:
        spawn(self._offline.choose(label), "offline-choose")


class ModelCard(ActionCard):
    """The chosen model: window, memory, state, start and stop."""

    def __init__(self, offline: OfflineModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offline = offline
        self.box = ChoiceBox(self)
        self.window_line = QLineEdit(self)
        self.window_line.setAccessibleName(translate("Settings", "Window"))
        self._window_help = Words(
            translate("Settings", "Tokens it reads at once. More take more memory; empty: the usual number."),
            self,
            tone="muted",
            face="small",
            wrap=True,
        )
        self._size = Words("", self, tone="muted", face="small", wrap=True)
        self._mark = Mark("chip", self)
        self._state = Words("", self, wrap=True)
        self.start_button = push_button(translate("Settings", "Start"), self._start, self)
        self.stop_button = push_button(translate("Settings", "Stop"), self._stop, self)
        self.default_button = push_button(translate("Settings", "Use for new chats"), self._make_default, self)
        self._lay_out()
        self.box.chosen.connect(self._choose)
        self.window_line.editingFinished.connect(self._set_window)
        offline.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        state = self._offline.state
        self.box.show_choices([(choice.label, choice.title) for choice in state.choices], state.chosen)
        usable = bool(state.chosen) and not state.problem
        for widget in (self.box, self.window_line):
            widget.setEnabled(bool(state.choices) and (usable or widget is self.box))
        if not self.window_line.hasFocus():
            self.window_line.setText(str(state.window) if state.window else "")
        short = translate("Settings", "{need} That is more than is free: choose a smaller window or model.")
        self._size.setText(state.size if state.fits else short.format(need=state.size))
        self._size.set_tone("muted" if state.fits else "warn")
        self._size.setVisible(bool(state.size))
        self._state.setText(breakable(state.problem or state.engine_words))
        ready = state.engine in ("loaded", "in use")
        self._mark.show_icon(
            "alert" if state.problem else "chip", "warn" if state.problem else "ok" if ready else "muted"
        )
        self.start_button.setEnabled(usable and state.engine == "unloaded")
        self.stop_button.setEnabled(state.engine == "loaded")
        self.default_button.setEnabled(usable and not state.is_default)
        self.default_button.setText(
            translate("Settings", "Answers new chats")
            if state.is_default
            else translate("Settings", "Use for new chats")
        )

    def _choose(self, label: object) -> None:
        self.run(self._chosen(str(label)))

    async def _chosen(self, label: str) -> str:
        await self._offline.choose(label)
        return ""

    def _set_window(self) -> None:
        text, state = self.window_line.text().strip(), self._offline.state
        if state.chosen and text != str(state.window):
            self.run(self._offline.set_window(text))

    def _start(self) -> None:
        self.run(self._offline.start())

    def _stop(self) -> None:
        self.run(self._offline.stop())

    def _make_default(self) -> None:
        self.run(self._offline.make_default())

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setSpacing(SPACE)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(translate("Settings", "Model"), self.box)
        window = QVBoxLayout()
        window.setSpacing(SPACE // 2)
        for widget in (self.window_line, self._window_help, self._size):
            window.addWidget(widget)
        form.addRow(translate("Settings", "Window"), window)
        state = QHBoxLayout()
        state.setSpacing(SPACE)
        state.addWidget(self._mark)
        state.addWidget(self._state, 1)
        buttons = FlowLayout(spacing=SPACE)
        for button in (self.start_button, self.stop_button, self.default_button):
            buttons.addWidget(button)
        self.column.addLayout(form)
        self.column.addLayout(state)
        self.column.addLayout(buttons)
        self.finish()


class FileCard(ActionCard):
    """Takes one more GGUF file into the list."""

    def __init__(self, offline: OfflineModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offline = offline
        self.path = PathField(
            translate("Settings", "Model file"),
            translate("Settings", "Path of a .gguf file"),
            translate("Settings", "Browse…"),
            lambda window, start: choose_file(
                window,
                translate("Settings", "Choose a model file"),
                start,
                translate("Settings", "Models (*.gguf);;All files (*)"),
            ),
            self,
        )
        self.add_button = push_button(translate("Settings", "Add"), self._add, self)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self.path, 1)
        row.addWidget(self.add_button)
        about = translate(
            "Settings", "Any model in the GGUF format. It stays where it is; Homard only notes its place."
        )
        self.column.addWidget(Words(about, self, tone="muted", face="small", wrap=True))
        self.column.addLayout(row)
        self.finish()
        self.path.entered.connect(self._add)

    def _add(self) -> None:
        if self.path.path:
            self.run(self._offline.add_file(self.path.path), self.path.line.clear)
