"""A machine that is asked, over a system that the test is."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from agent.machine import MachineChange, MachineState
from agent.machine.asked import AskedMachine
from agent.machine.services import Field
from tests.helpers.clock import HeldClock
from tests.helpers.machine import Listener

MAINS = MachineState(False, False, False, "test")


class Asked:
    """A system that says what the test says, and counts how often it was asked."""

    silent: tuple[Field, ...] = ("locked",)

    def __init__(self) -> None:
        self.state = MAINS
        self.reads = 0
        self.answers = threading.Event()
        self.answers.set()
        self.tell: Callable[[MachineChange], None] | None = None

    def read(self) -> MachineState:
        self.reads += 1
        self.answers.wait(10)
        return self.state

    def listen(self, tell: Callable[[MachineChange], None]) -> None:
        self.tell = tell

    def stop(self) -> None:
        self.tell = None

    async def happens(self, change: MachineChange) -> None:
        """Tell it from another thread, as systems do."""
        assert self.tell is not None
        await asyncio.to_thread(self.tell, change)


class Clock(HeldClock):
    """A clock at which the test can see that somebody went to sleep."""

    def __init__(self) -> None:
        super().__init__()
        self._begun = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        self._begun.set()
        await super().sleep(seconds)

    async def somebody_sleeps(self) -> None:
        await self._begun.wait()
        self._begun.clear()


class Scene:
    def __init__(self, machine: AskedMachine, system: Asked, listener: Listener, clock: Clock) -> None:
        self.machine, self.system, self.listener, self.clock = machine, system, listener, clock


@asynccontextmanager
async def scene() -> AsyncGenerator[Scene, None]:
    system, listener, clock = Asked(), Listener(), Clock()
    machine = AskedMachine(listener, system, sleep=clock.sleep)
    try:
        yield Scene(machine, system, listener, clock)
    finally:
        system.answers.set()
        await machine.close()


def test_what_the_system_tells_is_read_and_told() -> None:
    async def run() -> list[object]:
        async with scene() as made:
            assert await made.machine.refresh() == MAINS
            made.system.state = MachineState(True, True, False, "test")
            await made.system.happens("changed")
            await made.listener.until(lambda: made.machine.state.on_battery is True)
            await made.system.happens("sleeping")
            await made.system.happens("woke")
            await made.listener.until(lambda: "woke" in made.listener.heard)
            return [made.machine.state, made.listener.heard, made.clock.slept]

    assert asyncio.run(run()) == [
        MachineState(True, True, False, "test"), ["changed", "changed", "sleeping", "woke"], [],
    ]  # fmt: skip


def test_after_waking_the_system_is_asked_again() -> None:
    async def run() -> None:
        async with scene() as made:
            await made.machine.refresh()
            made.system.state = MachineState(True, False, False, "test")
            await made.system.happens("woke")
            await made.listener.until(lambda: made.machine.state.on_battery is True)

    asyncio.run(run())


def test_what_is_not_told_is_asked_for_as_long_as_somebody_waits() -> None:
    async def run() -> list[object]:
        async with scene() as made:
            made.system.state = locked = MachineState(False, False, True, "test")
            assert await made.machine.refresh() == locked
            for _ in range(2):
                await made.clock.somebody_sleeps()
                await made.clock.advance(20)
            await made.clock.somebody_sleeps()
            made.system.state = MAINS
            await made.clock.advance(20)
            await made.listener.until(lambda: made.machine.state.locked is False)
            for _ in range(3):
                await made.clock.advance(20)
            return [made.system.reads, made.clock.slept, made.listener.heard]

    assert asyncio.run(run()) == [4, [20.0, 20.0, 20.0], ["changed", "changed"]]


def test_what_nobody_looked_at_is_not_asked_for() -> None:
    async def run() -> list[float]:
        async with scene() as made:
            made.system.state = MachineState(False, False, True, "test")
            await made.listener.until(lambda: bool(made.listener.heard))
            return made.clock.slept

    assert asyncio.run(run()) == []


def test_a_system_that_does_not_answer_is_told_when_it_does() -> None:
    async def run() -> list[object]:
        async with scene() as made:
            made.system.answers.clear()
            seen: list[object] = [made.machine.state]
            made.system.answers.set()
            await made.listener.until(lambda: made.machine.state == MAINS)
            return [*seen, made.system.reads]

    assert asyncio.run(run()) == [MachineState(), 1]


def test_nothing_is_told_after_the_end() -> None:
    async def run() -> list[str]:
        async with scene() as made:
            await made.machine.refresh()
            tell = made.system.tell
            assert tell is not None
            await made.machine.close()
            made.system.state = MachineState(True)
            await asyncio.to_thread(tell, "woke")
            assert await made.machine.refresh() == MAINS
            return made.listener.heard

    assert asyncio.run(run()) == ["changed"]


def test_who_tells_after_the_loop_has_gone_harms_nobody() -> None:
    async def run() -> Callable[[MachineChange], None] | None:
        async with scene() as made:
            await made.machine.refresh()
            return made.system.tell

    tell = asyncio.run(run())
    assert tell is not None
    tell("woke")
