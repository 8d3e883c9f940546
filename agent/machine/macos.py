"""macOS: power source, sleep, the session's lock and the path to the network. Written from documentation.

Of Apple's headers: IOPSGetProvidingPowerSourceType and IOPSCreateLimitedPowerNotification (IOKit/ps),
IORegisterForSystemPower (IOKit/pwr_mgt), CGSessionCopyCurrentDictionary (CoreGraphics), nw_path_monitor (Network). The
two of IOKit need a run loop, which a thread of its own is for. Not run by us.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from ctypes import (
    CFUNCTYPE,
    POINTER,
    Structure,
    addressof,
    byref,
    c_bool,
    c_char_p,
    c_int,
    c_long,
    c_uint32,
    c_ulong,
    c_void_p,
    create_string_buffer,
    pointer,
)
from functools import cache
from typing import Any

from agent.machine.services import Field
from agent.machine.state import MachineChange, MachineState

UTF_8 = 0x08000100
CAN_SLEEP, WILL_SLEEP, HAS_POWERED_ON = 0xE0000270, 0xE0000280, 0xE0000300
"""kIOMessageCanSystemSleep, kIOMessageSystemWillSleep, kIOMessageSystemHasPoweredOn of IOKit/IOMessage.h."""
EVENTS: dict[int, MachineChange] = {WILL_SLEEP: "sleeping", HAS_POWERED_ON: "woke"}
MAINS = "AC Power"
LOCKED_KEY = b"CGSSessionScreenIsLocked"
"""Not in the headers, but what everybody reads. It is absent while the screen is not locked."""
BLOCK_IS_GLOBAL = 1 << 28

_PowerSourceCallback = CFUNCTYPE(None, c_void_p)
_SleepCallback = CFUNCTYPE(None, c_void_p, c_uint32, c_uint32, c_void_p)
_PathHandler = CFUNCTYPE(None, c_void_p, c_void_p)


class _BlockDescriptor(Structure):
    _fields_ = (("reserved", c_ulong), ("size", c_ulong))


class _Block(Structure):
    """A block without captured variables, as clang's Block-ABI-Apple describes it."""

    _fields_ = (
        ("isa", c_void_p), ("flags", c_int), ("reserved", c_int), ("invoke", _PathHandler),
        ("descriptor", POINTER(_BlockDescriptor)),
    )  # fmt: skip


class MacSystem:
    """The `System` over these calls."""

    silent: tuple[Field, ...] = ("locked",)

    def __init__(self, library: Callable[[str], Any] | None = None) -> None:
        """Take the libraries by `library`, of macOS if None."""
        self._library = library or _library
        self._tell: Callable[[MachineChange], None] | None = None
        self._metered: bool | None = None
        self._root_port = 0
        self._run_loop: int | None = None
        self._monitor: int | None = None
        self._kept: list[object] = []
        """What the system holds a pointer to must live as long as the process."""

    def read(self) -> MachineState:
        """Ask for everything."""
        power, locked = _try(self._on_battery), _try(self._locked)
        known = (power, self._metered, locked)
        return MachineState(*known, told_by="macOS" if known != (None,) * 3 else "")

    def listen(self, tell: Callable[[MachineChange], None]) -> None:
        """Be called for sleep, for mains and for another path to the network."""
        self._tell = tell
        threading.Thread(target=self._run, name="machine", daemon=True).start()
        try:
            self._watch_network()
        except (OSError, AttributeError, ValueError):
            self._monitor = None

    def stop(self) -> None:
        """Be called no more."""
        self._tell = None
        if self._run_loop is not None:
            self._library("CoreFoundation").CFRunLoopStop(c_void_p(self._run_loop))
        if self._monitor is not None:
            self._library("Network").nw_path_monitor_cancel(c_void_p(self._monitor))

    def _told(self, change: MachineChange) -> None:
        if (tell := self._tell) is not None:
            tell(change)

    def _on_battery(self) -> bool | None:
        kit, core = self._library("IOKit"), self._library("CoreFoundation")
        core.CFStringGetCString.restype = c_bool
        kit.IOPSCopyPowerSourcesInfo.restype = kit.IOPSGetProvidingPowerSourceType.restype = c_void_p
        if not (sources := kit.IOPSCopyPowerSourcesInfo()):
            return None
        try:
            kind = kit.IOPSGetProvidingPowerSourceType(c_void_p(sources))
            buffer = create_string_buffer(64)
            if not kind or not core.CFStringGetCString(c_void_p(kind), buffer, c_long(64), c_uint32(UTF_8)):
                return None
            return buffer.value.decode() != MAINS
        finally:
            core.CFRelease(c_void_p(sources))

    def _locked(self) -> bool | None:
        core, graphics = self._library("CoreFoundation"), self._library("CoreGraphics")
        graphics.CGSessionCopyCurrentDictionary.restype = core.CFStringCreateWithCString.restype = c_void_p
        core.CFDictionaryGetValue.restype = c_void_p
        if not (session := graphics.CGSessionCopyCurrentDictionary()):
            return None
        key = core.CFStringCreateWithCString(None, c_char_p(LOCKED_KEY), c_uint32(UTF_8))
        try:
            value = core.CFDictionaryGetValue(c_void_p(session), c_void_p(key))
            return bool(value) and value != c_void_p.in_dll(core, "kCFBooleanFalse").value
        finally:
            core.CFRelease(c_void_p(key))
            core.CFRelease(c_void_p(session))

    def _run(self) -> None:
        """Live in a thread: a run loop that waits for mains and sleep."""
        try:
            core = self._library("CoreFoundation")
            core.CFRunLoopGetCurrent.restype = c_void_p
            mode = c_void_p.in_dll(core, "kCFRunLoopDefaultMode")
            for source in (self._power_source(), self._sleep_source()):
                if source:
                    core.CFRunLoopAddSource(c_void_p(core.CFRunLoopGetCurrent()), c_void_p(source), mode)
            self._run_loop = core.CFRunLoopGetCurrent()
            if self._tell is not None:
                core.CFRunLoopRun()
        except (OSError, AttributeError, ValueError):
            return
        finally:
            self._run_loop = None

    def _power_source(self) -> int | None:
        kit = self._library("IOKit")
        kit.IOPSCreateLimitedPowerNotification.restype = c_void_p
        callback = _PowerSourceCallback(self._on_power)
        self._kept.append(callback)
        return kit.IOPSCreateLimitedPowerNotification(callback, None)

    def _on_power(self, _context: int | None) -> None:
        self._told("changed")

    def _sleep_source(self) -> int | None:
        kit = self._library("IOKit")
        kit.IONotificationPortGetRunLoopSource.restype = c_void_p
        kit.IORegisterForSystemPower.restype = c_uint32
        port, notifier, callback = c_void_p(), c_uint32(), _SleepCallback(self._on_sleep)
        self._kept += [port, notifier, callback]
        self._root_port = kit.IORegisterForSystemPower(None, byref(port), callback, byref(notifier))
        return kit.IONotificationPortGetRunLoopSource(port) if self._root_port else None

    def _on_sleep(self, _context: int | None, _service: int, message: int, argument: int | None) -> None:
        """Note the event. Who is asked must agree, or the machine waits 30 s for the answer before it sleeps."""
        if change := EVENTS.get(message):
            self._told(change)
        if message in (CAN_SLEEP, WILL_SLEEP):
            self._library("IOKit").IOAllowPowerChange(c_uint32(self._root_port), c_void_p(argument))

    def _watch_network(self) -> None:
        """Follow whether the path to the network is an expensive one (a hot spot), or Low Data Mode is on."""
        network, system = self._library("Network"), self._library("System")
        network.nw_path_monitor_create.restype = system.dispatch_queue_create.restype = c_void_p
        network.nw_path_is_expensive.restype = network.nw_path_is_constrained.restype = c_bool
        handler = _PathHandler(self._on_path)
        descriptor = _BlockDescriptor(0, ctypes.sizeof(_Block))
        isa = addressof(c_void_p.in_dll(system, "_NSConcreteGlobalBlock"))
        block = _Block(isa, BLOCK_IS_GLOBAL, 0, handler, pointer(descriptor))
        self._kept += [handler, descriptor, block]
        queue = system.dispatch_queue_create(c_char_p(b"homard.network"), None)
        monitor = network.nw_path_monitor_create()
        network.nw_path_monitor_set_queue(c_void_p(monitor), c_void_p(queue))
        network.nw_path_monitor_set_update_handler(c_void_p(monitor), byref(block))
        network.nw_path_monitor_start(c_void_p(monitor))
        self._monitor = monitor

    def _on_path(self, _block: int | None, path: int | None) -> None:
        network = self._library("Network")
        metered = network.nw_path_is_expensive(c_void_p(path)) or network.nw_path_is_constrained(c_void_p(path))
        if metered != self._metered:
            self._metered = bool(metered)
            self._told("changed")


def _try(question: Callable[[], bool | None]) -> bool | None:
    try:
        return question()
    except (OSError, AttributeError, ValueError):
        return None


@cache
def _library(name: str) -> Any:
    if name == "System":
        return ctypes.CDLL("/usr/lib/libSystem.B.dylib")
    return ctypes.CDLL(f"/System/Library/Frameworks/{name}.framework/{name}")
