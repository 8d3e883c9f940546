import pytest

from agent.models.tiny.mentions import Mentions, find_mentions
from agent.models.tiny.place import Place

PLACE = Place(
    files=("contract.txt", "notes.txt", "letters/aunt-marie.txt", "letters/uncle-bo.txt", "invoice-7.txt"),
    folders=("letters",),
)


@pytest.mark.parametrize(
    ("ask", "expected"),
    [
        ("Read notes.txt please", Mentions("Read FILE please", files=("notes.txt",), explicit=True)),
        ("Is it in aunt-marie.txt?", Mentions("Is it in FILE?", files=("letters/aunt-marie.txt",), explicit=True)),
        ("Write 'a b' to new.md", Mentions("Write TEXT to FILE", new_files=("new.md",))),
        ('Open "notes.txt"', Mentions("Open FILE", files=("notes.txt",), explicit=True)),
        ("What is the rent in the contract?", Mentions("What is the rent in the FILE?", files=("contract.txt",))),
        ("Where is aunt Marie's letter?", Mentions("Where is FILE's FILE?", files=("letters/aunt-marie.txt",))),
        ("How much is invoice 7?", Mentions("How much is FILE?", files=("invoice-7.txt",))),
        ("What is in letters?", Mentions("What is in FOLDER?", folders=("letters",))),
        ("Count the pdfs", Mentions("Count the KIND", kinds=("*.pdf",))),
        ("Find all .csv files", Mentions("Find all KIND", kinds=("*.csv",))),
        ("Which text files are there?", Mentions("Which KIND are there?", kinds=("*.txt",))),
        ("Replace the text by 12.5", Mentions("Replace the text by NUMBER")),
        ("Read /etc/passwd", Mentions("Read OUTSIDE")),
        ("Read ../../secret.txt", Mentions("Read OUTSIDE")),
        ("Show ~/.ssh/id_rsa", Mentions("Show OUTSIDE")),
        ("Open https://example.com/a.html now", Mentions("Open URL now")),
        ('like {"customer": ...}', Mentions("like {TEXT: ...}")),
    ],
)  # fmt: skip
def test_what_is_named_is_found_and_masked(ask: str, expected: Mentions) -> None:
    assert find_mentions(ask, PLACE) == expected


def test_a_request_of_any_length_is_read_in_time() -> None:
    for ask in ("a-" * 3000, "." * 6000, "'" * 6000, "a/" * 3000, "x." * 3000):
        find_mentions(ask, PLACE)
