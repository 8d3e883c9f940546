"""What a tool call would do to the world, in canonical form."""

from __future__ import annotations

from typing import Literal

import msgspec

Verb = Literal[
    "fs.read", "fs.write", "fs.delete", "proc.run", "net.fetch", "net.send", "msg.send",
    "secret.use", "mem.write", "job.change", "policy.change", "ui.notify",
]  # fmt: skip


class Effect(msgspec.Struct, frozen=True):
    """One act on one target."""

    verb: Verb
    target: str
    """In the form in which it is used: an absolute real path, a URL, a command line."""
    size: int | None = None
    """Bytes written or sent, where known beforehand."""
    reversible: bool = False
    granted: bool = False
    """The target lies inside what was granted; set by whoever resolved the target, never by the model."""

    def __str__(self) -> str:
        words = {
            "fs.read": "read", "fs.write": "write", "fs.delete": "delete", "proc.run": "run",
            "net.fetch": "fetch", "net.send": "send to",
        }  # fmt: skip
        size = "" if self.size is None else f" ({self.size} bytes)"
        return f"{words.get(self.verb, self.verb)} {self.target}{size}"
