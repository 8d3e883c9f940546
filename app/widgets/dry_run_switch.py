"""The switch of the composer: what is sent next only shows what it would do."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.translation import translate
from app.widgets.model_picker import DataButton


class DryRunSwitch(DataButton):
    """On it is coloured and ticked; off it is as quiet as what stands beside it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("eye", parent, mode=Qt.TextElideMode.ElideRight)
        self.setCheckable(True)
        words = translate("Composer", "Dry run")
        self.set_words(words, words)
        self.setToolTip(translate("Composer", "Reads and plans only: what would change anything is shown, not done"))
        self.toggled.connect(self._look)

    def _look(self, on: bool) -> None:
        self.show_look("check" if on else "eye", "warn" if on else "muted")
