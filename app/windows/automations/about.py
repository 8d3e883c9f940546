"""What a job does, what it may do, and what holds for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QMargins, Qt
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QScrollArea, QWidget

from app.theme import SPACE
from app.translation import translate
from app.viewmodels.job_item import JobItem
from app.viewmodels.job_rule_words import permission_sentences, policy_sentences
from app.viewmodels.job_words import amount_words, moment_words, short_path
from app.widgets.cards.surface import Mark, column
from app.widgets.cards.words import PlainText, Tone, Words, revealed
from app.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from agent.automation.watch.state import WatchState


SHOWN_CHARS = 8_000
"""Of a task; the editor has all of it."""


class JobAbout(QScrollArea):
    """Everything about a job that a person has said, in sentences, and the figures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.prompt = PlainText("", name=translate("Jobs", "What it does"))
        self.facts = {
            "folder": (translate("Jobs", "Works in"), ElidedLabel()),
            "model": (translate("Jobs", "Model"), ElidedLabel()),
            "next": (translate("Jobs", "Next"), ElidedLabel()),
            "last": (translate("Jobs", "Last"), ElidedLabel()),
            "cost": (translate("Jobs", "Cost so far"), ElidedLabel()),
            "forecast": (translate("Jobs", "Forecast"), ElidedLabel()),
            "runs": (translate("Jobs", "Runs"), ElidedLabel()),
        }
        self.watches = _Section(translate("Jobs", "Watched folders"))
        self.permissions = _Section(translate("Jobs", "What it may do"))
        self.policies = _Section(translate("Jobs", "What holds for it"))
        self._form = QFormLayout()
        self._lay_out()

    def show_job(self, item: JobItem, now: datetime) -> None:
        """Show a job."""
        job, state = item.row.job, item.state
        self.prompt.set_text(job.prompt if len(job.prompt) <= SHOWN_CHARS else f"{job.prompt[:SHOWN_CHARS]}…")
        self._tell("folder", short_path(job.folder))
        self._tell("model", job.model or translate("Jobs", "the default one"))
        coming = state.next if state is not None and not item.row.paused else None
        self._tell("next", moment_words(coming, now) if coming is not None else "")
        self._tell("last", item.last_words(now))
        self._tell("cost", _costs(item))
        self._tell("forecast", item.forecast_words())
        self._tell("runs", str(item.row.runs))
        self.watches.show_lines([_watch_line(watch) for watch in (state.watches if state is not None else ())])
        self.permissions.show_lines([("shield", "muted", text) for text in permission_sentences(job)])
        self.policies.show_lines([("", "muted", text) for text in policy_sentences(job)])

    def _tell(self, name: str, words: str) -> None:
        self.facts[name][1].setText(words)
        self._form.setRowVisible(list(self.facts).index(name), bool(words))

    def _lay_out(self) -> None:
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        form = self._form
        form.setHorizontalSpacing(SPACE * 2)
        form.setVerticalSpacing(SPACE // 2)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeading)
        for caption, value in self.facts.values():
            form.addRow(Words(caption, tone="muted"), value)
        inside = QWidget()
        layout = column(inside, QMargins(SPACE * 2, SPACE * 3 // 2, SPACE * 2, SPACE * 2), SPACE * 3 // 2)
        layout.addWidget(self.prompt)
        layout.addLayout(form)
        for section in (self.watches, self.permissions, self.policies):
            layout.addWidget(section)
        layout.addStretch(1)
        self.setWidget(inside)


class _Section(QWidget):
    """A heading and sentences below it; hidden while there are none."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._lines: Sequence[tuple[str, Tone, str]] = ()
        self._content: QWidget | None = None
        self._layout = column(self, spacing=SPACE // 2)
        self._layout.addWidget(Words(title, self, face="bold"))
        self.hide()

    def show_lines(self, lines: Sequence[tuple[str, Tone, str]]) -> None:
        """Show these: icon (empty: none), its tone, a sentence."""
        if list(lines) == list(self._lines):
            return
        self._lines = list(lines)
        if self._content is not None:
            self._content.hide()
            self._content.deleteLater()
        self._content = QWidget(self)
        rows = column(self._content, spacing=SPACE // 2)
        for icon, tone, text in lines:
            line = QHBoxLayout()
            line.setSpacing(SPACE)
            if icon:
                line.addWidget(Mark(icon, self._content, tone=tone), 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(PlainText(revealed(text), self._content, name=self._title), 1)
            rows.addLayout(line)
        self._layout.addWidget(self._content)
        self.setVisible(bool(lines))


def _costs(item: JobItem) -> str:
    if item.state is None:
        return ""
    today = amount_words(item.state.spent_today_usd)
    month = amount_words(item.state.spent_month_usd)
    return translate("Jobs", "{today} today, {month} this month").format(today=today, month=month)


def _watch_line(watch: WatchState) -> tuple[str, Tone, str]:
    folder = short_path(watch.folder)
    match watch.how:
        case "events":
            words = translate("Jobs", "{folder}: changes are seen at once")
            icon, tone = "eye", "ok"
        case "scanning":
            words = translate("Jobs", "{folder}: looked at from time to time, because changes there are not told")
            icon, tone = "clock", "warn"
        case "away":
            words = translate("Jobs", "{folder}: not there now; it goes on when it is back")
            icon, tone = "alert", "error"
    count = translate("Jobs", "%n file(s) known", watch.files)
    said = f"{words.format(folder=folder)} ({count})"
    return icon, tone, f"{said}. {watch.note}" if watch.note else said
