"""From the JSON text of a tool call to typed arguments, strictly."""

from __future__ import annotations

import json
from typing import Any, NoReturn

import msgspec

from agent.errors import ToolRetry

MAX_ARGUMENT_CHARS = 1_000_000


def parse_arguments(text: str, shape: type[msgspec.Struct]) -> msgspec.Struct:
    """Parse and check a call's arguments.

    Strict JSON (RFC 8259): one object, no duplicate keys, no NaN, no unknown fields. Only scalars are read leniently
    ("5" for 5), which small models need. Raises ToolRetry with what to mend; nothing was done then.
    """
    if len(text) > MAX_ARGUMENT_CHARS:
        raise ToolRetry(f"The arguments are too large ({len(text):,} characters; at most {MAX_ARGUMENT_CHARS:,}).")
    value = strict_object(text)
    try:
        return msgspec.convert(value, shape, strict=False)
    except msgspec.ValidationError as error:
        fields = ", ".join(_describe(field) for field in msgspec.structs.fields(shape))
        raise ToolRetry(f"Wrong arguments: {error}. The arguments are: {fields}.") from None


def strict_object(text: str) -> dict[str, Any]:
    """Parse a JSON object, refusing what different parsers read differently. Raises ToolRetry."""
    try:
        value: Any = json.loads(text or "{}", object_pairs_hook=_unique, parse_constant=_no_constant)
        msgspec.json.encode(value)  # refuses lone surrogates, which no store or wire can carry
    except RecursionError:
        raise ToolRetry("The arguments are nested too deeply.") from None
    except (ValueError, msgspec.EncodeError) as error:
        raise ToolRetry(f"The arguments are not valid JSON ({str(error)[:200]}). Send one JSON object.") from None
    if not isinstance(value, dict):
        raise ToolRetry("The arguments must be one JSON object, for instance {}.")
    return value  # pyright: ignore[reportUnknownVariableType]


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _describe(field: msgspec.structs.FieldInfo) -> str:
    return field.encode_name if field.required else f"{field.encode_name} (optional)"
