"""What cards are made of."""

from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.widgets.cards.surface import FlowLayout


class Box(QWidget):
    """Of a fixed size."""

    def __init__(self, width: int, height: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._size = QSize(width, height)

    def sizeHint(self) -> QSize:
        return self._size


def test_things_of_several_heights_stand_on_one_middle_line(qtbot: QtBot) -> None:
    around = QWidget()
    qtbot.addWidget(around)
    flow = FlowLayout(around)
    boxes = [Box(60, 28, around), Box(40, 20, around), Box(60, 10, around)]
    for box in boxes:
        flow.addWidget(box)
    around.resize(120, flow.heightForWidth(120))
    around.show()
    assert [box.geometry() for box in boxes] == [QRect(0, 0, 60, 28), QRect(68, 4, 40, 20), QRect(0, 36, 60, 10)]
    assert around.height() == 46
