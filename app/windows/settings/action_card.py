"""A card whose buttons do things that take a moment and may fail: what went wrong stands on the card."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget
from shiboken6 import Shiboken

from agent.tasks import spawn
from app.theme import SPACE
from app.widgets.cards.surface import Surface
from app.widgets.cards.words import Words
from app.widgets.elided_label import breakable


class ActionCard(Surface):
    """Add what it shows to `column`; `finish()` puts the line for problems below it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(SPACE * 2, SPACE * 3 // 2, SPACE * 2, SPACE * 3 // 2)
        self.column.setSpacing(SPACE)
        self._problem = Words("", self, tone="error", wrap=True)
        self._problem.hide()

    def finish(self) -> None:
        """Call it when all content is there."""
        self.column.addWidget(self._problem)

    def show_problem(self, problem: str) -> None:
        """Say what went wrong; an empty text takes it back."""
        self._problem.setText(breakable(problem))
        self._problem.setVisible(bool(problem))
        if problem:
            # Where it stands is only known when the layout has made room for it.
            QTimer.singleShot(0, self._problem, self._bring_problem_into_view)

    def _bring_problem_into_view(self) -> None:
        above = self.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):  # pyright: ignore[reportUnnecessaryComparison]
            above = above.parentWidget()
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(self._problem)

    @property
    def problem(self) -> str:
        """What is said to be wrong."""
        return "" if self._problem.isHidden() else self._problem.text().replace("\u200b", "")

    def run(self, work: Coroutine[Any, Any, str], then: Callable[[], object] | None = None) -> None:
        """Do something in the background; it gives a sentence if it failed, `then` is called if it did not."""
        spawn(self._run(work, then), "settings-action")

    async def _run(self, work: Coroutine[Any, Any, str], then: Callable[[], object] | None) -> None:
        problem = await work
        if not Shiboken.isValid(self):
            return
        self.show_problem(problem)
        if not problem and then is not None:
            then()
