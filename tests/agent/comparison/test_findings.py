import pytest

from agent.comparison.findings import findings, unlikely
from agent.comparison.result import ModelResult, ProbeCall
from agent.messages import Usage
from agent.settings import Price


@pytest.mark.parametrize(
    ("mine", "other", "said"),
    [
        ((24, 24), (24, 24), False),
        ((22, 24), (24, 24), False),
        ((20, 24), (24, 24), False),
        ((18, 24), (24, 24), True),
        ((80, 96), (96, 96), True),
        ((24, 24), (12, 24), False),
        ((0, 3), (3, 3), False),
        ((0, 0), (24, 24), False),
        ((0, 24), (0, 0), False),
    ],
)
def test_only_what_chance_does_not_explain(mine: tuple[int, int], other: tuple[int, int], said: bool) -> None:
    assert unlikely(*mine, *other) is said


def result(model: str, right: int, *, tokens: int = 5_000, price: Price | None = None) -> ModelResult:
    usage = Usage(tokens, 0, 60)
    answers = ProbeCall(task="numbers", kind="answers", first_ms=50, took_ms=90, right=right, asked=24)
    long = [
        ProbeCall(task=task, kind="cache", first_ms=50, took_ms=60, usage=usage, right=1, asked=1)
        for task in ("register", "register again")
    ]
    return ModelResult(model=model, calls=(answers, *long), price=price)


def test_only_sellers_of_the_same_model_are_held_against_each_other() -> None:
    told = findings([result("a/otter-3", 24), result("b/otter-3", 10, tokens=7_000), result("c/badger-1", 4)])
    assert {model: [finding.code for finding in found] for model, found in told.items()} == {
        "a/otter-3": [],
        "b/otter-3": ["worse_answers", "counts_more"],
        "c/badger-1": [],
    }


def test_no_cache_is_a_fault_only_where_one_could_be_hoped_for() -> None:
    prices = (None, Price(1, 4), Price(1, 4, 1), Price(1, 4, 0.1))
    told = [findings([result("a/otter-3", 24, price=price)])["a/otter-3"] for price in prices]
    assert [[finding.code for finding in found] for found in told] == [[], [], [], ["no_cache"]]


def test_who_counts_fewer_tokens_than_there_can_be_is_no_measure_for_others() -> None:
    told = findings([result("a/otter-3", 24), result("b/otter-3", 24, tokens=100)])
    assert {model: [finding.code for finding in found] for model, found in told.items()} == {
        "a/otter-3": [],
        "b/otter-3": ["counts_less"],
    }


@pytest.mark.parametrize(
    ("failed", "right", "said"),
    [(1, 2, []), (2, 2, ["flaky"]), (0, 1, ["json_wrong"]), (14, 0, ["no_answer"])],
)
def test_where_a_fault_begins(failed: int, right: int, said: list[str]) -> None:
    """Fourteen calls, two of them for JSON."""
    whole = [ProbeCall(task="a", kind="answers", took_ms=9, right=1, asked=1) for _ in range(12 - min(failed, 12))]
    json = [ProbeCall(task=f"j{at}", kind="json", took_ms=9, right=int(at < right), asked=1) for at in range(2)]
    broken = [ProbeCall(task="b", kind="answers", took_ms=9, error="overloaded", note="busy") for _ in range(failed)]
    one = ModelResult(model="a/otter-3", calls=(*whole, *(json if failed < 14 else []), *broken))
    assert [finding.code for finding in findings([one])["a/otter-3"]] == said


def test_one_bad_moment_makes_no_seller_slow() -> None:
    def paced(model: str, *took_ms: int) -> ModelResult:
        calls = [
            ProbeCall(
                task="count",
                kind="speed",
                first_ms=100,
                took_ms=100 + took,
                pieces=60,
                heard=300,
                usage=Usage(20, 0, 100),
            )
            for took in took_ms
        ]
        return ModelResult(model=model, calls=tuple(calls))

    told = findings(
        [paced("a/otter-3", 1_000, 1_000), paced("b/otter-3", 1_500, 9_000), paced("c/otter-3", 4_000, 5_000)]
    )
    assert {model: [finding.text for finding in found] for model, found in told.items()} == {
        "a/otter-3": [],
        "b/otter-3": [],
        "c/otter-3": ["writes at most 25 tokens a second, the quickest 100"],
    }
