from __future__ import annotations

import json
from collections.abc import Callable

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.audit.row import MAX_BODY, NO_MAC, Row, columns_of, draft_of, row_of, seal
from agent.storage.records import from_micros
from tests.helpers.house import FakeClock

NOW = FakeClock().now()
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=30,
)


def made(body: dict, hide: Callable[[str], str] = str) -> Row:
    draft = draft_of(NOW, "call.intent", "r", "s", body, hide)
    return Row(1, draft, NO_MAC, seal(b"k" * 32, 1, NO_MAC, draft))


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.text(), JSON))
def test_any_body_is_stored_bounded_and_sealed(body: dict) -> None:
    row = made(body)
    assert len(row.draft.body.encode()) <= MAX_BODY
    assert row_of(columns_of(row.seq, row.draft, row.prev_mac, row.mac)) == row
    assert row.is_sealed_by(b"k" * 32) and not row.is_sealed_by(b"x" * 32)
    assert isinstance(row.body, dict) and row.at == NOW == from_micros(row.draft.at)


def test_the_order_of_a_body_does_not_matter_and_every_field_is_sealed() -> None:
    row = made({"b": 1, "a": [1, {"d": 1, "c": 2}]})
    assert row.draft.body == '{"a":[1,{"c":2,"d":1}],"b":1}'
    assert made({"a": [1, {"c": 2, "d": 1}], "b": 1}) == row
    for change in ({"at": 1}, {"kind": "x"}, {"run_id": "x"}, {"session_id": "x"}, {"call_id": "x"}, {"body": "{}"}):
        other = msgspec.structs.replace(row, draft=msgspec.structs.replace(row.draft, **change))
        assert not other.is_sealed_by(b"k" * 32), change
    for change in ({"seq": 2}, {"prev_mac": b"1" * 32}, {"mac": b"1" * 32}):
        assert not msgspec.structs.replace(row, **change).is_sealed_by(b"k" * 32), change


def test_what_is_large_or_strange_is_cut_and_what_names_a_call_stays() -> None:
    body = {"call_id": "c1", "tool": "shell", "text": "x" * 100_000, "many": list(range(1_000)), "odd": "a\udcffb"}
    row = made(body)
    assert row.body["text"] == "x" * 2_000 + "… (100,000 characters)"
    assert row.body["many"][-1] == "… and 800 more" and row.body["odd"] == "a\\udcffb"
    huge = made({"call_id": "c1", "tool": "shell", **{f"k{n}": ["y" * 500] * 50 for n in range(50)}})
    assert huge.body == {"call_id": "c1", "tool": "shell", "cut": True}
    assert huge.draft.call_id == "c1"


def test_known_keys_are_hidden_before_the_row_is_sealed() -> None:
    row = made(
        {"call_id": "SECRETKEY", "effects": ["run echo SECRETKEY"]}, lambda text: text.replace("SECRETKEY", "[key]")
    )
    assert row.draft.call_id == "[key]" and row.body["effects"] == ["run echo [key]"]


def test_a_key_in_a_call_id_that_is_cut_in_the_body_is_hidden_too() -> None:
    call_id = "c" * 3_000 + "SECRETKEY"
    row = made({"call_id": call_id, "effects": []}, lambda text: text.replace("SECRETKEY", "[key]"))
    assert row.draft.call_id == "c" * 3_000 + "[key]" and "SECRETKEY" not in row.draft.body


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.text(), JSON))
def test_a_body_that_passes_no_bound_is_kept_as_it_is(body: dict) -> None:
    text = json.dumps(body)
    if len(text) < 2_000 and text.count("[") + text.count("{") <= 8 and text.isascii() and "\\u" not in text:
        assert made(body).body == json.loads(text)
