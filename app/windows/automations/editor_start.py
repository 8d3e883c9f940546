"""Where a new job begins: one sentence, or a template; and how the sentence was read."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from PySide6.QtCore import QMargins
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from agent.errors import HomardError
from app.theme import SPACE
from app.translation import translate
from app.viewmodels.job_editor import JobEditor
from app.widgets.cards.surface import Surface, column, push_button
from app.widgets.cards.words import Words, revealed
from app.widgets.choice_box import ChoiceBox
from app.widgets.elided_label import breakable

Start = Callable[[Coroutine[Any, Any, Any], str], None]


class StartCard(Surface):
    """What is read fills the form below; nothing is stored by that."""

    def __init__(
        self,
        editor: JobEditor,
        templates: Sequence[tuple[str, str]],
        language: str,
        start: Start,
        parent: QWidget | None = None,
    ) -> None:
        """`templates`: key and title of each."""
        super().__init__(parent)
        self._editor, self._language, self._start = editor, language, start
        self.line = QLineEdit(self)
        self.read_button = push_button(translate("JobEditor", "Fill in"), self.read, self)
        self.template = ChoiceBox(self)
        self._said = Words("", self, face="small", wrap=True)
        self._lay_out([("", translate("JobEditor", "none")), *templates])
        self.line.returnPressed.connect(self.read)
        self.template.chosen.connect(self._take)
        editor.filled.connect(self._show_doubts)
        self._show_doubts()

    def read(self) -> None:
        """Fill the form from the sentence."""
        if self.line.text().strip():
            self._start(self._read(self.line.text()), "read a sentence")

    async def _read(self, sentence: str) -> None:
        try:
            await self._editor.read(sentence)
        except HomardError as error:
            self._say(str(error), "error")

    def _take(self, key: str) -> None:
        if key:
            self._start(self._begin_with(key), "take a template")

    async def _begin_with(self, key: str) -> None:
        try:
            await self._editor.take_template(key, self._language)
        except HomardError as error:
            self._say(str(error), "error")

    def _show_doubts(self) -> None:
        self._say("\n".join(self._editor.doubts), "warn")

    def _say(self, text: str, tone: str) -> None:
        self._said.set_tone("error" if tone == "error" else "warn")
        self._said.setText(breakable(revealed(text)))
        self._said.setVisible(bool(text))
        self.line.setAccessibleDescription(text)

    def _lay_out(self, templates: Sequence[tuple[str, str]]) -> None:
        words = translate("JobEditor", "Say it in a sentence")
        caption = Words(words, self)
        caption.setBuddy(self.line)
        self.line.setAccessibleName(words)
        self.line.setPlaceholderText(translate("JobEditor", "Each weekday at 8:30 summarise new mail in ~/Mail"))
        template = Words(translate("JobEditor", "Or begin with a template"), self)
        template.setBuddy(self.template)
        self.template.show_choices(templates, "")
        self.template.setMaximumWidth(self.fontMetrics().averageCharWidth() * 40)
        first = QHBoxLayout()
        first.setSpacing(SPACE)
        first.addWidget(self.line, 1)
        first.addWidget(self.read_button)
        second = QHBoxLayout()
        second.setSpacing(SPACE)
        second.addWidget(template)
        second.addWidget(self.template, 1)
        second.addStretch(1)
        layout = column(self, QMargins(SPACE * 2, SPACE * 3 // 2, SPACE * 2, SPACE * 3 // 2), SPACE)
        layout.addWidget(caption)
        layout.addLayout(first)
        layout.addWidget(self._said)
        layout.addLayout(second)
