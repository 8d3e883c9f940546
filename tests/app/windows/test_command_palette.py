"""The palette in a window: by keyboard from the field, gone with the focus given back, quick."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QToolButton, QVBoxLayout, QWidget

from agent.errors import StorageError
from app.actions import Actions
from app.event_loop import run
from app.windows.command_palette import CommandPalette

CHATS = [("s1", "Garden", "yesterday"), ("s2", "<b>Tax</b> مرحبا", "monday")]
SETTINGS = [("app.theme", "Theme", "Looks")]


class Scene:
    """A window with a message field, some actions and a palette."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.trouble = ""
        self.window = QWidget()
        self.window.resize(900, 600)
        self.message = QPlainTextEdit(self.window)
        self.other = QLineEdit(self.window)
        layout = QVBoxLayout(self.window)
        layout.addWidget(self.message)
        layout.addWidget(self.other)
        actions = Actions(self.window)
        actions.add("new", "New chat", "Ctrl+N", lambda: self.done.append("new"))
        actions.add("rename", "Rename this chat", "F2", self._rename)
        actions.add("never", "Never possible", "", lambda: None, enabled=lambda: False)
        self.palette = CommandPalette(self.window, actions, self.search, lambda: SETTINGS)
        actions.bind("palette", self.palette.open)
        self.actions = actions
        self.palette.session_chosen.connect(lambda key: self.done.append(f"chat {key}"))
        self.palette.setting_chosen.connect(lambda key: self.done.append(f"setting {key}"))

    def _rename(self) -> None:
        focused = QApplication.focusWidget()
        self.done.append("rename with the focus in the message" if focused is self.message else "rename")

    async def search(self, text: str) -> Sequence[tuple[str, str, str]]:
        if self.trouble:
            raise StorageError(self.trouble)
        return [chat for chat in CHATS if text.casefold() in chat[1].casefold()]

    async def show(self) -> None:
        self.window.show()
        self.window.activateWindow()
        self.message.setFocus()
        await self.until(self.message.hasFocus)
        QTest.keyClick(self.message, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
        await self.until(lambda: self.titles()[-1:] == [CHATS[-1][1]])

    async def until(self, ready: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not ready():  # noqa: ASYNC110
                await asyncio.sleep(0.005)

    def titles(self) -> list[str]:
        model = self.palette.list.model()
        return [model.data(model.index(row, 0)) for row in range(model.rowCount())]

    @property
    def current(self) -> str:
        return self.palette.list.currentIndex().data()

    def key(self, key: Qt.Key) -> None:
        QTest.keyClick(self.palette.field, key)


def play(qapp: QApplication, act: Callable[[Scene], Any]) -> list[str]:
    async def main() -> list[str]:
        scene = Scene()
        await scene.show()
        await act(scene)
        scene.palette.palette_model.close()
        scene.window.close()
        scene.window.deleteLater()
        return scene.done

    return run(qapp, main)


def test_it_lists_what_is_possible_and_moves_by_arrows_round_the_headings(qapp: QApplication) -> None:
    async def act(scene: Scene) -> None:
        assert scene.titles() == ["Actions", "New chat", "Rename this chat", "Chats", "Garden", CHATS[1][1]]
        assert scene.palette.field.hasFocus()
        seen = [scene.current]
        for key in (*[Qt.Key.Key_Down] * 4, Qt.Key.Key_Up):
            scene.key(key)
            seen.append(scene.current)
        assert seen == ["New chat", "Rename this chat", "Garden", CHATS[1][1], "New chat", CHATS[1][1]]

    play(qapp, act)


def test_the_settings_are_listed_once(qapp: QApplication) -> None:
    async def act(scene: Scene) -> None:
        scene.palette.dismiss()
        for action_id in ("go_settings", "settings"):
            scene.actions.bind(action_id, lambda: None)
        scene.palette.open()
        QTest.keyClicks(scene.palette.field, "setti")
        await scene.until(lambda: "Settings" in scene.titles())
        assert [title for title in scene.titles() if "ettings" in title] == ["Settings"]

    play(qapp, act)


@pytest.mark.parametrize(
    ("typed", "outcome"),
    [
        ("ren", "rename with the focus in the message"),
        ("gard", "chat s1"),
        ("theme", "setting app.theme"),
    ],
)
def test_enter_chooses_and_gives_the_focus_back_first(qapp: QApplication, typed: str, outcome: str) -> None:
    async def act(scene: Scene) -> None:
        QTest.keyClicks(scene.palette.field, typed)
        await scene.until(lambda: scene.palette.list.currentIndex().isValid() and len(scene.titles()) == 2)
        scene.key(Qt.Key.Key_Return)
        assert not scene.palette.isVisible()
        assert scene.message.hasFocus()

    assert play(qapp, act) == [outcome]


def test_a_click_chooses_and_a_heading_does_not(qapp: QApplication) -> None:
    async def act(scene: Scene) -> None:
        shown = scene.palette.list
        for row in (0, 4):
            rect = shown.visualRect(shown.model().index(row, 0))
            QTest.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())

    assert play(qapp, act) == ["chat s1"]


@pytest.mark.parametrize("leave", ["escape", "focus"])
def test_it_goes_without_a_choice(qapp: QApplication, leave: str) -> None:
    async def act(scene: Scene) -> None:
        if leave == "escape":
            scene.key(Qt.Key.Key_Escape)
            assert scene.message.hasFocus()
        else:
            scene.other.setFocus()
            assert scene.other.hasFocus()
        assert not scene.palette.isVisible()

    assert play(qapp, act) == []


def test_it_begins_anew_each_time(qapp: QApplication) -> None:
    async def act(scene: Scene) -> None:
        QTest.keyClicks(scene.palette.field, "zzz")
        await scene.until(lambda: scene.titles() == [])
        scene.key(Qt.Key.Key_Return)
        scene.key(Qt.Key.Key_Escape)
        scene.palette.open()
        assert scene.palette.field.text() == ""
        assert scene.current == "New chat"

    assert play(qapp, act) == []


def test_it_fits_a_small_window(qapp: QApplication) -> None:
    async def act(scene: Scene) -> None:
        scene.key(Qt.Key.Key_Escape)
        scene.window.resize(420, 300)
        scene.palette.open()
        assert scene.window.rect().contains(scene.palette.geometry())

    play(qapp, act)


def test_a_search_that_fails_says_so_and_the_rest_can_be_chosen(qapp: QApplication) -> None:
    async def act(scene: Scene) -> None:
        scene.trouble = "The database is busy. Try again."
        QTest.keyClicks(scene.palette.field, "e")
        note = scene.palette.findChild(QLabel)
        assert note is not None
        await scene.until(lambda: note.isVisible() and note.text() == scene.trouble)
        assert "Chats" not in scene.titles(), "chats that an earlier text found are not left as if they fitted"
        scene.key(Qt.Key.Key_Escape)
        scene.trouble = ""
        scene.palette.open()
        assert not note.isVisible()

    play(qapp, act)


def test_it_says_what_it_is_to_a_screen_reader(qapp: QApplication) -> None:
    async def act(scene: Scene) -> None:
        palette = scene.palette
        names = [each.accessibleName() for each in (palette, palette.field, palette.list)]
        assert names == ["Find anything", "Find an action, a chat or a setting", "What fits"]
        assert [button.text() for button in palette.field.findChildren(QToolButton)] == ["Find"]
        model = palette.list.model()
        spoken = [model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in (1, 4)]
        assert spoken == ["Action: New chat, Ctrl+N", "Chat: Garden, yesterday"]

    play(qapp, act)
