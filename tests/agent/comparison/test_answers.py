import pytest

from agent.comparison.answers import mark_json, mark_list, mark_register, mark_tools, quoted
from agent.messages import AssistantMessage, TextPart, ThinkingPart, ToolCall


def says(text: str) -> AssistantMessage:
    return AssistantMessage((ThinkingPart("1: wrong"), TextPart(text)))


def calls(*made: tuple[str, str]) -> AssistantMessage:
    return AssistantMessage(tuple(ToolCall(f"c{at}", *one) for at, one in enumerate(made)))


@pytest.mark.parametrize(
    "text",
    [
        "1: 3901\n2: apple, fig",
        "1. **3,901**\n2. Apple, fig.",
        "**1:** 3901\n**2:** `apple,fig`",
        'Here you are:\n\n1) "3901"\n2) Apple,  Fig',
    ],
)
def test_a_right_list_may_be_written_in_many_ways(text: str) -> None:
    assert mark_list(("3901", "apple, fig"))(says(text)) == (2, 2, "")


def test_what_was_wrong_is_noted() -> None:
    marked = mark_list(("3901", "no", "6"))(says("1: 3910\n2: no, it cannot"))
    assert marked == (0, 3, "1: “3910” instead of 3901; 2: “no, it cannot” instead of no; 3: “” instead of 6")


def test_a_number_is_looked_up() -> None:
    mark = mark_register("4821")
    assert [mark(says(text))[0] for text in ("4821", "Item 7 has 4,821 pieces.", "48210", "4 821?", "")] == [
        1,
        1,
        0,
        0,
        0,
    ]


def test_exactly_the_call_that_was_asked_for() -> None:
    mark = mark_tools("timer", {"minutes": 25})
    right = ("timer", '{ "minutes": 25 }')
    made = [
        [right],
        [],
        [right, right],
        [("timer", '{"minutes": "25"}')],
        [("timer", "{")],
        [("clock", '{"minutes": 25}')],
    ]
    assert [mark(calls(*one))[0] for one in made] == [1, 0, 0, 0, 0, 0]
    assert [mark_tools("", {})(reply)[0] for reply in (says("ready"), calls(right))] == [1, 0]


def test_json_and_nothing_else() -> None:
    strict, lenient = mark_json({"a": "ö"}, strict=True), mark_json({"a": "ö"}, strict=False)
    texts = [
        '{"a": "ö"}',
        ' {"a":"\\u00f6"} ',
        '```json\n{"a": "ö"}\n```',
        'Sure: {"a": "ö"}',
        '{"a": "o"}',
        "[" * 5_000,
    ]
    assert [(strict(says(text))[0], lenient(says(text))[0]) for text in texts] == [
        (1, 1), (1, 1), (0, 1), (0, 0), (0, 0), (0, 0),
    ]  # fmt: skip


def test_a_model_s_words_stay_on_one_short_line() -> None:
    assert quoted("a\x1b[2J\nb\ud800\u202e" + "x" * 200) == f"“a [2J b {'x' * 71}…”"


def test_what_python_takes_for_equal_is_not_equal_in_json() -> None:
    mark = mark_json({"paid": False, "items": [{"count": 3}]}, strict=True)
    said = (
        '{"items": [{"count": 3.0}], "paid": false}',
        '{"paid": 0, "items": [{"count": 3}]}',
        '{"paid": false, "items": [{"count": 3}, {"count": 3}]}',
        '{"paid": false, "items": {"count": 3}}',
        '{"paid": false}',
    )
    assert [mark(says(text))[0] for text in said] == [1, 0, 0, 0, 0]
    assert mark_tools("timer", {"minutes": 1})(calls(("timer", '{"minutes": true}')))[0] == 0
