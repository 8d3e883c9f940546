"""Seven days side by side: a table of what is due, worked out beside the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QAbstractTableModel, QDate, QLocale, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from shiboken6 import Shiboken

from agent.jobs import JobRow
from agent.tasks import spawn
from app.translation import translate
from app.viewmodels.job_week import DAYS, Coming, Day, Entry, week_of
from app.viewmodels.job_words import short_day

Index = QModelIndex | QPersistentModelIndex
FARTHEST_WEEKS = 52


def schedule_of(row: JobRow, zone: ZoneInfo) -> Coming:
    """The moments of a job. Raises UsageError for triggers that cannot be read."""
    from agent.automation.schedule import Schedule

    return Schedule.of(row.job.triggers, zone).coming


def zone_here() -> ZoneInfo:
    """The time zone of this machine."""
    from agent.automation.zone import here

    return here()


class JobCalendar(QAbstractTableModel):
    """A column for each day, in it a cell for each entry."""

    EntryRole = Qt.ItemDataRole.UserRole

    changed = Signal()
    """Other days, or other entries, are shown."""

    def __init__(
        self,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        zone: Callable[[], ZoneInfo] = zone_here,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.now = now
        self._zone = zone
        self._rows: Sequence[JobRow] = ()
        self._weeks = 0
        self.days: tuple[Day, ...] = ()
        self._reading: asyncio.Task[None] | None = None

    # -- what Qt asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """As many as the fullest day has entries."""
        return 0 if parent.isValid() else max((len(day.entries) for day in self.days), default=0)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """The days."""
        return 0 if parent.isValid() else len(self.days)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The entry, its words, or all of it with its day."""
        entry = self.entry(index)
        if entry is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return f"{entry.time} {entry.name}"
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{day_words(self.days[index.column()].date, long=True)}, {entry.time}, {entry.name}"
            case Qt.ItemDataRole.ToolTipRole:
                return f"{entry.time}\n{entry.name}"
            case self.EntryRole:
                return entry
            case _:
                return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The day of a column."""
        if orientation != Qt.Orientation.Horizontal or section >= len(self.days):
            return None
        day = self.days[section].date
        if role == Qt.ItemDataRole.DisplayRole:
            today = self.now().astimezone(self._zone()).date()
            return translate("Jobs", "Today") if day == today else day_words(day)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return day_words(day, long=True)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Only what holds an entry can be chosen."""
        if self.entry(index) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    # -- what is shown

    def entry(self, index: Index) -> Entry | None:
        """What stands in a cell; None: nothing."""
        if not index.isValid() or index.column() >= len(self.days):
            return None
        entries = self.days[index.column()].entries
        return entries[index.row()] if index.row() < len(entries) else None

    @property
    def begins_today(self) -> bool:
        """Whether the first day is today."""
        return not self._weeks

    @property
    def is_last(self) -> bool:
        """Whether there is no later week to show."""
        return self._weeks >= FARTHEST_WEEKS

    def span_words(self) -> str:
        """Which days are shown."""
        begin = self.now().astimezone(self._zone()).date() + timedelta(days=self._weeks * DAYS)
        return f"{day_words(begin)} – {day_words(begin + timedelta(days=DAYS - 1))}"

    def step(self, weeks: int) -> None:
        """Show later days, or earlier ones, never any that are over."""
        self._weeks = min(max(self._weeks + weeks, 0), FARTHEST_WEEKS)
        self.show_jobs(self._rows)

    def begin_today(self) -> None:
        """Show the days from today on."""
        self.step(-self._weeks)

    def show_jobs(self, rows: Sequence[JobRow]) -> None:
        """Work out what is due of these; `changed` tells when that is done."""
        self._rows = rows
        if self._reading is not None:
            self._reading.cancel()
        self._reading = spawn(self._read(), "week of jobs")

    async def _read(self) -> None:
        now, zone = self.now(), self._zone()
        begin = now.astimezone(zone).date() + timedelta(days=self._weeks * DAYS)
        days = await asyncio.to_thread(week_of, self._rows, begin, now, zone, schedule_of)
        if not Shiboken.isValid(self):
            return
        self._reading = None
        if days != self.days:
            self.beginResetModel()
            self.days = days
            self.endResetModel()
        self.changed.emit()


def day_words(day: date, *, long: bool = False) -> str:
    """A day as people here write it, with its name."""
    locale, moment = QLocale(), QDate(day.year, day.month, day.day)
    if long:
        return locale.toString(moment, QLocale.FormatType.LongFormat)
    name = locale.dayName(day.isoweekday(), QLocale.FormatType.ShortFormat)
    return f"{name} {short_day(moment)}"
