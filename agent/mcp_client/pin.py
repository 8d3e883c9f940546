"""What a person agreed to of a server's tools: each one's words and arguments, by hash.

A server can say today that its tool reads the weather, and tomorrow that a model must send it the person's files first.
So a tool is used only while every word that a model reads of it is the one that was agreed to.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

import msgspec

from agent.skills.hidden import visible

MAX_TOOLS: Final = 1_000
"""Of one server."""
MAX_DESCRIPTION_CHARS: Final = 8_000
MAX_SCHEMA_CHARS: Final = 64_000
MAX_DEPTH: Final = 32

RESOURCES: Final = "@resources"
PROMPTS: Final = "@prompts"
"""Tools that we make ourselves, for servers that have resources or prompts."""


class Pin(msgspec.Struct, frozen=True, omit_defaults=True):
    """One tool as the server told of it, without what is not shown to a model."""

    description: str
    schema: dict[str, Any]
    title: str = ""
    annotations: dict[str, Any] = {}
    """MCP's hints: `readOnlyHint`, `destructiveHint`, …; they may lie."""

    @property
    def digest(self) -> str:
        """SHA-256 in hex of all of it; another order of keys is no change."""
        data = json.dumps(msgspec.to_builtins(self), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(data.encode()).hexdigest()


def pin_of(name: str, description: str, schema: Any, title: str, annotations: Any) -> Pin | str:
    """Make one of what a server says; a sentence if the tool cannot be used."""
    if not name or len(name) > 256 or name.startswith("@") or not name.isprintable():
        return f"{visible(name)[:80]!r} is no name of a tool."
    if len(description) > MAX_DESCRIPTION_CHARS:
        return f"{name}: its description is longer than {MAX_DESCRIPTION_CHARS:,} characters."
    if not isinstance(schema, dict):
        return f"{name}: its arguments are not described."
    if why := _unfit(cast("dict[str, Any]", schema)):
        return f"{name}: {why}"
    hints = cast("dict[str, Any]", annotations) if isinstance(annotations, dict) else {}
    kept = {key: value for key, value in sorted(hints.items()) if isinstance(value, bool)}
    return Pin(visible(description), _shown(cast("dict[str, Any]", schema)), visible(title)[:200], kept)


def _unfit(schema: dict[str, Any]) -> str:
    if len(json.dumps(schema)) > MAX_SCHEMA_CHARS:
        return f"the description of its arguments is longer than {MAX_SCHEMA_CHARS:,} characters."
    if schema.get("type", "object") != "object":
        return "its arguments are no object."
    for depth, value in _nested(schema, 0):
        if depth > MAX_DEPTH:
            return "the description of its arguments is nested too deeply."
        reference: Any = cast("dict[str, Any]", value).get("$ref") if isinstance(value, dict) else None
        if isinstance(reference, str) and not reference.startswith("#"):
            return "the description of its arguments refers to another document."
    return ""


def _nested(value: Any, depth: int) -> Iterator[tuple[int, Any]]:
    yield depth, value
    if depth > MAX_DEPTH:
        return
    if isinstance(value, dict):
        value = list(cast("dict[str, Any]", value).values())
    if isinstance(value, list):
        for one in cast("list[Any]", value):
            yield from _nested(one, depth + 1)


def _shown(schema: dict[str, Any]) -> dict[str, Any]:
    """The same without invisible characters in any text, and of type object."""
    cleaned = cast("dict[str, Any]", _cleaned(schema))
    cleaned.pop("$schema", None)
    return {**cleaned, "type": "object"}


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {visible(key): _cleaned(one) for key, one in cast("dict[str, Any]", value).items()}
    return [_cleaned(one) for one in cast("list[Any]", value)] if isinstance(value, list) else value


def changes(before: Pin | None, after: Pin | None) -> list[str]:
    """Say what became of a tool, a line each: lines with `-` were there, lines with `+` are there now."""
    old, new = (_lines(one) if one is not None else [] for one in (before, after))
    return [line for line in difflib.ndiff(old, new) if not line.startswith(("  ", "? "))]


def _lines(pin: Pin) -> list[str]:
    hints = ", ".join(key for key, value in pin.annotations.items() if value)
    head = [f"title: {pin.title}"] if pin.title else []
    head += [f"says of itself: {hints}"] if hints else []
    return [*head, *pin.description.splitlines(), *json.dumps(pin.schema, indent=1, ensure_ascii=False).splitlines()]


def same(pins: Mapping[str, Pin], listed: Mapping[str, Pin]) -> dict[str, Pin]:
    """Those that were agreed to and are still what they were."""
    return {name: pin for name, pin in pins.items() if name in listed and listed[name].digest == pin.digest}
