"""The dialog of undo over a real run: by keyboard and by press, with the differences and the report."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QCheckBox, QLabel, QRadioButton, QWidget
from shiboken6 import Shiboken

from agent.models.scripted import Reply
from agent.tools.registry import built_in_tools
from app.viewmodels.undo import UndoViewModel
from app.widgets.diff_view import DiffView
from app.windows.undo import UndoDialog
from tests.helpers.house import House, open_house
from tests.helpers.settings_home import on_loop, until

SCRIPT = [
    Reply(calls=[("write", {"path": "kept", "text": "after\n"}), ("write", {"path": "new", "text": "new\n"})]),
    Reply("Done."),
]


def play(qapp: QApplication, tmp_path: Path, act: Callable[[House, UndoDialog], Awaitable[None]]) -> None:
    async def main(_owner: QObject) -> None:
        async with open_house(tmp_path, SCRIPT, list(built_in_tools())) as house:
            (house.folder / "kept").write_text("before\n")
            run = await house.finish("go")
            window = QWidget()
            window.resize(900, 700)
            window.show()
            if act is conflict:
                (house.folder / "kept").write_text("mine\n")
            dialog = UndoDialog(UndoViewModel(house.runtime.undo, run.run_id), window)
            dialog.open()
            await until(lambda: dialog.model.state == "ready" and not dialog.list.is_busy())
            await act(house, dialog)
            window.close()
            window.deleteLater()

    on_loop(qapp, main)


def boxes(dialog: UndoDialog) -> list[QCheckBox]:
    return [box for box in dialog.list.findChildren(QCheckBox) if box.isVisible()]


def words(dialog: UndoDialog) -> list[str]:
    return [label.text() for label in dialog.findChildren(QLabel) if label.isVisible()]


async def undo(dialog: UndoDialog) -> None:
    dialog.undo_button.click()
    await until(lambda: dialog.model.state == "done" and not dialog.list.is_busy())


async def some(house: House, dialog: UndoDialog) -> None:
    names = [str(house.folder / name) for name in ("kept", "new")]
    assert [box.accessibleName() for box in boxes(dialog)] == [f"Undo {name}" for name in names]
    assert dialog.all_box.checkState() == Qt.CheckState.Checked
    boxes(dialog)[0].setFocus()
    QTest.keyClick(boxes(dialog)[0], Qt.Key.Key_Space)
    assert dialog.all_box.checkState() == Qt.CheckState.PartiallyChecked
    await undo(dialog)
    assert (house.folder / "kept").read_text() == "after\n" and not (house.folder / "new").exists()
    assert "Removed" in words(dialog) and dialog.redo_button.isVisible() and not dialog.undo_button.isVisible()
    dialog.redo_button.click()
    await until(lambda: (house.folder / "new").exists())
    await until(lambda: dialog.model.state == "done")


def test_some_of_it_is_put_back_and_done_again(qapp: QApplication, tmp_path: Path) -> None:
    play(qapp, tmp_path, some)


async def all_or_nothing(house: House, dialog: UndoDialog) -> None:
    dialog.all_box.click()
    await until(lambda: [box.isChecked() for box in boxes(dialog)] == [False, False])
    assert dialog.all_box.checkState() == Qt.CheckState.Unchecked and not dialog.undo_button.isEnabled()
    dialog.all_box.click()
    await until(lambda: [box.isChecked() for box in boxes(dialog)] == [True, True])
    opener = next(b for b in dialog.findChildren(QAbstractButton) if b.accessibleName() == "What would change")
    opener.click()
    await until(lambda: any("-after" in view.text for view in dialog.findChildren(DiffView)))
    await undo(dialog)
    assert (house.folder / "kept").read_text() == "before\n" and not (house.folder / "new").exists()


def test_all_or_nothing_is_one_press_and_the_difference_is_shown_before(qapp: QApplication, tmp_path: Path) -> None:
    play(qapp, tmp_path, all_or_nothing)


async def conflict(house: House, dialog: UndoDialog) -> None:
    ways = {radio.text(): radio for radio in dialog.findChildren(QRadioButton)}
    assert list(ways) == ["Leave it as it is now", "Put back what was there before", "Keep both, side by side"]
    assert ways["Leave it as it is now"].isChecked() and "Choose what becomes of it" in words(dialog)
    assert len(boxes(dialog)) == 1 and not dialog.all_box.isVisible()
    boxes(dialog)[0].click()
    assert not dialog.undo_button.isEnabled()
    ways["Keep both, side by side"].setFocus()
    QTest.keyClick(ways["Keep both, side by side"], Qt.Key.Key_Space)
    await undo(dialog)
    assert (house.folder / "kept").read_text() == "mine\n"
    assert [path.read_text() for path in house.folder.glob("kept (before *")] == ["before\n"]


def test_a_file_that_was_changed_since_has_three_ways(qapp: QApplication, tmp_path: Path) -> None:
    play(qapp, tmp_path, conflict)


async def escape(house: House, dialog: UndoDialog) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    await until(lambda: not Shiboken.isValid(dialog))
    assert (house.folder / "new").read_text() == "new\n"


def test_escape_leaves_all_as_it_is(qapp: QApplication, tmp_path: Path) -> None:
    play(qapp, tmp_path, escape)
