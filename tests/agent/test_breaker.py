"""The loop breaker sees circles across tools, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.breaker import Breaker
from agent.messages import TextPart, ToolCall, ToolResult


def observe(breaker: Breaker, name: str, arguments: str, text: str, *, error: bool = False, reading: bool = True):
    result = ToolResult("c", name, (TextPart(text),), is_error=error)
    return breaker.observe(ToolCall("c", name, arguments), result, reading=reading)


def test_the_same_error_three_times_whatever_the_tool() -> None:
    breaker = Breaker()
    seen = [observe(breaker, name, name, "no such file", error=True) for name in ("read", "find", "shell")]
    assert seen == [None, None, "same_error"]


def test_eight_reads_that_bring_nothing_new() -> None:
    breaker = Breaker()
    seen = [observe(breaker, "read", f'{{"from_line": {n}}}', "the same page") for n in range(9)]
    assert seen == [None] * 8 + ["nothing_new"]


def test_different_commands_with_the_same_quiet_outcome_are_progress() -> None:
    breaker = Breaker()
    seen = [observe(breaker, "shell", f'{{"cmd": "mkdir d{n}"}}', "", reading=False) for n in range(30)]
    assert seen == [None] * 30


def test_back_and_forth_three_times() -> None:
    breaker = Breaker()
    pairs = [("write", "a", "wrote"), ("shell", "b", "failed as before")] * 3
    seen = [observe(breaker, name, arguments, text, reading=False) for name, arguments, text in pairs]
    assert seen == [None] * 5 + ["alternating"]


def test_a_person_resets_it() -> None:
    breaker = Breaker()
    observe(breaker, "read", "a", "gone", error=True)
    observe(breaker, "read", "b", "gone", error=True)
    breaker.warned = True
    breaker.reset()
    assert not breaker.warned
    assert observe(breaker, "read", "c", "gone", error=True) is None


@given(st.lists(st.text(), unique=True, max_size=60))
def test_always_something_new_never_trips(texts: list[str]) -> None:
    breaker = Breaker()
    assert {observe(breaker, "read", text, text) for text in texts} <= {None}


@pytest.mark.parametrize("reading", [True, False])
def test_one_call_for_ever_trips_soon(reading: bool) -> None:
    breaker = Breaker()
    seen = [observe(breaker, "shell", "x", "y", reading=reading) for _ in range(10)]
    assert any(seen)


def test_the_same_short_error_now_and_then_is_no_circle_while_other_things_succeed() -> None:
    breaker = Breaker()
    seen: list[str | None] = []
    for n in range(12):
        seen.append(observe(breaker, "shell", f"grep {n}", "(no output)\n[exit code 1]", error=True, reading=False))
        seen.append(observe(breaker, "shell", f"sed {n}", f"done {n}", reading=False))
    assert set(seen) == {None}


def test_one_call_that_fails_the_same_way_is_a_circle_whatever_happens_in_between() -> None:
    breaker = Breaker()
    seen: list[str | None] = []
    for n in range(3):
        seen.append(observe(breaker, "read", "x", "gone", error=True))
        seen.append(observe(breaker, "read", f"{n}", f"news {n}"))
    assert seen == [None, None, None, None, "same_error", None]
