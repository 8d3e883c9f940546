"""The banner: one message at a time, an undo that passes, nothing lost and nothing twice."""

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.widgets.banner import Banner


@pytest.fixture
def window(qtbot) -> QWidget:
    made = QWidget()
    QVBoxLayout(made)
    qtbot.addWidget(made)
    made.show()
    return made


def put(window: QWidget, **more: int) -> Banner:
    banner = Banner(window, **more)
    layout = window.layout()
    assert layout is not None
    layout.addWidget(banner)
    return banner


def words(banner: Banner) -> list[str]:
    return [label.text() for label in banner.findChildren(QLabel) if label.isVisible()]


def test_messages_wait_for_each_other_and_none_is_shown_twice(window: QWidget) -> None:
    banner = put(window)
    assert not banner.isVisible()
    for text in ("one", "two", "two", "one", "three"):
        banner.tell(text, "error")
    assert words(banner) == ["one", "2 more"]
    seen: list[list[str]] = []
    for _ in range(3):
        banner.close_button.click()
        seen.append(words(banner))
    assert seen == [["two", "1 more"], ["three"], []]
    assert not banner.isVisible()


def test_an_action_is_taken_once_and_closes(window: QWidget) -> None:
    banner = put(window)
    done: list[int] = []
    banner.tell("The file is gone.", "warning", action="Choose another", callback=lambda: done.append(1))
    assert banner.action.text() == "Choose another"
    banner.action.click()
    assert (done, banner.isVisible(), banner.text) == ([1], False, "")


def test_an_action_may_tell_something_new(window: QWidget) -> None:
    banner = put(window)
    banner.tell("It failed.", action="Retry", callback=lambda: banner.tell("It failed again."))
    banner.action.click()
    assert banner.text == "It failed again."


def test_an_undo_goes_first_passes_and_gives_way(qtbot, window: QWidget) -> None:
    banner = put(window, undo_ms=30)
    banner.tell("The disk is full.", "error")
    banner.offer_undo("Chat deleted", lambda: None)
    assert (banner.text, banner.action.text()) == ("Chat deleted", "Undo")
    qtbot.waitUntil(lambda: banner.text == "The disk is full.")
    assert not banner.action.isVisible()


def test_an_undo_takes_the_place_of_an_undo(window: QWidget) -> None:
    banner = put(window)
    done: list[str] = []
    for name in ("first", "second"):
        banner.offer_undo(f"{name} deleted", lambda name=name: done.append(name))
    banner.action.click()
    assert (done, banner.isVisible()) == (["second"], False)


def test_an_undo_stays_while_pointed_at(qtbot, window: QWidget) -> None:
    banner = put(window, undo_ms=60)
    banner.offer_undo("Chat deleted", lambda: None)
    QApplication.sendEvent(banner, QEnterEvent(QPointF(1, 1), QPointF(1, 1), QPointF(1, 1)))
    qtbot.wait(150)
    assert banner.isVisible()
    QApplication.sendEvent(banner, QEvent(QEvent.Type.Leave))
    with qtbot.waitSignal(banner.closed):
        pass


def test_an_undo_stays_while_focused_and_gives_the_focus_back(qtbot, window: QWidget) -> None:
    banner = put(window, undo_ms=60)
    field = QLineEdit(window)
    window.layout().addWidget(field)  # pyright: ignore[reportOptionalMemberAccess]
    with qtbot.waitActive(window):
        window.activateWindow()
    banner.offer_undo("Chat deleted", lambda: None)
    banner.action.setFocus()
    qtbot.wait(150)
    assert banner.isVisible()
    banner.close_button.click()
    assert field.hasFocus()


def test_any_text_leaves_the_window_its_width(window: QWidget) -> None:
    banner = put(window)
    banner.tell("<b>" + "x" * 1_000_000, "error", action="Go on", callback=lambda: None)
    label = banner.findChildren(QLabel)[0]
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert window.minimumSizeHint().width() < 600
    assert banner.height() < 300


def test_buttons_have_names(window: QWidget) -> None:
    banner = put(window)
    assert banner.close_button.accessibleName() == "Close this message"
