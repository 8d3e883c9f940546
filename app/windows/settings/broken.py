"""What a person sees and can do when settings.toml cannot be read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import Shiboken

from agent.errors import HomardError
from agent.tasks import spawn
from app.theme import SPACE
from app.translation import translate
from app.viewmodels.settings_repair import has_backup, start_over, use_backup
from app.widgets.cards.surface import FlowLayout, Mark, Surface, push_button
from app.widgets.cards.words import Words
from app.widgets.elided_label import breakable


class BrokenSettings(Surface):
    """Works without a runtime, so that it can be shown at a start that failed for this reason."""

    mended = Signal()
    """The file was replaced: read it again."""

    def __init__(self, file: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._file = file
        self._headline = Words(translate("Settings", "The settings file cannot be read"), self, face="bold", wrap=True)
        self._why = Words("", self, wrap=True)
        self._kept = Words(
            translate("Settings", "The settings from before stay in force, and nothing in the file is lost."),
            self,
            tone="muted",
            wrap=True,
        )
        self._problem = Words("", self, tone="error", wrap=True)
        self._problem.hide()
        self.open_button = push_button(translate("Settings", "Open the file"), self._open, self)
        self.again_button = push_button(translate("Settings", "Read it again"), self.mended.emit, self)
        self.backup_button = push_button(translate("Settings", "Use the backup"), lambda: self._mend(use_backup), self)
        self.fresh_button = push_button(
            translate("Settings", "Start from the defaults"), lambda: self._mend(start_over), self
        )
        self.fresh_button.setToolTip(translate("Settings", "The bad file is kept beside the new one."))
        self._lay_out()

    def show_problem(self, why: str) -> None:
        """Say what is wrong with the file."""
        self._why.setText(breakable(why))
        spawn(self._look_for_backup(), "settings-backup")

    async def _look_for_backup(self) -> None:
        there = await asyncio.to_thread(has_backup, self._file)
        if Shiboken.isValid(self):
            self.backup_button.setEnabled(there)

    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._file)))

    def _mend(self, way: Callable[[Path], Path]) -> None:
        spawn(self._mended(way), "settings-mend")

    async def _mended(self, way: Callable[[Path], Path]) -> None:
        try:
            await asyncio.to_thread(way, self._file)
        except (HomardError, OSError) as error:
            self._problem.setText(breakable(str(error)))
            self._problem.show()
            return
        self._problem.hide()
        self.mended.emit()

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(SPACE // 2)
        for label in (self._headline, self._why, self._kept, self._problem):
            words.addWidget(label)
        buttons = FlowLayout(spacing=SPACE)
        for button in (self.open_button, self.again_button, self.backup_button, self.fresh_button):
            buttons.addWidget(button)
        words.addSpacing(SPACE)
        words.addLayout(buttons)
        across = QHBoxLayout(self)
        across.setContentsMargins(SPACE * 2, SPACE * 2, SPACE * 2, SPACE * 2)
        across.setSpacing(SPACE)
        mark = Mark("alert", self, tone="warn")
        across.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        across.addLayout(words, 1)
