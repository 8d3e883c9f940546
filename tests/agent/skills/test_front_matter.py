"""The head of a SKILL.md, as people and attackers write it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.skills.front_matter import MAX_CHARS, take_apart, text_of


def test_fields_and_body() -> None:
    found = take_apart(
        "\ufeff---\r\nname: pdf\r\ndescription: >-\r\n  Fills in\r\n  forms.\r\nuse: no\r\n---\r\n\r\n# Do\r\n"
    )
    assert dict(found.fields) == {"name": "pdf", "description": "Fills in forms.", "use": "no"}
    assert (found.body, found.problems) == ("# Do", ())


def test_json_inside_is_yaml() -> None:
    text = '---\nname: a\nmetadata:\n  {\n    "openclaw": { "requires": { "bins": ["gh"] }, },\n  }\n---\nx'
    assert take_apart(text).fields["metadata"] == {"openclaw": {"requires": {"bins": ["gh"]}}}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("# Only text", "no front matter"),
        ("---\nname: a\n\n# No end", "no end"),
        ("---\n- a\n- b\n---\nx", "no fields"),
        ("---\n---\nx", "no fields"),
        ("---\nname: a\nname: b\n---\nx", "name stands there twice"),
        ("---\na: &x [1, 1]\nb: [*x, *x]\n---\nx", "alias"),
        ("---\n" + "a: [" * 5_000 + "\n---\nx", "not valid YAML"),
        ("---\nx: '" + "a" * MAX_CHARS + "'\n---\nx", "no end"),
        ("---\nname: \x01\n---\nx", "not valid YAML"),
    ],
)
def test_what_is_wrong_is_said(text: str, problem: str) -> None:
    (said,) = take_apart(text).problems
    assert problem in said


def test_a_colon_that_yaml_forbids_is_read_as_it_was_meant() -> None:
    found = take_apart("---\nname: a\ndescription: Use when: the user\n  asks for it\n---\nx")
    assert "line 3" in found.problems[0]
    assert (text_of(found.fields["name"]), found.fields["description"]) == ("a", "Use when: the user asks for it")


def test_tags_make_nothing() -> None:
    assert take_apart("---\na: !!python/object/apply:os.system ['x']\n---\n").fields["a"] == ["x"]


def test_half_of_a_character_becomes_one_that_can_be_stored() -> None:
    fields = take_apart('---\na: "\\ud83d\\ude00"\nb: "x \\ud800 y"\n"\\udfff": [c, "\\udc00"]\n---\n').fields
    assert fields == {"a": "\U0001f600", "b": "x \ufffd y", "\ufffd": ["c", "\ufffd"]}


def test_brackets_without_end_take_no_time() -> None:
    before = time.process_time()
    (problem,) = take_apart("---\na: " + "[" * 30_000 + "\n---\nx").problems
    assert "nested too deeply" in problem and time.process_time() - before < 1.5


@given(st.text(max_size=300))
def test_any_text_is_taken_apart(text: str) -> None:
    for whole in (text, f"---\n{text}\n---\n{text}"):
        found = take_apart(whole)
        assert isinstance(found.body, str) and (found.fields or found.problems)


def test_a_text_that_should_stand_in_quotes_does_not_cost_the_fields_after_it() -> None:
    text = "---\ndescription: Use when: it's asked\nmetadata:\n  openclaw:\n    requires: {env: [KEY]}\n---\nBody"
    front = take_apart(text)
    assert front.fields == {
        "description": "Use when: it's asked",
        "metadata": {"openclaw": {"requires": {"env": ["KEY"]}}},
    }
    assert len(front.problems) == 1 and "not valid YAML" in front.problems[0]
