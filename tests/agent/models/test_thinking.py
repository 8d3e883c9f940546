from __future__ import annotations

import pytest

from agent.models.thinking import ThinkSplitter, split_unopened


@pytest.mark.parametrize(
    ("text", "thinking", "rest"),
    [
        ("Answer", "", "Answer"),
        ("  Answer", "", "  Answer"),
        ("<think>hm</think>Answer", "hm", "Answer"),
        (" <think>\n hm\n</think>\n\nAnswer", "hm\n", "Answer"),
        ("<think></think>\n\n", "", ""),
        ("<think>hm", "hm", ""),
        ("<think>hm</thi", "hm</thi", ""),
        ("<thin", "", "<thin"),
        ("Say <think>x</think>", "", "Say <think>x</think>"),
        ("", "", ""),
    ],
)
def test_splitting_does_not_depend_on_the_pieces(text: str, thinking: str, rest: str) -> None:
    for size in range(1, len(text) + 2):
        splitter = ThinkSplitter()
        found = [one for at in range(0, len(text), size) for one in splitter.feed(text[at : at + size])]
        found += splitter.close()
        assert "".join(piece for piece, thought in found if thought) == thinking
        assert "".join(piece for piece, thought in found if not thought) == rest


def test_an_end_without_a_start() -> None:
    assert split_unopened("hm\n</think>\n\nAnswer") == ("hm", "Answer")
    assert split_unopened("<think>hm\n</think>\nAnswer") == ("", "<think>hm\n</think>\nAnswer")
    assert split_unopened("a </think> b") == ("", "a </think> b")
