"""The switch of the composer: what is sent next only shows what it would do."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QToolButton, QWidget

from app.theme import colors, icon
from app.translation import translate


class DryRunSwitch(QToolButton):
    """On it is coloured and ticked; off it is quiet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "quiet")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIconSize(QSize(16, 16))
        self.setText(translate("Composer", "Dry run"))
        self.setToolTip(translate("Composer", "Reads and plans only: what would change anything is shown, not done"))
        self.toggled.connect(self._draw)
        self._draw()

    def changeEvent(self, arg__1: QEvent) -> None:
        """Follow the theme."""
        if arg__1.type() == QEvent.Type.PaletteChange:
            self._draw()
        super().changeEvent(arg__1)

    def _draw(self) -> None:
        on = self.isChecked()
        self.setIcon(icon("check" if on else "eye", colors().warn if on else colors().muted))
