"""What a back end for hotkeys is, and how it says whether it works."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from app.desktop.hotkey.sequence import Combination
from app.translation import translate


@dataclass(frozen=True)
class HotkeyStatus:
    """Whether the hotkey works."""

    ok: bool
    reason: str = ""
    """If not: why, and what to do; a sentence for the person."""


class Backend(Protocol):
    """One system's way. What it was built with is called when the keys are pressed, once a press."""

    def register(self, keys: Combination) -> HotkeyStatus:
        """Take the keys. Must not raise."""
        ...

    def unregister(self) -> None:
        """Give them back; harmless when there are none."""
        ...


WORKS = HotkeyStatus(True)


def taken() -> HotkeyStatus:
    """Another program has it."""
    return HotkeyStatus(
        False, translate("Hotkey", "Another program already uses these keys. Choose others, or free them there.")
    )


def no_such_key() -> HotkeyStatus:
    """This keyboard does not have it."""
    return HotkeyStatus(False, translate("Hotkey", "This keyboard has no such key. Choose other keys."))


def not_here() -> HotkeyStatus:
    """The desktop lets no program do this."""
    return HotkeyStatus(
        False,
        translate(
            "Hotkey",
            "This desktop gives programs no global keys. In its keyboard settings, bind the keys to the command "
            "{command}.",
        ).format(command="homard-app --quick"),
    )
