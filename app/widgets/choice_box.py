"""A list of choices that a scrolling mouse does not change by accident."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QStyle, QStyleOptionComboBox, QStylePainter, QWidget

from app.theme import colors, pixmap

_ARROW = 16
_SHORT = 12
"""Characters; a longer name is cut with … and never makes the window wider."""


class ChoiceBox(QComboBox):
    """Give it a label as a buddy: its own accessible name is what is chosen."""

    chosen = Signal(object)
    """A person chose: the value."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_SHORT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._values: list[Any] = []
        # Not `activated`: who chooses by the accessible interface sets the index.
        self.currentIndexChanged.connect(self._tell)

    def show_choices(self, choices: Iterable[tuple[Any, str]], value: Any) -> None:
        """Offer these (value, title) and show one as chosen; nobody is told."""
        offered = list(choices)
        self._values = [choice for choice, _title in offered]
        titles = [title for _value, title in offered]
        self.blockSignals(True)
        if titles != [self.itemText(at) for at in range(self.count())]:
            self.clear()
            self.addItems(titles)
        self.setCurrentIndex(self._values.index(value) if value in self._values else -1)
        self.blockSignals(False)
        self.update()

    @property
    def value(self) -> Any:
        """What is chosen; None if nothing is."""
        at = self.currentIndex()
        return self._values[at] if 0 <= at < len(self._values) else None

    def _tell(self, at: int) -> None:
        if 0 <= at < len(self._values):
            self.chosen.emit(self._values[at])

    def wheelEvent(self, e: QWheelEvent) -> None:
        """Let the page scroll."""
        e.ignore()

    def paintEvent(self, e: QPaintEvent) -> None:
        """Draw it with an arrow of our own: the style's does not go with the style sheet's border."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.subControls = QStyle.SubControl.SC_ComboBoxFrame | QStyle.SubControl.SC_ComboBoxEditField
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        drawn = pixmap("chevron-down", _ARROW, colors().muted, self.devicePixelRatioF())
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        x = 6 if rtl else self.width() - _ARROW - 6
        painter.drawPixmap(x, (self.height() - _ARROW) // 2, drawn)
