import pytest

from agent.events import ToolCallFinished, ToolCallStarted
from agent.interfaces.acp.updates import Translator, hunks_of
from agent.messages import TextPart, ToolCall, ToolResult
from agent.tools.diff import unified_diff


def shown(call: ToolCall, result: ToolResult) -> list[dict[str, object]]:
    translator = Translator("/p")
    events = (ToolCallStarted("s", "r", call, call.name, False), ToolCallFinished("s", "r", result, 0.0))
    return [
        update.model_dump(exclude_none=True, exclude_unset=True)
        for event in events
        for update in translator.updates(event)
    ]


def result_of(call: ToolCall, text: str, is_error: bool = False, **details: object) -> ToolResult:
    return ToolResult(call.call_id, call.name, (TextPart(text),), details, is_error)


def test_each_hunk_of_a_diff_is_one_change() -> None:
    old = "\n".join(f"line {number}" for number in range(40))
    new = old.replace("line 3\n", "line three\n").replace("line 30\n", "")
    hunks = list(hunks_of(unified_diff(old, new)))
    assert len(hunks) == 2 and all(before in old and after in new for before, after in hunks)


@pytest.mark.parametrize(
    ("old", "new"), [("a\nb\n", "a\nc\n"), ("a", "a\n"), ("a\nb", "c\nb"), ("", "a\n"), ("a", ""), ("a\n", "a\n\n")]
)
def test_a_short_text_is_whole_to_its_last_newline(old: str, new: str) -> None:
    assert list(hunks_of(unified_diff(old, new))) == [(old, new)]


def test_a_change_whose_diff_was_cut_is_shown_by_its_arguments() -> None:
    call = ToolCall("c", "edit", '{"path": "a.txt", "old": "x", "new": "y"}')
    start, end = shown(call, result_of(call, "Edited.", path="/p/a.txt", diff="@@ -1 +1 @@\n-" + "x" * 400 + "…"))
    change = {"type": "diff", "path": "/p/a.txt", "old_text": "x", "new_text": "y"}
    assert start["content"] == [change] and end["content"] == [change]


def test_what_failed_shows_why_and_no_change() -> None:
    call = ToolCall("c", "write", '{"path": "a.txt", "text": "new"}')
    start, end = shown(call, result_of(call, "Not allowed.", True))
    assert start["content"] == [{"type": "diff", "path": "/p/a.txt", "new_text": "new"}]
    said = [{"type": "content", "content": {"type": "text", "text": "Not allowed."}}]
    assert (end["status"], end["content"]) == ("failed", said)


def test_malformed_arguments_are_no_arguments() -> None:
    for arguments in ("", "[]", "{", "[" * 100_000, '{"path": 5}'):
        call = ToolCall("c", "read", arguments)
        start, _end = shown(call, result_of(call, "x"))
        assert "locations" not in start
