"""The screen of usage: which time is looked at, and how it is told apart."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QObject, QTimer, Signal

from agent.budget.standing import Standing
from agent.errors import HomardError
from agent.events import AnyEvent, RunFinished
from agent.storage.database import Database
from agent.tasks import spawn
from app.viewmodels.teller import Teller
from app.viewmodels.usage_report import Figures, Group, Period, read_figures

SETTLE_MS = 400
"""After a run all is read again when no other has ended for so long."""


class UsageViewModel(Teller):
    """`figures` are what was read last."""

    changed = Signal()
    """`figures` are others now."""
    failed = Signal(str)
    """They could not be read: a sentence."""

    def __init__(
        self,
        database: Database,
        standing: Callable[[], Awaitable[Sequence[Standing]]],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        parent: QObject | None = None,
    ) -> None:
        """`standing`: how the caps stand."""
        super().__init__(parent)
        self.database = database
        self.now = now
        self._standing = standing
        self.period: Period = "days30"
        self.group: Group = "model"
        self.figures: Figures | None = None
        self._reading: asyncio.Task[None] | None = None
        self._stale = False
        self._following = False
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self.refresh)

    def refresh(self) -> None:
        """Read everything anew."""
        if self._reading is not None:
            self._stale = True
            return
        self._stale = False
        self._reading = spawn(self._read(), "usage")

    @property
    def is_reading(self) -> bool:
        """Whether something is being read."""
        return self._reading is not None

    def show_period(self, period: Period) -> None:
        """Look at another time."""
        if period != self.period:
            self.period = period
            self.refresh()

    def show_group(self, group: Group) -> None:
        """Tell it apart by something else."""
        if group != self.group:
            self.group = group
            self.refresh()

    def follow(self, *, following: bool) -> None:
        """Read again after each run, or not: nobody looks."""
        self._following = following
        if not following:
            self._settle.stop()

    def take(self, event: AnyEvent) -> None:
        """Follow what happens."""
        if self._following and isinstance(event, RunFinished):
            self._settle.start()

    async def _read(self) -> None:
        try:
            period, group, now = self.period, self.group, self.now()
            caps = tuple(await self._standing())
            self.figures = await read_figures(self.database, period, group, now, caps)
        except HomardError as error:
            self._reading = None
            self.tell(self.failed, str(error))
            return
        except BaseException:
            self._reading = None
            raise
        self._reading = None
        self.tell(self.changed)
        if self._stale:
            self.refresh()
