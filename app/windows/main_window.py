"""The window: the sidebar, one page at a time, and a strip for news."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.widgets.tab_order import chain_after, stops
from app.windows.sidebar import Sidebar

if TYPE_CHECKING:
    from app.widgets.banner import Banner

SMALLEST = (640, 420)
USUAL = (1080, 720)
SIDEBAR_CHARS = 34
"""Its width to begin with, where letters are large."""
FRAME = 40
"""Room for what the desktop draws around a window."""


class MainWindow(QWidget):
    """Pages are made when they are first shown. Closing the window asks whoever listens, and never quits."""

    close_requested = Signal()
    shown = Signal()
    hidden = Signal()
    activated = Signal()
    """The person has come to it."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Homard")
        self.setMinimumSize(*SMALLEST)
        self.sidebar = Sidebar(self)
        self._banner: Banner | None = None
        self.page = ""
        self.was_shown = False
        """Before that its size says nothing."""
        self._factories: dict[str, Callable[[], QWidget]] = {}
        self._pages: dict[str, QWidget] = {}
        self._stack = QStackedWidget(self)
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        right = QWidget(self)
        right.setBackgroundRole(right.palette().ColorRole.Base)
        right.setAutoFillBackground(True)
        self._column = QVBoxLayout(right)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._stack, 1)
        self._splitter.addWidget(self.sidebar)
        self._splitter.addWidget(right)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)
        self._splitter.setStretchFactor(1, 1)
        self.sidebar.setMinimumWidth(180)
        usual = min(max(250, self.fontMetrics().averageCharWidth() * SIDEBAR_CHARS), USUAL[0] // 3)
        self._splitter.setSizes([usual, USUAL[0] - usual])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._splitter)

    @property
    def banner(self) -> Banner:
        """The strip above the page; made when there is something to tell."""
        if self._banner is None:
            from app.widgets.banner import Banner

            self._banner = Banner(self)
            self._column.insertWidget(0, self._banner)
            self._banner.lower()  # screen readers and Tab come to it before the page, as it is seen
            chain_after(stops(self.sidebar)[-1], stops(self._banner))
        return self._banner

    def add_page(self, name: str, factory: Callable[[], QWidget]) -> None:
        """Say how a page is made."""
        self._factories[name] = factory

    def remove_page(self, name: str) -> None:
        """Forget a page."""
        self._factories.pop(name, None)
        if (page := self._pages.pop(name, None)) is not None:
            self._stack.removeWidget(page)
            page.deleteLater()
            self.page = "" if self.page == name else self.page

    def show_page(self, name: str) -> QWidget:
        """Show a page; returns it."""
        page = self.page_of(name)
        self.page = name
        self._stack.setCurrentWidget(page)
        return page

    def page_of(self, name: str) -> QWidget:
        """The page of that name, made if need be."""
        if name not in self._pages:
            self._pages[name] = self._factories[name]()
            self._stack.addWidget(self._pages[name])
        return self._pages[name]

    # -- where it stands

    def place(self, geometry: tuple[int, int, int, int] | None, sidebar: int) -> None:
        """Go where the window stood last, as far as the screens of today allow."""
        screen = QGuiApplication.primaryScreen().availableGeometry()
        if geometry is None:
            self.resize(min(USUAL[0], screen.width() - FRAME), min(USUAL[1], screen.height() - FRAME))
        else:
            wanted = QRect(*geometry)
            there = QGuiApplication.screenAt(wanted.center())
            within = (there or QGuiApplication.primaryScreen()).availableGeometry()
            wanted.setSize(wanted.size().boundedTo(within.size() - QSize(FRAME, FRAME)))
            if not within.contains(wanted.adjusted(0, 0, 0, FRAME)):
                wanted.moveCenter(within.center() - QPoint(0, FRAME // 2))
            self.resize(wanted.size())
            self.move(wanted.topLeft())
        if sidebar:
            self._splitter.setSizes([sidebar, max(self.width() - sidebar, 1)])

    def where(self) -> tuple[tuple[int, int, int, int], int]:
        """Geometry and width of the sidebar, for `place`."""
        size = self.normalGeometry().size() if self.isMaximized() else self.size()
        return (self.x(), self.y(), size.width(), size.height()), self.sidebar.width()

    def bring_up(self) -> None:
        """Show the window above the others."""
        if self.isMinimized():
            self.showNormal()
        self.show()
        self.raise_()
        self.activateWindow()
        self.windowHandle().requestActivate()  # with the permission a second start was given (XDG_ACTIVATION_TOKEN)

    def give_back(self) -> None:
        """Return the picture of the hidden window to the system, 3 to 33 MiB; showing it makes another."""
        if self.isVisible():
            return
        # A new window stands where the desktop likes, and as it likes, unless it was told before it is there.
        state = self.windowState()
        whole = bool(state & (Qt.WindowState.WindowMaximized | Qt.WindowState.WindowFullScreen))
        place = self.normalGeometry() if whole else QRect(self.pos(), self.size())
        self.destroy()
        self.setWindowState(Qt.WindowState.WindowNoState)
        self.resize(place.size())
        self.move(place.topLeft())
        self.setWindowState(state)

    def changeEvent(self, event: QEvent) -> None:
        """Tell when the person comes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.activated.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Leave it to the application what closing means here."""
        event.ignore()
        self.close_requested.emit()

    def showEvent(self, event: QShowEvent) -> None:
        """Tell."""
        super().showEvent(event)
        self.was_shown = True
        self.shown.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        """Tell."""
        super().hideEvent(event)
        self.hidden.emit()
