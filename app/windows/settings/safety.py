"""The section "Safety": what holds a command, what may be done without asking, how long changes can be undone."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from agent.tasks import spawn
from app.translation import translate
from app.viewmodels.rules import Rules
from app.viewmodels.sandbox import SandboxModel
from app.viewmodels.settings_form import Section, SettingsForm
from app.windows.settings.form import FieldCards
from app.windows.settings.rules_card import RulesCard
from app.windows.settings.sandbox_card import SandboxCard
from app.windows.settings.section import SectionPage


class SafetyPage(SectionPage):
    """Measured when it is first shown; the rules are read each time, for others may write them too."""

    removed = Signal(str)
    """A rule that was taken away, in words; `Rules.undo_remove` writes it again."""

    def __init__(
        self,
        form: SettingsForm,
        section: Section,
        sandbox: SandboxModel,
        rules: Rules,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(section.title, section.help, parent)
        self._models = sandbox, rules
        self.sandbox = SandboxCard(sandbox)
        self.rules = RulesCard(rules)
        self.rules.removed.connect(self.removed)
        needed = [field for field in section.fields if field.path[-1] == "sandbox"]
        rest = [field for field in section.fields if field.path[-1] != "sandbox"]
        self.add_heading(translate("Settings", "Rules"), translate("Settings", "What you always answer alike."))
        self.body.addWidget(self.rules)
        self.add_heading(
            translate("Settings", "Commands"),
            translate("Settings", "Each barrier was really tried on this machine."),
        )
        self.body.addWidget(self.sandbox)
        self.body.addWidget(FieldCards(form, needed))
        self.add_heading(
            translate("Settings", "Undo"),
            translate("Settings", "What a run changes in your files is kept first, so that you can put it back."),
        )
        self.body.addWidget(FieldCards(form, rest))
        self.finish()
        form.changed.connect(self.sandbox.refresh)

    def showEvent(self, arg__1: QShowEvent) -> None:
        """Read what is shown."""
        super().showEvent(arg__1)
        for model in self._models:
            spawn(model.load(), "safety")
