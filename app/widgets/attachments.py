"""What goes along with a message: images and long texts, each with a button that takes it away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QMargins, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QWidget

from agent.messages import ImagePart
from app.theme import SPACE
from app.translation import translate
from app.viewmodels.background import Job
from app.viewmodels.composer import pasted_words
from app.viewmodels.image_intake import image_from_bytes, image_from_file, image_from_picture
from app.widgets.cards.surface import FlowLayout, Mark, QuietTool, Surface, column
from app.widgets.cards.thumbnail import Thumbnail
from app.widgets.cards.words import Words


@dataclass
class _Item:
    content: ImagePart | str
    chip: QWidget


class AttachmentStrip(QWidget):
    """Gone while there is nothing."""

    changed = Signal()
    """Something came, went, or is ready."""
    refused = Signal(str)
    """A sentence about what could not be taken."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[_Item] = []
        self._jobs: list[Job] = []
        self._sees_images = True
        self._chips = QWidget(self)
        self._flow = FlowLayout(self._chips)
        blind = translate("Composer", "This model does not see images. It is only told that there is one.")
        self._blind = Words(blind, self, tone="warn", face="small", wrap=True)
        layout = column(self)
        layout.addWidget(self._chips)
        layout.addWidget(self._blind)
        self._refresh()

    @property
    def images(self) -> tuple[ImagePart, ...]:
        """The images, in the order in which they came."""
        return tuple(item.content for item in self._items if isinstance(item.content, ImagePart))

    @property
    def texts(self) -> tuple[str, ...]:
        """The long texts, each whole."""
        return tuple(item.content for item in self._items if isinstance(item.content, str))

    @property
    def is_busy(self) -> bool:
        """Whether an image is still being read."""
        return bool(self._jobs)

    def set_sees_images(self, sees: bool) -> None:
        """Whether the model sees images; if not, that is said beside them."""
        self._sees_images = sees
        self._refresh()

    def add_text(self, text: str) -> None:
        """Take a long text."""
        self._add(text, _text_chip(text, self._chips))

    def add_image(self, image: ImagePart) -> None:
        """Take an image that is ready."""
        name = translate("Composer", "Image {number}").format(number=len(self.images) + 1)
        chip = Surface(self._chips, fill="", border="")
        line = QHBoxLayout(chip)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        line.addWidget(Thumbnail(image, name, chip))
        self._add(image, chip, name)

    def read_picture(self, picture: QImage) -> None:
        """Take a picture from the clipboard; it is encoded beside the screen."""
        self._start(lambda: image_from_picture(picture))

    def read_data(self, data: bytes) -> None:
        """Take the content of an image file."""
        self._start(lambda: image_from_bytes(data))

    def read_file(self, path: str) -> None:
        """Take an image file."""
        self._start(lambda: image_from_file(path))

    def set_all(self, images: Sequence[ImagePart], texts: Sequence[str]) -> None:
        """Show these instead of what is there."""
        for item in self._items:
            item.chip.deleteLater()
            self._flow.removeWidget(item.chip)
        self._items.clear()
        for job in self._jobs:
            job.finished.disconnect(self._ready)
        self._jobs.clear()
        for image in images:
            self.add_image(image)
        for text in texts:
            self.add_text(text)
        self._refresh()

    def _start(self, work: Callable[[], ImagePart | None]) -> None:
        job = Job(work)
        job.finished.connect(self._ready)
        self._jobs.append(job)
        job.start()
        self.changed.emit()

    def _ready(self, image: ImagePart | None) -> None:
        job = self.sender()
        self._jobs = [other for other in self._jobs if other is not job]
        if image is None:
            self.refused.emit(translate("Composer", "This is no image that can be read; it was left out."))
        else:
            self.add_image(image)
        self.changed.emit()

    def _add(self, content: ImagePart | str, chip: QWidget, name: str = "") -> None:
        item = _Item(content, chip)
        what = name or (pasted_words(content) if isinstance(content, str) else "")
        remove = QuietTool("cross", translate("Composer", "Remove {what}").format(what=what), chip)
        remove.clicked.connect(lambda: self._remove(item))
        if isinstance(layout := chip.layout(), QHBoxLayout):
            layout.addWidget(remove, 0, Qt.AlignmentFlag.AlignTop)
        self._items.append(item)
        self._flow.addWidget(chip)
        self._refresh()
        self.changed.emit()

    def _remove(self, item: _Item) -> None:
        self._items.remove(item)
        self._flow.removeWidget(item.chip)
        item.chip.hide()
        item.chip.deleteLater()
        self._refresh()
        self.changed.emit()

    def _refresh(self) -> None:
        self._blind.setVisible(bool(self.images) and not self._sees_images)
        self.setVisible(bool(self._items))
        self._flow.invalidate()
        self.updateGeometry()


def _text_chip(text: str, parent: QWidget) -> QWidget:
    chip = Surface(parent, fill="code", border="border")
    line = QHBoxLayout(chip)
    line.setContentsMargins(QMargins(SPACE, SPACE // 2, SPACE // 2, SPACE // 2))
    line.setSpacing(SPACE // 2)
    line.addWidget(Mark("file", chip))
    line.addWidget(Words(pasted_words(text), chip, face="small"))
    return chip
