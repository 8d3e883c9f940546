"""The first screen: how to think, one folder, one prompt that works."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from agent.models.discovery import LOCAL_PORTS, FoundServer
from agent.models.presets import PRESETS
from agent.runtime import Runtime
from agent.safety.secrets import KeyringSecrets
from agent.tasks import spawn
from app.dialogs import choose_folder
from app.theme import SPACE
from app.translation import translate
from app.viewmodels.first_run import OFFLINE, FirstRunModel, Way, preset_model
from app.widgets.cards.surface import push_button
from app.widgets.cards.words import Words
from app.widgets.choice_box import ChoiceBox
from app.widgets.path_field import PathField
from app.widgets.radio import Radio
from app.windows.settings.action_card import ActionCard
from app.windows.settings.key_card import KeyCard
from app.windows.settings.section import Headline
from app.windows.settings.trial_view import TrialView

_WIDEST_CHARS = 90


class FirstRun(QWidget):
    """Shown inside the window while there is no settings file. All of it can be done with the keyboard."""

    finished = Signal(str, str, str)
    """Model (`provider/model`), folder, prompt to send. All empty: later."""

    def __init__(
        self,
        runtime: Runtime,
        secrets: KeyringSecrets,
        parent: QWidget | None = None,
        *,
        ports: Mapping[str, int] = LOCAL_PORTS,
    ) -> None:
        """`ports`: where local model servers are looked for."""
        super().__init__(parent)
        self.model = FirstRunModel(runtime, secrets, self, ports=ports)
        self.think = ThinkCard(self.model)
        self.folder = FolderCard(self.model.folder)
        self.prompt = PromptCard()
        self.start_button = push_button(translate("First run", "Start"), self._start, self, role="main")
        self.later_button = push_button(translate("First run", "Later"), self._later, self)
        self._lay_out()
        self.prompt.line.returnPressed.connect(self._start)
        self.model.begin()

    def showEvent(self, event: QShowEvent) -> None:
        """Put the keyboard on the first choice: there is nothing else to do in the window yet."""
        super().showEvent(event)
        self.think.first.setFocus(Qt.FocusReason.TabFocusReason)

    def _start(self) -> None:
        self.start_button.setEnabled(False)
        spawn(self._started(), "first-run-start")

    async def _started(self) -> None:
        folder, prompt = self.folder.path.path, self.prompt.line.text().strip()
        problem, model = await self.model.finish(self.think.way(), folder)
        self.start_button.setEnabled(True)
        if problem:
            self._problem.setText(problem)
            self._problem.show()
            return
        self.think.forget_key()
        self.finished.emit(model, folder, prompt)

    def _later(self) -> None:
        spawn(self._skipped(), "first-run-skip")

    async def _skipped(self) -> None:
        await self.model.skip()
        self.finished.emit("", "", "")

    def _lay_out(self) -> None:
        self._problem = Words("", self, tone="error", wrap=True)
        self._problem.hide()
        content = QWidget(self)
        content.setMaximumWidth(self.fontMetrics().averageCharWidth() * _WIDEST_CHARS)
        column = QVBoxLayout(content)
        column.setContentsMargins(SPACE * 3, SPACE * 3, SPACE * 3, SPACE * 3)
        column.setSpacing(SPACE * 3 // 2)
        head = QVBoxLayout()
        head.setSpacing(SPACE // 2)
        head.addWidget(Headline(translate("First run", "Welcome to Homard"), content))
        about = translate("First run", "Three choices, and you can begin. Each can be changed later, in Settings.")
        head.addWidget(Words(about, content, tone="muted", wrap=True))
        column.addLayout(head)
        for card in (self.think, self.folder, self.prompt):
            column.addWidget(card)
        column.addWidget(self._problem)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addStretch(1)
        row.addWidget(self.later_button)
        row.addWidget(self.start_button)
        column.addLayout(row)
        column.addStretch(1)
        middle = QWidget(self)
        across = QHBoxLayout(middle)
        across.setContentsMargins(0, 0, 0, 0)
        across.addStretch(1)
        across.addWidget(content, 100)
        across.addStretch(1)
        area = QScrollArea(self)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(middle)
        area.viewport().setAutoFillBackground(False)
        middle.setAutoFillBackground(False)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        self.setBackgroundRole(QPalette.ColorRole.Window)
        self.setAutoFillBackground(True)
        self.setFocusProxy(self.think.first)


class ThinkCard(ActionCard):
    """The ways to think that there are here; the easiest one is chosen to begin with."""

    def __init__(self, model: FirstRunModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._group = QButtonGroup(self)
        self._servers: dict[Radio, tuple[FoundServer, ChoiceBox]] = {}
        self.offline = self._radio(translate("First run", "The model that comes with Homard, on this computer"))
        self.key = self._radio(translate("First run", "A provider I have a key for"))
        self.provider = ChoiceBox(self)
        self.key_model = QLineEdit(self)
        self.key_field = QLineEdit(self)
        self.key_field.setEchoMode(QLineEdit.EchoMode.Password)
        self.key_field.setPlaceholderText(translate("First run", "Paste the key here"))
        self.keys = KeyCard(model.providers, self)
        self.keys.set_look(fill="", border="border")
        self.test_button = push_button(translate("First run", "Test"), self._test, self)
        self._looking = Words(
            translate("First run", "Looking for model servers on this computer…"), self, tone="muted", face="small"
        )
        self._key_panel = QWidget(self)
        self._lay_out()
        self.first = self.offline if model.has_offline else self.key
        self.first.setChecked(True)
        self._choose_provider()
        self.provider.chosen.connect(self._choose_provider)
        self._group.buttonToggled.connect(self._toggled)
        model.found.connect(self._found)
        self._toggled()

    def way(self) -> Way:
        """What is chosen now."""
        for radio, (server, box) in self._servers.items():
            if radio.isChecked():
                return Way("server", server.kind, str(box.value or ""), server.base_url)
        if self.offline.isChecked():
            return OFFLINE
        return Way("key", self.provider.value, self.key_model.text().strip(), key=self.key_field.text().strip())

    def forget_key(self) -> None:
        """Keep it in no widget: it is where keys are kept."""
        self.key_field.clear()

    def _test(self) -> None:
        way = self.way()
        self.run(self._model.test(way), self.forget_key)

    def _choose_provider(self) -> None:
        self.key_model.setText(preset_model(self.provider.value))
        self.trial.watch(self.provider.value)

    def _toggled(self) -> None:
        self._key_panel.setVisible(self.key.isChecked())
        for radio, (_server, box) in self._servers.items():
            box.setEnabled(radio.isChecked())
        self.show_problem("")

    def _found(self) -> None:
        untouched = self.first.isChecked()
        for server in self._model.servers:
            self._add_server(server)
        if self._model.servers:
            self._looking.hide()
        else:
            self._looking.setText(translate("First run", "No model server was found on this computer."))
        if untouched and self._servers and not self._model.has_offline:
            next(iter(self._servers)).setChecked(True)
        self._toggled()

    def _add_server(self, server: FoundServer) -> None:
        words = translate("First run", "{name}, found running").format(name=PRESETS[server.kind].title)
        radio, box = self._radio(words), ChoiceBox(self)
        box.show_choices([(model, model) for model in server.models], server.models[0])
        caption = Words(translate("First run", "Model"), self)
        caption.setBuddy(box)
        row = QHBoxLayout()
        row.setContentsMargins(SPACE * 3, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(caption)
        row.addWidget(box, 1)
        self._found_list.addWidget(radio)
        self._found_list.addLayout(row)
        self._servers[radio] = (server, box)
        QWidget.setTabOrder(radio, box)

    def _radio(self, words: str) -> Radio:
        radio = Radio(words, self)
        self._group.addButton(radio)
        return radio

    def _lay_out(self) -> None:
        self.provider.show_choices(
            [(name, preset.title) for name, preset in PRESETS.items() if preset.key_variable], "openai"
        )
        self.trial = TrialView(self._model.providers, "openai", self)
        small = translate(
            "First run",
            "Works at once, and nothing leaves this computer. It is a very small model: good for a look around, "
            "weak at real work.",
        )
        has_offline = self._model.has_offline
        if not has_offline:
            small = translate("First run", "Not installed here. It comes with pip install 'homard[local]'.")
        self.offline.setEnabled(has_offline)
        self._found_list = QVBoxLayout()
        self._found_list.setSpacing(SPACE // 2)
        form = QFormLayout(self._key_panel)
        form.setContentsMargins(SPACE * 3, 0, 0, 0)
        form.setSpacing(SPACE)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self.key_field, 1)
        row.addWidget(self.test_button)
        for title, field in (
            (translate("First run", "Provider"), self.provider),
            (translate("First run", "Model"), self.key_model),
        ):
            form.addRow(title, field)
        form.addRow(translate("First run", "Key"), row)
        form.addRow("", self.trial)
        form.addRow("", self.keys)
        self.key_model.setAccessibleName(translate("First run", "Model"))
        self.key_field.setAccessibleName(translate("First run", "Key"))
        self.column.addWidget(_step(translate("First run", "1  How should it think?")))
        self.column.addWidget(self.offline)
        self.column.addLayout(_indented(Words(small, self, tone="muted", face="small", wrap=True)))
        self.column.addLayout(self._found_list)
        self.column.addWidget(self.key)
        self.column.addWidget(self._key_panel)
        self.column.addWidget(self._looking)
        self.finish()


class FolderCard(ActionCard):
    """Where the first chat, and every new one, works."""

    def __init__(self, folder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path = PathField(
            translate("First run", "Folder"),
            translate("First run", "Path of a folder"),
            translate("First run", "Browse…"),
            lambda window, start: choose_folder(window, translate("First run", "Which folder?"), start),
            self,
        )
        self.path.show_path(folder)
        about = translate(
            "First run",
            "New chats work with what is in it. What is changed there can be undone; anything that cannot be asks you "
            "first.",
        )
        self.column.addWidget(_step(translate("First run", "2  In which folder?")))
        self.column.addWidget(Words(about, self, tone="muted", face="small", wrap=True))
        self.column.addWidget(self.path)
        self.finish()


class PromptCard(ActionCard):
    """One prompt that works with any folder."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = QLineEdit(translate("First run", "What is in this folder?"), self)
        self.line.setAccessibleName(translate("First run", "First prompt"))
        self.line.setPlaceholderText(translate("First run", "Ask something"))
        self.column.addWidget(_step(translate("First run", "3  What shall it do first?")))
        self.column.addWidget(self.line)
        self.finish()


def _step(words: str) -> Words:
    return Words(words, face="bold", wrap=True)


def _indented(widget: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(SPACE * 3, 0, 0, 0)
    row.addWidget(widget)
    return row
