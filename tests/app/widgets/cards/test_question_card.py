from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from app.viewmodels.rows import QuestionRow
from app.widgets.cards.question_card import QuestionCard
from app.widgets.cards.row_actions import RowActions
from app.widgets.text_pane import TextPane


def make(qtbot: QtBot, row: QuestionRow) -> tuple[QuestionCard, list[tuple[str, str]]]:
    actions, said = RowActions(), list[tuple[str, str]]()
    actions.answer.connect(lambda *words: said.append(words))
    card = QuestionCard(row, None, actions)
    qtbot.addWidget(card)
    card.resize(600, 300)
    card.show()
    return card, said


def texts(card: QuestionCard) -> list[str]:
    return [pane.toPlainText() for pane in card.findChildren(TextPane)]


def test_a_choice_is_an_answer_word_for_word(qtbot: QtBot) -> None:
    choices = ("A & B", "z" * 300)
    card, said = make(qtbot, QuestionRow("q", "r", "Which?", choices))
    for choice in choices:
        next(button for button in card.findChildren(QPushButton) if button.accessibleName() == choice).click()
    assert said == [("q", "A & B"), ("q", "z" * 300)]


def test_another_answer_is_typed(qtbot: QtBot) -> None:
    card, said = make(qtbot, QuestionRow("q", "r", "Which?"))
    field = card.findChildren(QLineEdit)[0]
    send = next(button for button in card.findChildren(QPushButton) if button.text() == "Send")
    assert not send.isEnabled()
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.keyClicks(field, " none ")
    send.click()
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert said == [("q", "none"), ("q", "none")]


def test_afterwards_question_and_answer_stay(qtbot: QtBot) -> None:
    card, _ = make(qtbot, QuestionRow("q", "r", "Which?"))
    card.show_row(QuestionRow("q", "r", "Which?", open=False, answer="that"))
    qtbot.waitUntil(lambda: texts(card) == ["Which?", "that"])
    card.show_row(QuestionRow("q", "r", "Which?", open=False))
    qtbot.waitUntil(lambda: texts(card) == ["Which?", "Nobody answered"])
    assert card.findChildren(QLineEdit) == []
