"""Arguments against somebody else's schema: said in words, bounded, and nothing of it is fetched or run."""

from __future__ import annotations

from typing import Any

import pytest

from agent.errors import ToolFailed
from agent.tools.foreign_schema import against, described


def bomb(depth: int) -> dict[str, Any]:
    """Each level is checked twice by the one above: 2 to the power of `depth`."""
    defs: dict[str, Any] = {
        f"d{level}": {"allOf": [{"$ref": f"#/$defs/d{level + 1}"}, {"$ref": f"#/$defs/d{level + 1}"}]}
        for level in range(depth)
    }
    return {"$defs": {**defs, f"d{depth}": {"type": "object"}}, "$ref": "#/$defs/d0"}


@pytest.mark.parametrize(
    ("schema", "values", "words"),
    [
        ({}, {"anything": 1}, ""),
        ({"type": "object", "properties": {"n": {"type": "integer"}}}, {"n": 1}, ""),
        ({"properties": {"n": {"type": "integer"}}}, {"n": "x"}, "['n'] 'x' is not of type 'integer'"),
        ({"properties": {"n": {"enum": ["a", "b"]}}}, {"n": "c"}, "['n'] 'c' is not one of ['a', 'b']"),
        ({"required": ["n"]}, {}, "'n' is a required property"),
        ({"$defs": {"t": {"type": "string"}}, "properties": {"n": {"$ref": "#/$defs/t"}}}, {"n": 1}, "['n'] 1 is not"),
        ({"properties": {"n": {"items": {"type": "string"}}}}, {"n": ["a", 2]}, "['n'][1] 2 is not of type 'string'"),
        # Checked again by whoever made the tool: an expression may take for ever.
        ({"properties": {"n": {"pattern": "^(a+)+$"}}}, {"n": "a" * 40 + "!"}, ""),
        ({"patternProperties": {"^(a+)+$": {}}, "additionalProperties": False}, {"a" * 40 + "!": 1}, ""),
    ],
)
def test_it_says_what_is_wrong(schema: dict[str, Any], values: dict[str, Any], words: str) -> None:
    found = against(schema, values)
    assert found.startswith(words) if words else found == ""


@pytest.mark.parametrize(
    "schema",
    [
        bomb(40),
        {"$ref": "#"},
        {"$ref": "https://example.invalid/schema.json"},
        {"$ref": "#/nowhere"},
        {"properties": []},
        {"type": "nonsense"},
        {"allOf": "text"},
    ],
    ids=lambda schema: str(schema)[:30],
)
def test_one_that_cannot_be_used_is_refused_at_once(schema: dict[str, Any]) -> None:
    with pytest.raises(ToolFailed, match="cannot be used"):
        against(schema, {"x": 1})


def test_the_arguments_in_a_few_words() -> None:
    fields = {"path": {"type": "string"}, "pages": {"type": "integer"}, "any": {}, "odd": True}
    assert described({"properties": fields, "required": ["path"]}) == (
        "path (string), pages (integer, optional), any (optional), odd (optional)"
    )
    assert described({}) == described({"properties": None}) == "none"
