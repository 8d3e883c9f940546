import pytest

from agent.models.tiny.vocabulary import alike, kind_words, resembles, stem, word_list, words


def test_words_are_compared_without_case_and_plural() -> None:
    assert words("The Bees' stories, 2 glasses_of") == ["the", "bee", "story", "2", "glasse", "of"]
    assert stem("glass") == "glass"


@pytest.mark.parametrize(
    ("one", "other", "alike_"),
    [("bake", "baked", True), ("lead", "leads", True), ("cat", "car", False), ("part", "participation", False)],
)
def test_inflected_words_resemble_each_other(one: str, other: str, alike_: bool) -> None:
    assert resembles(one, other) is alike_


def test_the_lists_are_there() -> None:
    assert "the" in word_list("stop") & word_list("function")
    assert "deadline" in alike("due")
    assert alike("zebra") == frozenset()
    assert kind_words()["pdf"] == "*.pdf"
