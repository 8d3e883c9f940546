"""Which names a few letters find, and in which order."""

import pytest

from app.viewmodels.fuzzy import score


@pytest.mark.parametrize(
    ("typed", "better", "worse"),
    [
        ("new", "New chat", "Renew the key"),
        ("chat", "Chat", "Chats"),
        ("chat", "New chat", "Machatma"),
        ("ch", "Next chat", "Switch"),
        ("nc", "Nc", "New chat"),
    ],
)
def test_the_nearer_name_is_better(typed: str, better: str, worse: str) -> None:
    assert score(typed, better) > score(typed, worse) > 0


@pytest.mark.parametrize("typed", ["nc", "necha", "NEW", "chat new", "n c"])
def test_letters_find_a_name(typed: str) -> None:
    assert score(typed, "New chat") > 0


@pytest.mark.parametrize("typed", ["nx", "new x", "hat n z", "ew ct", ""])
def test_what_is_not_in_a_name_does_not_find_it(typed: str) -> None:
    assert score(typed, "New chat") == 0


def test_other_scripts_and_endless_names() -> None:
    assert score("GRÖSSE", "Die größe") > 0, "casefold, not lower"
    assert score("عالم", "مرحبا عالم") > 0
    assert score("x", "y" * 1_000_000 + "x") == 0
