"""Colours, spacing and icons, light and dark, following the system.

Widgets ask `colors()` when they paint and refresh what they keep when Qt sends them `QEvent.Type.PaletteChange`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from PySide6.QtCore import QBuffer, QByteArray, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QImageReader, QPalette, QPixmap
from PySide6.QtWidgets import QApplication

from agent.resources import resource, resource_text

SPACE = 8
"""The grid, in pixels at 96 dpi: margins and gaps are multiples or halves of it."""
RADIUS = 6
"""Of corners."""
ICON_SIZE = 16
"""Of icons in buttons and lists; each more costs a drawing at the start, and `pixmap` has any other."""

Choice = Literal["system", "light", "dark"]


@dataclass(frozen=True)
class Colors:
    """One theme; `#rrggbb`. Text colours have a contrast of at least 4.5:1 on `window`, `base`, `raised`, `said`."""

    window: str
    """Behind the sidebar and dialogs."""
    base: str
    """Behind the transcript and in fields."""
    raised: str
    """Cards and buttons."""
    hover: str
    said: str
    """Behind what the person said."""
    code: str
    border: str
    text: str
    muted: str
    """Secondary text."""
    strong: str
    """The main button of a screen."""
    on_strong: str
    accent: str
    """Lobster red: the brand mark, and "needs you"."""
    on_accent: str
    link: str
    """Links and the focus ring."""
    ok: str
    warn: str
    error: str
    added: str
    """Behind added lines of a diff."""
    removed: str
    selection: str


LIGHT = Colors(
    window="#f4f4f6", base="#ffffff", raised="#ffffff", hover="#e9e9ed", said="#eef1f6", code="#f5f5f7",
    border="#dcdce1", text="#1c1c1f", muted="#5d5d66", strong="#2b2b30", on_strong="#ffffff",
    accent="#c4301c", on_accent="#ffffff", link="#0b5cad", ok="#1a7039", warn="#855500", error="#b3261e",
    added="#dff5e3", removed="#fde5e3", selection="#cfe3fb",
)  # fmt: skip
DARK = Colors(
    window="#1f2023", base="#17181a", raised="#242529", hover="#303238", said="#282c34", code="#1f2024",
    border="#3a3b41", text="#e9e9ec", muted="#a6a6b0", strong="#e4e4e8", on_strong="#1a1a1d",
    accent="#ff6a55", on_accent="#240803", link="#7db8ff", ok="#67c587", warn="#e3b341", error="#ff8a80",
    added="#173322", removed="#43201d", selection="#264f78",
)  # fmt: skip

_active = LIGHT
_usual: list[float] = []
"""Point size of the desktop's own font, once it is known."""


def colors() -> Colors:
    """The theme in force."""
    return _active


def is_dark() -> bool:
    """Whether the dark theme is in force."""
    return _active is DARK


def apply(app: QApplication, choice: Choice, text_scale: float = 1.0) -> None:
    """Put a theme in force, for all widgets at once; `system` is what the desktop has now (see `follow`)."""
    scheme = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark, "system": Qt.ColorScheme.Unknown}
    app.styleHints().setColorScheme(scheme[choice])
    _scale(app, text_scale)
    dark = choice == "dark" or (choice == "system" and app.styleHints().colorScheme() == Qt.ColorScheme.Dark)
    _put(app, DARK if dark else LIGHT)


def follow(app: QApplication) -> None:
    """Take the colours that the desktop asks for now."""
    _put(app, DARK if app.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT)


def _scale(app: QApplication, text_scale: float) -> None:
    if not _usual:
        _usual.append(app.font().pointSizeF())
    font = app.font()
    font.setPointSizeF(_usual[0] * text_scale)
    if font != app.font():
        app.setFont(font)


def _put(app: QApplication, chosen: Colors) -> None:
    global _active
    if chosen is _active and app.styleSheet():
        return
    _active = chosen
    _pixmap.cache_clear()
    app.setPalette(_palette(chosen))
    app.setStyleSheet(_style_sheet(chosen))


def _palette(chosen: Colors) -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: chosen.window,
        QPalette.ColorRole.WindowText: chosen.text,
        QPalette.ColorRole.Base: chosen.base,
        QPalette.ColorRole.AlternateBase: chosen.window,
        QPalette.ColorRole.Text: chosen.text,
        QPalette.ColorRole.PlaceholderText: chosen.muted,
        QPalette.ColorRole.Button: chosen.raised,
        QPalette.ColorRole.ButtonText: chosen.text,
        QPalette.ColorRole.ToolTipBase: chosen.raised,
        QPalette.ColorRole.ToolTipText: chosen.text,
        QPalette.ColorRole.Highlight: chosen.selection,
        QPalette.ColorRole.HighlightedText: chosen.text,
        QPalette.ColorRole.Accent: chosen.link,
        QPalette.ColorRole.Link: chosen.link,
        QPalette.ColorRole.LinkVisited: chosen.link,
        QPalette.ColorRole.Mid: chosen.border,
    }
    for role, value in roles.items():
        palette.setColor(role, QColor(value))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(chosen.muted))
    return palette


def _style_sheet(chosen: Colors) -> str:
    text = resource_text("themes/homard.qss")
    names = sorted(Colors.__dataclass_fields__, key=len, reverse=True)
    for name in names:
        text = text.replace(f"@{name}", getattr(chosen, name))
    return text


def icon(name: str, color: str = "") -> QIcon:
    """The icon `resources/icons/NAME.svg`, its `currentColor` in a colour of the theme (default: text)."""
    made = QIcon()
    ratio = max((screen.devicePixelRatio() for screen in QGuiApplication.screens()), default=1.0)
    made.addPixmap(pixmap(name, ICON_SIZE, color, ratio))
    made.addPixmap(pixmap(name, ICON_SIZE, _active.muted, ratio), QIcon.Mode.Disabled)
    return made


def app_icon() -> QIcon:
    """The mark of the app, for windows and the task bar."""
    made = QIcon()
    for size in (16, 32, 48, 128):
        made.addPixmap(pixmap("homard", size))
    return made


def pixmap(name: str, size: int, color: str = "", ratio: float = 1.0) -> QPixmap:
    """The same as a picture of `size` logical pixels on a screen of that device pixel ratio."""
    made = QPixmap(_pixmap(name, color or _active.text, round(size * ratio)))
    made.setDevicePixelRatio(ratio)
    return made


@cache
def _pixmap(name: str, color: str, size: int) -> QPixmap:
    svg = resource(f"icons/{name}.svg").read_bytes().replace(b"currentColor", color.encode())
    buffer = QBuffer()
    buffer.setData(QByteArray(svg))
    reader = QImageReader(buffer, QByteArray(b"svg"))
    reader.setScaledSize(QSize(size, size))
    return QPixmap.fromImage(reader.read())
