"""Providers compared: what probes have found of each model, what own calls have shown, and probing after asking."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from agent.comparison.estimate import Estimate
from agent.comparison.probe import Progress
from agent.comparison.regular import Plan
from agent.comparison.result import ComparisonRun
from agent.comparison.service import Confirm, Point, SellerRow, ranked
from agent.errors import HomardError
from agent.tasks import spawn
from app.viewmodels.teller import Teller

MOST_LINES = 5
"""Models in the chart over time."""
WEEK = timedelta(days=7)


class RegularPort(Protocol):
    """`agent.comparison.regular.Regular`."""

    async def plan(self) -> Plan | None:
        """What is compared by itself."""
        ...

    async def set(self, models: Sequence[str], every: timedelta, most_usd: float) -> Plan:
        """Compare these from now on."""
        ...

    async def clear(self) -> None:
        """No more."""
        ...


class ComparisonPort(Protocol):
    """The service: `agent.comparison.service.Comparison`."""

    @property
    def regular(self) -> RegularPort:
        """What is compared by itself."""
        ...

    async def estimate(self, models: Sequence[str]) -> Estimate:
        """What probing these would take at most."""
        ...

    def sellers(self, name: str) -> list[str]:
        """Those that are the same model."""
        ...

    async def probe(
        self, models: Sequence[str], confirm: Confirm, progress: Callable[[Progress], None] = ...
    ) -> ComparisonRun | None:
        """Ask, then probe."""
        ...

    async def table(self, models: Sequence[str] = ()) -> list[SellerRow]:
        """What is known lately."""
        ...

    async def history(self, model: str, limit: int = 200) -> list[Point]:
        """The probes of a model."""
        ...


class SellersViewModel(Teller):
    """`rows` are what was read last; one probe at a time."""

    changed = Signal()
    """`rows`, `histories`, or how far a probe is."""
    failed = Signal(str)
    """Something could not be read: a sentence."""
    ended = Signal(object)
    """A probe has ended: a `ComparisonRun`; None: it was not begun."""

    def __init__(
        self,
        comparison: Callable[[], ComparisonPort | None],
        names: Callable[[], Awaitable[Sequence[str]]],
        used: Callable[[], Awaitable[Sequence[str]]],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        parent: QObject | None = None,
    ) -> None:
        """`comparison`: None where nothing can be compared.

        `names`: all models that are set up; `used`: those that were called lately.
        """
        super().__init__(parent)
        self.now = now
        self._comparison = comparison
        self._names = names
        self._used = used
        self.rows: list[SellerRow] = []
        self.histories: dict[str, list[Point]] = {}
        self.progress: Progress | None = None
        self.plan: Plan | None = None
        """What is compared by itself."""
        self._reading: asyncio.Task[None] | None = None
        self._probing: asyncio.Task[Any] | None = None
        self.was_read = False

    @property
    def possible(self) -> bool:
        """Whether something can be compared."""
        return self._comparison() is not None

    @property
    def is_probing(self) -> bool:
        """Whether a probe is under way."""
        return self._probing is not None

    async def names(self) -> list[str]:
        """All models that could be compared."""
        return list(await self._names())

    def same(self, model: str) -> list[str]:
        """Those that are the same model, whoever sells it."""
        comparison = self._comparison()
        try:
            return comparison.sellers(model) if comparison is not None else []
        except HomardError:
            return []

    def refresh(self) -> None:
        """Read everything anew."""
        if self._reading is None:
            self._reading = spawn(self._read(), "sellers")

    async def probe(self, models: Sequence[str], confirm: Callable[[Estimate], Awaitable[bool]]) -> None:
        """Ask what it may cost at most, then probe; `ended` says what came of it. Nothing while one is under way.

        Raises UsageError, ProbeRefused, StorageError.
        """
        comparison = self._comparison()
        if self._probing is not None or comparison is None:
            return
        self._probing = asyncio.current_task()
        self.tell(self.changed)
        try:
            done = await comparison.probe(models, confirm, self._note)
        finally:
            self._probing, self.progress = None, None
            self.tell(self.changed)
        self.tell(self.ended, done)
        self.refresh()

    async def repeat(self, models: Sequence[str], confirm: Callable[[Estimate], Awaitable[bool]]) -> bool:
        """Ask, then compare these from now on every week; whether it is so. Raises UsageError, ProbeRefused."""
        comparison = self._comparison()
        if comparison is None:
            return False
        wanted = await comparison.estimate(models)
        if not await confirm(wanted):
            return False
        self.plan = await comparison.regular.set(models, WEEK, wanted.usd)
        self.tell(self.changed)
        return True

    async def repeat_no_more(self) -> None:
        """Compare nothing by itself any more. Raises StorageError."""
        comparison = self._comparison()
        if comparison is not None:
            await comparison.regular.clear()
            self.plan = None
            self.tell(self.changed)

    def stop(self) -> None:
        """Break a probe off; what was found is kept."""
        if self._probing is not None:
            self._probing.cancel()

    async def _read(self) -> None:
        comparison = self._comparison()
        try:
            if comparison is not None:
                probed = [row.model for row in await comparison.table()]
                wanted = list(dict.fromkeys([*probed, *await self._used()]))
                self.rows = ranked(await comparison.table(wanted)) if wanted else []
                self.plan = await comparison.regular.plan()
                self.histories = {model: await comparison.history(model) for model in probed[:MOST_LINES]}
        except HomardError as error:
            self.tell(self.failed, str(error))
        finally:
            self._reading = None
        self.was_read = True
        self.tell(self.changed)

    def _note(self, progress: Progress) -> None:
        self.progress = progress
        self.tell(self.changed)
