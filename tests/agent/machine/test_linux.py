"""What the services of a Linux desktop say, on a bus of the test's own."""

import asyncio
import sys
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from agent.machine import MachineState
from agent.machine.linux import LinuxMachine, on_battery
from tests.helpers.clock import HeldClock
from tests.helpers.machine import Listener
from tests.helpers.machine_services import (
    LOGIN,
    NETWORK,
    OTHER,
    PROPERTIES,
    SESSION,
    UPOWER,
    USER,
    Told,
    logind,
    network_manager,
    told_by,
    upower,
)
from tests.helpers.session_bus import private_bus

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="D-Bus")
MANAGER = f"{LOGIN}.Manager"
LOGIN_ROOT = "/org/freedesktop/login1"
NOBODY = "unix:path=/nonexistent/bus"


@pytest.fixture
def bus(tmp_path: Path) -> Generator[str, None, None]:
    with private_bus(tmp_path) as address:
        yield address


class Scene:
    """A machine, who listens to it, and the three services."""

    def __init__(self, machine: LinuxMachine, listener: Listener, power: Told, network: Told, login: Told) -> None:
        self.machine, self.listener = machine, listener
        self.power, self.network, self.login = power, network, login

    async def until(self, **values: object) -> None:
        """Wait until the state has these values."""
        await self.listener.until(
            lambda: all(getattr(self.machine.state, name) == value for name, value in values.items())
        )


@asynccontextmanager
async def opened(
    address: str, listener: Listener, clock: HeldClock | None = None, supplies: Path = Path("/nonexistent")
) -> AsyncGenerator[LinuxMachine, None]:
    machine = LinuxMachine(listener, bus=address, supplies=supplies, sleep=(clock or HeldClock()).sleep)
    try:
        yield machine
    finally:
        await machine.close()


@asynccontextmanager
async def scene(address: str, clock: HeldClock | None = None) -> AsyncGenerator[Scene, None]:
    """On battery, not metered, not locked."""
    async with AsyncExitStack() as stack:
        power = await stack.enter_async_context(upower(address, True))
        network = await stack.enter_async_context(network_manager(address, 2))
        login = await stack.enter_async_context(logind(address, False))
        listener = Listener()
        machine = await stack.enter_async_context(opened(address, listener, clock))
        await machine.refresh()
        yield Scene(machine, listener, power, network, login)


def test_the_state_is_what_the_three_services_say(bus: str) -> None:
    async def run() -> tuple[MachineState, list[float]]:
        clock = HeldClock()
        async with scene(bus, clock) as made:
            return made.machine.state, clock.slept

    assert asyncio.run(run()) == (MachineState(True, False, False, "UPower, NetworkManager, logind"), [])


def test_each_change_is_told_and_known(bus: str) -> None:
    async def run() -> list[object]:
        async with scene(bus) as made:
            before = len(made.listener.heard)
            await made.power.change(*UPOWER[1:], "b", False)
            await made.until(on_battery=False)
            await made.network.change(*NETWORK[1:], "u", 1)
            await made.until(metered=True)
            await made.login.change(SESSION, f"{LOGIN}.Session", "LockedHint", "b", True)
            await made.until(locked=True)
            return [made.machine.state, made.listener.heard[before:]]

    assert asyncio.run(run()) == [
        MachineState(False, True, True, "UPower, NetworkManager, logind"),
        ["changed", "changed", "changed"],
    ]


@pytest.mark.parametrize(("word", "metered"), [(0, None), (1, True), (2, False), (3, True), (4, False), (9, None)])
def test_a_guess_of_the_network_counts(bus: str, word: int, metered: bool | None) -> None:
    async def run() -> bool | None:
        async with network_manager(bus, word), opened(bus, Listener()) as machine:
            return (await machine.refresh()).metered

    assert asyncio.run(run()) is metered


def test_what_other_properties_do_is_no_change(bus: str) -> None:
    async def run() -> tuple[int, int]:
        async with scene(bus) as made:
            before = len(made.listener.heard)
            await made.power.say(*UPOWER[1:3], {"LidIsClosed": ("b", True)}, ["DaemonVersion"])
            await made.power.say("/elsewhere", UPOWER[2], {"OnBattery": ("b", False)}, [])
            await made.power.say(UPOWER[1], "org.example.Other", {"OnBattery": ("b", False)}, [])
            await made.power.change(*UPOWER[1:], "b", False)
            await made.until(on_battery=False)
            return before, len(made.listener.heard)

    before, after = asyncio.run(run())
    assert after == before + 1


def test_a_property_that_is_only_invalidated_is_read_again(bus: str) -> None:
    async def run() -> None:
        async with scene(bus) as made:
            made.power.values[UPOWER[1:]] = ("b", False)
            await made.power.say(*UPOWER[1:3], {}, ["OnBattery"])
            await made.until(on_battery=False)

    asyncio.run(run())


def test_sleep_and_waking_are_told(bus: str) -> None:
    async def run() -> list[str]:
        async with scene(bus) as made:
            before = len(made.listener.heard)
            for begins in (True, False):
                await made.login.emit(LOGIN_ROOT, MANAGER, "PrepareForSleep", "b", begins)
            await made.listener.until(lambda: "woke" in made.listener.heard)
            return made.listener.heard[before:]

    assert asyncio.run(run()) == ["sleeping", "woke"]


def test_sleep_is_told_to_those_who_have_no_session(bus: str) -> None:
    async def run() -> tuple[MachineState, list[str]]:
        async with told_by(bus, LOGIN) as login:
            listener = Listener()
            async with opened(bus, listener) as machine:
                await machine.refresh()
                await login.emit(LOGIN_ROOT, MANAGER, "PrepareForSleep", "b", False)
                await listener.until(lambda: bool(listener.heard))
                return machine.state, listener.heard

    assert asyncio.run(run()) == (MachineState(), ["woke"])


def test_the_session_is_the_one_that_logind_elects_now(bus: str) -> None:
    async def run() -> None:
        async with scene(bus) as made:
            made.login.values[USER, f"{LOGIN}.User", "Display"] = ("(so)", ("c3", OTHER))
            made.login.values[OTHER, f"{LOGIN}.Session", "LockedHint"] = ("b", True)
            await made.login.emit(LOGIN_ROOT, MANAGER, "SessionNew", "so", "c3", OTHER)
            await made.until(locked=True)
            await made.login.change(SESSION, f"{LOGIN}.Session", "LockedHint", "b", True)
            await made.login.change(OTHER, f"{LOGIN}.Session", "LockedHint", "b", False)
            await made.until(locked=False)
            made.login.values[USER, f"{LOGIN}.User", "Display"] = ("(so)", ("", "/"))
            await made.login.emit(LOGIN_ROOT, MANAGER, "SessionRemoved", "so", "c3", OTHER)
            await made.until(locked=None)

    asyncio.run(run())


def test_a_signal_is_newer_than_an_answer_that_was_asked_for_before_it(bus: str) -> None:
    async def run() -> bool | None:
        async with upower(bus, True) as power:
            power.hold.clear()
            listener = Listener()
            async with opened(bus, listener) as machine:
                await power.was_asked.wait()
                await power.change(*UPOWER[1:], "b", False)
                await listener.until(lambda: machine.state.on_battery is False)
                power.hold.set()
                return (await machine.refresh()).on_battery

    assert asyncio.run(run()) is False


def test_a_service_that_does_not_answer_keeps_nobody_waiting(bus: str) -> None:
    async def run() -> MachineState:
        async with upower(bus, True) as power, logind(bus, True):
            power.hold.clear()
            listener = Listener()
            async with opened(bus, listener) as machine:
                await listener.until(lambda: machine.state.locked is True)
                return machine.state

    assert asyncio.run(run()) == MachineState(locked=True, told_by="logind")


def test_nobody_speaks_in_the_name_of_a_service(bus: str) -> None:
    """The bus delivers what is addressed to us, whoever sent it and whatever we asked for."""

    async def run() -> tuple[MachineState, list[str]]:
        async with scene(bus) as made, told_by(bus, "org.example.Liar") as liar:
            heard = len(made.listener.heard)
            whom, body = made.power.caller, (UPOWER[2], {"OnBattery": ("b", False)}, [])
            await liar.emit_to(whom, UPOWER[1], PROPERTIES, "PropertiesChanged", "sa{sv}as", *body)
            await liar.emit_to(whom, LOGIN_ROOT, MANAGER, "PrepareForSleep", "b", False)
            owner = "org.freedesktop.DBus"
            await liar.emit_to(whom, "/org/freedesktop/DBus", owner, "NameOwnerChanged", "sss", UPOWER[0], ":1.1", "")
            await made.network.change(*NETWORK[1:], "u", 1)
            await made.until(metered=True)
            return made.machine.state, made.listener.heard[heard:]

    assert asyncio.run(run()) == (MachineState(True, True, False, "UPower, NetworkManager, logind"), ["changed"])


def test_a_service_that_leaves_is_forgotten_and_heard_again_when_it_comes(bus: str) -> None:
    async def run() -> list[bool | None]:
        listener = Listener()
        seen: list[bool | None] = []
        async with opened(bus, listener) as machine:
            seen.append((await machine.refresh()).on_battery)
            for there in (True, False):
                async with upower(bus, there) as power:
                    await listener.until(lambda: machine.state.on_battery is not None)
                    seen.append(machine.state.on_battery)
                    await power.change(*UPOWER[1:], "b", not there)
                    await listener.until(lambda wanted=not there: machine.state.on_battery is wanted)
                await listener.until(lambda: machine.state.on_battery is None)
        return seen

    assert asyncio.run(run()) == [None, True, False]


class QuickClock(HeldClock):
    """Sleeping takes no time; somebody may wait until it was done seven times."""

    def __init__(self) -> None:
        super().__init__()
        self.seven = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if len(self.slept) == 7:
            self.seven.set()


def test_without_a_bus_all_is_unknown_and_nothing_goes_on_after_two_minutes_until_somebody_asks() -> None:
    async def run() -> tuple[list[MachineState], list[list[float]], list[str]]:
        clock, listener = QuickClock(), Listener()
        async with opened(NOBODY, listener, clock) as machine:
            states = [await machine.refresh()]
            await clock.seven.wait()
            for _ in range(50):
                await asyncio.to_thread(int)
            slept = [list(clock.slept)]
            states.append(await machine.refresh())
            return states, [*slept, clock.slept[7:8]], listener.heard

    assert asyncio.run(run()) == ([MachineState()] * 2, [[1, 2, 4, 8, 16, 32, 60], [1]], [])


def test_a_bus_that_goes_and_comes_back_is_found_again(tmp_path: Path) -> None:
    async def run() -> list[MachineState]:
        clock, listener, door = HeldClock(), Listener(), tmp_path / "door"
        states: list[MachineState] = []
        async with opened(f"unix:path={door}", listener, clock) as machine:
            for number in range(2):
                folder = tmp_path / str(number)
                folder.mkdir()
                with private_bus(folder) as address:
                    door.symlink_to(address.removeprefix("unix:path="))
                    async with upower(address, True):
                        while machine.state.on_battery is None:
                            await clock.advance(60)
                    async with network_manager(address, 1):
                        await listener.until(lambda: machine.state.metered is True)
                        states.append(machine.state)
                        door.unlink()
                await listener.until(lambda: machine.state.metered is None)
                states.append(machine.state)
        return states

    assert asyncio.run(run()) == [MachineState(metered=True, told_by="NetworkManager"), MachineState()] * 2


def test_nothing_is_told_after_the_end(bus: str) -> None:
    async def run() -> tuple[list[str], list[str]]:
        async with scene(bus) as made:
            await made.machine.close()
            before = list(made.listener.heard)
            await made.power.change(*UPOWER[1:], "b", False)
            await made.machine.refresh()
            return before, made.listener.heard

    before, after = asyncio.run(run())
    assert before == after


def supply(folder: Path, name: str, **words: str) -> Path:
    (folder / name).mkdir(parents=True, exist_ok=True)
    for word, text in words.items():
        (folder / name / word).write_text(f"{text}\n")
    return folder


@pytest.mark.parametrize(
    ("mains", "battery", "feeds"),
    [("0", "Discharging", True), ("1", "Charging", False), ("1", "Discharging", False), ("1", "", False),
     ("", "Full", None), ("", "Discharging", True), ("", "", None)],
)  # fmt: skip
def test_power_supplies_of_the_kernel(tmp_path: Path, mains: str, battery: str, feeds: bool | None) -> None:
    if mains:
        supply(tmp_path, "AC", type="Mains", online=mains)
    if battery:
        supply(tmp_path, "BAT0", type="Battery", status=battery)
    supply(tmp_path, "mouse", type="Battery", scope="Device", status="Discharging")
    assert on_battery(tmp_path) is feeds


def test_where_upower_is_not_the_kernel_is_asked_while_somebody_waits(bus: str, tmp_path: Path) -> None:
    async def run() -> list[object]:
        clock, listener = HeldClock(), Listener()
        supplies = supply(tmp_path / "power", "AC", type="Mains", online="1")
        async with opened(bus, listener, clock, supplies) as machine:
            seen: list[object] = [await machine.refresh(), list(clock.slept)]
            supply(supplies, "AC", online="0")
            supply(supplies, "BAT0", type="Battery", status="Discharging")
            seen.append(await machine.refresh())
            await asyncio.sleep(0)
            supply(supplies, "AC", online="1")
            await clock.advance(20)
            await listener.until(lambda: machine.state.on_battery is False)
            return [*seen, list(clock.slept)]

    assert asyncio.run(run()) == [
        MachineState(on_battery=False, told_by="kernel"),
        [],
        MachineState(on_battery=True, told_by="kernel"),
        [20.0],
    ]
