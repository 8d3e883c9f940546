"""The icon in the tray: what Homard is doing at a glance, and the shortest way to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QSystemTrayIcon

from app.desktop.motion import motion_reduced
from app.desktop.tray_host import TrayHost
from app.desktop.tray_icon import FRAMES, tray_icon
from app.desktop.tray_menu import TrayMenu
from app.translation import translate
from app.viewmodels.moment import clock
from app.viewmodels.status import Status, StatusViewModel

FRAME_MS = 600
"""Of the picture for `working`: it should be noticed, not watched."""
MAX_TOOLTIP_CHARS = 120
"""Windows cuts at 127."""


class Tray(QObject):
    """Shows the status in the tray as long as the desktop has one; call `start` when the loop runs."""

    open_requested = Signal()
    quick_prompt_requested = Signal()
    session_requested = Signal(str)
    """A session id."""
    needs_you_requested = Signal()
    stop_requested = Signal(str)
    """A run id; the run may have ended meanwhile."""
    job_requested = Signal(str)
    """A job id: it is to be looked at."""
    pause_requested = Signal(object)
    """An aware datetime, or None: until resumed."""
    resume_requested = Signal()
    quit_requested = Signal()
    available_changed = Signal(bool)
    """Whether there is a tray: without one, closing the window must not hide the only way to the program."""

    def __init__(
        self,
        status: StatusViewModel,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = status
        self._menu = TrayMenu(lambda: status.status, now, self)
        self._host = TrayHost(self)
        self._icon: QSystemTrayIcon | None = None
        self._frame = 0
        self._frames = QTimer(self)
        self._frames.setInterval(FRAME_MS)
        self._frames.timeout.connect(self._next_frame)
        self._pass_on(self._menu)
        self._host.changed.connect(self._on_host)
        status.changed.connect(self.refresh)

    @property
    def available(self) -> bool:
        """Whether the icon can be seen."""
        return self._icon is not None

    @property
    def system_icon(self) -> QSystemTrayIcon | None:
        """The icon itself, for messages where the desktop has no other; None: there is no tray."""
        return self._icon

    def start(self) -> None:
        """Look for a tray, now and later."""
        self._host.start()

    def look(self) -> None:
        """Look for a tray at once, for instance because the window is about to be closed."""
        self._host.look()

    def stop(self) -> None:
        """Take the icon away, at the end of the program."""
        self._host.stop()
        self._remove()

    def refresh(self) -> None:
        """Show what holds now."""
        if self._icon is None:
            return
        status = self._model.status
        moving = status.state == "working" and self._icon.isVisible() and not motion_reduced()
        if moving and not self._frames.isActive():
            self._frames.start()
        elif not moving:
            self._frames.stop()
        self._icon.setToolTip(tooltip(status))
        self._draw(moving)

    def _draw(self, moving: bool) -> None:
        if self._icon is not None:
            status = self._model.status
            self._icon.setIcon(tray_icon(status.state, len(status.needs), self._frame if moving else None))

    def _next_frame(self) -> None:
        self._frame = (self._frame + 1) % FRAMES
        self._draw(moving=True)

    def _on_host(self, there: bool) -> None:
        if there:
            self._show()
        else:
            self._remove()
        self.available_changed.emit(there)

    def _show(self) -> None:
        icon = QSystemTrayIcon(self)
        icon.setContextMenu(self._menu.menu)
        icon.activated.connect(self._on_activated)
        self._icon = icon
        self._draw(moving=False)  # an icon must have a picture before it is shown
        icon.show()
        self.refresh()

    def _remove(self) -> None:
        icon, self._icon = self._icon, None
        self._frames.stop()
        if icon is not None:
            icon.hide()
            icon.deleteLater()

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        # Two clicks in quick succession, with the window closed between them, come as a double click.
        if reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self.open_requested.emit()
        elif reason == QSystemTrayIcon.ActivationReason.MiddleClick:
            self.quick_prompt_requested.emit()

    def _pass_on(self, menu: TrayMenu) -> None:
        menu.open_requested.connect(self.open_requested)
        menu.quick_prompt_requested.connect(self.quick_prompt_requested)
        menu.session_requested.connect(self.session_requested)
        menu.needs_you_requested.connect(self.needs_you_requested)
        menu.stop_requested.connect(self.stop_requested)
        menu.job_requested.connect(self.job_requested)
        menu.pause_requested.connect(self.pause_requested)
        menu.resume_requested.connect(self.resume_requested)
        menu.quit_requested.connect(self.quit_requested)


def tooltip(status: Status) -> str:
    """The status in words."""
    return f"Homard: {_in_words(status)}"[:MAX_TOOLTIP_CHARS]


def _in_words(status: Status) -> str:
    match status.state:
        case "needs_you":
            return translate("Tray", "%n thing(s) need you", len(status.needs))
        case "error":
            return translate("Tray", "a run failed")
        case "paused" if status.pause and status.pause.until:
            return translate("Tray", "paused until {time}").format(time=clock(status.pause.until))
        case "paused":
            return translate("Tray", "paused")
        case "working" if len(status.running) == 1 and status.running[0].prompt:
            return translate("Tray", "working on “{prompt}”").format(prompt=status.running[0].prompt)
        case "working":
            return translate("Tray", "%n run(s) at work", len(status.running))
        case _:
            return translate("Tray", "ready")
