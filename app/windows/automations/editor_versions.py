"""What a job has been: any version can be looked at in the form, and saved again."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

from PySide6.QtCore import QMargins
from PySide6.QtWidgets import QHBoxLayout, QWidget
from shiboken6 import Shiboken

from agent.jobs import Job
from agent.storage.jobs import JobVersion
from app.theme import SPACE
from app.translation import translate
from app.viewmodels.job_editor import JobEditor
from app.viewmodels.job_editor_fields import Spec
from app.viewmodels.job_words import moment_words
from app.widgets.cards.surface import Surface, column
from app.widgets.cards.words import Words
from app.widgets.choice_box import ChoiceBox
from app.widgets.elided_label import breakable

Start = Callable[[Coroutine[Any, Any, Any], str], None]


class VersionBar(Surface):
    """Hidden while there is one version only."""

    def __init__(
        self, editor: JobEditor, start: Start, now: Callable[[], datetime], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._editor, self._now = editor, now
        self._versions: list[JobVersion] = []
        self.box = ChoiceBox(self)
        caption = Words(translate("JobEditor", "Version"), self)
        caption.setBuddy(self.box)
        self._said = Words("", self, tone="muted", face="small", wrap=True)
        across = QHBoxLayout()
        across.setSpacing(SPACE)
        across.addWidget(caption)
        across.addWidget(self.box, 1)
        across.addStretch(1)
        layout = column(self, QMargins(SPACE * 2, SPACE, SPACE * 2, SPACE), SPACE // 2)
        layout.addLayout(across)
        layout.addWidget(self._said)
        self.box.chosen.connect(self._choose)
        self.hide()
        start(self._read(), "versions of a job")

    async def _read(self) -> None:
        versions = await self._editor.versions()
        if not Shiboken.isValid(self) or len(versions) < 2:
            return
        self._versions = versions
        choices = [(one.version, self._title(one)) for one in versions]
        self.box.show_choices(choices, versions[0].version)
        self._say(versions[0])
        self.show()

    def _title(self, one: JobVersion) -> str:
        words = translate("JobEditor", "{number}, of {moment}")
        return words.format(number=one.version, moment=moment_words(one.at, self._now()))

    def _choose(self, number: int) -> None:
        chosen = next(one for one in self._versions if one.version == number)
        self._editor.take_version(chosen.job)
        self._say(chosen)

    def _say(self, shown: JobVersion) -> None:
        newest = self._versions[0]
        if shown.version == newest.version:
            before = self._versions[1]
            parts = ", ".join(differences(before.job, newest.job, list(self._editor.specs.values())))
            words = translate("JobEditor", "The last one. It changed: {parts}.").format(parts=parts)
        else:
            parts = ", ".join(differences(shown.job, newest.job, list(self._editor.specs.values())))
            words = translate("JobEditor", "Other than the last one in: {parts}. Save to take it again.").format(
                parts=parts
            )
        self._said.setText(breakable(words))


def differences(one: Job, other: Job, specs: list[Spec]) -> list[str]:
    """The titles of what is not the same in two jobs."""
    found = [spec.title for spec in specs if spec.field(one).value != spec.field(other).value]
    if one.triggers != other.triggers:
        found.append(translate("JobEditor", "When it runs"))
    if one.allow != other.allow:
        found.append(translate("JobEditor", "What it may do without asking"))
    return found
