"""The left side of the window."""

import asyncio
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from app.viewmodels.sessions import SessionsViewModel
from app.windows.sidebar import Sidebar
from tests.helpers.house import open_house

PLACES = ("Chats", "Automations", "Activity", "Skills and plugins", "Settings")


def places(sidebar: Sidebar) -> dict[str, tuple[QAccessible.Role, str]]:
    """Role and description of each place, as assistive technology is told."""
    told: dict[str, tuple[QAccessible.Role, str]] = {}
    for button in sidebar.findChildren(QToolButton):
        face = QAccessible.queryAccessibleInterface(button)
        if button.text() in PLACES:
            told[button.text()] = (face.role(), face.text(QAccessible.Text.Description))
    return told


def test_places_are_buttons_of_which_one_says_that_it_is_shown(qtbot: QtBot) -> None:
    sidebar = Sidebar()
    qtbot.addWidget(sidebar)
    for name, title in (("activity", "Activity"), ("automations", "Automations"), ("chats", "Chats")):
        sidebar.show_page(name)
        assert places(sidebar) == {
            place: (QAccessible.Role.PushButton, "Shown now" if place == title else "") for place in PLACES
        }


def test_a_place_says_how_much_in_it_needs_a_person(qtbot: QtBot) -> None:
    sidebar = Sidebar()
    qtbot.addWidget(sidebar)

    def names() -> list[str]:
        return [button.text() for button in sidebar.findChildren(QToolButton) if "plugins" in button.text()]

    said = [names()]
    for count in (2, 0):
        sidebar.show_needs("extensions", count)
        said.append(names())
    assert said == [["Skills and plugins"], ["Skills and plugins (2)"], ["Skills and plugins"]]


def test_the_search_can_be_cleared_once_there_is_something_to_clear(qtbot: QtBot) -> None:
    sidebar = Sidebar()
    qtbot.addWidget(sidebar)
    assert sidebar.search.findChildren(QToolButton) == []
    qtbot.keyClicks(sidebar.search, "tide")
    (clear,) = sidebar.search.findChildren(QToolButton)
    assert clear.accessibleName() == "Clear the search"
    clear.click()
    assert sidebar.search.text() == ""


def test_from_the_search_field_the_keyboard_goes_to_what_it_found(qtbot: QtBot, tmp_path: Path) -> None:
    async def main() -> None:
        async with open_house(tmp_path, []) as house:
            sidebar = Sidebar()
            qtbot.addWidget(sidebar)
            model = SessionsViewModel(house.runtime.store)
            sidebar.sessions.show_chats(model)
            await model.refresh()
            chosen: list[str] = []
            sidebar.sessions.chosen.connect(chosen.append)
            sidebar.show()
            sidebar.activateWindow()
            qtbot.waitUntil(sidebar.isActiveWindow)
            sidebar.search.setFocus()
            qtbot.keyClick(sidebar.search, Qt.Key.Key_Down)
            assert sidebar.sessions.hasFocus() and chosen == [house.session_id]
            sidebar.search.setText("word")
            qtbot.keyClick(sidebar.search, Qt.Key.Key_Escape)
            assert sidebar.search.text() == ""

    asyncio.run(main())
