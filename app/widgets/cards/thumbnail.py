"""Small pictures of images; decoded off the screen's thread."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QBuffer, QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from agent.messages import ImagePart
from app.theme import RADIUS, SPACE, colors, pixmap
from app.translation import translate
from app.viewmodels.background import Job
from app.widgets.cards.surface import FlowLayout

HEIGHT = 72
MAX_WIDTH = 144


def decode(image: ImagePart, bounds: QSize) -> QImage:
    """The image, no larger than `bounds`; null if it cannot be read. Blocking."""
    buffer = QBuffer()
    buffer.setData(QByteArray(image.data))
    reader = QImageReader(buffer, QByteArray(image.media_type.partition("/")[2].encode()))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid() and (size.width() > bounds.width() or size.height() > bounds.height()):
        reader.setScaledSize(size.scaled(bounds, Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()


class Thumbnail(QLabel):
    """A small picture of one image."""

    def __init__(self, image: ImagePart, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._picture = QImage()
        bounds = QSize(MAX_WIDTH * 2, HEIGHT * 2)
        job = Job(lambda: decode(image, bounds))
        job.finished.connect(self._show)
        job.start()

    def sizeHint(self) -> QSize:
        """As wide as the picture is at the height of all thumbnails."""
        if self._picture.isNull():
            return QSize(HEIGHT, HEIGHT)
        width = round(self._picture.width() * HEIGHT / max(1, self._picture.height()))
        return QSize(min(MAX_WIDTH, max(HEIGHT // 2, width)), HEIGHT)

    def paintEvent(self, arg__1: QPaintEvent) -> None:
        """Draw it, filling the place; what is no readable image is an icon."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        area = self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5)
        outline = QPainterPath()
        outline.addRoundedRect(area, RADIUS, RADIUS)
        painter.fillPath(outline, QColor(colors().code))
        if self._picture.isNull():
            drawn = pixmap("image", 24, colors().muted, self.devicePixelRatioF())
            painter.drawPixmap(self.rect().center().x() - 12, self.rect().center().y() - 12, drawn)
        else:
            painter.setClipPath(outline)
            fill = self._picture.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
            left, top = (self.width() - fill.width()) / 2, (self.height() - fill.height()) / 2
            painter.drawImage(QRectF(left, top, fill.width(), fill.height()), self._picture)
            painter.setClipping(False)
        painter.setPen(QPen(QColor(colors().border), 1))
        painter.drawPath(outline)

    def _show(self, picture: QImage) -> None:
        self._picture = picture
        self.updateGeometry()
        self.update()


class ImageStrip(QWidget):
    """Thumbnails side by side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._images: tuple[ImagePart, ...] = ()
        self._flow = FlowLayout(self, SPACE)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.hide()

    def set_images(self, images: Sequence[ImagePart]) -> None:
        """Show these images; none: nothing."""
        if tuple(images) == self._images:
            return
        self._images = tuple(images)
        while (item := self._flow.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for number, image in enumerate(images, 1):
            name = translate("Transcript", "Image {number} of {count}").format(number=number, count=len(images))
            self._flow.addWidget(Thumbnail(image, name, self))
        self.setVisible(bool(images))
