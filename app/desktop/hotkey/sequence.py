"""A key combination such as `Ctrl+Alt+Space`, in the words each system has for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeySequence

_MODIFIER = Qt.KeyboardModifier

NAMED = {
    Qt.Key.Key_Tab: ("Tab", 0x09, 0x30),
    Qt.Key.Key_Return: ("Return", 0x0D, 0x24),
    Qt.Key.Key_Escape: ("Escape", 0x1B, 0x35),
    Qt.Key.Key_Backspace: ("BackSpace", 0x08, 0x33),
    Qt.Key.Key_Insert: ("Insert", 0x2D, 0x72),
    Qt.Key.Key_Delete: ("Delete", 0x2E, 0x75),
    Qt.Key.Key_Home: ("Home", 0x24, 0x73),
    Qt.Key.Key_End: ("End", 0x23, 0x77),
    Qt.Key.Key_PageUp: ("Prior", 0x21, 0x74),
    Qt.Key.Key_PageDown: ("Next", 0x22, 0x79),
    Qt.Key.Key_Left: ("Left", 0x25, 0x7B),
    Qt.Key.Key_Up: ("Up", 0x26, 0x7E),
    Qt.Key.Key_Right: ("Right", 0x27, 0x7C),
    Qt.Key.Key_Down: ("Down", 0x28, 0x7D),
    Qt.Key.Key_Space: ("space", 0x20, 0x31),
}
"""X keysym name, Windows virtual key, macOS key code."""
F_KEYS_MAC = (0x7A, 0x78, 0x63, 0x76, 0x60, 0x61, 0x62, 0x64, 0x65, 0x6D, 0x67, 0x6F)
"""Key codes of F1 to F12 (Carbon, Events.h)."""
ANSI_MAC = {
    "A": 0x00, "S": 0x01, "D": 0x02, "F": 0x03, "H": 0x04, "G": 0x05, "Z": 0x06, "X": 0x07, "C": 0x08, "V": 0x09,
    "B": 0x0B, "Q": 0x0C, "W": 0x0D, "E": 0x0E, "R": 0x0F, "Y": 0x10, "T": 0x11, "1": 0x12, "2": 0x13, "3": 0x14,
    "4": 0x15, "6": 0x16, "5": 0x17, "9": 0x19, "7": 0x1A, "8": 0x1C, "0": 0x1D, "O": 0x1F, "U": 0x20, "I": 0x22,
    "P": 0x23, "L": 0x25, "J": 0x26, "K": 0x28, "N": 0x2D, "M": 0x2E,
}  # fmt: skip
"""Key codes of the places of these characters on an ANSI keyboard (Carbon, Events.h)."""


@dataclass(frozen=True)
class Combination:
    """Modifiers and one key."""

    key: int
    """`Qt.Key`."""
    control: bool = False
    alt: bool = False
    shift: bool = False
    meta: bool = False
    """The Windows or Command key."""

    @property
    def f_number(self) -> int:
        """1 for F1; 0: no function key."""
        number = self.key - Qt.Key.Key_F1.value + 1
        return number if 1 <= number <= 24 else 0

    @property
    def keysym(self) -> str:
        """The name of the key for X and for portals; empty: it has none here."""
        if self.key in NAMED:
            return NAMED[Qt.Key(self.key)][0]
        if self.f_number:
            return f"F{self.f_number}"
        return chr(self.key).lower() if 0x20 < self.key < 0x100 and chr(self.key).isalnum() else ""

    @property
    def windows_key(self) -> int:
        """The virtual key of Windows; 0: none here."""
        if self.key in NAMED:
            return NAMED[Qt.Key(self.key)][1]
        if self.f_number:
            return 0x6F + self.f_number
        return self.key if self.key < 0x80 and chr(self.key).isalnum() else 0

    @property
    def mac_key(self) -> int | None:
        """The key code of macOS; None: none here."""
        if self.key in NAMED:
            return NAMED[Qt.Key(self.key)][2]
        if 1 <= self.f_number <= len(F_KEYS_MAC):
            return F_KEYS_MAC[self.f_number - 1]
        return ANSI_MAC.get(chr(self.key)) if self.key < 0x80 else None

    @property
    def trigger(self) -> str:
        """As the XDG shortcuts specification writes it: `CTRL+ALT+space`."""
        names = (("CTRL", self.control), ("ALT", self.alt), ("SHIFT", self.shift), ("LOGO", self.meta))
        return "+".join([*(name for name, held in names if held), self.keysym])


def parse(sequence: str) -> Combination | None:
    """Read what Qt writes as portable text; None: it is no combination that can be taken from all other programs.

    A single key without Ctrl, Alt or Meta would be lost for typing; only function keys may stand alone.
    """
    keys = QKeySequence.fromString(sequence, QKeySequence.SequenceFormat.PortableText)
    if keys.count() != 1:
        return None
    pressed = cast("list[QKeyCombination]", keys)[0]
    held = pressed.keyboardModifiers()
    found = Combination(
        pressed.key().value,
        control=bool(held & _MODIFIER.ControlModifier),
        alt=bool(held & _MODIFIER.AltModifier),
        shift=bool(held & _MODIFIER.ShiftModifier),
        meta=bool(held & _MODIFIER.MetaModifier),
    )
    alone = not (found.control or found.alt or found.meta)
    return None if not found.keysym or (alone and not found.f_number) else found
