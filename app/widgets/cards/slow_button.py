"""A button that nobody presses by accident."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QPushButton, QWidget

from app.translation import translate

ARM_MS = 1_000


class SlowButton(QPushButton):
    """A button that works only after it was visible for a second, and never by Enter."""

    pressed_deliberately = Signal()

    def __init__(self, words: str, parent: QWidget) -> None:
        super().__init__(words, parent)
        self.setAutoDefault(False)
        self.setDefault(False)
        self.setEnabled(False)
        self._describe()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(ARM_MS)
        self._timer.timeout.connect(self._arm)
        self.clicked.connect(lambda: self.pressed_deliberately.emit())

    def paintEvent(self, arg__1: QPaintEvent) -> None:
        """Begin to count when it is first drawn: a button that is scrolled away is not visible."""
        super().paintEvent(arg__1)
        if not self.isEnabled() and not self._timer.isActive():
            self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Begin anew when it is shown again."""
        self.disarm()
        super().hideEvent(event)

    def disarm(self) -> None:
        """Begin anew: what it would do is something else now."""
        self._timer.stop()
        self.setEnabled(False)
        self._describe()

    def keyPressEvent(self, arg__1: QKeyEvent) -> None:
        """Enter does nothing here, whatever the desktop makes of it elsewhere."""
        if arg__1.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            arg__1.accept()
        else:
            super().keyPressEvent(arg__1)

    def _arm(self) -> None:
        if self.visibleRegion().isEmpty():
            return  # scrolled away meanwhile; being drawn again starts the second anew
        self.setEnabled(True)
        self._describe()

    def _describe(self) -> None:
        waits = translate("Approval", "Works after it has been on the screen for a second; Enter does not press it")
        self.setAccessibleDescription(waits)
