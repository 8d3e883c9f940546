"""The left side of the window."""

from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from app.windows.sidebar import Sidebar

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
