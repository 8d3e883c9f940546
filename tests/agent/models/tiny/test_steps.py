from typing import Any

import pytest

from agent.messages import TextPart, ToolResult
from agent.models.tiny.mentions import find_mentions
from agent.models.tiny.place import Place
from agent.models.tiny.steps import Done, Step, best_file, first_steps, make_plan, next_steps, pattern_of, writing

PLACE = Place(("a.txt", "b.txt", "sub/c.pdf", "note.txt"), ("sub",))


@pytest.mark.parametrize(
    ("intent", "ask", "steps"),
    [
        ("list", "What is in sub?", [Step("find", {"path": "sub"})]),
        ("count", "How many pdfs?", [Step("find", {"glob": "*.pdf", "limit": 50})]),
        ("newest", "Newest in sub?", [Step("find", {"path": "sub", "sort": "newest"})]),
        ("details", "How big is a.txt?", [Step("find", {"path": "a.txt"})]),
        ("details", "Is there a z.txt?", [Step("find", {"glob": "z.txt"})]),
        ("search", "Who mentions whales?", [Step("find", {"text": "whale"})]),
        ("tally", "How many errors are in a.txt?", [Step("find", {"path": "a.txt", "text": "error"})]),
        ("summary", "Summarise b.txt", [Step("read", {"path": "b.txt"})]),
        ("write", "Write 'x' to new.txt", [Step("write", {"path": "new.txt", "text": "x\n"})]),
        ("write", "Write 'x' to a.txt", [Step("read", {"path": "a.txt"})]),
        ("write", "Make a note: x", [Step("write", {"path": "note-2.txt", "text": "x\n"})]),
        ("chat", "Hello", []),
    ],
)
def test_what_is_done_first(intent: str, ask: str, steps: list[Step]) -> None:
    assert first_steps(make_plan(intent, find_mentions(ask, PLACE)), ask, PLACE) == steps


def done(tool: str, arguments: dict[str, Any], text: str, *, is_error: bool = False) -> Done:
    return Done(tool, arguments, ToolResult("c", tool, (TextPart(text),), is_error=is_error))


def test_the_file_with_most_of_the_words_is_read() -> None:
    plan = make_plan("answer", find_mentions("When does the red train leave?", PLACE))
    hits = "3 matches in 2 files\na.txt:1: the train\nb.txt:1: a red bus\nb.txt:4: the train at nine"
    search = done("find", {"text": "red|train|leave"}, hits)
    assert next_steps(plan, "When does the red train leave?", [search]) == [Step("read", {"path": "b.txt"})]
    assert next_steps(plan, "When?", [done("find", {}, "No match for 'x' in 3 files.")]) == []


def test_an_empty_file_is_written_instead_of_edited() -> None:
    plan = make_plan("add", find_mentions("Add tea to a.txt", PLACE))
    empty = done("read", {"path": "a.txt"}, "a.txt is empty.")
    assert next_steps(plan, "Add tea to a.txt", [empty]) == [Step("write", {"path": "a.txt", "text": "tea\n"})]


def test_nothing_follows_a_failed_call() -> None:
    plan = make_plan("add", find_mentions("Add tea to a.txt", PLACE))
    assert next_steps(plan, "Add tea to a.txt", [done("read", {"path": "a.txt"}, "denied", is_error=True)]) == []


def test_patterns_are_taken_literally_and_bounded() -> None:
    assert pattern_of(["a+b", "Wales", "two words"]) == r"a\+b|wale|two\ words"
    assert pattern_of([str(number) for number in range(100, 120)]).count("|") == 4


def test_no_file_no_best_one() -> None:
    assert best_file("No match.", ["x"]) == ""


def test_no_text_is_not_written() -> None:
    assert writing(make_plan("write", find_mentions("Write x.txt", PLACE)), "", PLACE) == []
