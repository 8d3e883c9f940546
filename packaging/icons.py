"""The application's icon as each desktop wants it: PNG files, one .ico, one .icns. Needs PySide6."""

import struct
import sys
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
from PySide6.QtGui import QImageReader

HICOLOR = (16, 22, 24, 32, 48, 64, 128, 256, 512)
ICO = (16, 20, 24, 32, 40, 48, 64, 128, 256)
ICNS = {"ic04": 16, "ic05": 32, "ic07": 128, "ic08": 256, "ic09": 512, "ic10": 1024, "ic11": 32, "ic12": 64}
"""Apple's types of PNG entries with their pixels."""


def png(svg: Path, pixels: int) -> bytes:
    """Draw it as a square of so many pixels."""
    reader = QImageReader(str(svg))
    reader.setScaledSize(QSize(pixels, pixels))
    image = reader.read()
    if image.isNull():
        raise SystemExit(f"{svg} cannot be drawn: {reader.errorString()}")
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # pyright: ignore[reportCallIssue, reportArgumentType] the stub wants bytes
    return bytes(data.data())


def ico(svg: Path) -> bytes:
    """All sizes in one file for Windows; the entries are PNG, which it reads since Vista."""
    pictures = [png(svg, pixels) for pixels in ICO]
    place = 6 + 16 * len(pictures)
    table = struct.pack("<HHH", 0, 1, len(pictures))
    for pixels, picture in zip(ICO, pictures, strict=True):
        table += struct.pack("<BBBBHHII", pixels % 256, pixels % 256, 0, 0, 1, 32, len(picture), place)
        place += len(picture)
    return table + b"".join(pictures)


def icns(svg: Path) -> bytes:
    """All sizes in one file for macOS."""
    body = b""
    for kind, pixels in ICNS.items():
        picture = png(svg, pixels)
        body += kind.encode() + struct.pack(">I", 8 + len(picture)) + picture
    return b"icns" + struct.pack(">I", 8 + len(body)) + body


def main(svg: Path, folder: Path) -> None:
    """Write `homard.ico`, `homard.icns` and `hicolor/SIZE.png`."""
    (folder / "hicolor").mkdir(parents=True, exist_ok=True)
    (folder / "homard.ico").write_bytes(ico(svg))
    (folder / "homard.icns").write_bytes(icns(svg))
    for pixels in HICOLOR:
        (folder / "hicolor" / f"{pixels}.png").write_bytes(png(svg, pixels))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
