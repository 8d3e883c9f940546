"""What undoing does, in words."""

import pytest

from agent.undo.plan import Item
from agent.undo.restore import Outcome
from agent.undo.state import FileState
from app.translation import translate
from app.viewmodels.undo import WAYS
from app.viewmodels.undo_words import action_words, choice_words, outcome_words, promise_words
from tests.helpers.pseudo import MARK, pseudo_translation

FILE, GONE = FileState("file", size=1), FileState()


@pytest.mark.usefixtures("qapp")
def test_promises_are_translated_where_they_are_known() -> None:
    with pseudo_translation():
        assert translate("Undo", "x") == f"{MARK}x{MARK}"
        assert promise_words("Can be undone.") == f"{MARK}Can be undone.{MARK}"
        assert promise_words("Cannot be undone: it is sent.") == f"{MARK}Cannot be undone: it is sent.{MARK}"
    assert promise_words("Half of it.") == "Half of it." and promise_words("") == ""


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (Item("/a", "put back", FILE, GONE), "Comes back"),
        (Item("/a", "put back", FILE, FILE), "Gets its old contents back"),
        (Item("/a", "put back", FILE, FILE, conflict=True), "Choose what becomes of it"),
        (Item("/a", "remove", GONE, FILE), "Was not there before: is removed"),
        (Item("/a", "set attributes", FILE, FILE), "Gets its old mode and time back"),
        (Item("/a", "nothing", FILE, FILE), "Is as it was"),
        (Item("/a", "stay", GONE, FILE), "Stays"),
        (Item("/a", "impossible", FILE, FILE, conflict=True), "Cannot be undone"),
    ],
)
def test_each_action_has_its_words(item: Item, words: str) -> None:
    assert action_words(item) == words


def test_the_three_ways_say_what_they_do() -> None:
    made, changed = Item("/a", "remove", GONE, FILE), Item("/a", "put back", FILE, FILE)
    assert len({choice_words(way, changed) for way in WAYS}) == 3
    assert choice_words("ours", made) == "Remove it all the same"


def test_each_outcome_has_its_words() -> None:
    assert outcome_words(Outcome("/a", "put beside", "/a (before r1)")) == "Put beside it: /a (before r1)"
    assert outcome_words(Outcome("/a", "failed", "the disk is full")) == "Failed"
