"""The icons of resources/icons: each is drawn, fits the set, and is there when a screen asks for it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QSize
from PySide6.QtGui import QImage, QImageReader

ROOT = Path(__file__).parent.parent
ICONS = {path.stem: path for path in sorted((ROOT / "resources" / "icons").glob("*.svg"))}
TRAY = ("tray-idle", "tray-working", "tray-needs-you", "tray-paused", "tray-error")
BRAND = ("homard", "homard-app")


def drawn(name: str, size: int) -> QImage:
    """Draw it in black, as the theme does it in its colours."""
    buffer = QBuffer()
    buffer.setData(QByteArray(ICONS[name].read_bytes().replace(b"currentColor", b"#000000")))
    reader = QImageReader(buffer, QByteArray(b"svg"))
    reader.setScaledSize(QSize(size, size))
    image = reader.read()
    assert not image.isNull(), reader.errorString()
    return image.convertToFormat(QImage.Format.Format_Alpha8)


def covered(name: str, size: int) -> float:
    """The share of the square that ink covers."""
    image = drawn(name, size)
    return sum(bytes(image.constBits())) / (255 * image.bytesPerLine() * size)


def asked_for() -> Iterator[str]:
    """The names that screens give to `icon` and `pixmap` as literals."""
    for path in (ROOT / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in ("icon", "pixmap"):
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield first.value


@pytest.mark.parametrize("name", ICONS)
def test_it_is_drawn_at_every_size(name: str) -> None:
    shares = [covered(name, size) for size in (16, 24, 64)]
    # `more` is three dots, the application's icon a full square.
    assert all(0.02 < share < 0.95 for share in shares), shares


@pytest.mark.parametrize("name", ICONS)
def test_it_fits_the_set(name: str) -> None:
    svg = ICONS[name].read_text(encoding="utf-8")
    assert ("currentColor" in svg) == (name not in BRAND)
    assert ('viewBox="0 0 24 24"' in svg) == (name != "homard-app")
    assert ('stroke-width="1.75"' in svg) == (name not in BRAND + TRAY)
    assert re.findall(r"<(?!/?(?:svg|path|circle|rect)\b)", svg) == []


def test_the_states_of_the_tray_differ_in_shape() -> None:
    assert len({bytes(drawn(name, 22).constBits()) for name in TRAY}) == len(TRAY)


def test_screens_ask_for_icons_that_are_there() -> None:
    assert sorted(set(asked_for()) - ICONS.keys()) == []
