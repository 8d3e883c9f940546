"""The transcript on the screen: a virtual list over the rows of a view model."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.translation import translate
from app.viewmodels.rows import AnswerRow, ApprovalRow, FooterRow, QuestionRow
from app.viewmodels.transcript import TranscriptViewModel
from app.widgets.cards.row_actions import RowActions
from app.widgets.cards.row_widgets import estimate, make_row, update_row
from app.widgets.virtual_list import VirtualList


class Transcript(QWidget):
    """Shows what the view model says; what a person wants from a row comes from `wishes`."""

    def __init__(self, model: TranscriptViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.wishes = RowActions(self)
        self._model = model
        self.list = VirtualList(self)
        self.list.setAccessibleName(translate("Transcript", "Conversation"))
        self.list.set_source(_Rows(model, self.wishes, self.list))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.list)
        model.opened.connect(self._opened)
        model.inserted.connect(self.list.rows_inserted)
        model.removed.connect(self.list.rows_removed)
        model.changed.connect(self.list.row_changed)

    def _opened(self) -> None:
        self.list.reset()
        self.list.scroll_to_end()

    def show_item(self, item_id: str) -> None:
        """Bring an approval or a question into view."""
        for at, row in enumerate(self._model.rows):
            if isinstance(row, ApprovalRow | QuestionRow) and row.key == item_id:
                self.list.scroll_to(at)
                return

    def last_answer(self) -> str:
        """The newest answer, Markdown; empty: there is none."""
        return next((row.text for row in reversed(self._model.rows) if isinstance(row, AnswerRow) and row.text), "")

    def footer(self, run_id: str) -> FooterRow | None:
        """How a run ended."""
        return next(
            (row for row in reversed(self._model.rows) if isinstance(row, FooterRow) and row.key == run_id), None
        )


class _Rows:
    """`RowSource` over the view model."""

    def __init__(self, model: TranscriptViewModel, actions: RowActions, view: VirtualList) -> None:
        self._model = model
        self._actions = actions
        self._view = view

    def count(self) -> int:
        return len(self._model.rows)

    def make(self, index: int, parent: QWidget) -> QWidget:
        return make_row(self._model.rows[index], parent, self._actions)

    def update(self, index: int, widget: QWidget) -> bool:
        return update_row(widget, self._model.rows[index])

    def estimate(self, index: int, width: int) -> int:
        return estimate(self._model.rows[index], width, self._view.fontMetrics())
