"""The quick prompt's window: one field, keys and buttons; it grows and hides."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton, QScrollArea
from pytestqt.qtbot import QtBot

from agent.errors import UsageError
from agent.events import ApprovalRequested, MessageDelta, RunFinished, RunStarted
from agent.messages import NO_USAGE
from app import theme
from app.viewmodels.quick_prompt import QuickPromptViewModel
from app.windows.quick_prompt import QuickPrompt


class Port:
    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.cancelled: list[str] = []
        self.trouble = ""

    async def ask(self, text: str, session_id: str = "") -> tuple[str, str]:
        if self.trouble:
            raise UsageError(self.trouble)
        self.asked.append((text, session_id))
        return "s1", "r1"

    async def cancel(self, run_id: str) -> None:
        self.cancelled.append(run_id)


class Scene:
    """The open window over a port that only takes notes."""

    def __init__(self, qtbot: QtBot) -> None:
        self.port = Port()
        self.model = QuickPromptViewModel(self.port)
        self.prompt = QuickPrompt(self.model, self._start)
        self.opened: list[str] = []
        self.prompt.open_chat.connect(self.opened.append)
        qtbot.addWidget(self.prompt)
        self.prompt.open()
        qtbot.waitUntil(self.prompt.isActiveWindow)

    def _start(self, work: Coroutine[Any, Any, Any], _name: str) -> None:
        asyncio.run(work)

    def ask(self, text: str = "hi") -> None:
        QTest.keyClicks(self.prompt.field, text)
        QTest.keyClick(self.prompt.field, Qt.Key.Key_Return)

    def answered(self, text: str) -> None:
        self.model.take(RunStarted("s1", "r1", "user", "scripted/hello", "hi"))
        self.model.take(RunFinished("s1", "r1", "end_turn", text, NO_USAGE))

    def buttons(self) -> list[str]:
        """What can be pressed, along the bottom, from left to right."""
        found = [button for button in self.prompt.findChildren(QPushButton) if button.isVisible()]
        QApplication.processEvents()
        return [button.text() for button in sorted(found, key=lambda button: button.x())]


@pytest.fixture
def scene(qtbot: QtBot) -> Scene:
    return Scene(qtbot)


def test_it_opens_ready_to_type(scene: Scene) -> None:
    prompt = scene.prompt
    assert QApplication.focusWidget() is prompt.field
    assert prompt.field.accessibleName() == "Ask Homard"
    flags = prompt.windowFlags()
    for flag in (Qt.WindowType.FramelessWindowHint, Qt.WindowType.WindowStaysOnTopHint):
        assert flags & flag
    room = prompt.screen().availableGeometry()
    assert abs(prompt.geometry().center().x() - room.center().x()) <= 1
    assert prompt.y() < room.y() + room.height() // 3
    assert scene.buttons() == []


def test_enter_asks_and_the_answer_streams_below(scene: Scene) -> None:
    low = scene.prompt.height()
    scene.ask("  How are you?")
    assert (scene.port.asked, scene.prompt.field.text()) == ([("How are you?", "")], "")
    assert scene.buttons() == ["Stop", "New", "Open as chat"]
    scene.model.take(MessageDelta("s1", "r1", "Quite **well**."))
    assert (scene.prompt.answer.markdown, scene.prompt.answer.isVisible()) == ("Quite **well**.", True)
    assert scene.prompt.height() > low
    scene.answered("Quite **well**.")
    assert scene.buttons() == ["Copy", "New", "Open as chat"]


def test_what_is_typed_while_it_answers_stays_until_it_can_be_asked(scene: Scene) -> None:
    scene.ask("one")
    scene.ask("two")
    assert scene.prompt.field.text() == "two"
    scene.answered("fine")
    QTest.keyClick(scene.prompt.field, Qt.Key.Key_Return)
    assert scene.port.asked == [("one", ""), ("two", "s1")]


def test_a_long_answer_scrolls_in_half_the_screen(scene: Scene, qtbot: QtBot) -> None:
    scene.ask()
    scene.answered("word " * 5_000)
    scroll = scene.prompt.findChildren(QScrollArea)[0]
    half = scene.prompt.screen().availableGeometry().height() // 2
    qtbot.waitUntil(lambda: scroll.verticalScrollBar().maximum() > 0)
    assert scroll.height() == half
    before = scroll.verticalScrollBar().value()
    QTest.keyClick(scene.prompt.field, Qt.Key.Key_PageDown)
    assert scroll.verticalScrollBar().value() > before
    scene.prompt.new_button.click()
    assert scene.prompt.height() < half


def test_escape_hides_and_a_finished_answer_is_over(scene: Scene) -> None:
    scene.ask()
    scene.answered("fine")
    QTest.keyClick(scene.prompt.field, Qt.Key.Key_Escape)
    assert not scene.prompt.isVisible()
    scene.prompt.open()
    assert (scene.model.state, scene.prompt.answer.markdown, scene.buttons()) == ("idle", "", [])
    scene.prompt.close_button.click()
    assert not scene.prompt.isVisible()


def test_a_run_under_way_is_still_there_when_it_is_opened_again(scene: Scene) -> None:
    scene.ask()
    QTest.keyClick(scene.prompt.field, Qt.Key.Key_Escape)
    scene.answered("while hidden")
    scene.prompt.open()
    assert scene.prompt.answer.markdown == "while hidden"


def test_new_forgets_the_chat(scene: Scene) -> None:
    scene.ask("one")
    scene.answered("fine")
    QTest.keyClick(scene.prompt.field, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    scene.ask("two")
    assert scene.port.asked == [("one", ""), ("two", "")]


def test_open_as_chat_hands_over_and_hides(scene: Scene) -> None:
    QTest.keyClick(scene.prompt.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert scene.opened == []
    scene.ask()
    scene.prompt.open_button.click()
    assert (scene.opened, scene.prompt.isVisible(), scene.model.state) == (["s1"], False, "idle")


def test_what_needs_the_person_opens_the_chat(scene: Scene) -> None:
    scene.ask()
    scene.model.take(ApprovalRequested("s1", "r1", "a1", "c1", "write", ("write a",), "outside"))
    assert scene.buttons() == ["Homard needs you", "Stop", "New", "Open as chat"]
    scene.prompt.needs_button.click()
    assert scene.opened == ["s1"]


def test_stop_stops(scene: Scene) -> None:
    scene.ask()
    scene.prompt.stop_button.setFocus()
    scene.prompt.stop_button.click()
    assert scene.port.cancelled == ["r1"]
    scene.model.take(RunFinished("s1", "r1", "cancelled", "", NO_USAGE))
    assert QApplication.focusWidget() is scene.prompt.field, "the button that had the focus is gone"


def test_copy_copies_the_markdown(scene: Scene) -> None:
    scene.ask()
    scene.answered("a **bold** answer")
    scene.prompt.copy_button.click()
    assert QGuiApplication.clipboard().text() == "a **bold** answer"


def test_what_could_not_be_asked_is_back_in_the_field(scene: Scene) -> None:
    scene.port.trouble = "Choose a model first."
    scene.ask("hi")
    assert (scene.prompt.field.text(), scene.model.error) == ("hi", "Choose a model first.")
    assert scene.buttons() == ["New"]


def test_every_button_has_a_name(scene: Scene) -> None:
    for button in scene.prompt.findChildren(QAbstractButton):
        assert button.text() or button.accessibleName()


def test_the_arrow_in_the_field_asks_too(scene: Scene) -> None:
    QTest.keyClicks(scene.prompt.field, "hi")
    next(action for action in scene.prompt.field.actions() if action.text() == "Ask").trigger()
    assert scene.port.asked == [("hi", "")]


@pytest.mark.parametrize("text", ["x" * 100_000, "<b>no</b>\x00\u202e", "🦞" * 500])
def test_no_text_makes_it_wider(scene: Scene, text: str) -> None:
    width = scene.prompt.width()
    asyncio.run(scene.model.ask(text))
    scene.model.take(RunFinished("s1", "r1", "model_error", text, NO_USAGE, text))
    QApplication.processEvents()
    assert scene.prompt.width() == width


def test_it_follows_the_theme(scene: Scene, qapp: QApplication) -> None:
    def shade() -> int:
        return scene.prompt.grab().toImage().pixelColor(scene.prompt.width() // 2, 4).lightness()

    theme.apply(qapp, "light")
    light = shade()
    theme.apply(qapp, "dark")
    dark = shade()
    theme.apply(qapp, "light")
    assert light > 200 > 80 > dark


def test_it_knows_whose_answers_a_person_has_before_them(qtbot: QtBot) -> None:
    scene = Scene(qtbot)
    assert not scene.prompt.shows("s1")
    scene.ask()
    scene.answered("yes")
    assert scene.prompt.shows("s1") and not scene.prompt.shows("s2")
    scene.prompt.hide()
    assert not scene.prompt.shows("s1")
