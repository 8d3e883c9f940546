"""The overview: today and the month, caps, what was spent over time, what cost most."""

from __future__ import annotations

from PySide6.QtCore import QMargins, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QWidget

from app.theme import SPACE
from app.translation import translate
from app.viewmodels.usage_report import Figures
from app.viewmodels.usage_table import FigureTable
from app.viewmodels.usage_tables import (
    View,
    dearest_columns,
    dearest_lines,
    estimated_words,
    month_columns,
    month_lines,
    step_columns,
    step_lines,
    time_chart,
)
from app.viewmodels.usage_words import caches_words
from app.widgets.cards.surface import column
from app.widgets.cards.words import Words
from app.widgets.chart_table import FigureView
from app.widgets.choice_box import ChoiceBox
from app.windows.usage.caps import Caps
from app.windows.usage.over_time import ChartAndTable
from app.windows.usage.tiles import Tiles

MOST_ROWS = 9


class Overview(QScrollArea):
    """What a person wants to know first."""

    open_run = Signal(str)
    """A run id."""
    settings_wanted = Signal(str)
    """The path of a setting."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figures: Figures | None = None
        self.tiles = Tiles()
        self.caches = Words("", tone="muted", wrap=True)
        self.caps = Caps()
        self.view = ChoiceBox()
        self.over_time = ChartAndTable(
            translate("Usage", "Chart over time"),
            translate("Usage", "Figures over time"),
            most_rows=MOST_ROWS,
            beside=True,
        )
        self.estimated = Words("", tone="muted", face="small", wrap=True)
        self._none_dear = Words(translate("Usage", "No run has called a model in this time."), tone="muted")
        self.dearest = FigureView(translate("Usage", "The dearest runs"), FigureTable(self), most_rows=10)
        self._lay_out()
        self.view.chosen.connect(self._show_view)
        self.caps.change_wanted.connect(self.settings_wanted)
        self.dearest.opened.connect(self.open_run)

    def show_figures(self, figures: Figures) -> None:
        """Show what was read."""
        self._figures = figures
        self.tiles.show_figures(figures)
        self.caches.setText(caches_words(figures))
        self.caches.setVisible(bool(self.caches.text()))
        self.caps.show_figures(figures)
        self.dearest.table.show(dearest_columns(), dearest_lines(figures))
        self.dearest.setVisible(bool(figures.dearest))
        self._none_dear.setVisible(not figures.dearest)
        self._show_view()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the figures for the width."""
        super().resizeEvent(event)
        self.tiles.fit(self.viewport().width() - SPACE * 4)

    def _show_view(self) -> None:
        if (figures := self._figures) is None:
            return
        view: View = self.view.value or "usd"
        if view == "month":
            keys = [f"{figures.outlook.month}-{day:02}" for day in range(1, 32)]
            self.over_time.show_figures(time_chart(figures, view), keys, month_columns(), month_lines(figures))
        else:
            keys = [row.key for row in figures.steps]
            self.over_time.show_figures(time_chart(figures, view), keys, step_columns(figures), step_lines(figures))
        self.estimated.setText(estimated_words(figures) if view != "month" else "")
        self.estimated.setVisible(bool(self.estimated.text()))

    def _lay_out(self) -> None:
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        layout = column(inside, QMargins(SPACE * 2, SPACE, SPACE * 2, SPACE * 2), SPACE * 2)
        layout.addWidget(self.tiles)
        layout.addWidget(self.caches)
        layout.addWidget(self.caps)
        head = QHBoxLayout()
        head.setSpacing(SPACE)
        head.addWidget(Words(translate("Usage", "Over time"), face="bold"), 1)
        label = QLabel(translate("Usage", "Show"))
        label.setBuddy(self.view)
        head.addWidget(label)
        head.addWidget(self.view)
        self.view.show_choices(view_choices(month=True), "usd")
        layout.addLayout(head)
        layout.addWidget(self.over_time)
        layout.addWidget(self.estimated)
        layout.addWidget(Words(translate("Usage", "The dearest runs"), face="bold"))
        layout.addWidget(self._none_dear)
        layout.addWidget(self.dearest)
        layout.addStretch(1)
        self.setWidget(inside)


def view_choices(*, month: bool) -> list[tuple[View, str]]:
    """What a chart over time can show."""
    choices: list[tuple[View, str]] = [
        ("usd", translate("Usage", "Money")),
        ("tokens", translate("Usage", "Tokens")),
    ]
    if month:
        choices.append(("month", translate("Usage", "This month")))
    return choices
