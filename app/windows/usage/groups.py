"""Where it went: models, providers, jobs, chats, skills, purposes."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.theme import SPACE
from app.translation import translate
from app.viewmodels.usage_report import GROUPS, Figures, Group
from app.viewmodels.usage_tables import REST, View, estimated_words, group_chart, group_columns, group_lines
from app.viewmodels.usage_words import group_words
from app.widgets.cards.words import Words
from app.widgets.choice_box import ChoiceBox
from app.windows.usage.over_time import ChartAndTable
from app.windows.usage.overview import view_choices


class Groups(QWidget):
    """Told apart by what a person chooses."""

    group_chosen = Signal(object)
    """A `Group`."""
    opened = Signal(str, str)
    """A row is to be looked at: its group and key."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figures: Figures | None = None
        self.by = ChoiceBox(self)
        self.view = ChoiceBox(self)
        self.figures = ChartAndTable(
            translate("Usage", "Chart of where it went"), translate("Usage", "Where it went"), self
        )
        self.note = Words("", self, tone="muted", face="small", wrap=True)
        self._lay_out()
        self.by.chosen.connect(self.group_chosen)
        self.view.chosen.connect(self._show)
        self.figures.opened.connect(self._open)

    def show_figures(self, figures: Figures) -> None:
        """Show what was read."""
        self._figures = figures
        self.by.show_choices([(group, group_words(group)) for group in GROUPS], figures.group)
        self._show()

    def _show(self) -> None:
        if (figures := self._figures) is None:
            return
        view: View = self.view.value or "usd"
        chart = group_chart(figures, view)
        lines = group_lines(figures, view)
        keys = [line.key for line in lines[: len(chart.labels)]] if not figures.parts else []
        self.figures.show_figures(chart, keys, group_columns(figures), lines)
        notes = [estimated_words(figures)]
        if figures.group == "skill":
            notes.append(translate("Usage", "A run counts for each skill that was opened in it."))
        if any(row.unknown_calls for row in figures.groups):
            notes.append(translate("Usage", "Where a price is unknown, what was spent is more than what is shown."))
        self.note.setText(" ".join(filter(None, notes)))
        self.note.setVisible(bool(self.note.text()))

    def _open(self, key: str) -> None:
        group: Group | None = self._figures.group if self._figures is not None else None
        if group is not None and key not in ("", REST):
            self.opened.emit(group, key)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE)
        for words, box in ((translate("Usage", "By"), self.by), (translate("Usage", "Show"), self.view)):
            label = QLabel(words, self)
            label.setBuddy(box)
            head.addWidget(label)
            head.addWidget(box)
        head.addStretch(2)
        self.view.show_choices(view_choices(month=False), "usd")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE * 2, SPACE, SPACE * 2, SPACE)
        layout.setSpacing(SPACE)
        layout.addLayout(head)
        layout.addWidget(self.figures, 1)
        layout.addWidget(self.note)
