"""The tool that looks up what the model no longer sees: earlier turns, and the rest of large results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from agent.errors import ToolFailed
from agent.safety.effects import Effect
from agent.tools.tool import ToolContext, ToolOutput


class RecallArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to look up."""

    query: Annotated[str, Meta(description="Words, or an id like r12ab or e34.")]
    from_char: Annotated[int, Meta(ge=0)] = 0


class RecallTool:
    """Asks the session's store; `ToolContext.recall` knows the ids."""

    name = "recall"
    description = "Search this conversation's earlier turns, or read on in a stored result by its id."
    arguments = RecallArguments
    reading = True
    timeout_s = 30.0

    def title(self, args: RecallArguments) -> str:
        """One line for a person."""
        return f"recall {args.query}"[:100]

    def effects(self, args: RecallArguments, context: ToolContext) -> Sequence[Effect]:
        """None: the session reads itself."""
        return ()

    async def run(self, args: RecallArguments, context: ToolContext) -> ToolOutput:
        """Look it up. Raises ToolFailed where nothing is stored."""
        if context.recall is None:
            raise ToolFailed("Nothing is stored of this conversation.")
        return ToolOutput(await context.recall(args.query, args.from_char))
