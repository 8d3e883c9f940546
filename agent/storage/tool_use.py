"""When tools and skills were used last, and how often: read from the calls and runs that are kept anyway."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from agent.storage.connection import Connection
from agent.storage.records import from_micros

SKILL: Final = "skill"
"""The tool that reads a skill; its argument `name` says which."""
BY_NAME: Final = "use_tool"
"""The tool that calls another one; its argument `name` says which."""
_WORD: Final = "/skill "
"""Begins a message for which a person chose a skill."""


class ToolUse(NamedTuple):
    """How something was used."""

    last: datetime
    """Aware, UTC."""
    times: int


def tool_uses(connection: Connection) -> dict[str, ToolUse]:
    """All tools that were called, by name; skills by `skill:NAME`. One pass over the calls, one over the runs."""
    found: dict[str, ToolUse] = {}
    calls = connection.execute(
        "SELECT CASE WHEN name IN (?, ?) AND json_valid(arguments) THEN"
        " CASE name WHEN ? THEN 'skill:' ELSE '' END || COALESCE(json_extract(arguments, '$.name'), '')"
        " ELSE name END, MAX(started_at), COUNT(*) FROM calls GROUP BY 1",
        (SKILL, BY_NAME, SKILL),
    )
    for name, last, count in calls:
        found[str(name)] = ToolUse(from_micros(last), count)
    for prompt, started_at in connection.execute("SELECT prompt, started_at FROM runs WHERE prompt GLOB '/skill *'"):
        words = str(prompt).removeprefix(_WORD).split(None, 1)
        if words:
            _add(found, f"skill:{words[0]}", ToolUse(from_micros(started_at), 1))
    return found


def _add(found: dict[str, ToolUse], name: str, use: ToolUse) -> None:
    before = found.get(name)
    found[name] = use if before is None else ToolUse(max(before.last, use.last), before.times + use.times)
