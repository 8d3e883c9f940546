"""Every row has a widget that fits any width and any data."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QTextEdit, QWidget
from pytestqt.qtbot import QtBot

from agent.labels import Label
from agent.messages import Usage
from app.viewmodels.rows import (
    AnswerRow,
    ApprovalRow,
    FooterRow,
    NoticeRow,
    QuestionRow,
    Row,
    ToolRow,
    UserRow,
)
from app.widgets.cards.row_actions import RowActions
from app.widgets.cards.row_widgets import estimate, make_row, update_row
from tests.helpers.pseudo import MARK, pseudo_translation

NASTY = "x" * 3_000 + " مرحبا <b>&amp;</b> 👨‍👩‍👧 \udcff\x00\u202e\n\n" + "Donaudampfschifffahrtsgesellschaft" * 5
LABEL = Label("external", "secret", tuple(f"external:{NASTY}{n}" for n in range(20)))
ROWS: list[Row] = [
    UserRow("u", NASTY, origin="cli", entry_id=1, waiting=True),
    AnswerRow("a", NASTY, thinking=NASTY, model=NASTY, entry_id=2),
    AnswerRow("a", "Yes.", entry_id=2, label=LABEL),
    ToolRow("t", "shell", NASTY, NASTY, "failed", NASTY, details={"diff": NASTY, "path": NASTY}, duration_s=3.0),
    ApprovalRow("p", "r", "write", (NASTY, NASTY), NASTY, {"arguments": {"text": NASTY, "x": [NASTY]}}),
    ApprovalRow("p", "r", "write", (NASTY,), state="refused", note=NASTY),
    ApprovalRow(
        "p",
        "r",
        "write",
        (NASTY,),
        label=LABEL,
        scopes=("once", "run", "always"),
        rule=NASTY,
        undo=NASTY,
        asked_lately=1_000_000,
    ),
    QuestionRow("q", "r", NASTY, (NASTY, "no")),
    QuestionRow("q", "r", NASTY, open=False, answer=NASTY),
    NoticeRow("n", "retry", NASTY),
    FooterRow("f", "model_error", NASTY, NASTY, 3.0, Usage(1, 1, 1, None), NASTY, (NASTY,) * 300, True),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: type(row).__name__)
def test_any_data_fits_into_a_narrow_window(qtbot: QtBot, row: Row) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    widget = make_row(row, window, RowActions(window))
    widget.setGeometry(0, 0, 340, widget.heightForWidth(340))
    window.show()
    assert 0 < widget.heightForWidth(800) <= widget.heightForWidth(340)
    for child in widget.findChildren(QWidget):
        if child.isVisibleTo(widget) and child.window() is window and not isinstance(child.parent(), QTextEdit):
            right = child.mapTo(widget, child.rect().topRight()).x()
            assert right <= 340 or not isinstance(child, QAbstractButton | QLineEdit), child


@pytest.mark.parametrize("row", ROWS, ids=lambda row: type(row).__name__)
def test_every_control_has_a_name(qtbot: QtBot, row: Row) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    widget = make_row(row, window, RowActions(window))
    for control in widget.findChildren(QAbstractButton):
        assert control.accessibleName() or control.text(), control
    for field in widget.findChildren(QLineEdit):
        assert field.accessibleName()


def test_a_widget_shows_later_states_of_its_kind_of_row_only(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    for row in ROWS:
        widget = make_row(row, window, RowActions(window))
        fits = [update_row(widget, other) for other in ROWS]
        assert fits == [type(other) is type(row) for other in ROWS]


def test_a_guess_is_cheap_and_near(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    text = "Some words that are said. " * 40
    for row in (
        UserRow("u", text),
        NoticeRow("n", "note", text),
        ToolRow("t", "read", "Read a"),
        FooterRow("f", "end_turn"),
    ):
        real = make_row(row, window, RowActions(window)).heightForWidth(700)
        assert estimate(row, 700, window.fontMetrics()) == pytest.approx(real, rel=0.35), row
    huge = replace(ROWS[1], text="y" * 10_000_000)
    assert estimate(huge, 700, window.fontMetrics()) > 0


def test_no_word_of_ours_escapes_translation(qtbot: QtBot) -> None:
    """Data are digits here, so whatever else is read was not translated."""
    label = Label("external", "secret", ("external:1",))
    rows: list[Row] = [
        AnswerRow("a", "1", entry_id=1, label=label),
        ToolRow("t", "1", "1", state="recorded"),
        ApprovalRow("p", "r", "1", ("run 1",), "1", label=label, scopes=("once", "run", "always"), rule="1", undo="1",
                    asked_lately=9, prompt="1"),
        ApprovalRow("p", "r", "1", ("1",), state="allowed", scope="run"),
        FooterRow("f", "end_turn", files=("1",), can_undo=True, dry_run=True),
    ]  # fmt: skip
    for row in rows:
        window = QWidget()
        qtbot.addWidget(window)
        with pseudo_translation():
            widget = make_row(row, window, RowActions(window))
        texts = [text for part in [widget, *widget.findChildren(QWidget)] for text in said(part)]
        assert [text for text in texts if text and MARK not in text and not text.replace("run ", "").isdigit()] == []


def said(part: QWidget) -> list[str]:
    text = part.text() if isinstance(part, QAbstractButton | QLabel) else ""
    placeholder = part.placeholderText() if isinstance(part, QLineEdit) else ""
    pane = part.toPlainText() if isinstance(part, QTextEdit) else ""
    return [part.toolTip(), part.accessibleName(), part.accessibleDescription(), text, placeholder, pane]
