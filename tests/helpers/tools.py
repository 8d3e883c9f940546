"""Two small tools: `look` only reads, `act` changes something and so needs a yes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec

from agent.errors import ToolFailed
from agent.safety.effects import Effect
from agent.tools.tool import Tool, ToolContext, ToolOutput


class Look(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    at: str
    size: int = 0


class LookTool:
    """Returns its argument, or that many characters; fails at `nothing`; waits at its gate if it has one."""

    name = "look"
    description = "Look at a thing."
    arguments = Look
    reading = True
    timeout_s = 5.0

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.gate: asyncio.Event | None = None
        self.meet = 0
        """How many calls wait for each other before any goes on; the first `meet` calls only."""
        self.met = asyncio.Event()
        self.together = 0
        self.most_together = 0

    def title(self, args: Look) -> str:
        return f"look at {args.at}"

    def effects(self, args: Look, context: ToolContext) -> Sequence[Effect]:
        return [Effect("fs.read", args.at, granted=not args.at.startswith("/"))]

    async def run(self, args: Look, context: ToolContext) -> ToolOutput:
        self.together += 1
        self.most_together = max(self.most_together, self.together)
        self.begun.set()
        try:
            if self.together >= self.meet:
                self.met.set()
            await self.met.wait()
            if self.gate:
                await self.gate.wait()
        finally:
            self.together -= 1
        if args.at == "nothing":
            raise ToolFailed("There is nothing.")
        return ToolOutput("x" * args.size if args.size else f"you see {args.at}")


class Act(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    on: str


class ActTool:
    """Remembers what it was called with, in order."""

    name = "act"
    description = "Change a thing."
    arguments = Act
    reading = False
    timeout_s = 5.0

    def __init__(self) -> None:
        self.done: list[str] = []

    def title(self, args: Act) -> str:
        return f"act on {args.on}"

    def effects(self, args: Act, context: ToolContext) -> Sequence[Effect]:
        return [Effect("fs.write", args.on, granted=True)]

    async def run(self, args: Act, context: ToolContext) -> ToolOutput:
        self.done.append(args.on)
        return ToolOutput(f"acted on {args.on}")


def simple_tools() -> list[Tool[Any]]:
    """A fresh pair."""
    return [LookTool(), ActTool()]
