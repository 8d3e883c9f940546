from agent.messages import (
    AssistantMessage,
    NoteMessage,
    SummaryMessage,
    TextPart,
    ToolCall,
    ToolMessage,
    ToolResult,
    UserMessage,
)
from agent.models.tiny.steps import Plan
from agent.models.tiny.turn import keep_plan, read_turn


def user(text: str) -> UserMessage:
    return UserMessage((TextPart(text),), "folder: /x")


def said(text: str) -> AssistantMessage:
    return AssistantMessage((TextPart(text),))


def test_plan_calls_and_results_belong_to_the_last_words_of_the_user() -> None:
    plan = Plan("show", files=("a.txt",))
    call = ToolCall("c1", "read", '{"path":"a.txt"}')
    result = ToolResult("c1", "read", (TextPart("hi"),))
    reply = AssistantMessage((keep_plan(plan), call), finish="tool_calls")
    turn = read_turn((SummaryMessage("before", 3), user("one"), said("1"), user("two"), reply, ToolMessage(result)))
    assert (turn.ask, turn.context, turn.plan, turn.rounds, turn.must_answer) == ("two", "folder: /x", plan, 1, False)
    assert [(one.tool, one.arguments, one.result) for one in turn.done] == [("read", {"path": "a.txt"}, result)]
    assert [message.text for message in turn.history if not isinstance(message, ToolMessage)] == ["one", "1"]  # pyright: ignore[reportAttributeAccessIssue]


def test_a_new_word_of_the_user_begins_anew() -> None:
    call = ToolCall("c1", "read", '{"path":"sub/a.txt"}')
    reply = AssistantMessage((keep_plan(Plan("show")), call), finish="tool_calls")
    turn = read_turn((user("one"), reply, ToolMessage(ToolResult("c1", "read", ())), user("two")))
    assert (turn.plan, turn.done, turn.rounds, turn.recent_file) == (None, [], 0, "sub/a.txt")


def test_a_plan_of_another_make_is_not_read() -> None:
    broken = AssistantMessage((ToolCall("c", "find", "{"),), finish="tool_calls")
    turn = read_turn((user("one"), broken, ToolMessage(ToolResult("c", "find", ())), NoteMessage("stop")))
    assert (turn.plan, turn.must_answer, turn.done[0].arguments) == (None, True, {})


def test_the_history_is_short_and_in_pairs() -> None:
    messages = [message for n in range(5) for message in (user(f"u{n}"), said("a" * 2000))]
    history = read_turn((*messages, user("lost"), user("now"))).history
    assert [type(message) for message in history] == [UserMessage, AssistantMessage] * 2
    assert max(len(message.text) for message in history if isinstance(message, AssistantMessage)) <= 400


def test_no_user_no_words() -> None:
    assert read_turn(()).ask == ""
