"""Tools that are not ours: of plugins and of MCP servers. What they offer, and how one of their calls is made.

A provider is a process of its own in the sandbox. It never opens a file that a call names: Homard opens it through the
same door as for its own tools and hands over a copy; what the provider writes comes back the same way, so that rules,
labels and undo hold for it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import msgspec

from agent.messages import ImagePart, ToolResult
from agent.safety.declared import Declaration
from agent.safety.request import Capability
from agent.tools.egress_pass import EgressPass

FileUse = Literal["read", "write"]
"""`read`: the argument names a file that the provider gets a copy of. `write`: one that it makes anew or replaces: it
gets a copy too if there is one, and what then stands in the place of the copy is written."""


class ToolOffer(msgspec.Struct, frozen=True):
    """A tool that a provider offers, as a person agreed to it."""

    name: str
    """As the model calls it: 1 to 64 of `a-z`, `0-9`, `_` and `-`, unique over all providers: `notes_search`."""
    own_name: str
    """As the provider calls it."""
    description: str
    schema: dict[str, Any]
    """JSON Schema of its arguments, of type object."""
    declaration: Declaration | None = None
    """What it does outside this machine; None: nothing, and its process cannot reach the network."""
    files: dict[str, FileUse] = {}
    """Arguments that are paths of the person's files."""
    source: Literal["", "others"] = ""
    """`others`: what it gives back was written by others too (invitations in a calendar), though it reaches nobody."""
    title: str = ""
    """For a person; empty: the name."""
    timeout_s: float = 60.0
    reading: bool = False
    """It says that it changes nothing: only used to run it beside others."""


@dataclass(frozen=True)
class ForeignCall:
    """One call as a provider gets it, after it was allowed."""

    tool: ToolOffer
    arguments: Mapping[str, Any]
    """Checked against the schema; paths of `files` are those of the copies, in `exchange`."""
    exchange: Path
    """A folder of this call alone inside `ToolProvider.exchange`; gone afterwards."""
    progress: Callable[[str], None]
    """Show a line while it works. Never blocks."""
    tools: Callable[[str, Mapping[str, Any]], Awaitable[ToolResult]]
    """Call one of Homard's own tools in the name of the provider: the same executor, the same decision, and only what
    the provider has a capability for."""
    ask: Callable[[str, Sequence[str]], Awaitable[str | None]] | None = None
    """Ask the person (MCP: elicitation); None: nobody is there."""
    complete: Callable[[str, str], Awaitable[str]] | None = None
    """Ask the run's model once (MCP: sampling): (system, user) → reply."""
    egress: EgressPass | None = None
    """Judges each host that the process reaches for while the call runs, and writes it down."""


class ForeignResult(msgspec.Struct, frozen=True):
    """What a provider gave back."""

    text: str
    images: tuple[ImagePart, ...] = ()
    data: Any = None
    """Plain JSON data, where the tool gives any; else the text is looked at."""
    is_error: bool = False


class ToolProvider(Protocol):
    """One plugin, or one MCP server. Cheap to ask, also when its process does not run."""

    @property
    def principal(self) -> str:
        """`plugin:<id>` or `mcp:<name>`."""
        ...

    @property
    def ours(self) -> bool:
        """Whether it ships with Homard: then its code is no stranger's."""
        ...

    @property
    def exchange(self) -> Path:
        """A folder that its process reads and writes, and nobody else does."""
        ...

    @property
    def reads(self) -> tuple[str, ...]:
        """Real folders and files of the person's that its process can read at any time, as granted."""
        ...

    def offers(self) -> tuple[ToolOffer, ...]:
        """The tools that a person agreed to and that are unchanged since, in a stable order. Starts nothing.

        Reads the disk where it must: called in a thread.
        """
        ...

    def capabilities(self) -> tuple[Capability, ...]:
        """What it may do at all: its manifest, cut to what a person granted."""
        ...

    async def call(self, call: ForeignCall) -> ForeignResult:
        """Make a call, starting the process if need be.

        Raises ToolRetry (the model can mend its arguments) and ToolFailed (it crashed, hung, is switched off: says
        what happened and what to do next). On CancelledError the call is given up within a second, at the latest by
        ending the process.
        """
        ...
