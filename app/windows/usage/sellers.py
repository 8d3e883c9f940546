"""Providers compared: the table, what there is to say of the chosen one, and how it went over time."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from agent.comparison.estimate import Estimate
from agent.comparison.result import ComparisonRun
from app import dialogs
from app.theme import SPACE
from app.translation import translate
from app.viewmodels.usage_seller_words import (
    OVER,
    Over,
    View,
    columns,
    estimate_words,
    finding_lines,
    history_chart,
    history_columns,
    history_keys,
    history_lines,
    lines,
    over_words,
    plan_words,
    weekly_words,
)
from app.viewmodels.usage_sellers import SellersViewModel
from app.viewmodels.usage_table import FigureTable
from app.widgets.cards.surface import column, push_button
from app.widgets.cards.words import Words, revealed
from app.widgets.chart_table import FigureView
from app.widgets.choice_box import ChoiceBox
from app.widgets.elided_label import breakable
from app.widgets.empty_state import EmptyState
from app.windows.usage.compare import choose_models
from app.windows.usage.over_time import ChartAndTable

Start = Callable[[Coroutine[Any, Any, Any], str], None]


class SellersView(QWidget):
    """Reads when it is shown; probes only after a person has agreed to what it may cost."""

    said = Signal(str)
    failed = Signal(str)

    def __init__(self, model: SellersViewModel, start: Start, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self._start = start
        self._head = QWidget(self)
        self.view = ChoiceBox(self._head)
        self.over = ChoiceBox(self)
        self.compare_button = push_button(translate("Sellers", "Compare…"), self.compare, self._head)
        self.stop_button = push_button(translate("Sellers", "Stop"), model.stop, self._head)
        self.progress = Words("", self._head, tone="muted")
        self._plan = QWidget(self)
        self.plan = Words("", self._plan, tone="muted", wrap=True)
        self.no_more = push_button(translate("Sellers", "No more"), self._repeat_no_more, self._plan)
        self.table = FigureView(translate("Sellers", "Providers compared"), FigureTable(self), self, most_rows=8)
        self._uncalled = Words(translate("Sellers", "You have called none of them yet."), self, tone="muted", wrap=True)
        self.findings = Words("", self, wrap=True)
        self.over_time = ChartAndTable(
            translate("Sellers", "Probes over time"), translate("Sellers", "Probes over time"), self, most_rows=8
        )
        self._over_time_head = QWidget(self)
        self._nothing = EmptyState(
            "chart",
            translate("Sellers", "Nothing was compared yet"),
            translate(
                "Sellers",
                "The same model is sold by several providers: some are slow, some give no cache hits, some sell a "
                "smaller one. A small probe tells them apart. You are told before what it may cost.",
            ),
            translate("Sellers", "Compare…"),
            self.compare,
            self,
        )
        self._inside = QScrollArea(self)
        self._body = QStackedWidget(self)
        self._lay_out()
        self.view.chosen.connect(self._show)
        self.over.chosen.connect(self._show)
        self.table.chosen.connect(self._show_findings)
        model.changed.connect(self._show)
        model.failed.connect(self.failed)
        model.ended.connect(self._tell_end)
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        """Read anew."""
        super().showEvent(event)
        self.model.refresh()

    def compare(self) -> None:
        """Ask which models, then what it may cost, then probe them."""
        self._start(self._compare(), "compare providers")

    async def _compare(self) -> None:
        model = self.model
        if model.is_probing:
            return
        row = self.table.currentIndex()
        near = row.data(FigureTable.KeyRole) if row.isValid() else ""
        chosen, weekly = await choose_models(self.window(), await model.names(), model.same(near) if near else [])
        if chosen and weekly:
            await model.repeat(chosen, self._confirm_weekly)
        elif chosen:
            await model.probe(chosen, self._confirm)

    async def _confirm(self, wanted: Estimate) -> bool:
        return await self._ask(wanted, estimate_words(wanted))

    async def _confirm_weekly(self, wanted: Estimate) -> bool:
        return await self._ask(wanted, weekly_words(wanted))

    async def _ask(self, wanted: Estimate, words: str) -> bool:
        choices = [
            dialogs.Choice("go", translate("Sellers", "Compare"), "main"),
            dialogs.Choice("no", translate("Sellers", "Cancel"), "cancel"),
        ]
        title = translate("Sellers", "Compare %n model(s)?", len(wanted.models))
        return await dialogs.ask(self.window(), title, words, choices, "go") == "go"

    def _repeat_no_more(self) -> None:
        self._start(self.model.repeat_no_more(), "compare no more")

    def _tell_end(self, done: ComparisonRun | None) -> None:
        if done is not None and done.stopped:
            self.failed.emit(translate("Sellers", "The comparison ended early: {why}").format(why=done.stopped))
        elif done is not None:
            self.said.emit(translate("Sellers", "%n model(s) were compared.", len(done.results)))

    # -- what is shown

    def _show(self) -> None:
        model = self.model
        probing = model.is_probing
        self._head.setVisible(bool(model.rows) or probing)
        self.compare_button.setVisible(not probing)
        self.compare_button.setEnabled(model.possible)
        self.stop_button.setVisible(probing)
        self.progress.setText(_progress_words(model) if probing else "")
        self._plan.setVisible(model.plan is not None)
        self.plan.setText(breakable(plan_words(model.plan, model.now())) if model.plan is not None else "")
        colors = {name: at for at, name in enumerate(model.histories)}
        view: View = self.view.value or "probes"
        found = lines(model.rows, view, model.now(), colors)
        if not found and not probing and (view == "probes" or not model.rows):
            self._nothing.button.setVisible(model.possible)
            self._body.setCurrentWidget(self._nothing)
            return
        self._body.setCurrentWidget(self._inside)
        self.table.setVisible(bool(found))
        self._uncalled.setVisible(not found and not probing)
        self.table.table.show(columns(view), found)
        self._show_findings()
        self._show_history()

    def _show_findings(self) -> None:
        index = self.table.currentIndex()
        key = index.data(FigureTable.KeyRole) if index.isValid() else None
        rows = [row for row in self.model.rows if key in (None, row.model)]
        told = [(row.model, finding_lines(row)) for row in rows if row.result.calls]
        if key is not None:
            good = translate("Sellers", "Nothing bad was found of {model}.").format(model=key)
            text = "\n".join(f"• {line}" for _model, said in told for line in said) or (good if told else "")
        else:
            text = "\n".join(f"• {model}: {line}" for model, said in told for line in said)
        self.findings.setText(breakable(revealed(text)))
        self.findings.setVisible(bool(text))

    def _show_history(self) -> None:
        histories = self.model.histories
        many = any(len(points) > 1 for points in histories.values())
        self.over_time.setVisible(many)
        self._over_time_head.setVisible(many)
        over: Over = self.over.value or "first_ms"
        self.over_time.show_figures(
            history_chart(histories, over),
            history_keys(histories),
            history_columns(histories),
            history_lines(histories, over),
        )

    def _lay_out(self) -> None:
        head = QHBoxLayout(self._head)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(SPACE)
        label = QLabel(translate("Sellers", "Show"), self._head)
        label.setBuddy(self.view)
        self.view.show_choices(
            [("probes", translate("Sellers", "Probes")), ("calls", translate("Sellers", "Your own calls"))], "probes"
        )
        head.addWidget(label)
        head.addWidget(self.view)
        head.addWidget(self.progress, 1)
        head.addWidget(self.stop_button)
        head.addWidget(self.compare_button)
        line = QHBoxLayout(self._plan)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE)
        line.addWidget(self.plan, 1)
        line.addWidget(self.no_more)
        below = QHBoxLayout(self._over_time_head)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(SPACE)
        below.addWidget(Words(translate("Sellers", "Over time"), face="bold"), 1)
        other = QLabel(translate("Sellers", "Show"))
        other.setBuddy(self.over)
        self.over.show_choices([(over, over_words(over)) for over in OVER], "first_ms")
        below.addWidget(other)
        below.addWidget(self.over)
        inside = QWidget()
        layout = column(inside, spacing=SPACE)
        for widget in (self.table, self._uncalled, self.findings, self._over_time_head, self.over_time):
            layout.addWidget(widget)
        layout.addStretch(1)
        self._inside.setFrameShape(QScrollArea.Shape.NoFrame)
        self._inside.setWidgetResizable(True)
        self._inside.setWidget(inside)
        for page in (self._inside, self._nothing):
            self._body.addWidget(page)
        around = QVBoxLayout(self)
        around.setContentsMargins(SPACE * 2, SPACE, SPACE * 2, SPACE)
        around.setSpacing(SPACE)
        around.addWidget(self._head)
        around.addWidget(self._plan)
        around.addWidget(self._body, 1)


def _progress_words(model: SellersViewModel) -> str:
    if (progress := model.progress) is None:
        return translate("Sellers", "Preparing…")
    return translate("Sellers", "{done} of {of} calls, {model}").format(
        done=progress.done, of=progress.of, model=progress.model
    )
