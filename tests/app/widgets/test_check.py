"""A box to tick."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.theme import colors
from app.widgets.check import Check


def test_it_is_ticked_by_mouse_and_keyboard_and_seen_either_way(qtbot: QtBot) -> None:
    box = Check("Reach a.example")
    qtbot.addWidget(box)
    box.show()
    face = QAccessible.queryAccessibleInterface(box)
    assert (face.role(), face.text(QAccessible.Text.Name)) == (QAccessible.Role.CheckBox, "Reach a.example")
    QTest.mouseClick(box, Qt.MouseButton.LeftButton)
    assert box.isChecked() and shades(box) >= {colors().strong}
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert not box.isChecked() and shades(box) >= {colors().base}


def shades(box: Check) -> set[str]:
    """The colours it is drawn in."""
    picture = box.grab().toImage()
    return {QColor(picture.pixel(x, y)).name() for x in range(picture.width()) for y in range(picture.height())}


def test_words_beside_it_are_drawn_and_pressed(qtbot: QtBot) -> None:
    bare, told = Check("All of it"), Check("All of it", words=True)
    for box in (bare, told):
        qtbot.addWidget(box)
        box.resize(box.sizeHint())
        box.show()
    assert told.width() > bare.width() and told.height() == bare.height()
    QTest.mouseClick(told, Qt.MouseButton.LeftButton, pos=told.rect().center())
    assert told.isChecked()
    pictures = [box.grab().toImage() for box in (bare, told)]
    told.setCheckState(Qt.CheckState.PartiallyChecked)
    pictures.append(told.grab().toImage())
    assert pictures[1] != pictures[2] and len({colors().strong} & shades(told)) == 1
