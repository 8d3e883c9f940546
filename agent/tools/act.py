"""A call as it is judged, and who judges it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

import msgspec

from agent.jobs import Permission
from agent.labels import Label
from agent.messages import ToolCall, ToolResult
from agent.safety.effects import Effect
from agent.safety.request import Capability, FileIdentity
from agent.tools.egress_pass import EgressPass


class Act(msgspec.Struct, frozen=True):
    """A call as it is judged."""

    call: ToolCall
    arguments: str
    """Canonical JSON text of what the tool will get."""
    effects: tuple[Effect, ...]
    identities: tuple[FileIdentity, ...]
    """The files of the effects as they are now."""
    by: str = ""
    """The principal of a provider that acts: `plugin:notes`, `mcp:files`; empty: nobody but those of the run."""
    leave: tuple[Capability, ...] = ()
    """What that provider may do at all."""
    keeps: str = ""
    """A folder of that provider, if it may keep what it is told: the folder is marked with the label of the run."""
    hands_over: str = ""
    """What of the files that it reads must not leave this machine, though that provider could carry it away."""
    may_park: bool = True
    """A question about it may wait for a person; else it is refused while nobody is there."""
    final: str = ""
    """Why not all of it could be undone; empty: it could, or nothing needs to be, or nobody knows."""


class Admission(msgspec.Struct, frozen=True):
    """A call that was let pass."""

    effects: tuple[Effect, ...]
    dry: bool = False
    """Only to be recorded: a dry run."""
    needs: tuple[Permission, ...] = ()
    """Of a dry run: what the job would need beside its profile."""
    keeps: str = ""
    """As in the act."""
    row: int = 0
    """Of the intent, for the gate."""
    asked: bool = False
    """A person said yes to exactly this, files and all."""


class Gate(Protocol):
    """Judges the calls of a run."""

    label: Label
    """Of all that the model had seen when it wrote the call."""

    async def admit(self, act: Act, again: Callable[[], Awaitable[Act]]) -> Admission:
        """Let a call pass, perhaps after asking a person; `again` builds it anew. Raises ToolDenied."""
        ...

    def refused(self, call: ToolCall, reason: str) -> None:
        """Take note of a call whose target no decision opens."""
        ...

    async def intended(self, admission: Admission) -> None:
        """Return when the intent is stored as durably as the act needs it."""
        ...

    async def told(self, act: Act, label: Label) -> None:
        """Return when it is stored that the provider of an act gets to know of something with this label."""
        ...

    def egress(self, act: Act) -> EgressPass:
        """Give what the call carries when it reaches out to the internet."""
        ...

    async def ended(self, act: Act, result: ToolResult) -> None:
        """Take note of what came of a call that was let pass."""
        ...
