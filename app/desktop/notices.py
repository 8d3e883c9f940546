"""Ways to tell a person something while the window is hidden, from the best to the least."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from app.desktop.session_bus import BusError, SessionBus
from app.translation import translate

SERVICE = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
DESKTOP_ENTRY = "homard"
URGENCY_NORMAL, URGENCY_CRITICAL = 1, 2
SERVER_DECIDES_MS = -1
TRAY_MS = 10_000


@dataclass(frozen=True)
class Notice:
    """One message to the person."""

    key: str
    """Names it, for `close` and `activated`."""
    title: str
    text: str
    """Plain text, one line; may be empty."""
    urgent: bool = False
    """Somebody waits for an answer."""


class Notices(Protocol):
    """Shows notices. Whatever goes wrong, it must not raise."""

    async def show(self, notice: Notice) -> bool:
        """Show it; False: this way does not work now."""
        ...

    async def close(self, key: str) -> None:
        """Take it away, if it is still there."""
        ...


class BusNotices(QObject):
    """Desktop Notifications Specification 1.3 over the session bus."""

    activated = Signal(str)
    """The person clicked the notice with this key."""

    def __init__(self, bus: SessionBus, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bus = bus
        self._markup = False
        self._shown: dict[str, int] = {}

    async def start(self) -> bool:
        """Ask the server what it can do; False: there is none."""
        try:
            (capabilities,) = await self._bus.call(SERVICE, PATH, SERVICE, "GetCapabilities")
            self._markup = "body-markup" in capabilities
            await self._bus.listen(SERVICE, "ActivationToken", self._on_token)
            await self._bus.listen(SERVICE, "ActionInvoked", self._on_action)
            await self._bus.listen(SERVICE, "NotificationClosed", self._on_closed)
        except (BusError, ValueError):
            return False
        return True

    async def show(self, notice: Notice) -> bool:
        """Show it."""
        from html import escape

        text = escape(notice.text, quote=False) if self._markup else notice.text
        urgency = URGENCY_CRITICAL if notice.urgent else URGENCY_NORMAL
        hints = {"urgency": ("y", urgency), "desktop-entry": ("s", DESKTOP_ENTRY)}
        actions = ["default", translate("Notifications", "Open")]
        body = ("Homard", 0, DESKTOP_ENTRY, notice.title, text, actions, hints, SERVER_DECIDES_MS)
        try:
            (number,) = await self._bus.call(SERVICE, PATH, SERVICE, "Notify", "susssasa{sv}i", *body)
        except (BusError, ValueError):
            return False
        self._shown[notice.key] = number
        return True

    async def close(self, key: str) -> None:
        """Take it away."""
        number = self._shown.pop(key, None)
        if number is not None:
            with contextlib.suppress(BusError):
                await self._bus.call(SERVICE, PATH, SERVICE, "CloseNotification", "u", number)

    def _key_of(self, number: int) -> str | None:
        return next((key for key, shown in self._shown.items() if shown == number), None)

    def _on_token(self, number: int, token: str) -> None:
        if self._key_of(number) is not None:
            os.environ["XDG_ACTIVATION_TOKEN"] = token  # QWindow.requestActivate takes it from there

    def _on_action(self, number: int, action: str) -> None:
        key = self._key_of(number)
        if key is not None and action == "default":
            self.activated.emit(key)

    def _on_closed(self, number: int, _reason: int) -> None:
        key = self._key_of(number)
        if key is not None:
            del self._shown[key]


class TrayNotices(QObject):
    """Messages of the tray icon: Windows, macOS, and desktops without a notification service."""

    activated = Signal(str)

    def __init__(self, icon: QSystemTrayIcon, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.icon = icon
        self._last = ""
        icon.messageClicked.connect(self._on_clicked)

    async def show(self, notice: Notice) -> bool:
        """Show it."""
        if not (self.icon.isVisible() and self.icon.supportsMessages()):
            return False
        self._last = notice.key
        kind = QSystemTrayIcon.MessageIcon.Warning if notice.urgent else QSystemTrayIcon.MessageIcon.Information
        self.icon.showMessage(notice.title, notice.text, kind, TRAY_MS)
        return True

    async def close(self, key: str) -> None:
        """It goes by itself; but a click on it does nothing any more."""
        if key == self._last:
            self._last = ""

    def _on_clicked(self) -> None:
        if self._last:
            self.activated.emit(self._last)


class AlertNotices:
    """Where nothing else is left: the window asks for attention in the task bar, if it is there."""

    def __init__(self, window: Callable[[], QWidget | None]) -> None:
        self._window = window

    async def show(self, notice: Notice) -> bool:
        """Ask for attention; the words stand in the window."""
        window = self._window()
        if window is not None:
            QApplication.alert(window)
        return window is not None

    async def close(self, key: str) -> None:
        """It ends when the person comes."""
