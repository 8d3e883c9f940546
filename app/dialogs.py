"""Questions in dialogs, awaited: `open()` and a future, never a nested event loop.

Closing a dialog with Esc or its close button is None. Cancelling the task closes the dialog. A dialog is destroyed
when its answer is there. Texts are shown as they are, never as HTML.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import Shiboken

from app.theme import SPACE
from app.translation import translate
from app.widgets.elided_label import breakable

SHOWN_CHARS = 4_000
"""Of a text; a dialog is no place to read more."""
LINE_CHARS = 64

_ROLES = {
    "main": QDialogButtonBox.ButtonRole.AcceptRole,
    "cancel": QDialogButtonBox.ButtonRole.RejectRole,
    "danger": QDialogButtonBox.ButtonRole.DestructiveRole,
    "other": QDialogButtonBox.ButtonRole.ActionRole,
}


@dataclass(frozen=True)
class Choice:
    """A button of a question."""

    key: str
    """What `ask` returns."""
    label: str
    """Translated."""
    role: Literal["main", "cancel", "danger", "other"] = "other"
    """Where the platform puts it. `danger`: what is done cannot be taken back."""


async def ask(
    parent: QWidget | None, title: str, text: str, buttons: Sequence[Choice], default: str = ""
) -> str | None:
    """Ask a person to choose; the key of the button, or None. `default` is the key that Enter presses."""
    dialog, body = _framed(parent, title, text)
    box = QDialogButtonBox(dialog)
    pressed: list[str] = []
    for choice in buttons:
        button = box.addButton(choice.label, _ROLES[choice.role])
        button.setAutoDefault(choice.key == default)
        if choice.key == default:
            _make_default(button)
            button.setFocus()
    keys = {choice.label: choice.key for choice in buttons}

    def press(button: QAbstractButton) -> None:
        pressed.append(keys[button.text()])
        dialog.accept()

    box.clicked.connect(press)
    body.addWidget(box)
    _fit(dialog, body)
    await _shown(dialog)
    return pressed[0] if pressed else None


async def ask_text(parent: QWidget | None, title: str, label: str, text: str = "", *, button: str = "") -> str | None:
    """Ask for a line of text, `text` to begin with; without spaces around it and never empty, or None."""
    dialog, body = _framed(parent, title, "")
    field = QLineEdit(text, dialog)
    caption = _plain(label)
    caption.setBuddy(field)
    field.selectAll()
    box = QDialogButtonBox(dialog)
    done = box.addButton(button or translate("Dialogs", "OK"), QDialogButtonBox.ButtonRole.AcceptRole)
    box.addButton(translate("Dialogs", "Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
    _make_default(done)

    def check() -> None:
        done.setEnabled(bool(field.text().strip()))

    field.textChanged.connect(check)
    check()
    box.accepted.connect(dialog.accept)
    box.rejected.connect(dialog.reject)
    for widget in (caption, field, box):
        body.addWidget(widget)
    _fit(dialog, body)
    field.setFocus()
    answer = [""]
    dialog.accepted.connect(lambda: answer.append(field.text().strip()))
    await _shown(dialog)
    return answer[-1] or None


async def choose_folder(parent: QWidget | None, title: str, start: str = "") -> str | None:
    """Let a person choose a folder that is there; its absolute path, or None."""
    dialog = _file_dialog(parent, title, start)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly, True)
    return await _chosen(dialog)


async def choose_file(parent: QWidget | None, title: str, start: str = "", filter: str = "") -> str | None:
    """Let a person choose a file that is there; its absolute path, or None.

    `filter` is Qt's: `Models (*.gguf);;All files (*)`.
    """
    dialog = _file_dialog(parent, title, start)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    if filter:
        dialog.setNameFilter(filter)
    return await _chosen(dialog)


async def choose_files(parent: QWidget | None, title: str, start: str = "", filter: str = "") -> list[str]:
    """Let a person choose files that are there; their absolute paths, none when it was closed."""
    dialog = _file_dialog(parent, title, start)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    if filter:
        dialog.setNameFilter(filter)
    return await _all_chosen(dialog)


async def save_file(
    parent: QWidget | None, title: str, start: str = "", filter: str = "", *, name: str = ""
) -> str | None:
    """Let a person say where a new file goes; its absolute path, or None. The dialog asks before one is replaced.

    `name` is the suggestion; its ending is added where the person writes none.
    """
    dialog = _file_dialog(parent, title, start)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    if filter:
        dialog.setNameFilter(filter)
    if name:
        dialog.setDefaultSuffix(os.path.splitext(name)[1].removeprefix("."))
        dialog.selectFile(name)
    return await _chosen(dialog)


async def _shown(dialog: QDialog) -> int:
    """Open a dialog and wait until it is closed, or gone with its parent; the result of `QDialog`."""
    future: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def end(code: int) -> None:
        if not future.done():
            future.set_result(code)

    dialog.finished.connect(end)
    dialog.destroyed.connect(lambda: end(0))
    dialog.open()
    try:
        return await future
    finally:
        if Shiboken.isValid(dialog):
            dialog.close()
            dialog.deleteLater()


def _framed(parent: QWidget | None, title: str, text: str) -> tuple[QDialog, QVBoxLayout]:
    """A dialog with its title as a headline, the text below it, and room for more."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    dialog.setAccessibleDescription(text[:SHOWN_CHARS])
    body = QVBoxLayout(dialog)
    body.setContentsMargins(SPACE * 3, SPACE * 5 // 2, SPACE * 3, SPACE * 2)
    body.setSpacing(SPACE * 3 // 2)
    headline = _plain(title)
    font = QFont(headline.font())
    font.setPointSizeF(font.pointSizeF() * 1.2)
    font.setWeight(QFont.Weight.DemiBold)
    headline.setFont(font)
    body.addWidget(headline)
    if text:
        said = _plain(text if len(text) <= SHOWN_CHARS else f"{text[:SHOWN_CHARS]}…")
        said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        body.addWidget(said)
    return dialog, body


def _fit(dialog: QDialog, body: QVBoxLayout) -> None:
    """As wide as a line reads well, and as high as the wrapped text needs at that width."""
    width = max(dialog.fontMetrics().averageCharWidth() * LINE_CHARS, body.minimumSize().width())
    dialog.resize(width, body.heightForWidth(width) if body.hasHeightForWidth() else body.sizeHint().height())


def _plain(text: str) -> QLabel:
    label = QLabel(breakable(text))
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def _make_default(button: QPushButton) -> None:
    button.setDefault(True)
    button.setProperty("role", "main")
    style = button.style()
    style.unpolish(button)
    style.polish(button)


def _file_dialog(parent: QWidget | None, title: str, start: str) -> QFileDialog:
    dialog = QFileDialog(parent, title)
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog, not _has_native_dialogs())
    dialog.setStyleSheet("QToolButton { padding: 3px; }")  # its buttons have a fixed size; ours would leave no icon
    dialog.setDirectory(start or os.path.expanduser("~"))
    return dialog


def _has_native_dialogs() -> bool:
    """Bare window managers and tests have none: asking for one there gives a dialog that never answers."""
    platform = QGuiApplication.platformName()
    if platform in ("offscreen", "minimal", "vnc"):
        return False
    return platform != "xcb" or bool(os.environ.get("XDG_CURRENT_DESKTOP"))


async def _all_chosen(dialog: QFileDialog) -> list[str]:
    chosen: list[str] = []
    dialog.accepted.connect(lambda: chosen.extend(dialog.selectedFiles()))
    await _shown(dialog)
    return chosen


async def _chosen(dialog: QFileDialog) -> str | None:
    return next(iter(await _all_chosen(dialog)), None)
