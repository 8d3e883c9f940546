import pytest

from agent.models.tiny.wishes import Wish, wishes


@pytest.mark.parametrize(
    ("ask", "wish"),
    [
        ("Replace 'bread' with 'rye bread' in a.txt", Wish("rye bread", old="bread")),
        ("In a.txt the room is 310, not 204. Please correct it.", Wish("310", old="204")),
        ("Change the name in a.txt from Tom to Tim.", Wish("Tim", old="Tom")),
        ("Put 5 instead of 6 in a.txt", Wish("5", old="6")),
        ("change 8080 to 9090 in a.txt", Wish("9090", old="8080")),
        ("set the timeout in a.txt to 90", Wish("90", key="timeout")),
        ("Update a.txt: the price is now 12.50.", Wish("12.50", key="price")),
        ("Turn debug on in a.txt", Wish("on", key="debug")),
        ("Switch off the sound in a.txt", Wish("off", key="sound")),
        ("Disable the cache in a.txt.", Wish("off", key="cache")),
        ("Make the font size in a.txt 14", Wish("14", key="font size")),
    ],
)
def test_the_wish_is_among_those_found(ask: str, wish: Wish) -> None:
    assert wish in wishes(ask, "a.txt")


def test_no_wish_without_words_for_it() -> None:
    assert wishes("Improve a.txt", "a.txt") == []
