import msgspec
import pytest

from agent.comparison.result import ModelResult, ProbeCall, cache_of
from agent.messages import Usage


def long(task: str, first_ms: int | None, cached: int, error: str = "") -> ProbeCall:
    return ProbeCall(
        task=task,
        kind="cache",
        first_ms=first_ms,
        took_ms=(first_ms or 0) + 10,
        error=error,
        usage=Usage(5_000, cached),
    )


@pytest.mark.parametrize(
    ("first", "again", "verdict"),
    [
        ((900, 0), (300, 4_900), "given"),
        ((210, 0), (200, 4_900), "given"),
        ((900, 0), (880, 4_900), "told_only"),
        ((900, 0), (300, 0), "untold"),
        ((100, 0), (60, 0), "none"),
        ((900, 0), (880, 0), "none"),
        ((900, 0), (880, 200), "none"),
        ((900, 4_900), (300, 4_900), "untrue"),
        ((None, 0), (None, 4_900), "given"),
    ],
)
def test_what_a_cache_gives(first: tuple[int | None, int], again: tuple[int | None, int], verdict: str) -> None:
    assert cache_of([long("register", *first), long("register again", *again)], 150) == verdict


def test_a_prompt_counts_as_sent_twice_only_when_it_came_through_both_times() -> None:
    def judged(*calls: ProbeCall) -> tuple[str, float | None]:
        found = ModelResult(model="a/x", calls=calls)
        return found.cache, found.cached_share

    first, lost = long("register", 900, 0), long("register", None, 0, "overloaded")
    again, failed = long("register again", 300, 4_500), long("register again", None, 0, "reply_cut")
    assert judged(first, again) == ("given", 0.9)
    assert judged(lost, first, failed, again) == ("given", 0.9)
    assert judged(first, again, lost, again) == ("given", 0.9), "not held against an earlier prompt"
    assert [judged(*calls) for calls in ((first,), (again,), (lost, again), (first, failed), ())] == [
        ("unknown", None)
    ] * 5


def test_silent_thinking_makes_no_quick_writer() -> None:
    call = ProbeCall(
        task="count", kind="speed", first_ms=4_000, took_ms=5_000, pieces=40, heard=300, usage=Usage(20, 0, 900)
    )
    assert call.tokens_per_s == 100.0
    assert msgspec.structs.replace(call, usage=Usage(20, 0, 75)).tokens_per_s == 75.0
    assert msgspec.structs.replace(call, pieces=1).tokens_per_s is None
    assert ModelResult(model="a/x", calls=(msgspec.structs.replace(call, pieces=1),)).streams is False


def test_what_the_request_was_to_blame_for_is_no_failure_of_the_seller() -> None:
    errors = ("", "overloaded", "bad_request", "too_slow", "content_filtered", "overloaded")
    calls = tuple(ProbeCall(task="count", kind="speed", took_ms=1, error=error) for error in errors)
    found = ModelResult(model="a/x", calls=calls)
    assert (found.failures, found.error_rate, found.errors["overloaded"]) == (3, 0.5, 2)


def test_what_was_paid_is_known_although_a_call_failed() -> None:
    whole = ProbeCall(task="a", kind="answers", took_ms=1, usage=Usage(10, 0, 2, 0.5))
    failed = ProbeCall(task="b", kind="answers", took_ms=1, error="overloaded")
    unpriced = ProbeCall(task="c", kind="answers", took_ms=1, usage=Usage(10, 0, 2))
    paid = [ModelResult(model="a/b", calls=calls).usage for calls in ((whole, failed), (whole, unpriced), (failed,))]
    assert paid == [Usage(10, 0, 2, 0.5), Usage(20, 0, 4), Usage()]
