"""What a request carries, and what is evicted when the window fills."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from agent.context.tokens import message_tokens
from agent.context.window import choose_cut, digest, summary_text, visible
from agent.messages import (
    AssistantMessage,
    Entry,
    Message,
    SummaryMessage,
    TextPart,
    ToolCall,
    ToolMessage,
    ToolResult,
    UserMessage,
)
from agent.storage.recovery import well_formed


def user(text: str) -> UserMessage:
    return UserMessage((TextPart(text),))


def turn(number: int, calls: int, size: int) -> list[Message]:
    made = [ToolCall(f"c{number}.{n}", "read", "{}") for n in range(calls)]
    results = [ToolMessage(ToolResult(call.call_id, "read", (TextPart("x" * size),))) for call in made]
    return [AssistantMessage((TextPart("looking"), *made)), *results]


def entries(messages: list[Message]) -> list[Entry]:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return [Entry(n, n - 1 or None, "s", "r", at, message) for n, message in enumerate(messages, 1)]


def test_the_newest_summary_stands_for_what_it_covers() -> None:
    path = entries([user("a"), user("b"), SummaryMessage("ab", 2), user("c"), SummaryMessage("abc", 4), user("d")])
    assert [entry.entry_id for entry in visible(path)] == [5, 6]


def test_entries_between_the_cut_and_the_summary_stay() -> None:
    path = entries([user("a"), user("b"), user("c"), SummaryMessage("a", 1), user("d")])
    assert [entry.entry_id for entry in visible(path)] == [4, 2, 3, 5]


def test_nothing_to_evict_in_a_single_message() -> None:
    assert choose_cut(entries([user("x" * 100_000)]), 100) is None


def test_the_request_in_work_survives_in_the_summary_word_for_word() -> None:
    messages: list[Message] = [user("Count the words in all files"), *[m for n in range(20) for m in turn(n, 1, 400)]]
    cut = choose_cut(entries(messages), 1_000)
    assert cut is not None
    text = summary_text("Counted half.", cut)
    assert "Count the words in all files" in text
    again = entries([SummaryMessage(text, cut.evicted[-1].entry_id), *[e.message for e in cut.kept]])
    further = choose_cut(again, 300)
    assert further is not None
    assert "Count the words in all files" in summary_text("More.", further)


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(1, 2_000), st.booleans()), min_size=1, max_size=20),
    st.integers(50, 5_000),
)
def test_a_cut_keeps_the_history_well_formed(turns: list[tuple[int, int, bool]], room: int) -> None:
    messages: list[Message] = [user("begin")]
    for number, (calls, size, speaks) in enumerate(turns):
        messages += turn(number, calls, size)
        if speaks:
            messages.append(user(f"go on {number}"))
    path = entries(messages)
    cut = choose_cut(path, room)
    if cut is None:
        return
    assert [*cut.evicted, *cut.kept] == path
    kept = [entry.message for entry in cut.kept]
    assert well_formed(kept) == kept
    evicted = [entry.message for entry in cut.evicted]
    assert well_formed(evicted) == evicted


def test_a_digest_is_bounded_and_keeps_the_newest() -> None:
    messages: list[Message] = [user(f"message {n} " + "x" * 400) for n in range(100)]
    text = digest(entries(messages))
    assert len(text) < 6_100
    assert "message 99" in text
    assert message_tokens(user(text)) < 2_000
