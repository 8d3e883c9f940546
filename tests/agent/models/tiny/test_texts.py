import pytest

from agent.models.tiny.texts import item_to_add, item_to_remove, keywords, text_to_write


@pytest.mark.parametrize(
    ("ask", "file", "text"),
    [
        ("Create a file called a.txt containing Hello world", "a.txt", "Hello world"),
        ("write 'pay the rent' into a new file a.md", "a.md", "pay the rent"),
        ("Note down in a.txt: build a bird house", "a.txt", "build a bird house"),
        ("Save a note that the plumber comes at 9 as a.txt", "a.txt", "the plumber comes at 9"),
        ("make a new file a.md that contains the words Good morning", "a.md", "Good morning"),
        ("Please remember in a.txt that the code is 4711", "a.txt", "the code is 4711"),
        ("Write hello there into a.txt", "a.txt", "hello there"),
        ("Leave a note a.txt for Tom saying dinner is ready.", "a.txt", "dinner is ready"),
        ("Please make a note that I owe Kim ten euros.", "", "I owe Kim ten euros"),
        ("Write 'it's late' to a.txt", "a.txt", "it's late"),
        ("Write a poem about rain into a.txt", "a.txt", ""),
        ("Create a.txt", "a.txt", ""),
    ],
)
def test_the_text_to_write(ask: str, file: str, text: str) -> None:
    assert text_to_write(ask, file) == text


@pytest.mark.parametrize(
    ("ask", "item"),
    [
        ("Add butter to a.txt", "butter"),
        ("Add 'book a room' to my a.txt", "book a room"),
        ("Add a task to a.txt: clean the windows.", "clean the windows"),
        ("put wash the car on my list", "wash the car"),
        ("add it to a.txt", ""),
    ],
)
def test_the_item_to_add(ask: str, item: str) -> None:
    assert item_to_add(ask, "a.txt") == item


@pytest.mark.parametrize(
    ("ask", "item"),
    [
        ("Remove the umbrella from a.md", "umbrella"),
        ("Delete the entry about the garden in a.txt", "garden"),
        ("Take 'old tea' out of a.txt", "old tea"),
        ("delete the line about the lawn from a.txt", "lawn"),
        ("take it off a.txt", ""),
    ],
)
def test_the_item_to_remove(ask: str, item: str) -> None:
    assert item_to_remove(ask) == item


@pytest.mark.parametrize(
    ("ask", "found"),
    [
        ("which document talks about seals?", ["seals"]),
        ("In how many files does the word meeting appear?", ["meeting"]),
        ("What is Mia's phone number?", ["Mia", "phone", "number"]),
        ("Find 'red car' in my files", ["red car"]),
        ("What is it?", []),
    ],
)
def test_the_words_to_look_for(ask: str, found: list[str]) -> None:
    assert keywords(ask) == found
