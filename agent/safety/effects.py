"""What a tool call would do to the world, in canonical form."""

from __future__ import annotations

from typing import Literal

import msgspec

Verb = Literal[
    "fs.read", "fs.write", "fs.delete", "proc.run", "net.fetch", "net.send", "msg.send",
    "secret.use", "mem.write", "job.change", "policy.change",
    "ui.notify", "ui.read", "ui.write",
]  # fmt: skip

Role = Literal["recipient", "host", "path", "amount", "account", "time", "choice", "text", "id"]
"""What a value of an effect is: who or what it goes to, how much, when, which of a few, free text, an opaque id."""


class Value(msgspec.Struct, frozen=True):
    """A value of the call that decides what the effect does; the flow rule looks at each (endorsement by value)."""

    role: Role
    value: str
    """Whole, in the form in which it is used."""


class Effect(msgspec.Struct, frozen=True):
    """One act on one target."""

    verb: Verb
    target: str
    """In the form in which it is used: an absolute real path, a URL, a command line, a recipient."""
    size: int | None = None
    """Bytes written or sent, where known beforehand."""
    reversible: bool = False
    """`homard undo` can take it back."""
    granted: bool = False
    """The target lies inside what was granted; set by whoever resolved the target, never by the model."""
    values: tuple[Value, ...] = ()
    """What else of the call matters; for a foreign tool all of its arguments, by declared role."""
    network: bool = False
    """Of `proc.run`: the command reaches the network."""

    def __str__(self) -> str:
        words = {
            "fs.read": "read", "fs.write": "write", "fs.delete": "delete", "proc.run": "run",
            "net.fetch": "fetch", "net.send": "send to", "msg.send": "send a message to", "mem.write": "remember",
            "job.change": "change the job", "policy.change": "change the rules:", "secret.use": "use the key",
            "ui.read": "look at", "ui.write": "replace what is on",
        }  # fmt: skip
        size = "" if self.size is None else f" ({self.size} bytes)"
        network = " with the network" if self.network else ""
        return f"{words.get(self.verb, self.verb)} {self.target}{size}{network}"
