"""Hotkeys on macOS: Carbon's RegisterEventHotKey, which needs no permission. Written from documentation."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from ctypes import CFUNCTYPE, Structure, byref, c_int32, c_uint32, c_ulong, c_void_p
from typing import Any

from app.desktop.hotkey.sequence import Combination
from app.desktop.hotkey.status import WORKS, HotkeyStatus, no_such_key, not_here, taken

CARBON = "/System/Library/Frameworks/Carbon.framework/Carbon"
KEYBOARD_CLASS = int.from_bytes(b"keyb", "big")
HOTKEY_PRESSED = 5
SIGNATURE = int.from_bytes(b"hmrd", "big")
COMMAND, SHIFT, OPTION, CONTROL = 1 << 8, 1 << 9, 1 << 11, 1 << 12


class _EventType(Structure):
    _fields_ = (("event_class", c_uint32), ("kind", c_uint32))


class _HotKeyId(Structure):
    _fields_ = (("signature", c_uint32), ("number", c_uint32))


_Handler = CFUNCTYPE(c_int32, c_void_p, c_void_p, c_void_p)


class MacBackend:
    """Takes the keys for this program. Qt calls Control on a Mac `Meta`, and Command `Ctrl`."""

    def __init__(self, pressed: Callable[[], None]) -> None:
        self._pressed = pressed
        self._carbon: Any = None
        self._handler = _Handler(self._on_event)
        self._reference = c_void_p()

    def register(self, keys: Combination) -> HotkeyStatus:
        """Take the keys."""
        if keys.mac_key is None:
            return no_such_key()
        if self._carbon is None and not self._install():
            return not_here()
        held = COMMAND * keys.control | OPTION * keys.alt | SHIFT * keys.shift | CONTROL * keys.meta
        carbon: Any = self._carbon
        target, name = carbon.GetApplicationEventTarget(), _HotKeyId(SIGNATURE, 1)
        failed = carbon.RegisterEventHotKey(keys.mac_key, held, name, target, 0, byref(self._reference))
        return taken() if failed else WORKS

    def unregister(self) -> None:
        """Give the keys back."""
        if self._reference:
            self._carbon.UnregisterEventHotKey(self._reference)
            self._reference = c_void_p()

    def _install(self) -> bool:
        try:
            carbon: Any = ctypes.CDLL(CARBON)
        except OSError:
            return False
        carbon.GetApplicationEventTarget.restype = c_void_p
        carbon.InstallEventHandler.argtypes = [c_void_p, _Handler, c_ulong, c_void_p, c_void_p, c_void_p]
        carbon.RegisterEventHotKey.argtypes = [c_uint32, c_uint32, _HotKeyId, c_void_p, c_uint32, c_void_p]
        carbon.UnregisterEventHotKey.argtypes = [c_void_p]
        kinds = (_EventType * 1)(_EventType(KEYBOARD_CLASS, HOTKEY_PRESSED))
        target = carbon.GetApplicationEventTarget()
        if carbon.InstallEventHandler(target, self._handler, 1, kinds, None, None):
            return False
        self._carbon = carbon
        return True

    def _on_event(self, _call: int | None, _event: int | None, _data: int | None) -> int:
        self._pressed()
        return 0
