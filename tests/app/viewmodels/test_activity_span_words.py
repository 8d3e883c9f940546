"""What is told of each thing that took time."""

from PySide6.QtWidgets import QApplication

from agent.messages import Usage
from agent.traces.span import ModelWork, PromptShare, Span, ToolWork, Waiting
from app.viewmodels.activity_span_words import details_of, ended_word, part_word, purpose_word, subtitle_of, title_of
from tests.helpers.traces import at, story


def details(key: str) -> list[str]:
    spans = {span.key: span for span in story().recorded().trace().spans}
    return details_of(spans[key]).splitlines()


def test_a_model_call_in_full(qapp: QApplication) -> None:
    assert details("run/turn/1/model/0") == [
        "The request left after: 0 ms",
        "First word after: 500 ms",
        "Reply came in: 1.5 s · 7 tokens/s",
        "100 tokens in (40 cached), 10 out · $0.5000",
        "Cached tokens expected: 80",
        "Went to: api.openai.com (900 bytes)",
        "In the prompt, in tokens:",
        "    94  system prompt",
        "    6  what you said",
    ]
    assert "Answered by: gpt-other" in details("run/turn/2/model/1")
    assert details("run/turn/2/model/0") == ["failed: overloaded"]


def test_tools_questions_and_moments(qapp: QApplication) -> None:
    assert details("run/turn/1/tool/1") == [
        "done",
        "fetch https://example.org/p?q",
        "By the rule: allow · a",
        "Spoke with: example.org",
        'Given: {"name": "fetch"}',
    ]
    assert details("run/turn/1/tool/0/wait/0") == ["you said yes", "Asked by the rule: default.write"]
    assert details("run/mark/5") == ["faster"] and details("run/turn/1") == []


def test_each_word_there_is(qapp: QApplication) -> None:
    ended = ["done", "failed", "denied", "not_run", "unknown", ""]
    assert [ended_word(one) for one in ended] == [
        *("done", "failed", "denied", "not run", "outcome unknown", "under way"),
    ]
    assert [purpose_word(one) for one in ("turn", "summary", "reading", "trial", "new")] == [
        *("", "summary", "reading apart", "trial", ""),
    ]
    parts = ("fixed", "tools", "replies", "summary", "notes", "images", "results:read", "new")
    assert [part_word(PromptShare(part, 1)) for part in parts] == [
        *("system prompt and tools", "tools", "replies", "summary", "words to the model", "images", "results of read"),
        "new",
    ]
    answers = [
        subtitle_of(Span(key="w", kind="approval", name="", started_at=at(0), waiting=Waiting(allowed=allowed, by=by)))
        for allowed, by in ((None, ""), (False, "nobody"), (True, "person"), (False, "person"), (False, "cancelled"))
    ]
    assert answers == ["no answer yet", "nobody was there", "you said yes", "you said no", "stopped"]


def test_what_is_long_or_strange_stays_short(qapp: QApplication) -> None:
    tool = ToolWork(
        call_id="c", tool="t", ended="failed", arguments="x" * 10_000_000, effects=("write " + "y" * 9_000,)
    )
    span = Span(key="t", kind="tool", name="t", started_at=at(0), tool=tool)
    assert len(subtitle_of(span)) < 400 and len(details_of(span)) < 12_000
    lost = ModelWork(model="p/m", measured=False, usage=Usage(1, 0, 1), error="")
    span = Span(key="m", kind="model", name="p/m", started_at=at(0), ended_at=at(1), model=lost)
    assert subtitle_of(span) == "not measured · price unknown" and title_of(span) == "p/m"
    assert details_of(span).startswith("How it went was not kept")
    working = Span(key="m", kind="model", name="p/m", started_at=at(0), model=lost)
    assert (subtitle_of(working), details_of(working)) == ("under way", "under way")
