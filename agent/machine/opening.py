"""The machine we are on."""

from __future__ import annotations

import sys
from collections.abc import Callable

from agent.machine.state import Machine, MachineChange, UnknownMachine


def open_machine(on_change: Callable[[MachineChange], None]) -> Machine:
    """Begin to listen to this machine; returns at once, and all is None until the system has answered.

    `on_change` is called on the running loop, after `state` has its new value, and must not raise. Nothing is done
    while nothing happens.
    """
    if sys.platform == "linux":
        from agent.machine.linux import LinuxMachine

        return LinuxMachine(on_change)
    if sys.platform == "darwin":
        from agent.machine.asked import AskedMachine
        from agent.machine.macos import MacSystem

        return AskedMachine(on_change, MacSystem())
    if sys.platform == "win32":
        from agent.machine.asked import AskedMachine
        from agent.machine.windows import WindowsSystem

        return AskedMachine(on_change, WindowsSystem())
    return UnknownMachine()
