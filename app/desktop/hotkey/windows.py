"""Hotkeys on Windows: RegisterHotKey, whose message comes to the thread of the screen. Written from documentation."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from ctypes import wintypes
from typing import Any

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QCoreApplication

from app.desktop.hotkey.sequence import Combination
from app.desktop.hotkey.status import WORKS, HotkeyStatus, no_such_key, taken

WM_HOTKEY = 0x0312
MOD_ALT, MOD_CONTROL, MOD_SHIFT, MOD_WIN, MOD_NOREPEAT = 0x1, 0x2, 0x4, 0x8, 0x4000
HOTKEY_ID = 0x484D
"""Any number below 0xC000 that no other part of this program uses."""


class WindowsBackend(QAbstractNativeEventFilter):
    """Takes the keys for this thread."""

    def __init__(self, pressed: Callable[[], None]) -> None:
        super().__init__()
        self._pressed = pressed
        self._taken = False

    def register(self, keys: Combination) -> HotkeyStatus:
        """Take the keys."""
        if not keys.windows_key:
            return no_such_key()
        held = MOD_ALT * keys.alt | MOD_CONTROL * keys.control | MOD_SHIFT * keys.shift | MOD_WIN * keys.meta
        if not _user32().RegisterHotKey(None, HOTKEY_ID, held | MOD_NOREPEAT, keys.windows_key):
            return taken()
        self._taken = True
        if (application := QCoreApplication.instance()) is not None:
            application.installNativeEventFilter(self)
        return WORKS

    def unregister(self) -> None:
        """Give the keys back."""
        if self._taken:
            self._taken = False
            _user32().UnregisterHotKey(None, HOTKEY_ID)
            if (application := QCoreApplication.instance()) is not None:
                application.removeNativeEventFilter(self)

    def nativeEventFilter(self, eventType: QByteArray | bytes | bytearray | memoryview, message: int) -> object:
        """Notice our hotkey; everything is passed on."""
        found = wintypes.MSG.from_address(int(message))
        if self._taken and (found.message, found.wParam) == (WM_HOTKEY, HOTKEY_ID):
            self._pressed()
        return False


def _user32() -> Any:
    return getattr(ctypes, "windll").user32  # noqa: B009 the attribute is there on Windows only
