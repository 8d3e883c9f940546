"""Comparisons that are made by themselves, with a clock in the test's hands."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from agent.comparison.estimate import Estimate, ModelEstimate, ProbeRefused
from agent.comparison.regular import Plan, Regular
from agent.comparison.result import ComparisonRun
from agent.errors import StorageError, UsageError
from tests.helpers.clock import NOON, HeldClock

DAY = timedelta(days=1)


class RestingClock(HeldClock):
    """Tells when somebody waits for it."""

    def __init__(self, rests: asyncio.Queue[None]) -> None:
        super().__init__()
        self._rests = rests

    async def sleep(self, seconds: float) -> None:
        self._rests.put_nowait(None)
        await super().sleep(seconds)


class Prober:
    """Counts what it was asked for; `usd`: what it would cost, None: nobody knows."""

    def __init__(self, rests: asyncio.Queue[None]) -> None:
        self._rests = rests
        self.usd: float | None = 0.1
        self.refuses = False
        self.hangs = False
        self.ended = 0
        """Of those that hung."""
        self.made: list[tuple[str, ...]] = []

    async def estimate(self, models: Sequence[str]) -> Estimate:
        return Estimate(tuple(ModelEstimate(model, 14, 1_000, self.usd, 100, 0.01, "p") for model in models))

    async def probe(
        self, models: Sequence[str], confirm: Callable[[Estimate], Awaitable[bool]]
    ) -> ComparisonRun | None:
        if self.refuses:
            raise ProbeRefused("A cap stands before it.")
        if not await confirm(await self.estimate(models)):
            return None
        self.made.append(tuple(models))
        if self.hangs:
            self._rests.put_nowait(None)
            try:
                await asyncio.Event().wait()
            finally:
                self.ended += 1
        return ComparisonRun(comparison_id=1, at=NOON, run_id="c1", results=(), stopped="")


class Bench:
    """A plan with all around it."""

    def __init__(self, folder: Path) -> None:
        self.rests: asyncio.Queue[None] = asyncio.Queue()
        self.prober, self.clock, self.held = Prober(self.rests), RestingClock(self.rests), False
        self.file = folder / "comparison.json"
        self.regular = Regular(self.file, self.prober, self.clock, lambda: self.held)

    async def pass_hours(self, hours: int, *, planned: bool = True) -> None:
        """Let time pass, an hour at once; each time until the plan, if there is one, waits again."""
        for _ in range(hours):
            await self.clock.advance(3_600)
            if planned:
                await self.settle()

    async def settle(self) -> None:
        """Wait until the plan waits for the clock, or its comparison hangs."""
        await asyncio.wait_for(self.rests.get(), 10)

    async def note(self) -> str:
        plan = await self.regular.plan()
        return plan.note if plan is not None else "no plan"


@asynccontextmanager
async def bench(folder: Path) -> AsyncGenerator[Bench, None]:
    one = Bench(folder)
    try:
        yield one
    finally:
        await one.regular.close()


def test_it_is_made_at_once_and_then_each_time(tmp_path: Path) -> None:
    async def main() -> None:
        async with bench(tmp_path) as one:
            await one.regular.start()
            await one.regular.set(["a/x", "b/x"], DAY, 0.5)
            await one.settle()
            assert one.prober.made == [("a/x", "b/x")]
            await one.pass_hours(23)
            assert len(one.prober.made) == 1
            await one.pass_hours(2)
            assert len(one.prober.made) == 2
            await one.regular.clear()
            await one.pass_hours(30, planned=False)
            assert (len(one.prober.made), await one.note()) == (2, "no plan")

    asyncio.run(main())


def test_nothing_begins_before_it_is_started_nor_while_all_is_held(tmp_path: Path) -> None:
    async def main() -> None:
        async with bench(tmp_path) as one:
            await one.regular.set(["a/x"], DAY, 0.5)
            one.held = True
            await one.regular.start()
            await one.settle()
            await one.pass_hours(2)
            assert one.prober.made == []
            one.held = False
            await one.pass_hours(1)
            assert one.prober.made == [("a/x",)]

    asyncio.run(main())


@pytest.mark.parametrize(
    ("usd", "refuses", "note"),
    [
        (0.6, False, "It might cost 0.6000 dollars, more than the 0.5 that were allowed."),
        (None, False, "The price of a/x is unknown, so that no bound in dollars holds."),
        (0.1, True, "A cap stands before it."),
    ],
)
def test_what_costs_more_now_is_not_made_and_says_why(
    tmp_path: Path, usd: float | None, refuses: bool, note: str
) -> None:
    async def main() -> None:
        async with bench(tmp_path) as one:
            await one.regular.set(["a/x"], DAY, 0.5)
            one.prober.usd, one.prober.refuses = usd, refuses
            await one.regular.start()
            await one.settle()
            assert (one.prober.made, await one.note()) == ([], note)
            one.prober.usd, one.prober.refuses = 0.1, False
            await one.pass_hours(25)
            assert (len(one.prober.made), await one.note()) == (1, "")

    asyncio.run(main())


def test_one_that_ends_the_process_is_not_made_again_at_each_start(tmp_path: Path) -> None:
    async def main() -> None:
        async with bench(tmp_path) as one:
            one.prober.hangs = True
            await one.regular.set(["a/x"], DAY, 0.5)
            for _ in range(3):
                await one.regular.start()
                await one.settle()
                await one.regular.close()
            assert len(one.prober.made) == 1

    asyncio.run(main())


def test_one_under_way_ends_with_its_plan_and_with_its_process(tmp_path: Path) -> None:
    async def main() -> None:
        async with bench(tmp_path) as one:
            one.prober.hangs = True
            await one.regular.start()
            await one.regular.set(["a/x"], DAY, 0.5)
            await one.settle()
            await one.regular.set(["b/x"], DAY, 0.5)
            assert one.prober.ended == 1
            await one.settle()
            await one.regular.clear()
            assert (one.prober.ended, await one.note()) == (2, "no plan")
            await one.regular.set(["c/x"], DAY, 0.5)
            await one.settle()
            await one.regular.close()
            assert (one.prober.ended, len(one.prober.made)) == (3, 3)
            await one.clock.advance(10 * DAY.total_seconds())
            assert len(one.prober.made) == 3

    asyncio.run(main())


def test_a_clock_that_was_ahead_puts_nothing_off_for_ever(tmp_path: Path) -> None:
    async def main() -> None:
        async with bench(tmp_path) as one:
            one.clock.set(NOON + timedelta(days=3_650))
            await one.regular.start()
            await one.regular.set(["a/x"], DAY, 0.5)
            await one.settle()
            one.clock.set(NOON)
            await one.pass_hours(26)
            assert len(one.prober.made) == 2

    asyncio.run(main())


def test_what_cannot_be_planned_is_refused(tmp_path: Path) -> None:
    async def main() -> None:
        async with bench(tmp_path) as one:
            with pytest.raises(UsageError, match="at most once an hour"):
                await one.regular.set(["a/x"], timedelta(minutes=5), 1.0)
            one.prober.usd = None
            with pytest.raises(UsageError, match="price of a/x is unknown"):
                await one.regular.set(["a/x"], DAY, 1.0)
            assert await one.regular.plan() is None
            one.file.write_text("{")
            with pytest.raises(StorageError, match="Remove it and plan anew"):
                await one.regular.plan()
            await one.regular.start()
            one.prober.usd = 0.1
            assert await one.regular.set(["a/x"], DAY, 1.0) == Plan(("a/x",), 86_400.0, 1.0, NOON)

    asyncio.run(main())


def test_a_plan_that_is_made_in_a_process_that_stays_is_kept_at_once(tmp_path: Path) -> None:
    async def main() -> None:
        async with bench(tmp_path) as one:
            regular = Regular(one.file, one.prober, one.clock, stays=lambda: True)
            await regular.set(["a/x"], DAY, 0.5)
            await one.settle()
            await regular.close()
            assert one.prober.made == [("a/x",)]

    asyncio.run(main())
