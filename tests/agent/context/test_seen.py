"""The label of a conversation is the join of all that stands in it, whatever the order."""

from datetime import UTC, datetime
from itertools import permutations

from agent.context.seen import label_of
from agent.labels import Label
from agent.messages import AssistantMessage, Entry, Message, TextPart, ToolMessage, ToolResult, UserMessage

AT = datetime(2026, 11, 26, tzinfo=UTC)


def entry(message: Message, number: int = 1) -> Entry:
    return Entry(number, None, "s", None, AT, message)


def result(label: Label | None) -> Message:
    return ToolMessage(ToolResult("c", "read", (TextPart("text"),), label=label))


def test_talk_alone_has_the_label_of_the_person() -> None:
    talk = [entry(UserMessage((TextPart("hi"),))), entry(AssistantMessage((TextPart("hello"),))), entry(result(None))]
    assert label_of(talk) == Label("user", "public")


def test_results_are_joined_in_any_order() -> None:
    parts = [
        result(Label("local", "private")),
        result(Label("external", "public", ("external:b.example",))),
        result(Label("external", "public", ("external:a.example",))),
    ]
    expected = Label("external", "private", ("external:a.example", "external:b.example"))
    assert {label_of([entry(one) for one in order]) for order in permutations(parts)} == {expected}


def test_what_came_by_a_pipe_counts_though_a_user_message_holds_it() -> None:
    piped = Label("external", "private", ("external:pipe",))
    talk = [UserMessage((TextPart("from a file"),), typed=False, label=piped), AssistantMessage((TextPart("ok"),))]
    assert label_of(map(entry, talk)) == piped
    assert label_of(map(entry, [*talk, result(Label("local", "secret"))])) == piped.join(Label("local", "secret"))
