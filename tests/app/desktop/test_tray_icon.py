import pytest
from PySide6.QtGui import QColor, QIcon, QImage

from app.desktop.tray_icon import CALM, FRAMES, LOUD, SIZES, tray_icon


@pytest.fixture(autouse=True)
def application(qapp: object) -> None:
    """Pictures need one."""


def picture(icon: QIcon, size: int = 22) -> QImage:
    return icon.pixmap(size, size).toImage().convertToFormat(QImage.Format.Format_ARGB32)


def luminance(color: str) -> float:
    of = QColor(color)
    red, green, blue = (
        value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4
        for value in (of.redF(), of.greenF(), of.blueF())
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("size", SIZES)
def test_every_state_looks_different_at_every_size(size: int) -> None:
    states = [tray_icon("idle"), tray_icon("working"), tray_icon("needs_you", 1), tray_icon("needs_you", 2),
              tray_icon("paused"), tray_icon("error")]  # fmt: skip
    pictures = [bytes(picture(icon, size).constBits()) for icon in states]
    assert len(set(pictures)) == len(states)


def test_the_frames_of_working_differ() -> None:
    frames = {bytes(picture(tray_icon("working", frame=frame)).constBits()) for frame in range(FRAMES)}
    assert len(frames) == FRAMES


def test_more_than_nine_needs_look_alike() -> None:
    assert picture(tray_icon("needs_you", 10)) == picture(tray_icon("needs_you", 99))


@pytest.mark.parametrize("color", [CALM, LOUD])
@pytest.mark.parametrize("panel", ["#ffffff", "#000000", "#f0f0f0", "#202024"])
def test_it_can_be_seen_on_light_and_dark_panels(color: str, panel: str) -> None:
    assert contrast(color, panel) >= 3
