import pytest

from plugins.notes.note import Todo, append, links, tick, todos

NOTE = """---
tags: [book]
---
# Book

See [[Plan|the plan]], [[People#Ann]] and [[Plan]].

## To do

- [ ] Call Ann
  - [x] Find her number
1. [ ] Write

```sh
# no heading
- [ ] no to-do [[no link]]
```

## Open

Nothing.
"""


def test_todos_are_lines_with_a_box_and_code_has_none() -> None:
    assert todos(NOTE) == [Todo(10, "Call Ann", False), Todo(11, "Find her number", True), Todo(12, "Write", False)]


def test_a_tick_changes_one_character() -> None:
    [call, number, write] = todos(NOTE)
    assert tick(NOTE, call, True) == NOTE.replace("- [ ] Call", "- [x] Call")
    assert tick(NOTE, number, False) == NOTE.replace("- [x] Find", "- [ ] Find")
    assert tick(NOTE.replace("\n", "\r\n"), write, True) == NOTE.replace("1. [ ]", "1. [x]").replace("\n", "\r\n")


def test_links_lead_to_names() -> None:
    assert links(NOTE) == ["Plan", "People"]
    assert links("[[#here]] [[]] [[a/b^c]]") == ["a/b"]


@pytest.mark.parametrize(
    ("before", "heading", "after"),
    [
        ("", "", "- [ ] x\n"),
        ("", "To do", "## To do\n\n- [ ] x\n"),
        ("Text.", "", "Text.\n\n- [ ] x\n"),
        ("- a\n", "", "- a\n- [ ] x\n"),
        ("# A\n\n- a\n\n# B\n\nb\n", "a", "# A\n\n- a\n- [ ] x\n\n# B\n\nb\n"),
        ("# A\n\n# B\n", "A", "# A\n\n- [ ] x\n\n# B\n"),
        ("# A\n# B\n", "A", "# A\n\n- [ ] x\n\n# B\n"),
        ("# A\n\n## C\n\nc\n\n# B\n", "## A", "# A\n\n## C\n\nc\n\n- [ ] x\n\n# B\n"),
        ("```\n# A\n```\n", "A", "```\n# A\n```\n\n## A\n\n- [ ] x\n"),
        ("# A\r\n\r\n- a\r\n\r\n# B\r\n", "A", "# A\r\n\r\n- a\r\n- [ ] x\r\n\r\n# B\r\n"),
    ],
)
def test_lines_are_added_where_a_person_would(before: str, heading: str, after: str) -> None:
    assert append(before, "- [ ] x\n", heading) == after


def test_all_else_of_a_note_stays() -> None:
    assert append(NOTE, "- [ ] Print", "To do") == NOTE.replace("## Open", "- [ ] Print\n\n## Open")
