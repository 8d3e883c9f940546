"""Dialogs: answered by buttons and keys, on the real loop, and gone afterwards."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLabel, QLineEdit, QPushButton, QWidget

from agent.tasks import spawn
from app import dialogs
from app.dialogs import Choice
from app.event_loop import run

KEEP = Choice("keep", "Keep", "cancel")
DELETE = Choice("delete", "Delete", "danger")


def in_dialog(qapp: QApplication, asking: Callable[[QWidget], Coroutine[Any, Any, Any]], act: Callable[[Any], None]):
    """Ask over a window, act on the dialog that opens, and return the answer once the dialog is destroyed."""

    async def main() -> Any:
        window = QWidget()
        window.show()
        task = spawn(asking(window), "asking")
        dialog = await opened(window)
        act(dialog)
        answer = await task
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert window.findChildren(QDialog) == []
        window.close()
        return answer

    return run(qapp, main)


async def opened(window: QWidget) -> QDialog:
    async with asyncio.timeout(30):
        while True:
            for dialog in window.findChildren(QDialog):
                if dialog.isVisible():
                    return dialog
            await asyncio.sleep(0)


def button(dialog: QDialog, label: str) -> QPushButton:
    return next(each for each in dialog.findChildren(QPushButton) if each.text() == label)


def ask(window: QWidget) -> Coroutine[Any, Any, str | None]:
    return dialogs.ask(window, "Delete the chat?", "It <b>goes</b>.", [DELETE, KEEP], default="keep")


@pytest.mark.parametrize(
    ("act", "answer"),
    [
        (lambda dialog: button(dialog, "Delete").click(), "delete"),
        (lambda dialog: button(dialog, "Keep").click(), "keep"),
        (lambda dialog: QTest.keyClick(dialog, Qt.Key.Key_Return), "keep"),
        (lambda dialog: QTest.keyClick(dialog, Qt.Key.Key_Escape), None),
        (lambda dialog: dialog.close(), None),
    ],
    ids=["a button", "another", "Enter is the default", "Esc", "the close button"],
)
def test_a_question_is_answered(qapp: QApplication, act: Callable[[QDialog], None], answer: str | None) -> None:
    assert in_dialog(qapp, ask, act) == answer


def test_a_question_says_title_and_text_as_they_are(qapp: QApplication) -> None:
    seen: list[Any] = []

    def look(dialog: QDialog) -> None:
        labels = dialog.findChildren(QLabel)
        seen.extend((label.text(), label.textFormat()) for label in labels)
        seen.append((dialog.windowTitle(), dialog.accessibleDescription(), dialog.isModal()))
        dialog.close()

    in_dialog(qapp, ask, look)
    assert seen == [
        ("Delete the chat?", Qt.TextFormat.PlainText),
        ("It <b>goes</b>.", Qt.TextFormat.PlainText),
        ("Delete the chat?", "It <b>goes</b>.", True),
    ]


def test_a_megabyte_of_text_fits_the_screen(qapp: QApplication) -> None:
    sizes: list[bool] = []

    def look(dialog: QDialog) -> None:
        sizes.append(dialog.width() < 1000)
        dialog.close()

    in_dialog(qapp, lambda window: dialogs.ask(window, "T", "word " * 200_000, [KEEP]), look)
    assert sizes == [True]


def test_a_cancelled_task_closes_its_dialog(qapp: QApplication) -> None:
    async def main() -> tuple[bool, list[QDialog]]:
        window = QWidget()
        window.show()
        task = spawn(ask(window), "asking")
        await opened(window)
        task.cancel()
        await asyncio.wait({task})
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        return task.cancelled(), window.findChildren(QDialog)

    assert run(qapp, main) == (True, [])


def test_a_dialog_that_goes_with_its_window_is_no_answer(qapp: QApplication) -> None:
    async def main() -> str | None:
        window = QWidget()
        window.show()
        task = spawn(ask(window), "asking")
        await opened(window)
        window.deleteLater()
        return await asyncio.wait_for(task, 5)

    assert run(qapp, main) is None


def ask_name(window: QWidget) -> Coroutine[Any, Any, str | None]:
    return dialogs.ask_text(window, "Rename", "Name of the chat", "Old name")


def typing(text: str, key: Qt.Key) -> Callable[[QDialog], None]:
    def act(dialog: QDialog) -> None:
        field = dialog.findChild(QLineEdit)
        assert isinstance(field, QLineEdit)
        QTest.keyClicks(field, text)
        QTest.keyClick(field, key)

    return act


def test_a_line_of_text_replaces_what_was_there(qapp: QApplication) -> None:
    assert in_dialog(qapp, ask_name, typing("  New name ", Qt.Key.Key_Return)) == "New name"


def test_a_line_of_text_left_with_escape_is_none(qapp: QApplication) -> None:
    assert in_dialog(qapp, ask_name, typing("New", Qt.Key.Key_Escape)) is None


def test_an_empty_line_cannot_be_sent(qapp: QApplication) -> None:
    seen: list[bool] = []

    def act(dialog: QDialog) -> None:
        typing(" ", Qt.Key.Key_Return)(dialog)
        seen.append(button(dialog, "OK").isEnabled())
        seen.append(dialog.isVisible())
        dialog.close()

    assert (in_dialog(qapp, ask_name, act), seen) == (None, [False, True])


def test_the_field_has_its_caption_as_name(qapp: QApplication) -> None:
    seen: list[Any] = []

    def act(dialog: QDialog) -> None:
        seen.extend(label.text() for label in dialog.findChildren(QLabel) if label.buddy())
        dialog.close()

    in_dialog(qapp, ask_name, act)
    assert seen == ["Name of the chat"]


def choose(first: str, *others: str) -> Callable[[Any], None]:
    def act(dialog: Any) -> None:
        assert isinstance(dialog, QFileDialog)
        field = dialog.findChild(QLineEdit)
        assert isinstance(field, QLineEdit)
        field.setText(" ".join(f'"{name}"' for name in (first, *others)) if others else first)
        dialog.accept()

    return act


def test_a_folder_is_chosen(qapp: QApplication, tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    chosen = in_dialog(qapp, lambda w: dialogs.choose_folder(w, "Folder", str(tmp_path)), choose("inner"))
    assert chosen == str(tmp_path / "inner")


def test_a_file_is_chosen(qapp: QApplication, tmp_path: Path) -> None:
    (tmp_path / "a.gguf").write_text("x")
    asking = lambda w: dialogs.choose_file(w, "Model", str(tmp_path), "Models (*.gguf)")  # noqa: E731
    assert in_dialog(qapp, asking, choose("a.gguf")) == str(tmp_path / "a.gguf")


def test_files_are_chosen(qapp: QApplication, tmp_path: Path) -> None:
    for name in ("a b.txt", "c.txt"):
        (tmp_path / name).write_text("x")
    chosen = in_dialog(qapp, lambda w: dialogs.choose_files(w, "Files", str(tmp_path)), choose("a b.txt", "c.txt"))
    assert chosen == [str(tmp_path / "a b.txt"), str(tmp_path / "c.txt")]


def test_a_file_to_save_gets_the_ending_of_the_suggestion(qapp: QApplication, tmp_path: Path) -> None:
    asking = lambda w: dialogs.save_file(w, "Export", str(tmp_path), "Markdown (*.md)", name="chat.md")  # noqa: E731
    assert in_dialog(qapp, asking, choose("mine")) == str(tmp_path / "mine.md")


def test_a_file_dialog_left_is_none(qapp: QApplication, tmp_path: Path) -> None:
    assert in_dialog(qapp, lambda w: dialogs.choose_folder(w, "Folder", str(tmp_path)), QDialog.reject) is None
