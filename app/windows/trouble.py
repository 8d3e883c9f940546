"""What is shown instead of the chats when the home cannot be opened."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from agent.errors import HomardError, SettingsInvalid
from agent.paths import Paths
from app.theme import SPACE
from app.translation import translate
from app.widgets.empty_state import EmptyState


def trouble_page(error: HomardError, paths: Paths, again: Callable[[], None], leave: Callable[[], None]) -> QWidget:
    """Say why the home cannot be opened, and offer to try again."""
    if isinstance(error, SettingsInvalid):
        return _broken_settings(error, paths, again)
    buttons: list[tuple[str, Callable[[], object]]] = [
        (translate("Trouble", "Try again"), again),
        (translate("Trouble", "Open the folder"), lambda: _open(str(paths.data))),
        (translate("Trouble", "Quit"), leave),
    ]
    return _page("alert", translate("Trouble", "Homard cannot open its data"), str(error), buttons)


def _broken_settings(error: SettingsInvalid, paths: Paths, again: Callable[[], None]) -> QWidget:
    from app.windows.settings.broken import BrokenSettings

    page = QWidget()
    broken = BrokenSettings(paths.settings, page)
    broken.show_problem(str(error))
    broken.mended.connect(again)
    layout = QVBoxLayout(page)
    layout.setContentsMargins(SPACE * 3, SPACE * 3, SPACE * 3, SPACE * 3)
    layout.addWidget(broken)
    layout.addStretch(1)
    return page


def waiting_page(pid: int, leave: Callable[[], None]) -> QWidget:
    """Say that another Homard without a window owns the home."""
    words = translate(
        "Trouble",
        "Another Homard, without a window (process {pid}), is at work with your chats: a command in a terminal or "
        "“homard serve”. This window opens them as soon as it has ended.",
    ).format(pid=pid or "?")
    return _page("clock", translate("Trouble", "Homard is in use"), words, [(translate("Trouble", "Quit"), leave)])


def _page(icon: str, headline: str, words: str, buttons: list[tuple[str, Callable[[], object]]]) -> QWidget:
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.addStretch(1)
    layout.addWidget(EmptyState(icon, headline, words, parent=page))
    row = QHBoxLayout()
    row.setSpacing(SPACE)
    row.addStretch(1)
    for title, act in buttons:
        button = QPushButton(title, page)
        button.clicked.connect(act)
        row.addWidget(button)
    row.addStretch(1)
    layout.addLayout(row)
    layout.addStretch(2)
    return page


def _open(path: str) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(path))
