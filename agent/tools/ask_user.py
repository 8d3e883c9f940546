"""The tool that asks the person something."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from agent.errors import ToolDenied, ToolRetry
from agent.safety.effects import Effect
from agent.tools.tool import ToolContext, ToolOutput

NOBODY = "Nobody is there to answer. Go on without, and say what you assumed."


class AskUserArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The question, and answers to choose from."""

    question: str
    choices: tuple[str, ...] = ()


class AskUserTool:
    """Waits for a person, for at most an hour."""

    name = "ask_user"
    description = "Ask the user a question, only when you cannot go on without the answer."
    arguments = AskUserArguments
    reading = False
    timeout_s = 3600.0

    def title(self, args: AskUserArguments) -> str:
        """One line for a person."""
        return " ".join(f"ask: {args.question}".split())[:100]

    def effects(self, args: AskUserArguments, context: ToolContext) -> Sequence[Effect]:
        """None: the question goes to whom the conversation belongs to."""
        return ()

    async def run(self, args: AskUserArguments, context: ToolContext) -> ToolOutput:
        """Ask. Raises ToolDenied when nobody is there, ToolRetry for an empty question."""
        if not args.question.strip():
            raise ToolRetry("The question is empty. Write what you need to know.")
        answer = None if context.ask is None else await context.ask(args.question, args.choices)
        if answer is None:
            raise ToolDenied(NOBODY)
        return ToolOutput(answer if answer.strip() else "(The user answered with an empty line.)")
