"""The widget of each row of a transcript, for the list that shows them."""

from __future__ import annotations

from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QWidget

from app.theme import SPACE
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
from app.widgets.cards.answer import Answer
from app.widgets.cards.approval_ask import MANY_ASKED
from app.widgets.cards.approval_card import ApprovalCard
from app.widgets.cards.notice import Notice
from app.widgets.cards.question_card import QuestionCard
from app.widgets.cards.row_actions import RowActions
from app.widgets.cards.run_footer import RunFooter
from app.widgets.cards.tool_card import ToolCard
from app.widgets.cards.user_message import SHOWN_CHARS, UserMessage

GUESSED_CHARS = 20_000
"""Of a text; more is not counted for a guess."""


def make_row(row: Row, parent: QWidget | None, actions: RowActions) -> QWidget:
    """The widget for a row. It has a height for each width."""
    match row:
        case UserRow():
            return UserMessage(row, parent, actions)
        case AnswerRow():
            return Answer(row, parent, actions)
        case ToolRow():
            return ToolCard(row, parent, actions)
        case ApprovalRow():
            return ApprovalCard(row, parent, actions)
        case QuestionRow():
            return QuestionCard(row, parent, actions)
        case NoticeRow():
            return Notice(row, parent, actions)
        case FooterRow():
            return RunFooter(row, parent, actions)


def update_row(widget: QWidget, row: Row) -> bool:
    """Show a newer state of a row in the widget that shows it; False: it cannot, make a new one."""
    match widget, row:
        case (
            (UserMessage(), UserRow())
            | (Answer(), AnswerRow())
            | (ToolCard(), ToolRow())
            | (ApprovalCard(), ApprovalRow())
            | (QuestionCard(), QuestionRow())
            | (Notice(), NoticeRow())
            | (RunFooter(), FooterRow())
        ):
            return widget.show_row(row)  # pyright: ignore[reportArgumentType]
        case _:
            return False


def estimate(row: Row, width: int, metrics: QFontMetrics) -> int:
    """Guess a row's height in pixels without laying it out; `width` is that of the list."""
    line = metrics.lineSpacing()
    match row:
        case UserRow():
            text = _lines(row.text[:SHOWN_CHARS], width - SPACE * 16, metrics) * line
            return SPACE * 2 + text + (SPACE * 10 if row.images else 0) + line * row.waiting
        case AnswerRow():
            text = round(_lines(row.text, width, metrics) * line * 1.2)
            return text + (0 if row.streaming else line + SPACE) + (line + SPACE if row.thinking else 0)
        case ToolRow():
            return SPACE + line + 6
        case ApprovalRow():
            facts = (
                bool(row.label and row.label.tainted)
                + bool(row.undo)
                + bool(row.prompt)
                + (row.asked_lately > MANY_ASKED)
            )
            return line * (8 + facts + len(row.effects)) + SPACE * (8 + facts) if row.state == "open" else line
        case QuestionRow():
            asked = _lines(row.text, width - SPACE * 4, metrics) * line
            return asked + (line * 5 + SPACE * 6 if row.open else line + SPACE)
        case NoticeRow():
            return round(_lines(row.text, width - SPACE * 8, metrics) * line * 0.8)
        case FooterRow():
            box = 0 if row.stop_reason == "end_turn" else line * 3 + SPACE * 4
            buttons = SPACE if row.can_undo or row.can_repeat else 0
            return line * (1 + row.dry_run) + box + buttons + (line + SPACE) * bool(row.files)


def _lines(text: str, width: int, metrics: QFontMetrics) -> int:
    head = text[:GUESSED_CHARS]
    columns = max(8, round(width / max(1, metrics.averageCharWidth() * 0.95)))
    return 1 + head.count("\n") + len(head) // columns
