"""A call's arguments are one strict JSON object of the tool's shape, or nothing is done."""

from contextlib import suppress
from typing import Annotated

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from agent.errors import ToolRetry
from agent.tools.arguments import parse_arguments, strict_object


class Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    path: str
    lines: Annotated[int, Meta(ge=1)] = 10


def test_arguments_become_typed_values_and_scalars_are_read_leniently() -> None:
    assert parse_arguments('{"path": "a"}', Shape) == Shape("a")
    assert parse_arguments('{"path": "a", "lines": "5"}', Shape) == Shape("a", 5)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"path": "a", "lines": 0}', "lines"),
        ('{"path": "a", "line": 1}', "The arguments are: path, lines (optional)"),
        ("{}", "path"),
        ("", "path"),
        ('{"path": "a", "path": "b"}', "twice"),
        ('{"path": "a", "lines": NaN}', "NaN"),
        ('["a"]', "one JSON object"),
        ("{'path': 'a'}", "not valid JSON"),
        ('{"path": "\\ud800"}', "not valid JSON"),
        ('{"path": "a"} {"path": "b"}', "not valid JSON"),
        ("[" * 100_000, ""),
        ('{"path": "' + "x" * 1_000_001 + '"}', "too large"),
    ],
)
def test_what_is_wrong_is_told_and_bounded(text: str, told: str) -> None:
    with pytest.raises(ToolRetry) as caught:
        parse_arguments(text, Shape)
    assert told in str(caught.value) and len(str(caught.value)) < 500


@given(st.text())
def test_any_text_is_an_object_or_an_error_for_the_model(text: str) -> None:
    with suppress(ToolRetry):
        assert isinstance(strict_object(text), dict)
