"""From a picture that was dropped or pasted to an image a provider takes. All of it blocks: run it as a Job."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QImageWriter

from agent.messages import ImagePart

MAX_SIDE = 2_048
MAX_BYTES = 4_000_000
MAX_FILE = 64_000_000
ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp")
_KEPT = {b"png": "image/png", b"jpeg": "image/jpeg", b"jpg": "image/jpeg", b"gif": "image/gif", b"webp": "image/webp"}


def image_from_file(path: str) -> ImagePart | None:
    """Read a file; small ones stay byte for byte. None: it is no image that can be read."""
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_FILE + 1)
    except OSError:
        return None
    return image_from_bytes(data) if len(data) <= MAX_FILE else None


def image_from_bytes(data: bytes) -> ImagePart | None:
    """The same for the content of a file."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    size, kind = reader.size(), bytes(reader.format().data())
    if kind in _KEPT and len(data) <= MAX_BYTES and size.isValid() and max(size.width(), size.height()) <= MAX_SIDE:
        return ImagePart(_KEPT[kind], data) if not reader.read().isNull() else None
    if size.isValid():
        reader.setScaledSize(_bounded(size))
    return image_from_picture(reader.read())


def image_from_picture(picture: QImage) -> ImagePart | None:
    """Encode a picture as PNG, made smaller until it fits; as JPEG if that is what it takes."""
    if picture.isNull():
        return None
    size = _bounded(picture.size())
    if size != picture.size():
        picture = _scaled(picture, size)
    data = _encoded(picture, b"png", -1)
    if len(data) <= MAX_BYTES:
        return ImagePart("image/png", data)
    while True:
        data = _encoded(picture, b"jpeg", 85)
        if len(data) <= MAX_BYTES or picture.width() < 64:
            return ImagePart("image/jpeg", data)
        picture = _scaled(picture, picture.size() / 2)


def _bounded(size: QSize) -> QSize:
    if max(size.width(), size.height()) <= MAX_SIDE:
        return size
    return size.scaled(MAX_SIDE, MAX_SIDE, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))


def _scaled(picture: QImage, size: QSize) -> QImage:
    ignore = Qt.AspectRatioMode.IgnoreAspectRatio
    return picture.scaled(size, ignore, Qt.TransformationMode.SmoothTransformation)


def _encoded(picture: QImage, kind: bytes, quality: int) -> bytes:
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(kind))
    writer.setQuality(quality)
    writer.write(picture)
    return bytes(buffer.data().data())
