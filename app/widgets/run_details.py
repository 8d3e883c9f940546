"""All that is known of one run: what was asked, how it ended, what it did and took."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QListView,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from agent.storage.records import CallRow
from app.theme import SPACE
from app.translation import translate
from app.viewmodels.activity import RunItem
from app.viewmodels.activity_words import argument_words, call_word, duration_of, origin_words
from app.viewmodels.palette import Item
from app.viewmodels.rows import FooterRow
from app.viewmodels.run_records import RunRecord
from app.widgets.cards.figures import duration_words, money_words, token_words
from app.widgets.cards.run_footer import ending_words
from app.widgets.cards.tool_card import tool_icon
from app.widgets.cards.words import PlainText, Words
from app.widgets.elided_label import ElidedLabel
from app.widgets.entry_list import EntryDelegate, EntryList
from app.widgets.run_record import RunRecordView

MOST_ROWS = 12
"""Tool calls in sight; more are scrolled."""


class RunDetails(QScrollArea):
    """Says what a person wants done with the run it shows."""

    open_chat = Signal(str)
    """A session id."""
    retry = Signal(str, str)
    """Session id and run id: answer again what was asked there last."""
    stop = Signal(str)
    """A run id."""
    undo = Signal(str)
    """A run id: what it changed is to be put back, or some of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.item: RunItem | None = None
        self._prompt = PlainText("", name=translate("Activity", "What was asked"), face="title")
        self._ending = Words("", face="bold")
        self._why = PlainText("", name=translate("Activity", "How it ended"))
        self._facts = {
            "origin": (Words(translate("Activity", "Asked by"), tone="muted"), ElidedLabel()),
            "model": (Words(translate("Activity", "Model"), tone="muted"), ElidedLabel()),
            "started": (Words(translate("Activity", "Started"), tone="muted"), ElidedLabel()),
            "took": (Words(translate("Activity", "Took"), tone="muted"), ElidedLabel()),
            "tokens": (Words(translate("Activity", "Tokens"), tone="muted"), ElidedLabel()),
            "cost": (Words(translate("Activity", "Cost"), tone="muted"), ElidedLabel()),
            "code": (Words(translate("Activity", "Error code"), tone="muted"), ElidedLabel()),
        }
        self.buttons = {
            "open": QPushButton(translate("Activity", "Open chat")),
            "retry": QPushButton(translate("Activity", "Try again")),
            "undo": QPushButton(translate("Activity", "Undo…")),
            "stop": QPushButton(translate("Activity", "Stop")),
        }
        self._calls_title = Words("", face="bold")
        self.calls = QListView()
        self._calls = EntryList(self)
        self.record = RunRecordView()
        self._lay_out()
        self.buttons["open"].clicked.connect(self._open)
        self.buttons["retry"].clicked.connect(self._retry)
        self.buttons["undo"].clicked.connect(self._undo)
        self.buttons["stop"].clicked.connect(self._stop)

    def show_run(self, item: RunItem) -> None:
        """Show a run; its calls come with `show_calls`."""
        if self.item is None or self.item.run_id != item.run_id:
            self.show_calls((), item)
            self.show_record(RunRecord())
            self.verticalScrollBar().setValue(0)
        self.item = item
        run = item.run
        self._prompt.set_text(run.prompt or translate("Activity", "No words"))
        self._ending.setText(item.ending)
        self._ending.set_tone("accent" if item.needs_you else "error" if item.went_wrong else "text")
        why = _why(item)
        self._why.set_text(why)
        self._why.setVisible(bool(why))
        tokens = token_words(run.usage)
        self._tell("origin", origin_words(run.origin))
        self._tell("model", run.model)
        started = QDateTime.fromSecsSinceEpoch(int(run.started_at.timestamp()))
        self._tell("started", QLocale().toString(started, QLocale.FormatType.ShortFormat))
        self._tell("took", duration_of(run))
        self._tell("tokens", tokens)
        self._tell("cost", money_words(run.usage.cost_usd) if tokens else "")
        self._tell("code", run.error_code or "")
        self.buttons["retry"].setVisible(item.went_wrong)
        self.buttons["stop"].setVisible(item.is_working)

    def show_calls(self, calls: Sequence[CallRow], item: RunItem) -> None:
        """List what the run did, in order: when (since it began), what, and how it went."""
        self._calls.show_entries([_entry(call, item) for call in calls])
        self._calls_title.setText(translate("Activity", "%n tool call(s)", len(calls)))
        self._calls_title.setVisible(bool(calls))
        self.calls.setVisible(bool(calls))
        row = self.calls.sizeHintForRow(0) if calls else 0
        self.calls.setFixedHeight(row * min(len(calls), MOST_ROWS) + 2)

    def show_record(self, record: RunRecord) -> None:
        """Show why its acts were allowed and what left this computer, and whether it can be undone."""
        self.record.show_record(record)
        self.buttons["undo"].setVisible(record.can_undo)

    def _lay_out(self) -> None:
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.calls.setAccessibleName(translate("Activity", "Tool calls"))
        self.calls.setModel(self._calls)
        self.calls.setItemDelegate(EntryDelegate(self.calls))
        self.calls.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.calls.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        facts = QFormLayout()
        facts.setHorizontalSpacing(SPACE * 2)
        facts.setVerticalSpacing(SPACE // 2)
        facts.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        facts.setLabelAlignment(Qt.AlignmentFlag.AlignLeading)
        self._form = facts
        for caption, value in self._facts.values():
            facts.addRow(caption, value)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE)
        for button in self.buttons.values():
            buttons.addWidget(button)
        buttons.addStretch(1)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(SPACE * 2, SPACE * 2, SPACE * 2, SPACE * 2)
        column.setSpacing(SPACE * 3 // 2)
        for widget in (self._prompt, self._ending, self._why):
            column.addWidget(widget)
        column.addLayout(buttons)
        column.addLayout(facts)
        column.addWidget(self._calls_title)
        column.addWidget(self.calls)
        column.addWidget(self.record)
        column.addStretch(1)
        self.setWidget(inside)

    def _tell(self, name: str, words: str) -> None:
        self._facts[name][1].setText(words)
        self._form.setRowVisible(list(self._facts).index(name), bool(words))

    def _open(self) -> None:
        if self.item is not None:
            self.open_chat.emit(self.item.run.session_id)

    def _retry(self) -> None:
        if self.item is not None:
            self.retry.emit(self.item.run.session_id, self.item.run_id)

    def _undo(self) -> None:
        if self.item is not None:
            self.undo.emit(self.item.run_id)

    def _stop(self) -> None:
        if self.item is not None:
            self.stop.emit(self.item.run_id)


def _why(item: RunItem) -> str:
    """A sentence on how it ended; empty when there is nothing to say beside the word."""
    run = item.run
    if item.needs_you and not run.error:
        return translate("Activity", "It waits for your answer. Open the chat to give it.")
    if run.stop_reason in (None, "end_turn"):
        return ""
    return ending_words(FooterRow(run.run_id, run.stop_reason, run.error or "", run.error_code or ""))


def _entry(call: CallRow, item: RunItem) -> Item:
    after_s = (call.started_at - item.run.started_at).total_seconds()
    began = (
        translate("Activity", "after {time}").format(time=duration_words(after_s))
        if after_s >= 1
        else translate("Activity", "at once")
    )
    # A call that came to its end may have failed or been refused: that stands with the acts, so no tick here.
    looks = {"done": tool_icon(call.name), "unknown": "question", "not_run": "cross", None: "clock"}
    words = f"{began} · {call_word(call)}"
    return Item("line", call.call_id, call.name, argument_words(call.arguments), words, looks[call.outcome])
