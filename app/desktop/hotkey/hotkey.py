"""The hotkey of the quick prompt, by whatever way this system has."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from app.desktop.hotkey.sequence import parse
from app.desktop.hotkey.status import Backend, HotkeyStatus, not_here
from app.translation import translate


class Hotkey(QObject):
    """At most one global hotkey."""

    pressed = Signal()
    status_changed = Signal(object)
    """A `HotkeyStatus` that came later: a Wayland desktop asks the person first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._backend: Backend | None = None
        self._status = HotkeyStatus(False)

    @property
    def status(self) -> HotkeyStatus:
        """What is known now."""
        return self._status

    def register(self, sequence: str) -> HotkeyStatus:
        """Take `Ctrl+Alt+Space` or the like, instead of what was taken before; empty: take none."""
        self.unregister()
        if not sequence:
            self._status = HotkeyStatus(False, translate("Hotkey", "No keys are chosen."))
        elif (keys := parse(sequence)) is None:
            reason = translate("Hotkey", "These keys cannot be used everywhere. Choose Ctrl, Alt or Meta with a key.")
            self._status = HotkeyStatus(False, reason)
        else:
            if self._backend is None:
                self._backend = _choose(self.pressed.emit, self._on_status)
            self._status = not_here() if self._backend is None else self._backend.register(keys)
        return self._status

    def unregister(self) -> None:
        """Give the keys back."""
        if self._backend is not None:
            self._backend.unregister()
        self._status = HotkeyStatus(False)

    def _on_status(self, status: HotkeyStatus) -> None:
        self._status = status
        self.status_changed.emit(status)


def _choose(pressed: Callable[[], None], told: Callable[[HotkeyStatus], None]) -> Backend | None:
    if sys.platform == "win32":
        from app.desktop.hotkey.windows import WindowsBackend

        return WindowsBackend(pressed)
    if sys.platform == "darwin":
        from app.desktop.hotkey.macos import MacBackend

        return MacBackend(pressed)
    if os.environ.get("WAYLAND_DISPLAY"):  # there X11's way works only while an old program has the focus
        from app.desktop.hotkey.portal import PortalBackend

        return PortalBackend(pressed, told)
    if os.environ.get("DISPLAY"):
        from app.desktop.hotkey.x11 import X11Backend

        return X11Backend(pressed)
    return None
