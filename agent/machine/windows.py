"""Windows: power status and its broadcasts, the session's lock, the network's cost. Written from documentation.

Of the Windows SDK: GetSystemPowerStatus, PowerSettingRegisterNotification and PowerRegisterSuspendResumeNotification
(both call back without a window), WTSQuerySessionInformation, INetworkCostManager. Not run by us.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from ctypes import CFUNCTYPE, POINTER, Structure, byref, c_int32, c_int64, c_ubyte, c_uint16, c_uint32, c_void_p, cast
from functools import cache
from typing import Any
from uuid import UUID

from agent.machine.services import Field
from agent.machine.state import MachineChange, MachineState

ACDC_POWER_SOURCE = UUID("5d3e9a59-e9d5-4b00-a6bd-ff34ff516548")
NETWORK_LIST_MANAGER = UUID("dcb00c01-570f-4a9b-8d69-199fdba5723b")
NETWORK_COST_MANAGER = UUID("dcb00008-570f-4a9b-8d69-199fdba5723b")
DEVICE_NOTIFY_CALLBACK = 2
PBT_APMSUSPEND, PBT_APMRESUMESUSPEND, PBT_APMRESUMEAUTOMATIC, PBT_POWERSETTINGCHANGE = 0x4, 0x7, 0x12, 0x8013
EVENTS: dict[int, MachineChange] = {
    PBT_APMSUSPEND: "sleeping", PBT_APMRESUMEAUTOMATIC: "woke", PBT_POWERSETTINGCHANGE: "changed",
}  # fmt: skip
"""Of the two events after sleep, `automatic` comes always and the other only when a person is there."""
WTS_CURRENT_SESSION, WTS_SESSION_INFO_EX = 0xFFFFFFFF, 25
CLSCTX_ALL, COINIT_MULTITHREADED = 0x17, 0
COST_UNRESTRICTED = 1
RELEASE, GET_COST = 2, 3
"""Places in the table of functions of INetworkCostManager."""

_PowerCallback = CFUNCTYPE(c_uint32, c_void_p, c_uint32, c_void_p)
_GetCost = CFUNCTYPE(c_int32, c_void_p, POINTER(c_uint32), c_void_p)
_Release = CFUNCTYPE(c_uint32, c_void_p)


class _PowerStatus(Structure):
    """SYSTEM_POWER_STATUS."""

    _fields_ = (
        ("ac_line", c_ubyte), ("battery", c_ubyte), ("percent", c_ubyte), ("saver", c_ubyte),
        ("seconds", c_uint32), ("full_seconds", c_uint32),
    )  # fmt: skip


class _SessionInfo(Structure):
    """WTSINFOEX_LEVEL1_W."""

    _fields_ = (
        ("session", c_uint32), ("state", c_int32), ("flags", c_int32),
        ("station", c_uint16 * 33), ("user", c_uint16 * 21), ("domain", c_uint16 * 18),
        ("times", c_int64 * 5), ("counts", c_uint32 * 6),
    )  # fmt: skip


class _SessionInfoEx(Structure):
    """WTSINFOEXW."""

    _fields_ = (("level", c_uint32), ("data", _SessionInfo))


class _Subscription(Structure):
    """DEVICE_NOTIFY_SUBSCRIBE_PARAMETERS."""

    _fields_ = (("callback", _PowerCallback), ("context", c_void_p))


class WindowsSystem:
    """The `System` over these calls. Lock and cost are asked for: to be told needs a window or a COM object of ours."""

    silent: tuple[Field, ...] = ("locked", "metered")

    def __init__(self, library: Callable[[str], Any] | None = None) -> None:
        """Take the libraries by `library`, of Windows if None."""
        self._library = library or _library
        self._kept: list[tuple[str, c_void_p]] = []
        self._subscription: _Subscription | None = None

    def read(self) -> MachineState:
        """Ask for everything."""
        power, metered, locked = _try(self._on_battery), _try(self._metered), _try(self._locked)
        return MachineState(power, metered, locked, "Windows" if (power, metered, locked) != (None,) * 3 else "")

    def listen(self, tell: Callable[[MachineChange], None]) -> None:
        """Be called for sleep and for mains."""

        def happened(_context: int | None, kind: int, _setting: int | None) -> int:
            if change := EVENTS.get(kind):
                tell(change)
            return 0

        subscription = self._subscription = _Subscription(_PowerCallback(happened), None)
        guid = _guid(ACDC_POWER_SOURCE)
        for begin, end, first in (
            ("PowerRegisterSuspendResumeNotification", "PowerUnregisterSuspendResumeNotification", ()),
            ("PowerSettingRegisterNotification", "PowerSettingUnregisterNotification", (guid,)),
        ):
            handle = c_void_p()
            try:
                failed = getattr(self._library("powrprof"), begin)(
                    *first, c_uint32(DEVICE_NOTIFY_CALLBACK), byref(subscription), byref(handle)
                )
            except (OSError, AttributeError):
                continue
            if not failed:
                self._kept.append((end, handle))

    def stop(self) -> None:
        """Be called no more. The callback stays in memory: one may be under way."""
        for end, handle in self._kept:
            getattr(self._library("powrprof"), end)(handle)
        self._kept.clear()

    def _on_battery(self) -> bool | None:
        status = _PowerStatus()
        if not self._library("kernel32").GetSystemPowerStatus(byref(status)):
            return None
        return {0: True, 1: False}.get(status.ac_line)

    def _locked(self) -> bool | None:
        library = self._library("wtsapi32")
        found, size = c_void_p(), c_uint32()
        session = c_uint32(WTS_CURRENT_SESSION)
        if not library.WTSQuerySessionInformationW(None, session, WTS_SESSION_INFO_EX, byref(found), byref(size)):
            return None
        try:
            if not found or size.value < ctypes.sizeof(_SessionInfoEx):
                return None
            info = cast(found, POINTER(_SessionInfoEx)).contents
            return {0: True, 1: False}.get(info.data.flags) if info.level == 1 else None
        finally:
            library.WTSFreeMemory(found)

    def _metered(self) -> bool | None:
        ole = self._library("ole32")
        entered = ole.CoInitializeEx(None, c_uint32(COINIT_MULTITHREADED)) >= 0
        try:
            manager, classes = c_void_p(), (_guid(NETWORK_LIST_MANAGER), _guid(NETWORK_COST_MANAGER))
            if ole.CoCreateInstance(classes[0], None, c_uint32(CLSCTX_ALL), classes[1], byref(manager)) or not manager:
                return None
            table = cast(cast(manager, POINTER(c_void_p))[0], POINTER(c_void_p))
            cost = c_uint32()
            try:
                failed = _GetCost(table[GET_COST])(manager, byref(cost), None)
            finally:
                _Release(table[RELEASE])(manager)
            return None if failed or not cost.value else not cost.value & COST_UNRESTRICTED
        finally:
            if entered:
                ole.CoUninitialize()


def _try(question: Callable[[], bool | None]) -> bool | None:
    try:
        return question()
    except (OSError, AttributeError):
        return None


def _guid(name: UUID) -> Any:
    return (c_ubyte * 16).from_buffer_copy(name.bytes_le)


@cache
def _library(name: str) -> Any:
    return getattr(ctypes, "WinDLL")(name)  # noqa: B009 the attribute is there on Windows only
