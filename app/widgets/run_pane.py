"""All about one run in two tabs: what it did, and where its time went. Both want the whole height."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.translation import translate
from app.viewmodels.activity_timeline import Timeline
from app.widgets.run_details import RunDetails
from app.widgets.run_timeline import RunTimeline
from app.widgets.tab_strip import TabStrip, beside_text


class RunPane(QWidget):
    """Where nothing is on record of runs, there is no timeline."""

    turned = Signal()
    """The other tab is shown."""

    def __init__(self, *, timeline: bool, parent: QWidget | None = None) -> None:
        """`timeline`: whether there can be one."""
        super().__init__(parent)
        self.details = RunDetails(self)
        self.timeline = RunTimeline(self)
        self.tabs = TabStrip(translate("Activity", "About the run"), self)
        self._pages = QStackedWidget(self)
        for name in (translate("Activity", "Overview"), translate("Activity", "Timeline")):
            self.tabs.addTab(name)
        for page in (self.details, self.timeline):
            self._pages.addWidget(page)
        self.tabs.setVisible(timeline)
        self.tabs.currentChanged.connect(self._turn)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(beside_text(self.tabs))
        column.addWidget(self._pages, 1)

    @property
    def shows_timeline(self) -> bool:
        """Whether the timeline is in sight."""
        return self._pages.currentWidget() is self.timeline

    def begin(self, run_id: str) -> None:
        """Another run is about to be shown: what is there of the last one goes."""
        if self.timeline.model.timeline.run_id != run_id:
            self.timeline.show_timeline(Timeline())

    def _turn(self, tab: int) -> None:
        self._pages.setCurrentIndex(tab)
        self.turned.emit()
