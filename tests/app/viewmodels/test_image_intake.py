import os
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from app.viewmodels.image_intake import MAX_BYTES, image_from_bytes, image_from_file, image_from_picture


def noise(width: int, height: int) -> QImage:
    """A picture that no encoder makes small."""
    return QImage(os.urandom(width * height * 4), width, height, QImage.Format.Format_RGB32).copy()


@pytest.mark.parametrize(
    ("name", "kind"), [("a.png", "image/png"), ("a.jpg", "image/jpeg"), ("wrong.txt.png", "image/png")]
)
def test_a_small_file_stays_as_it_is(tmp_path: Path, name: str, kind: str) -> None:
    path = tmp_path / name
    noise(30, 20).save(str(path))
    image = image_from_file(str(path))
    assert image is not None and (image.media_type, image.data) == (kind, path.read_bytes())


def test_a_large_picture_is_made_smaller() -> None:
    picture = QImage(5_000, 100, QImage.Format.Format_RGB32)
    picture.fill(0)
    image = image_from_picture(picture)
    assert image is not None and image.media_type == "image/png"
    assert QImage.fromData(image.data).size() == QSize(2_048, 40)


def test_a_picture_of_many_bytes_becomes_one_that_fits() -> None:
    image = image_from_picture(noise(1_600, 1_600))
    assert image is not None and image.media_type == "image/jpeg" and len(image.data) <= MAX_BYTES


def test_what_is_no_image_is_none(tmp_path: Path) -> None:
    assert image_from_bytes(b"") is image_from_bytes(b"\x89PNG\r\n\x1a\nbroken") is None
    assert image_from_file(str(tmp_path / "gone.png")) is image_from_file(str(tmp_path)) is None
