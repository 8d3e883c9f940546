"""How the caps of the budget stand."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from agent.budget.standing import Standing
from app.theme import SPACE
from app.translation import translate
from app.viewmodels.usage_report import Figures
from app.viewmodels.usage_words import cap_standing_words, cap_words, outlook_warning
from app.widgets.cards.surface import column, push_button
from app.widgets.cards.words import Words
from app.widgets.chart_share import Meter

NEARLY = 0.8


class Caps(QWidget):
    """A line for each cap; where there is none, how to set one."""

    change_wanted = Signal(str)
    """The caps are to be changed: the path of a setting."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.head = Words(translate("Usage", "Budgets"), self, face="bold")
        self.change = push_button("", self._change, self)
        self.note = Words("", self, tone="muted", wrap=True)
        self._caps: tuple[Standing, ...] = ()
        self._rows: QWidget | None = None
        top = QHBoxLayout()
        top.setSpacing(SPACE)
        top.addWidget(self.head, 1)
        top.addWidget(self.change)
        self._layout = column(self, spacing=SPACE)
        self._layout.addLayout(top)
        self._layout.addWidget(self.note)

    def show_figures(self, figures: Figures) -> None:
        """Show how they stand."""
        self._show(figures.caps)
        warning = outlook_warning(figures.outlook, figures.caps)
        nothing = translate(
            "Usage",
            "No cap is set: nothing holds what is spent. With one, Homard warns you when it is near, and sends nothing "
            "that could pass it.",
        )
        self.note.setText(nothing if not figures.caps else warning)
        self.note.set_tone("warn" if figures.caps else "muted")
        self.note.setVisible(bool(self.note.text()))
        self.change.setText(
            translate("Usage", "Change budgets…") if figures.caps else translate("Usage", "Set a budget…")
        )

    def lines(self) -> list[tuple[str, str]]:
        """What is said: the cap, and how it stands."""
        return [(cap_words(cap), cap_standing_words(cap)) for cap in self._caps]

    def _change(self) -> None:
        first = next((cap.setting for cap in self._caps if not cap.provider), "")
        self.change_wanted.emit(first or "budget.usd_per_day")

    def _show(self, caps: Sequence[Standing]) -> None:
        if tuple(caps) == self._caps:
            return
        self._caps = tuple(caps)
        if self._rows is not None:
            self._rows.hide()
            self._rows.deleteLater()
        self._rows = QWidget(self)
        grid = QGridLayout(self._rows)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE * 2)
        grid.setVerticalSpacing(SPACE)
        grid.setColumnStretch(1, 1)
        for at, cap in enumerate(self._caps):
            self._add(grid, at, cap)
        self._layout.insertWidget(1, self._rows)

    def _add(self, grid: QGridLayout, at: int, cap: Standing) -> None:
        rows = self._rows
        used = (cap.spent or 0.0) / cap.limit if cap.limit else 1.0
        kept = cap.under_way / cap.limit if cap.limit else 0.0
        tone = "error" if cap.left == 0 and cap.spent is not None else "warn" if used + kept >= NEARLY else "muted"
        name = Words(cap_words(cap), rows)
        said = Words(cap_standing_words(cap), rows, tone=tone, wrap=True)
        said.setAccessibleName(f"{cap_words(cap)}: {cap_standing_words(cap)}")
        side = QWidget(rows)
        lines = column(side, spacing=3)
        if cap.spent is not None:
            meter = Meter(side)
            meter.show_used(used, kept)
            lines.addWidget(meter)
        lines.addWidget(said)
        grid.addWidget(name, at, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(side, at, 1)
