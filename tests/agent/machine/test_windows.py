"""Our side of the calls of Windows: which functions, how the structures lie, what the answers mean. No Windows here."""

import ctypes
from ctypes import CFUNCTYPE, POINTER, c_int32, c_uint32, c_void_p, cast, pointer
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from agent.machine import MachineState
from agent.machine.windows import (
    NETWORK_COST_MANAGER,
    NETWORK_LIST_MANAGER,
    PBT_APMRESUMEAUTOMATIC,
    PBT_APMRESUMESUSPEND,
    PBT_APMSUSPEND,
    PBT_POWERSETTINGCHANGE,
    WindowsSystem,
)


class Windows:
    """Libraries with the functions that are called, answering from plain values."""

    def __init__(self, ac_line: int = 1, lock: int = 1, cost: int = 1) -> None:
        self.ac_line, self.lock, self.cost = ac_line, lock, cost
        self.entered = self.freed = self.released = 0
        self.registered: list[Any] = []
        self.ended: list[int] = []
        self._kept: list[object] = []

    def __call__(self, name: str) -> Any:
        return getattr(self, name)

    @property
    def kernel32(self) -> Any:
        def status(found: Any) -> int:
            raw = (ctypes.c_ubyte * 12).from_address(ctypes.addressof(found._obj))
            raw[0] = self.ac_line
            return 1

        return SimpleNamespace(GetSystemPowerStatus=status)

    @property
    def wtsapi32(self) -> Any:
        def query(_server: None, session: Any, kind: int, found: Any, size: Any) -> int:
            assert (session.value, kind) == (0xFFFFFFFF, 25)
            raw = (c_int32 * 64)()
            raw[0], raw[4] = 1, self.lock  # Level; SessionFlags lies at byte 16
            self._kept.append(raw)
            found._obj.value, size._obj.value = ctypes.addressof(raw), ctypes.sizeof(raw)
            return 1

        def free(_found: Any) -> None:
            self.freed += 1

        return SimpleNamespace(WTSQuerySessionInformationW=query, WTSFreeMemory=free)

    @property
    def ole32(self) -> Any:
        def get_cost(_this: int, found: Any, _address: int | None) -> int:
            found[0] = self.cost
            return 0

        def release(_this: int) -> int:
            self.released += 1
            return 0

        def create(kind: Any, _outer: None, _context: Any, wanted: Any, found: Any) -> int:
            assert [UUID(bytes_le=bytes(name)) for name in (kind, wanted)] == [
                NETWORK_LIST_MANAGER,
                NETWORK_COST_MANAGER,
            ]
            functions = (
                CFUNCTYPE(c_uint32, c_void_p)(release),
                CFUNCTYPE(c_int32, c_void_p, POINTER(c_uint32), c_void_p)(get_cost),
            )
            table = (c_void_p * 4)(None, None, *(cast(function, c_void_p).value for function in functions))
            this = pointer(c_void_p(ctypes.addressof(table)))
            self._kept += [functions, table, this]
            found._obj.value = ctypes.addressof(this.contents)
            return 0

        def enter(_reserved: None, _kind: Any) -> int:
            self.entered += 1
            return 0

        def leave() -> None:
            self.entered -= 1

        return SimpleNamespace(CoInitializeEx=enter, CoUninitialize=leave, CoCreateInstance=create)

    @property
    def powrprof(self) -> Any:
        def register(*words: Any) -> int:
            *_first, flags, subscription, handle = words
            assert flags.value == 2
            self.registered.append(subscription._obj)
            handle._obj.value = len(self.registered)
            return 0

        return SimpleNamespace(
            PowerRegisterSuspendResumeNotification=register,
            PowerSettingRegisterNotification=register,
            PowerUnregisterSuspendResumeNotification=lambda handle: self.ended.append(handle.value),
            PowerSettingUnregisterNotification=lambda handle: self.ended.append(handle.value),
        )


@pytest.mark.parametrize(
    ("ac_line", "lock", "cost", "state"),
    [
        (1, 1, 1, MachineState(False, False, False, "Windows")),
        (0, 0, 2, MachineState(True, True, True, "Windows")),
        (0, 0, 0x40004, MachineState(True, True, True, "Windows")),
        (1, 1, 0x20001, MachineState(False, False, False, "Windows")),
        (255, -1, 0, MachineState()),
    ],
)
def test_what_windows_answers(ac_line: int, lock: int, cost: int, state: MachineState) -> None:
    windows = Windows(ac_line, lock, cost)
    assert WindowsSystem(windows).read() == state
    assert (windows.entered, windows.freed, windows.released) == (0, 1, 1)


def test_where_nothing_of_it_is_there_nothing_is_known() -> None:
    def missing(name: str) -> Any:
        raise OSError(name)

    system = WindowsSystem(missing)
    heard: list[str] = []
    system.listen(heard.append)
    system.stop()
    assert (system.read(), heard) == (MachineState(), [])


def test_sleep_and_mains_are_told_until_the_end() -> None:
    windows, heard = Windows(), list[str]()
    system = WindowsSystem(windows)
    system.listen(heard.append)
    for subscription in windows.registered:
        for kind in (PBT_APMSUSPEND, PBT_APMRESUMEAUTOMATIC, PBT_APMRESUMESUSPEND, PBT_POWERSETTINGCHANGE):
            assert subscription.callback(None, kind, None) == 0
    system.stop()
    system.stop()
    assert (heard, windows.ended) == (["sleeping", "woke", "changed"] * 2, [1, 2])
