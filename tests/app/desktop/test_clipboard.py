import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QWidget

from agent.desktop import Desktop
from agent.errors import ToolFailed
from app.desktop.clipboard import MAX_CHARS, MAX_PIXELS, QtDesktop


@pytest.fixture
def desktop(qapp: QApplication) -> Desktop:
    QGuiApplication.clipboard().clear()
    return QtDesktop()


def copied(**formats: bytes) -> None:
    data = QMimeData()
    data.setText("secret word")
    for name, value in formats.items():
        data.setData(name, value)
    QGuiApplication.clipboard().setMimeData(data)


def test_a_text_goes_in_and_out(desktop: Desktop) -> None:
    assert asyncio.run(desktop.clipboard_text()) == ""
    asyncio.run(desktop.set_clipboard_text("Grüße\n😀"))
    assert asyncio.run(desktop.clipboard_text()) == "Grüße\n😀" == QGuiApplication.clipboard().text()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x-kde-passwordManagerHint", b"secret"),
        ('application/x-qt-windows-mime;value="ExcludeClipboardContentFromMonitorProcessing"', b"\0"),
        ("org.nspasteboard.ConcealedType", b""),
    ],
)
def test_what_a_password_manager_marked_is_not_given(desktop: Desktop, name: str, value: bytes) -> None:
    copied(**{name: value})
    with pytest.raises(ToolFailed, match="password manager"):
        asyncio.run(desktop.clipboard_text())


def test_a_mark_that_says_nothing_is_none(desktop: Desktop) -> None:
    copied(**{"x-kde-passwordManagerHint": b"public"})
    assert asyncio.run(desktop.clipboard_text()) == "secret word"


def test_too_much_text_is_refused_both_ways(desktop: Desktop) -> None:
    with pytest.raises(ToolFailed, match="takes up to"):
        asyncio.run(desktop.set_clipboard_text("x" * (MAX_CHARS + 1)))
    QGuiApplication.clipboard().setText("x" * (MAX_CHARS + 1))
    with pytest.raises(ToolFailed, match="are read"):
        asyncio.run(desktop.clipboard_text())


def test_the_screen_is_pictured(desktop: Desktop, tmp_path: Path) -> None:
    window = QWidget()
    window.setStyleSheet("background: #ff0000")
    window.showFullScreen()
    QApplication.processEvents()
    asyncio.run(desktop.screenshot(tmp_path / "screen.png"))
    window.close()
    image = QImage(str(tmp_path / "screen.png"))
    assert 0 < max(image.width(), image.height()) <= MAX_PIXELS
    assert image.pixelColor(image.width() // 2, image.height() // 2).name() == "#ff0000"


def test_a_place_that_cannot_be_written_is_said(desktop: Desktop, tmp_path: Path) -> None:
    with pytest.raises(ToolFailed, match="could not be written"):
        asyncio.run(desktop.screenshot(tmp_path / "none" / "screen.png"))
