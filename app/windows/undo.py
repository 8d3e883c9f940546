"""The dialog of undoing a run: the paths, what happens to each, then what did."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import Shiboken

from agent.tasks import spawn
from app.theme import SPACE
from app.translation import translate
from app.viewmodels.undo import UndoViewModel, summary
from app.widgets.cards.surface import push_button
from app.widgets.cards.words import Words
from app.widgets.check import Check
from app.widgets.elided_label import breakable
from app.widgets.undo_row import UndoRow, UndoWishes
from app.widgets.virtual_list import VirtualList

_CHARS, _LINES = 96, 30
"""How large it opens."""


class UndoDialog(QDialog):
    """Open it with `open`; it goes with Esc, and is deleted then."""

    def __init__(self, model: UndoViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        model.setParent(self)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(translate("Undo", "Undo what a run changed"))
        self._wishes = UndoWishes(self)
        self._summary = Words("", self, wrap=True)
        self.all_box = Check(translate("Undo", "All of it"), self, words=True)
        self.list = VirtualList(self)
        self.list.setAccessibleName(translate("Undo", "Changed paths"))
        self.undo_button = push_button(translate("Undo", "Undo"), self._undo, self, role="main")
        self.redo_button = push_button(translate("Undo", "Redo"), self._redo, self)
        self.close_button = push_button(translate("Undo", "Close"), self.close, self)
        self._source = _Rows(model, self._wishes, self.list)
        self._lay_out()
        self._connect()
        self._show()
        spawn(model.load(), "undo plan")

    def _lay_out(self) -> None:
        metrics = self.fontMetrics()
        self.resize(metrics.averageCharWidth() * _CHARS, metrics.lineSpacing() * _LINES)
        if (screen := self.screen()) is not None:  # pyright: ignore[reportUnnecessaryComparison]
            self.resize(self.size().boundedTo(screen.availableSize() * 0.9))
        self.list.set_source(self._source)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE)
        buttons.addWidget(self.redo_button)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.undo_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE * 2, SPACE * 2, SPACE * 2, SPACE * 2)
        layout.setSpacing(SPACE)
        layout.addWidget(self._summary)
        layout.addWidget(self.all_box)
        layout.addWidget(self.list, 1)
        layout.addLayout(buttons)

    def _connect(self) -> None:
        model, wishes = self.model, self._wishes
        model.changed.connect(self._show)
        model.row_changed.connect(self._row_changed)
        wishes.wanted.connect(model.want)
        wishes.chosen.connect(model.choose)
        wishes.diff_wanted.connect(self._want_diff)
        self.all_box.clicked.connect(lambda: model.want_all(model.all_wanted is not True))

    def _show(self) -> None:
        model = self.model
        self._summary.setText(breakable(summary(model)))
        self._summary.set_tone("error" if model.is_fault else "text")
        before = self._source.shown
        self._source.shown = tuple(row.path for row in model.rows), model.state
        if before == self._source.shown:
            for at in range(len(model.rows)):
                self.list.row_changed(at)
        else:
            self.list.reset()
            self.list.scroll_to(0)
        self._show_buttons()

    def _row_changed(self, at: int) -> None:
        self.list.row_changed(at)
        self._show_buttons()

    def _show_buttons(self) -> None:
        model = self.model
        wanted = model.all_wanted
        plain = [row for row in model.rows if row.possible and row.choice is None]
        self.all_box.setVisible(model.state == "ready" and len(plain) > 1)
        states = {True: Qt.CheckState.Checked, False: Qt.CheckState.Unchecked, None: Qt.CheckState.PartiallyChecked}
        self.all_box.setCheckState(states[wanted])
        self.undo_button.setVisible(model.state in ("reading", "ready", "working"))
        self.undo_button.setEnabled(model.can_undo)
        self.redo_button.setVisible(model.can_redo)
        self.redo_button.setToolTip(translate("Undo", "Does again what was just undone"))

    def _undo(self) -> None:
        spawn(self.model.undo(), "undo")

    def _redo(self) -> None:
        spawn(self.model.redo(), "redo")

    def _want_diff(self, path: str) -> None:
        spawn(self._fetch_diff(path), "undo diff")

    async def _fetch_diff(self, path: str) -> None:
        diff = await self.model.diff(path)
        if not Shiboken.isValid(self):
            return
        self._wishes.diffs[path] = diff
        for at, row in enumerate(self.model.rows):
            if row.path == path:
                self.list.row_changed(at)


class _Rows:
    """`RowSource` over the view model."""

    def __init__(self, model: UndoViewModel, wishes: UndoWishes, view: VirtualList) -> None:
        self._model, self._wishes, self._view = model, wishes, view
        self.shown: tuple[tuple[str, ...], str] = ((), "")

    def count(self) -> int:
        return len(self._model.rows)

    def make(self, index: int, parent: QWidget) -> QWidget:
        return UndoRow(self._model.rows[index], parent, self._wishes)

    def update(self, index: int, widget: QWidget) -> bool:
        return isinstance(widget, UndoRow) and widget.show_row(self._model.rows[index])

    def estimate(self, index: int, width: int) -> int:
        row = self._model.rows[index]
        line = self._view.fontMetrics().lineSpacing() + SPACE
        return line * (1 + bool(row.note) + (row.choice is not None) + row.has_diff) + SPACE
