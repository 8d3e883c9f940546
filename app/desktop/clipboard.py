"""The clipboard and the screen, for what was granted them: agent/desktop.py by Qt, on Wayland by the portal."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import cast

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QCursor, QGuiApplication, QImage, QImageWriter

from agent.errors import ToolFailed
from app.desktop.portal import Refused
from app.desktop.screen_portal import take_picture
from app.desktop.session_bus import BusError

MAX_CHARS = 1_000_000
MAX_PIXELS = 1920
"""Of the longer side of a picture: models see no more, and each pixel costs."""
_SECRET = ("x-kde-passwordmanagerhint", "concealedtype", "excludeclipboardcontentfrommonitorprocessing")
"""By these formats password managers say that what they put into the clipboard is a secret."""


class QtDesktop:
    """Lives on the GUI thread, as the clipboard does."""

    async def clipboard_text(self) -> str:
        """The text in the clipboard. Raises ToolFailed."""
        _must_be_in_front("A program sees the clipboard")
        data = cast("QMimeData | None", QGuiApplication.clipboard().mimeData())
        formats = data.formats() if data is not None else []
        if data is None or not formats:
            return ""  # asking on would wait 5 s for each kind of text if the program that holds it hangs (X11)
        if _is_secret(data, formats):
            raise ToolFailed("A password manager put a secret into the clipboard. It is not given to anybody.")
        text = data.text()
        if len(text) > MAX_CHARS:
            raise ToolFailed(f"The clipboard holds {len(text):,} characters; up to {MAX_CHARS:,} are read. Use a file.")
        return text

    async def set_clipboard_text(self, text: str) -> None:
        """Put a text into the clipboard. Raises ToolFailed."""
        if len(text) > MAX_CHARS:
            raise ToolFailed(f"The clipboard takes up to {MAX_CHARS:,} characters. Write a file instead.")
        _must_be_in_front("A program can put something into the clipboard")
        QGuiApplication.clipboard().setText(text)

    async def screenshot(self, path: Path) -> None:
        """Write a PNG of the screen where the pointer is. Raises ToolFailed."""
        image = await _from_portal() if _on_wayland() else _from_screen()
        saved = await asyncio.to_thread(_save, image, path)
        if not saved:
            raise ToolFailed("The picture of the screen could not be written. See that the disk is not full.")


def _on_wayland() -> bool:
    return QGuiApplication.platformName().startswith("wayland")


def _must_be_in_front(what: str) -> None:
    if _on_wayland() and not QGuiApplication.focusWindow():
        raise ToolFailed(f"{what} on Wayland only while its window is in front. Bring Homard to the front, then again.")


def _is_secret(data: QMimeData, formats: list[str]) -> bool:
    for name in formats:
        if any(mark in name.lower() for mark in _SECRET):
            return "passwordmanagerhint" not in name.lower() or data.data(name).data() == b"secret"
    return False


def _from_screen() -> QImage:
    if sys.platform == "darwin" and not _mac_allows():
        raise ToolFailed("macOS lets no program see the screen unasked. Allow Homard in System Settings, Privacy.")
    screen = QGuiApplication.screenAt(QCursor.pos()) or QGuiApplication.primaryScreen()
    image = screen.grabWindow(0).toImage() if screen else QImage()
    if image.isNull():
        raise ToolFailed("The desktop gives no picture of the screen.")
    return image


async def _from_portal() -> QImage:
    try:
        data = await take_picture()
    except Refused:
        raise ToolFailed("The desktop was asked for a picture of the screen and refused it.") from None
    except (BusError, TimeoutError, OSError) as error:
        words = "This desktop has no portal that gives a picture of the screen (xdg-desktop-portal)"
        raise ToolFailed(f"{words}: {error}. Install the one of your desktop.") from None
    image = QImage.fromData(data)
    if image.isNull():
        raise ToolFailed("The desktop gave a picture of the screen that cannot be read.")
    return image


def _mac_allows() -> bool:
    """Ask macOS whether we may see other windows, and let it ask the person; without leave it gives the wallpaper."""
    import ctypes

    graphics = ctypes.CDLL("/System/Library/Frameworks/CoreGraphics.framework/CoreGraphics")
    graphics.CGPreflightScreenCaptureAccess.restype = ctypes.c_bool
    return bool(graphics.CGPreflightScreenCaptureAccess()) or bool(graphics.CGRequestScreenCaptureAccess())


def _save(image: QImage, path: Path) -> bool:
    if max(image.width(), image.height()) > MAX_PIXELS:
        image = image.scaled(
            MAX_PIXELS, MAX_PIXELS, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
    return QImageWriter(str(path), b"png").write(image)
