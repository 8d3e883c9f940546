"""Labels in words: strangers are named, the person's own files are not."""

import pytest

from agent.labels import Label
from app.viewmodels.label_words import label_lines, source_words, taint_words


@pytest.mark.parametrize(
    ("sources", "words"),
    [
        (("external:example.org",), "example.org"),
        (("external:example.org", "local:/home/anna", "skill:1a2b3c4d5e6f"), "example.org, a skill (1a2b3c4d)"),
        (("local:/home/anna",), "somebody else"),
        ((), "somebody else"),
        (("external:a", "external:b", "external:c", "external:d", "…"), "a, b, c, d and 1 more"),
        (("external:" + "x" * 100,), "x" * 60 + "…"),
    ],
)
def test_strangers_are_named_up_to_a_few(sources: tuple[str, ...], words: str) -> None:
    assert source_words(Label("external", "private", sources)) == words


def test_nothing_is_said_where_nobody_else_wrote() -> None:
    for label in (None, Label(), Label("app"), Label("local", "private", ("local:/home/anna",))):
        assert (label_lines(label), taint_words(label)) == ((), "")


def test_a_skill_counts_as_somebody_else() -> None:
    words = taint_words(Label("skill", "public", ("skill:abcdef",)))
    assert words == "This chat has read text from a skill (abcdef); that text may be what asks for this."


def test_both_things_are_said() -> None:
    lines = label_lines(Label("external", "secret", ("external:example.org",)))
    assert [(line.kind, line.text) for line in lines] == [
        ("strangers", "Based on text from: example.org"),
        ("local", "Stays on this computer"),
    ]
    assert [line.kind for line in label_lines(Label("local", "secret"))] == ["local"]
