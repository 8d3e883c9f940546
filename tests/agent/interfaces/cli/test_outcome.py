import pytest

from agent.events import CallSummary, RunFinished, StopReason
from agent.interfaces.cli.outcome import closing_line, error_of, exit_code, money, report_of
from agent.messages import NO_USAGE, Usage


def finished(stop_reason: StopReason = "end_turn", **more: object) -> RunFinished:
    fields = {"text": "Answer.", "usage": NO_USAGE, "duration_s": 1.25, **more}
    return RunFinished("s1", "r1", stop_reason, **fields)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("stop_reason", "code"),
    [
        ("end_turn", 0),
        ("max_turns", 5),
        ("max_tokens", 5),
        ("max_time", 5),
        ("output_limit", 5),
        ("loop", 5),
        ("cancelled", 130),
        ("model_error", 3),
        ("interrupted", 1),
        ("internal_error", 1),
    ],
)
def test_exit_codes(stop_reason: StopReason, code: int) -> None:
    assert exit_code(finished(stop_reason)) == code
    assert (error_of(finished(stop_reason)) is None) == (code == 0)


def test_what_needed_a_person_is_4_if_nothing_worse_happened() -> None:
    assert exit_code(finished(needs_person=True)) == 4
    assert exit_code(finished("model_error", needs_person=True)) == 3
    assert "--yes" in (error_of(finished(needs_person=True)) or "")


def test_the_report() -> None:
    usage = Usage(10, 8, 2, None)
    assert report_of(finished(usage=usage, tool_calls=(CallSummary("read", True),))) == {
        "session_id": "s1",
        "run_id": "r1",
        "text": "Answer.",
        "stop_reason": "end_turn",
        "tool_calls": [{"name": "read", "is_error": True}],
        "usage": {"input_tokens": 10, "cached_tokens": 8, "output_tokens": 2, "cost_usd": None},
        "error": None,
    }


@pytest.mark.parametrize(
    ("usage", "model", "line"),
    [
        (
            Usage(1200, 1000, 7, 0.0012),
            "openai/x",
            "1.2 s · 1,200 tokens in (1,000 cached), 7 out · $0.0012 · session s1",
        ),
        (Usage(1200, 0, 7, None), "x/y", "1.2 s · 1,200 tokens in, 7 out · price unknown · session s1"),
        (Usage(12, 0, 7, 0.0), "local/smollm2", "1.2 s · 12 tokens in, 7 out · free (offline model) · session s1"),
        (NO_USAGE, "scripted/x", "1.2 s · session s1"),
    ],
)
def test_the_closing_line(usage: Usage, model: str, line: str) -> None:
    assert closing_line(finished(usage=usage), model) == line


def test_unknown_money_is_never_nothing() -> None:
    assert [money(None), money(0.0), money(0.5), money(0.000012)] == ["price unknown", "free", "$0.5000", "$1.2e-05"]
