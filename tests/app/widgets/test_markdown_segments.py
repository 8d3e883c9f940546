import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.widgets.markdown_segments import LONG_LINE, SOFT, Segment, finished, segments

Shape = list[tuple[str, str, str, int]]


def shape(markdown: str, streaming: bool = False) -> Shape:
    return [(s.kind, s.text, s.language, s.indent) for s in segments(markdown, streaming=streaming)]


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("", []),
        ("\n \n", []),
        ("a\n\nb\n", [("text", "a\n\nb", "", 0)]),
        (
            "a\n```python x=1\nf()\n\n```\nb",
            [("text", "a", "", 0), ("code", "f()\n", "python", 0), ("text", "b", "", 0)],
        ),
        ("```\nopen", [("code", "open", "", 0)]),
        ("~~~js\n```\n~~~", [("code", "```", "js", 0)]),
        ("````\n```py\nx\n```\n````\n", [("code", "```py\nx\n```", "", 0)]),
        ("```md\n```py\nx\n```\nend\n```\nafter", [("code", "```py\nx\n```\nend", "md", 0), ("text", "after", "", 0)]),
        ("```{.sh}\nls\n```", [("code", "ls", "sh", 0)]),
        ("`` ```a``` ``", [("text", "`` ```a``` ``", "", 0)]),
        ("```inline``` code", [("text", "```inline``` code", "", 0)]),
        ("    ```\n    x", [("text", "    ```\n    x", "", 0)]),
        ("> ```\n> x\n> ```", [("text", "> ```\n> x\n> ```", "", 0)]),
    ],
)
def test_text_and_code_are_told_apart(markdown: str, expected: Shape) -> None:
    assert shape(markdown) == expected


def test_code_in_a_list_stands_at_its_indent_and_so_does_what_follows() -> None:
    markdown = "1. do\n\n   ```sh\n   ls\n     deep\n   ```\n\n   then\n   - sub\n2. more\n"
    assert shape(markdown) == [
        ("text", "1. do", "", 0),
        ("code", "ls\n  deep", "sh", 3),
        ("text", "then\n- sub", "", 3),
        ("text", "2. more", "", 0),
    ]


def test_code_right_behind_a_marker() -> None:
    assert shape("- ```py\n  x\n  ```\n- b") == [("text", "- ", "", 0), ("code", "x", "py", 2), ("text", "- b", "", 0)]


def test_a_line_that_may_become_a_fence_is_held_back_while_streaming() -> None:
    assert shape("a\n``", streaming=True) == [("text", "a", "", 0)]
    assert shape("```\nx\n``", streaming=True) == [("code", "x", "", 0)]
    assert shape("a\n``") == [("text", "a\n``", "", 0)]


def test_long_text_is_cut_only_where_no_list_table_or_quote_is_torn() -> None:
    paragraph, table = "word " * 200, "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 20
    listed = "\n\n".join(f"- {paragraph}\n\n  more" for _ in range(4))
    whole = f"{paragraph}\n\n" * 4 + table + "\n" + listed + f"\n\n{paragraph}\n\n# End"
    found = [segment.text for segment in segments(whole)]
    assert "\n".join(found).split() == whole.split()
    assert len(found) > 1
    assert [text for text in found if text.startswith(("|", "  more"))] == []


def test_a_table_without_end_is_cut_and_keeps_its_head() -> None:
    head = "|a|b|\n|-|-|"
    found = list(segments(head + "\n|1|2|" * 1_000))
    assert len(found) > 3
    assert all(segment.text.startswith(head) for segment in found)
    assert sum(segment.text.count("|1|2|") for segment in found) == 1_000


def test_a_line_without_end_is_plain() -> None:
    found = list(segments("a\n\n" + "*a" * LONG_LINE + "\n\nb"))
    assert [(s.kind, len(s.text)) for s in found] == [
        ("text", 1),
        ("plain", LONG_LINE),
        ("plain", LONG_LINE),
        ("text", 1),
    ]


LONG = "long " * (SOFT // 5 + 1)
PIECES = st.lists(
    st.sampled_from(
        [
            "word ",
            "\n",
            "\n\n",
            "```",
            "~~~",
            "```py\n",
            "- ",
            "1. ",
            "  ",
            "    ",
            "> ",
            "|a|b|\n",
            "|-|-|\n",
            "\t",
            LONG,
        ]
    ),
    max_size=40,
)


def test_a_fence_on_the_line_of_its_list_item_is_cut_again_together_with_it() -> None:
    text = "\n\n1. ```py\nx\n"
    before = list(segments(text, streaming=True))
    assert [segment.kind for segment in before] == ["text", "code"]
    assert finished(before, text) == 0


@given(PIECES, st.data())
def test_growing_text_gives_the_same_as_all_at_once(pieces: list[str], data: st.DataObject) -> None:
    text = "".join(pieces)
    cut = data.draw(st.integers(0, len(text)))
    before = list(segments(text[:cut], streaming=True))
    kept = finished(before, text[:cut])
    resume: Segment | None = before[kept] if kept else None
    assert before[:kept] + list(segments(text, resume)) == list(segments(text))
