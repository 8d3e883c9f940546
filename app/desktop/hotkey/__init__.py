"""A key combination that works whichever program has the focus, where the system allows one."""

from app.desktop.hotkey.hotkey import Hotkey
from app.desktop.hotkey.status import HotkeyStatus

__all__ = ["Hotkey", "HotkeyStatus"]
