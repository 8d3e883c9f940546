"""An empty state says one thing and offers one thing."""

from PySide6.QtWidgets import QLabel

from app.widgets.empty_state import EmptyState


def shown(state: EmptyState) -> list[str]:
    return [label.text() for label in state.findChildren(QLabel)]


def test_it_teaches_one_thing_and_offers_it(qtbot) -> None:
    done: list[int] = []
    state = EmptyState("chat", "No chats yet", "Ask something.", "New chat", lambda: done.append(1))
    qtbot.addWidget(state)
    state.show()
    state.grab()
    state.button.click()
    assert (shown(state), state.button.text(), done) == (["No chats yet", "Ask something."], "New chat", [1])


def test_without_something_to_do_there_is_no_button(qtbot) -> None:
    state = EmptyState("search", "Nothing found", "Try another word.")
    qtbot.addWidget(state)
    state.show()
    assert not state.button.isVisible()


def test_its_words_can_change(qtbot) -> None:
    state = EmptyState("chat", "No chats yet", "Ask something.")
    qtbot.addWidget(state)
    state.set_words("Nothing found", "Try another word.", "search")
    assert shown(state) == ["Nothing found", "Try another word."]


def test_long_words_wrap(qtbot) -> None:
    state = EmptyState("chat", "word " * 50, "word " * 50)
    qtbot.addWidget(state)
    state.resize(400, 600)
    state.show()
    assert state.width() == 400
