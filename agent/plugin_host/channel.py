"""The process of a plugin as far as its host needs it, and the ways in which it is lost."""

from __future__ import annotations

from typing import Protocol

from agent.confined.ended import Ended
from agent.errors import ToolFailed
from agent.tools.egress_pass import EgressPass


class Channel(Protocol):
    """The process: see `agent.confined.process.ConfinedProcess`."""

    egress: EgressPass | None

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        ...

    @property
    def ended(self) -> Ended | None:
        """How it ended."""
        ...

    @property
    def pid(self) -> int:
        """Of the process."""
        ...

    @property
    def memory(self) -> int:
        """Bytes of its tree."""
        ...

    async def send(self, message: bytes) -> None:
        """Send a line."""
        ...

    async def receive(self) -> bytes | None:
        """The next line."""
        ...

    async def end(self, grace_s: float = 0.5) -> Ended:
        """End it."""
        ...


class Crashed(ToolFailed):
    """The process ended, hung or spoke nonsense: a failure of the plugin as a whole. The text says which."""


class NotImported(ToolFailed):
    """The plugin's code cannot be imported; the text has the line."""
