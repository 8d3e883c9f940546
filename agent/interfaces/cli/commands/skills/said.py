"""What a person is told of a skill after something was done with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from agent.interfaces.cli.commands.skills.group import as_data
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.text import revealed
from agent.interfaces.cli.work import print_json

if TYPE_CHECKING:
    from agent.skills.shelf import Found


def say_found(terminal: Terminal, found: Sequence[Found], as_json: bool) -> int:
    """Say where skills stand now, each with what is odd or hidden in it; the exit code."""
    if as_json:
        print_json(terminal, [as_data(one) for one in found])
        return 0
    from agent.skills.allowed import allowed_words

    for one in found:
        skill = one.skill
        for warning in (*skill.warnings, *skill.comments):
            terminal.say(f"warning: {revealed(warning)}")
        terminal.say(revealed(f"{skill.name}: {skill.description}"))
        if words := allowed_words(skill.allowed):
            terminal.say(f"A run that follows it may at most: {words}.")
        terminal.say(revealed(_state(one)))
    return 0


def reach_of(found: Found) -> str:
    """Where a skill is on that is not on everywhere: “only in session:…”. Empty: everywhere."""
    only = f"only in {', '.join(found.only)}" if found.only else ""
    never = f"not in {', '.join(found.never)}" if found.never else ""
    return "; ".join(filter(None, (only, never)))


def _state(found: Found) -> str:
    skill = found.skill
    match found.status:
        case "on":
            cost = f"{found.prompt_tokens:,} tokens in each request, {skill.body_tokens:,} when it is read"
            where = f" ({reach})" if (reach := reach_of(found)) else ""
            return f"It is on{where}: {cost}, {len(skill.tree.files)} files."
        case "unavailable" | "unusable":
            return f"It cannot be used: {found.why}"
        case "changed":
            return f"It changed and is off. Look at it, then: homard skills enable {skill.name}"
        case "off":
            return f"It is off, in {skill.folder}. Look at it, then: homard skills enable {skill.name}"
