"""Whether the desktop has a place for tray icons now; it may come late, and it may go.

Qt asks for the D-Bus kind of tray (StatusNotifierItem) once in the life of a process and remembers a no
(QGenericUnixTheme, Qt 6.11). So on Linux we look ourselves, and ask Qt only when there is something to find.
"""

from __future__ import annotations

import ctypes
import sys

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QNativeInterface
from PySide6.QtWidgets import QSystemTrayIcon

WATCHER = "org.kde.StatusNotifierWatcher"
FIRST_LOOK_MS = 5_000
LAST_LOOK_MS = 60_000
"""Looking costs next to nothing; it gets rarer all the same, for an idle program should sleep."""


class TrayHost(QObject):
    """Tells whether a tray is there, and when that changes."""

    changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._there = False
        self._told = False
        """The next change will be told to us; else we look from time to time."""
        self._watcher: QObject | None = None
        self._looks = QTimer(self)
        self._looks.setSingleShot(True)
        self._looks.timeout.connect(self.look)

    def start(self) -> None:
        """Look now, and from now on."""
        self._watch_bus()
        self._looks.setInterval(FIRST_LOOK_MS)
        self.look()

    def stop(self) -> None:
        """Look no more."""
        self._looks.stop()
        self._watcher = None

    @property
    def available(self) -> bool:
        """Whether a tray was there at the last look."""
        return self._there

    def look(self) -> None:
        """Look now, and again later where nobody would tell us of a change."""
        there = self._is_there()
        if there != self._there:
            self._there = there
            self._looks.setInterval(FIRST_LOOK_MS)
            self.changed.emit(there)
        if not self._told:
            self._looks.start()
            self._looks.setInterval(min(2 * self._looks.interval(), LAST_LOOK_MS))

    def _is_there(self) -> bool:
        if sys.platform != "linux":
            self._told = there = QSystemTrayIcon.isSystemTrayAvailable()
            return there
        registered = _watcher_registered()
        self._told = registered or (self._watcher is not None and not _on_x11())
        return registered or (_on_x11() and _has_x11_tray())

    def _watch_bus(self) -> None:
        if sys.platform != "linux":
            return
        from PySide6.QtDBus import QDBusConnection, QDBusServiceWatcher

        bus = QDBusConnection.sessionBus()
        if not bus.isConnected():
            return
        mode = QDBusServiceWatcher.WatchModeFlag.WatchForOwnerChange
        watcher = QDBusServiceWatcher(WATCHER, bus, mode, self)
        watcher.serviceOwnerChanged.connect(self._on_owner)
        self._watcher = watcher

    def _on_owner(self, _service: str, _old: str, _new: str) -> None:
        self.look()


def _watcher_registered() -> bool:
    from PySide6.QtDBus import QDBusConnection

    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        return False
    reply = bus.interface().isServiceRegistered(WATCHER)  # asks the bus daemon alone, which always answers
    return bool(reply.value())


def _on_x11() -> bool:
    return QGuiApplication.platformName() == "xcb"


def _has_x11_tray() -> bool:
    """Whether somebody owns the selection of the System Tray Protocol on this screen."""
    application = QGuiApplication.instance()
    native = application.nativeInterface() if isinstance(application, QGuiApplication) else None
    if not isinstance(native, QNativeInterface.QX11Application) or not (display := native.display()):
        return False
    xlib = ctypes.CDLL("libX11.so.6")
    xlib.XInternAtom.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
    xlib.XInternAtom.restype = ctypes.c_ulong
    xlib.XGetSelectionOwner.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
    xlib.XGetSelectionOwner.restype = ctypes.c_ulong
    xlib.XDefaultScreen.argtypes = [ctypes.c_void_p]
    name = b"_NET_SYSTEM_TRAY_S%d" % xlib.XDefaultScreen(display)
    return bool(xlib.XGetSelectionOwner(display, xlib.XInternAtom(display, name, 0)))
