"""Hotkeys on X11: a passive grab on the root window, over a connection of our own, so that Qt's stays as it is."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from ctypes import CFUNCTYPE, POINTER, Structure, Union, byref, c_char_p, c_int, c_long, c_uint, c_ulong, c_void_p
from typing import Any

from PySide6.QtCore import QSocketNotifier

from app.desktop.hotkey.sequence import Combination
from app.desktop.hotkey.status import WORKS, HotkeyStatus, no_such_key, not_here, taken

SHIFT, LOCK, CONTROL, ALT, SUPER = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 6
KEY_PRESS, KEY_RELEASE, MAPPING_NOTIFY = 2, 3, 34
NUM_LOCK_KEYSYM = 0xFF7F
GRAB_ASYNC = 1


class _Event(Union):
    _fields_ = (("type", c_int), ("pad", c_long * 24))


class _ModifierMap(Structure):
    _fields_ = (("max_keypermod", c_int), ("modifiermap", POINTER(ctypes.c_ubyte)))


_ErrorHandler = CFUNCTYPE(c_int, c_void_p, c_void_p)


class X11Backend:
    """Grabs the keys, whatever Num Lock and Caps Lock say."""

    def __init__(self, pressed: Callable[[], None]) -> None:
        self._pressed = pressed
        self._x: Any = None
        self._display: int | None = None
        self._notifier: QSocketNotifier | None = None
        self._keys: Combination | None = None
        self._down = False

    def register(self, keys: Combination) -> HotkeyStatus:
        """Take the keys."""
        if self._display is None and not self._connect():
            return not_here()
        self._keys = keys
        status = self._grab(keys)
        if not status.ok:
            self.unregister()
        return status

    def unregister(self) -> None:
        """Hang up: the server gives back all that this connection had taken."""
        if self._notifier is not None:
            self._notifier.setEnabled(False)
            self._notifier.deleteLater()
            self._notifier = None
        if self._display is not None:
            self._x.XCloseDisplay(self._display)
            self._display = None
        self._keys, self._down = None, False

    def _connect(self) -> bool:
        try:
            self._x = _library()
        except OSError:
            return False
        self._display = self._x.XOpenDisplay(None)
        if not self._display:
            self._display = None
            return False
        self._x.XkbSetDetectableAutoRepeat(self._display, 1, None)
        self._notifier = QSocketNotifier(self._x.XConnectionNumber(self._display), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._read)
        return True

    def _grab(self, keys: Combination) -> HotkeyStatus:
        name = keys.keysym  # of a Latin-1 character the keysym is its code; other keys have names
        keysym = ord(name) if len(name) == 1 else self._x.XStringToKeysym(name.encode())
        code = self._x.XKeysymToKeycode(self._display, keysym) if keysym else 0
        if not code:
            return no_such_key()
        root = self._x.XDefaultRootWindow(self._display)
        held = (SHIFT * keys.shift) | (CONTROL * keys.control) | (ALT * keys.alt) | (SUPER * keys.meta)
        num_lock = self._num_lock()
        with _Errors(self._x, self._display) as failed:
            for locks in {0, LOCK, num_lock, LOCK | num_lock}:
                self._x.XGrabKey(self._display, code, held | locks, root, 0, GRAB_ASYNC, GRAB_ASYNC)
        self._read()  # events that came while we waited for errors lie in memory: the socket will not tell of them
        return taken() if failed else WORKS

    def _num_lock(self) -> int:
        """The modifier that Num Lock sets on this keyboard; 0: none."""
        code = self._x.XKeysymToKeycode(self._display, NUM_LOCK_KEYSYM)
        table = self._x.XGetModifierMapping(self._display)
        try:
            width = table.contents.max_keypermod
            rows = (table.contents.modifiermap[row * width : (row + 1) * width] for row in range(8))
            return next((1 << row for row, codes in enumerate(rows) if code and code in codes), 0)
        finally:
            self._x.XFreeModifiermap(table)

    def _read(self, *_: object) -> None:
        event = _Event()
        while self._display is not None and self._x.XPending(self._display):
            self._x.XNextEvent(self._display, byref(event))
            if event.type == KEY_PRESS and not self._down:
                self._down = True
                self._pressed()
            elif event.type == KEY_RELEASE:
                self._down = False
            elif event.type == MAPPING_NOTIFY:
                self._on_new_keyboard(event)

    def _on_new_keyboard(self, event: _Event) -> None:
        self._x.XRefreshKeyboardMapping(byref(event))
        if self._keys is not None and self._display is not None:
            any_key, any_modifier = 0, 1 << 15
            self._x.XUngrabKey(self._display, any_key, any_modifier, self._x.XDefaultRootWindow(self._display))
            self._grab(self._keys)


class _Errors:
    """Collect the errors of one connection. Without a handler, Xlib ends the process at the first one."""

    def __init__(self, x: Any, display: int | None) -> None:
        self._x = x
        self._display = display
        self._codes: list[int] = []
        self._handler = _ErrorHandler(self._on_error)

    def __enter__(self) -> list[int]:
        self._before = self._x.XSetErrorHandler(ctypes.cast(self._handler, c_void_p))
        return self._codes

    def __exit__(self, *_: object) -> None:
        self._x.XSync(self._display, 0)
        self._x.XSetErrorHandler(self._before)

    def _on_error(self, _display: int, _event: int) -> int:
        self._codes.append(1)
        return 0


def _library() -> Any:
    x = ctypes.CDLL("libX11.so.6")
    for name, result, arguments in (
        ("XOpenDisplay", c_void_p, (c_char_p,)),
        ("XCloseDisplay", c_int, (c_void_p,)),
        ("XConnectionNumber", c_int, (c_void_p,)),
        ("XDefaultRootWindow", c_ulong, (c_void_p,)),
        ("XStringToKeysym", c_ulong, (c_char_p,)),
        ("XKeysymToKeycode", ctypes.c_ubyte, (c_void_p, c_ulong)),
        ("XGrabKey", c_int, (c_void_p, c_int, c_uint, c_ulong, c_int, c_int, c_int)),
        ("XUngrabKey", c_int, (c_void_p, c_int, c_uint, c_ulong)),
        ("XGetModifierMapping", POINTER(_ModifierMap), (c_void_p,)),
        ("XFreeModifiermap", c_int, (POINTER(_ModifierMap),)),
        ("XSetErrorHandler", c_void_p, (c_void_p,)),
        ("XSync", c_int, (c_void_p, c_int)),
        ("XPending", c_int, (c_void_p,)),
        ("XNextEvent", c_int, (c_void_p, c_void_p)),
        ("XRefreshKeyboardMapping", c_int, (c_void_p,)),
        ("XkbSetDetectableAutoRepeat", c_int, (c_void_p, c_int, c_void_p)),
    ):
        function = getattr(x, name)
        function.restype, function.argtypes = result, arguments
    return x
