"""Tools that are too many to be told of: `find_tool` finds them by words, `use_tool` calls one by its name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from agent.errors import ToolRetry
from agent.safety.effects import Effect
from agent.tools.tool import ToolContext, ToolOutput

FIND = "find_tool"
USE = "use_tool"
MAX_FOUND = 5


class FindToolArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the tool should do."""

    query: str


class FindTool:
    """Searches; the answer holds the schemas, so that the request's list of tools stays as it is."""

    name = FIND
    description = "Find more tools by what they do or are called; call one with use_tool."
    arguments = FindToolArguments
    reading = True
    timeout_s = 10.0

    def title(self, args: FindToolArguments) -> str:
        """One line for a person."""
        return f"Look for a tool: {args.query}"[:100]

    def effects(self, args: FindToolArguments, context: ToolContext) -> Sequence[Effect]:
        """None: a person agreed to each word that it can give."""
        return ()

    async def run(self, args: FindToolArguments, context: ToolContext) -> ToolOutput:
        """Search. Raises ToolRetry if nothing fits."""
        found = context.search.find(args.query) if context.search is not None else ()
        if not found:
            names = ", ".join(context.search.names()[:60]) if context.search is not None else "none"
            raise ToolRetry(f"No tool fits {args.query[:80]!r}. There are: {names}.")
        label = found[0].label
        for one in found[1:]:
            label = label.join(one.label)
        lines = [f"- {one.name}: {one.description}\n  arguments: {_shown(one.schema)}" for one in found]
        return ToolOutput("\n".join(["Call one with use_tool:", *lines]), label=label)


class UseToolArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which tool, and what it gets."""

    name: str
    arguments: dict[str, Any] = {}


def _shown(schema: dict[str, Any]) -> str:
    return msgspec.json.encode({key: value for key, value in schema.items() if key != "$schema"}).decode()
