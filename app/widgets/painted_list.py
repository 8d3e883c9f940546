"""A list of calm rows that a delegate paints, for models that are long."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QEvent, Qt
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QWidget


class PaintedList(QListView):
    """Rows of one height to choose from; `delegate` paints them."""

    def __init__(
        self, model: QAbstractItemModel, delegate: QStyledItemDelegate, name: str, parent: QWidget | None = None
    ) -> None:
        """`name`: what screen readers call the list."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setModel(model)
        delegate.setParent(self)
        self.setItemDelegate(delegate)
        self.setUniformItemSizes(True)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)

    def changeEvent(self, event: QEvent) -> None:
        """Measure the rows again when the text gets another size."""
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.scheduleDelayedItemsLayout()
        super().changeEvent(event)
