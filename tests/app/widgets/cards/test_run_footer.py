import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from agent.messages import Usage
from app.viewmodels.rows import FooterRow
from app.widgets.cards.row_actions import RowActions
from app.widgets.cards.run_footer import RunFooter, figures
from app.widgets.text_pane import TextPane


def make(qtbot: QtBot, row: FooterRow, actions: RowActions) -> RunFooter:
    footer = RunFooter(row, None, actions)
    qtbot.addWidget(footer)
    footer.resize(700, 300)
    footer.show()
    return footer


def press(footer: RunFooter, name: str) -> None:
    buttons = footer.findChildren(QAbstractButton)
    next(button for button in buttons if name in (button.text(), button.accessibleName())).click()


@pytest.mark.parametrize(
    ("seconds", "usage", "line"),
    [
        (0.0214, Usage(), "21 ms"),
        (12.3, Usage(100, 0, 5, 0.0123), "12.3 s · 100 tokens in, 5 out · $0.0123"),
        (61, Usage(100, 90, 5, None), "1 min 1 s · 100 tokens in (90 cached), 5 out · price unknown"),
        (7_260, Usage(1, 0, 1, 0.0), "2 h 1 min · 1 tokens in, 1 out · free"),
        (59.97, Usage(1, 0, 1, 0.000012), "1 min 0 s · 1 tokens in, 1 out · less than $0.0001"),
    ],
)
def test_time_tokens_and_money_are_one_line(seconds: float, usage: Usage, line: str) -> None:
    assert figures(FooterRow("r", "end_turn", duration_s=seconds, usage=usage)) == line


def test_an_error_says_what_happened_and_what_can_be_done(qtbot: QtBot) -> None:
    actions, said = RowActions(), list[tuple[str, str]]()
    actions.retry.connect(lambda run: said.append(("retry", run)))
    actions.explain.connect(lambda run: said.append(("explain", run)))
    row = FooterRow("r1", "model_error", "The key was refused.", "bad_key", model="openai/x", can_retry=True)
    footer = make(qtbot, row, actions)
    press(footer, "Try again")
    press(footer, "What happened")
    assert said == [("retry", "r1"), ("explain", "r1")]
    shown = [pane.toPlainText() for pane in footer.findChildren(TextPane)]
    assert shown == ["The key was refused."]
    assert "0 ms · bad_key" in [label.text() for label in footer.findChildren(QLabel)]


def test_a_run_that_was_stopped_is_told_calmly(qtbot: QtBot) -> None:
    footer = make(qtbot, FooterRow("r1", "cancelled", duration_s=1.0), RowActions())
    assert [pane.toPlainText() for pane in footer.findChildren(TextPane)] == ["Stopped. What was done so far is kept."]
    assert footer.findChildren(QAbstractButton) == []


def test_files_that_were_changed_can_be_opened(qtbot: QtBot) -> None:
    actions, opened = RowActions(), list[str]()
    actions.open_path.connect(opened.append)
    footer = make(qtbot, FooterRow("r1", "end_turn", files=("/a/b.txt", "/a/c.txt")), actions)
    press(footer, "2 file(s) changed")
    assert "/a/c.txt" in [label.text() for label in footer.findChildren(QLabel)]
    press(footer, "Open /a/c.txt")
    assert opened == ["/a/c.txt"]


def test_a_dry_run_says_so(qtbot: QtBot) -> None:
    dry = make(qtbot, FooterRow("r1", "end_turn", dry_run=True), RowActions())
    assert "Dry run: nothing was changed" in [label.text() for label in dry.findChildren(QLabel)]


def test_what_can_be_put_back_is_offered(qtbot: QtBot) -> None:
    actions, wanted = RowActions(), list[str]()
    actions.undo.connect(wanted.append)
    press(make(qtbot, FooterRow("r1", "end_turn", can_undo=True), actions), "Undo…")
    nothing = make(qtbot, FooterRow("r2", "end_turn"), actions)
    assert wanted == ["r1"] and [b.text() for b in nothing.findChildren(QAbstractButton)] == ["Do this again…"]


def test_what_went_well_can_be_made_a_job(qtbot: QtBot) -> None:
    actions, wanted = RowActions(), list[str]()
    actions.repeat.connect(wanted.append)
    press(make(qtbot, FooterRow("r1", "end_turn"), actions), "Do this again…")
    for row in (FooterRow("r2", "end_turn", dry_run=True), FooterRow("r3", "parked"), FooterRow("r4", "cancelled")):
        assert not make(qtbot, row, actions).findChildren(QPushButton)
    assert wanted == ["r1"]
