import pytest

from agent.models.tiny.edits import Edit, addition, possible_edits, removal
from agent.models.tiny.wishes import Wish

INI = "[server]\nhost = localhost\nport = 8080\ndebug = false\nname = 'box'\n\n[mail]\nport=25\n"


@pytest.mark.parametrize(
    ("text", "wish", "edits"),
    [
        (INI, Wish("x.org", old="localhost"), [Edit("host = localhost", "host = x.org")]),
        (INI, Wish("on", key="debug"), [Edit("debug = false", "debug = true")]),
        (INI, Wish("cube", key="the name"), [Edit("name = 'box'", "name = 'cube'")]),
        (INI, Wish("1", key="port"), [Edit("port = 8080", "port = 1"), Edit("port=25", "port=1")]),
        ("A rent of 940 euros", Wish("95", key="rent"), [Edit("A rent of 940 euros", "A rent of 95 euros")]),
        ("Tea\n", Wish("coffee", old="tea"), [Edit("Tea", "coffee")]),
        ("category\n", Wish("dog", old="cat"), []),
        (INI, Wish("1", key="colour"), []),
        ("a\na\n", Wish("b", old="a"), []),
    ],
)  # fmt: skip
def test_the_edits_that_fulfil_a_wish(text: str, wish: Wish, edits: list[Edit]) -> None:
    assert possible_edits(text, [wish]) == edits


def test_the_surest_wish_that_can_be_counts() -> None:
    assert possible_edits(INI, [Wish("x", old="nowhere"), Wish("9", old="8080")]) == [Edit("port = 8080", "port = 9")]


@pytest.mark.parametrize(
    ("before", "item", "after"),
    [
        ("milk\nbread\n", "tea", "milk\nbread\ntea\n"),
        ("milk\nbread", "tea", "milk\nbread\ntea"),
        ("- a\n- b\n", "c", "- a\n- b\n- c\n"),
        ("- [ ] a\n- [x] b\n", "c", "- [ ] a\n- [x] b\n- [ ] c\n"),
        ("1. a\n2. b\n", "c", "1. a\n2. b\n3. c\n"),
        ("a\nb\na\n", "c", "a\nb\na\nc\n"),
        ("a\n\n", "c", "a\nc\n\n"),
    ],
)
def test_a_line_is_added_in_the_manner_of_the_others(before: str, item: str, after: str) -> None:
    edit = addition(before, item)
    assert edit is not None
    assert before.count(edit.old) == 1
    assert before.replace(edit.old, edit.new) == after


def test_nothing_is_added_to_an_empty_text() -> None:
    assert addition("\n", "x") is None


@pytest.mark.parametrize(
    ("before", "item", "after"),
    [
        ("- tea\n- milk\n", "tea", "- milk\n"),
        ("- tea\n- milk", "milk", "- tea"),
        ("call Ben\nwater the lawn\n", "lawn", "call Ben\n"),
        ("one\ntwo apples\n", "apple two", "one\n"),
    ],
)
def test_the_line_about_something_is_taken_out(before: str, item: str, after: str) -> None:
    edit = removal(before, item)
    assert edit is not None
    assert before.replace(edit.old, edit.new) == after


@pytest.mark.parametrize(("text", "item"), [("a\n", "b"), ("a\n", ""), ("a\na\n", "a")])
def test_no_line_is_taken_out_by_guess(text: str, item: str) -> None:
    edit = removal(text, item)
    assert edit is None or text.count(edit.old) == 1
