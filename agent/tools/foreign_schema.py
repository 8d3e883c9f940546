"""Checks arguments against the JSON Schema (draft 2020-12) of somebody else's tool.

The schema may be written to hurt: nothing is fetched, no regular expression of it is run, and the work is bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Final, cast

from agent.errors import ToolFailed

MAX_STEPS: Final = 20_000
"""Keywords looked at for one call."""
_UNCHECKED: Final = ("pattern", "patternProperties", "format", "$dynamicRef")
"""Whoever made the tool checks these again: a slow expression would hold up this process."""


def against(schema: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    """Say what in the arguments is against the schema; empty: nothing. Raises ToolFailed for one that is unusable."""
    left = [MAX_STEPS]
    try:
        error = _first(_validator()(schema, left).iter_errors(values))
    except Exception as error:  # noqa: BLE001 - a schema of somebody else's may be anything
        words = f"{type(error).__name__}: {str(error)[:200]}"
        raise ToolFailed(f"The schema of this tool cannot be used ({words}). Nothing was called.") from None
    if error is None:
        return ""
    place = "".join(f"[{part!r}]" for part in error.absolute_path)
    return f"{place} {error.message[:300]}".strip()


def described(schema: Mapping[str, Any]) -> str:
    """Say the arguments in a few words, as models read them: `path (string), pages (integer, optional)`."""
    fields: Any = schema.get("properties")
    required: Any = schema.get("required")
    if not isinstance(fields, Mapping) or not fields:
        return "none"
    needed = cast("list[Any]", required) if isinstance(required, list) else []
    return ", ".join(_argument(name, field, name in needed) for name, field in cast("dict[str, Any]", fields).items())


def _argument(name: str, field: Any, needed: bool) -> str:
    kind: Any = cast("dict[str, Any]", field).get("type") if isinstance(field, Mapping) else None
    words = [kind] if isinstance(kind, str) else []
    words += [] if needed else ["optional"]
    return f"{name} ({', '.join(words)})" if words else name


def _first(errors: Iterator[Any]) -> Any:
    from jsonschema import exceptions

    return cast("Any", exceptions).best_match(errors)


@cache
def _validator() -> Callable[[Mapping[str, Any], list[int]], Any]:
    import jsonschema  # costs 60 ms
    import referencing

    library = cast("Any", jsonschema)
    nothing = cast("Any", referencing).Registry()  # so that no address in a schema is fetched

    def make(schema: Mapping[str, Any], left: list[int]) -> Any:
        keywords = {name: _bounded(check, left) for name, check in library.Draft202012Validator.VALIDATORS.items()}
        keywords |= dict.fromkeys(_UNCHECKED, _nothing)
        return library.validators.extend(library.Draft202012Validator, keywords)(schema, registry=nothing)

    return make


def _bounded(check: Any, left: list[int]) -> Any:
    def bounded(validator: Any, value: Any, instance: Any, schema: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise ValueError(f"it takes more than {MAX_STEPS:,} steps to check")
        # It would run the expressions of patternProperties.
        if value is False and "patternProperties" in schema:
            return ()
        return check(validator, value, instance, schema) or ()

    return bounded


def _nothing(_validator: Any, _value: Any, _instance: Any, _schema: Any) -> tuple[()]:
    return ()
