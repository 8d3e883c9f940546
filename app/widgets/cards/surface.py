"""What cards are made of: the surface, the marks, the quiet buttons, and rows of things that wrap."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QEvent, QMargins, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPainterPath, QPaintEvent, QPen, QTransform
from PySide6.QtWidgets import (
    QLayout,
    QLayoutItem,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.theme import RADIUS, SPACE, colors, icon, pixmap
from app.widgets.cards.words import Tone, tone_color

STRIPE = 3


def column(widget: QWidget, margins: QMargins | None = None, spacing: int = SPACE // 2) -> QVBoxLayout:
    """Give a widget a vertical layout that never forces a width on what is around it."""
    layout = QVBoxLayout(widget)
    layout.setContentsMargins(margins or QMargins())
    layout.setSpacing(spacing)
    layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
    policy.setHeightForWidth(True)
    widget.setSizePolicy(policy)
    return layout


class Surface(QWidget):
    """A rounded area in colours of the theme, with a stripe at its leading edge if there is something to mark."""

    def __init__(self, parent: QWidget | None = None, *, fill: str = "raised", border: str = "border") -> None:
        """`fill` and `border` name colours of the theme; empty: none."""
        super().__init__(parent)
        self._fill, self._border, self._stripe = fill, border, ""

    def set_look(self, *, fill: str, border: str, stripe: str = "") -> None:
        """Change its colours (names of the theme's)."""
        self._fill, self._border, self._stripe = fill, border, stripe
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the area."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        outline = QPainterPath()
        outline.addRoundedRect(area, RADIUS, RADIUS)
        if self._fill:
            painter.fillPath(outline, _color(self._fill))
        if self._stripe:
            painter.save()
            painter.setClipPath(outline)
            rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            left = self.width() - STRIPE if rtl else 0
            painter.fillRect(QRect(left, 0, STRIPE, self.height()), _color(self._stripe))
            painter.restore()
        if self._border:
            painter.setPen(QPen(_color(self._border), 1))
            painter.drawPath(outline)


def _color(name: str) -> QColor:
    return QColor(getattr(colors(), name))


class Mark(QWidget):
    """An icon beside words that say the same: no widget a screen reader would stop at."""

    def __init__(self, name: str, parent: QWidget | None = None, *, tone: Tone = "muted") -> None:
        super().__init__(parent)
        self._name = name
        self._tone: Tone = tone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_icon(self, name: str, tone: Tone) -> None:
        """Show another icon."""
        self._name, self._tone = name, tone
        self.update()

    def sizeHint(self) -> QSize:
        """About a line high."""
        size = max(16, self.fontMetrics().height() - 2)
        return QSize(size, size)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        drawn = pixmap(self._name, self.width(), tone_color(self._tone).name(), self.devicePixelRatioF())
        QPainter(self).drawPixmap(QPoint(0, (self.height() - self.width()) // 2), drawn)


class QuietTool(QToolButton):
    """A small button with an icon only; its name says what it does, to everybody."""

    def __init__(self, icon_name: str, name: str, parent: QWidget | None = None, *, shy: bool = False) -> None:
        """`shy`: drawn only where the mouse or the keyboard is; it keeps its place, and stays in the tab order."""
        super().__init__(parent)
        self._icon_name = icon_name
        self._shy, self._noticed = shy, False
        self.setProperty("role", "quiet")
        self.setAutoRaise(True)
        self.rename(name)
        self._draw_icon()

    def rename(self, name: str) -> None:
        """Give it another accessible name and tooltip."""
        self.setAccessibleName(name)
        self.setToolTip(name)

    def show_icon(self, icon_name: str) -> None:
        """Show another icon."""
        if icon_name != self._icon_name:
            self._icon_name = icon_name
            self._draw_icon()

    def notice(self, noticed: bool) -> None:
        """Say whether the mouse is over the row of a shy button."""
        self._noticed = noticed
        self.update()

    def paintEvent(self, arg__1: QPaintEvent) -> None:
        """Draw it, or keep quiet."""
        if not self._shy or self._noticed or self.hasFocus() or self.underMouse():
            super().paintEvent(arg__1)

    def changeEvent(self, arg__1: QEvent) -> None:
        """Follow the theme and the direction of writing."""
        if arg__1.type() in (QEvent.Type.PaletteChange, QEvent.Type.LayoutDirectionChange):
            self._draw_icon()
        super().changeEvent(arg__1)

    def _draw_icon(self) -> None:
        drawn = icon(self._icon_name, colors().muted)
        if self._icon_name == "chevron-right" and self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            drawn = drawn.pixmap(32, 32).transformed(QTransform().scale(-1, 1))
        self.setIcon(drawn)


def push_button(words: str, pressed: Callable[[], object], parent: QWidget, *, role: str = "") -> QPushButton:
    """A button with words that Enter presses only where the keyboard is."""
    button = QPushButton(words, parent)
    button.setAutoDefault(False)
    if role:
        button.setProperty("role", role)
    button.clicked.connect(lambda: pressed())
    return button


class Shy(Protocol):
    """Is drawn only where somebody looks."""

    def notice(self, noticed: bool) -> None:
        """Say whether the mouse is over its row."""
        ...


class Row(QWidget):
    """Base of the rows of a transcript: has a height for each width, and knows whether the mouse is over it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shy: list[Shy] = []

    def hasHeightForWidth(self) -> bool:
        """It has, also where nothing in it wraps."""
        return True

    def heightForWidth(self, arg__1: int) -> int:
        """What its layout needs."""
        layout = self.layout()
        if layout is not None and layout.hasHeightForWidth():
            return layout.heightForWidth(arg__1)
        return self.sizeHint().height()

    def shy_tool(self, icon_name: str, name: str, pressed: Callable[[], object], parent: QWidget) -> QuietTool:
        """A button that is drawn while the mouse is over this row, or the keyboard on the button."""
        tool = QuietTool(icon_name, name, parent, shy=True)
        tool.clicked.connect(lambda: pressed())
        self._shy.append(tool)
        return tool

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show the shy buttons."""
        for tool in self._shy:
            tool.notice(True)

    def leaveEvent(self, event: QEvent) -> None:
        """Hide them."""
        for tool in self._shy:
            tool.notice(False)


class FlowLayout(QLayout):
    """Things side by side, centred on lines that wrap; follows the direction of writing."""

    def __init__(self, parent: QWidget | None = None, spacing: int = SPACE) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)

    def addItem(self, arg__1: QLayoutItem) -> None:
        """Qt's own."""
        self._items.append(arg__1)

    def count(self) -> int:
        """Qt's own."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Qt's own."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Qt's own."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """It takes what it needs, no more."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """It has."""
        return True

    def heightForWidth(self, arg__1: int) -> int:
        """The height of all lines at this width."""
        return self._arrange(QRect(0, 0, arg__1, 0), move=False)

    def setGeometry(self, arg__1: QRect) -> None:
        """Arrange the things."""
        super().setGeometry(arg__1)
        self._arrange(arg__1, move=True)

    def sizeHint(self) -> QSize:
        """All on one line."""
        sizes = [item.sizeHint() for item in self._shown()]
        width = sum(size.width() for size in sizes) + self.spacing() * max(0, len(sizes) - 1)
        return QSize(width, max((size.height() for size in sizes), default=0))

    def minimumSize(self) -> QSize:
        """One below the other, each as narrow as it can be."""
        sizes = [item.minimumSize() for item in self._shown()]
        return QSize(min(100, max((size.width() for size in sizes), default=0)), 0)

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _arrange(self, area: QRect, *, move: bool) -> int:
        around = self.parentWidget()
        rtl = around is not None and around.layoutDirection() == Qt.LayoutDirection.RightToLeft
        y = 0
        for at, line in enumerate(self._lines(max(1, area.width()))):
            y += self.spacing() if at else 0
            high = max(size.height() for _item, size in line)
            x = 0
            for item, size in line:
                if move:
                    left = area.right() + 1 - x - size.width() if rtl else area.x() + x
                    top = area.y() + y + (high - size.height()) // 2
                    item.setGeometry(QRect(QPoint(left, top), size))
                x += size.width() + self.spacing()
            y += high
        return y

    def _lines(self, width: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        """What stands on each line, and how large."""
        lines: list[list[tuple[QLayoutItem, QSize]]] = []
        x = 0
        for item in self._shown():
            size = item.sizeHint()
            size.setWidth(min(size.width(), width))
            if not lines or x + size.width() > width:
                lines.append([])
                x = 0
            lines[-1].append((item, size))
            x += size.width() + self.spacing()
        return lines
