"""Comparisons that are made again and again by themselves, within what a person agreed to once."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

import msgspec

from agent.comparison.estimate import Estimate
from agent.comparison.result import ComparisonRun
from agent.errors import HomardError, StorageError, UsageError
from agent.ports import Clock
from agent.tasks import spawn, uninterrupted
from agent.whole_file import replace_file

LEAST: Final = timedelta(hours=1)
RECHECK_S: Final = 3_600.0
"""Longest sleep: a machine that was suspended, or whose clock was set, would sleep on."""
HELD_S: Final = 600.0
"""While everything is paused it is looked again so often."""

_log = logging.getLogger(__name__)


class Plan(msgspec.Struct, frozen=True):
    """What is compared by itself."""

    models: tuple[str, ...]
    every_s: float
    most_usd: float
    """For each time; where it might cost more, nothing is sent."""
    next_at: datetime
    """UTC."""
    note: str = ""
    """Why the last one was not made, or did not come to its end; empty: it did."""


class Prober(Protocol):
    """What makes the comparisons."""

    async def estimate(self, models: Sequence[str]) -> Estimate:
        """What probing these would take at most."""
        ...

    async def probe(
        self, models: Sequence[str], confirm: Callable[[Estimate], Awaitable[bool]]
    ) -> ComparisonRun | None:
        """Probe them."""
        ...


class Regular:
    """Keeps the plan, and to it in a process that stays: from `start` on, or from when a plan is made in one."""

    def __init__(
        self,
        file: Path,
        prober: Prober,
        clock: Clock,
        held: Callable[[], bool] = lambda: False,
        stays: Callable[[], bool] = lambda: False,
    ) -> None:
        """`file` holds the plan. `held`: whether nothing may begin now; `stays`: whether this process does."""
        self._file, self._prober, self._clock, self._held, self._stays = file, prober, clock, held, stays
        self._started = False
        self._watch: asyncio.Task[None] | None = None

    async def plan(self) -> Plan | None:
        """The plan; None: there is none. Raises StorageError."""
        return await asyncio.to_thread(_load, self._file)

    async def set(self, models: Sequence[str], every: timedelta, most_usd: float) -> Plan:
        """Compare these from now on, the first time soon. Raises UsageError where it might cost more than that."""
        if every < LEAST:
            raise UsageError("A comparison is made at most once an hour. Name a longer time.")
        wanted = await self._prober.estimate(models)
        if why_not := over(wanted, most_usd):
            raise UsageError(f"{why_not} Nothing was planned.")
        plan = Plan(tuple(models), every.total_seconds(), most_usd, self._clock.now())
        await self._end()
        await asyncio.to_thread(_save, self._file, plan)
        await self._again()
        return plan

    async def clear(self) -> None:
        """Compare nothing by itself any more. Raises StorageError."""
        await self._end()
        await asyncio.to_thread(_save, self._file, None)

    async def start(self) -> None:
        """Keep to the plan from now on."""
        self._started = True
        await self._again()

    async def close(self) -> None:
        """Cease; a comparison under way is cancelled, and what it has found is kept."""
        self._started = False
        await self._end()

    async def _again(self) -> None:
        await self._end()
        self._started = self._started or self._stays()
        if self._started and await asyncio.to_thread(self._file.exists):
            self._watch = spawn(self._keep(), "regular comparison")

    async def _end(self) -> None:
        watch, self._watch = self._watch, None
        if watch is not None and watch is not asyncio.current_task():
            watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watch

    async def _keep(self) -> None:
        try:
            while (plan := await self.plan()) is not None:
                left = (plan.next_at - self._clock.now()).total_seconds()
                if left > plan.every_s:  # a clock that was ahead
                    await self._store(msgspec.structs.replace(plan, next_at=self._next(plan)))
                elif left > 0 or self._held():
                    await self._clock.sleep(min(left, RECHECK_S) if left > 0 else HELD_S)
                else:
                    await self._carry_out(plan)
        except StorageError as error:
            _log.error("no more comparisons by themselves: %s", error)

    async def _carry_out(self, plan: Plan) -> None:
        """Make one. Its next time is written first: one that ends the process is not made again at each start."""
        plan = msgspec.structs.replace(plan, next_at=self._next(plan), note="")
        await self._store(plan)
        note = ""

        async def confirm(wanted: Estimate) -> bool:
            nonlocal note
            note = over(wanted, plan.most_usd)
            return not note

        try:
            done = await self._prober.probe(plan.models, confirm)
            note = note if done is None else done.stopped
        except StorageError:
            raise
        except HomardError as error:
            note = str(error)
        if note:
            await self._store(msgspec.structs.replace(plan, note=note))

    def _next(self, plan: Plan) -> datetime:
        return self._clock.now() + timedelta(seconds=plan.every_s)

    async def _store(self, plan: Plan) -> None:
        """To its end also when cancelled: what a person plans next must not be overwritten."""
        await uninterrupted(asyncio.to_thread(_save, self._file, plan), "store plan")


def over(wanted: Estimate, most_usd: float) -> str:
    """Why a probe cannot be held to so many dollars: a sentence; empty: it can."""
    if wanted.unpriced:
        return f"The price of {', '.join(wanted.unpriced)} is unknown, so that no bound in dollars holds."
    if wanted.usd > most_usd:
        return f"It might cost {wanted.usd:.4f} dollars, more than the {most_usd:g} that were allowed."
    return ""


def _load(file: Path) -> Plan | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Plan)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise StorageError(
            f"{file} cannot be read ({error}), so that nothing is compared by itself. Remove it and plan anew."
        ) from error


def _save(file: Path, plan: Plan | None) -> None:
    try:
        if plan is None:
            file.unlink(missing_ok=True)
        else:
            replace_file(file, msgspec.json.encode(plan))
    except OSError as error:
        raise StorageError(f"{file} cannot be written ({error.strerror}). Nothing was planned.") from error
