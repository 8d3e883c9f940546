"""What the machine says of itself: battery, metered network, lock screen, sleep. See docs/machine.md."""

from agent.machine.opening import open_machine
from agent.machine.state import Machine, MachineChange, MachineState, UnknownMachine

__all__ = ["Machine", "MachineChange", "MachineState", "UnknownMachine", "open_machine"]
