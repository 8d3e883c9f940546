from PySide6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from agent.labels import Label
from app.viewmodels.rows import AnswerRow
from app.widgets.cards.answer import Answer
from app.widgets.cards.row_actions import RowActions
from app.widgets.markdown_view import MarkdownView


def press(answer: Answer, name: str) -> None:
    buttons = answer.findChildren(QAbstractButton)
    next(button for button in buttons if name in (button.text(), button.accessibleName())).click()


def test_it_streams_and_names_its_model_at_the_end(qtbot: QtBot) -> None:
    actions, copied = RowActions(), list[str]()
    actions.copy.connect(copied.append)
    answer = Answer(AnswerRow("a", "Hel", streaming=True), None, actions)
    qtbot.addWidget(answer)
    answer.resize(600, 200)
    answer.show()
    view = answer.findChildren(MarkdownView)[0]
    assert view.markdown == "Hel"
    assert "m/x" not in [label.text() for label in answer.findChildren(QLabel) if label.isVisible()]
    answer.show_row(AnswerRow("a", "Hello", model="m/x"))
    assert view.markdown == "Hello"
    assert "m/x" in [label.text() for label in answer.findChildren(QLabel) if label.isVisible()]
    press(answer, "Copy")
    assert copied == ["Hello"]


def test_thinking_is_there_for_who_opens_it(qtbot: QtBot) -> None:
    actions = RowActions()
    answer = Answer(AnswerRow("a", "Hello", thinking="Hm."), None, actions)
    qtbot.addWidget(answer)
    answer.show()
    closed = answer.heightForWidth(600)
    press(answer, "Thinking")
    qtbot.waitUntil(lambda: answer.heightForWidth(600) > closed)
    assert actions.opened == {"a thinking"}


def test_a_quiet_line_says_whose_text_is_in_it(qtbot: QtBot) -> None:
    label = Label("external", "secret", ("external:example.org", "local:/home/anna/diary"))
    answer = Answer(AnswerRow("a", "Hello", streaming=True, label=label), None, RowActions())
    qtbot.addWidget(answer)
    answer.show()

    def lines() -> list[QLabel]:
        shown = [found for found in answer.findChildren(QLabel) if found.isVisible()]
        return [found for found in shown if found.accessibleDescription()]

    assert lines() == []
    answer.show_row(AnswerRow("a", "Hello", label=label))
    assert [line.text() for line in lines()] == ["Based on text from: example.org", "Stays on this computer"]
    assert ["example.org" in line.accessibleDescription() for line in lines()] == [True, False]
    for plain in (None, Label("local", "private", ("local:/home/anna",))):
        answer.show_row(AnswerRow("a", "Hello", label=plain))
        assert lines() == []
