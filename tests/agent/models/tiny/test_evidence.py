import pytest

from agent.models.tiny.evidence import best_pieces, file_text, is_grounded, pieces

PLAN = """Trip to Lisbon

Flight TP 931 leaves Zurich on 4 May at 11:45. Hotel Miramar is booked for five nights at 96 euros each, breakfast
included. On the second day we take the tram to Belem.
- passport
"""


@pytest.mark.parametrize(
    ("result", "text"),
    [
        ("a.txt, 2 lines, 12 bytes:\nhello\nworld", "hello\nworld"),
        ("a.txt, 1 line, 5 bytes, windows-1252:\nhello", "hello"),
        ("a.txt, lines 1-2 of more than 2, 9,000 bytes:\none\ntwo\n[go on with from_line=3]", "one\ntwo"),
        ("a.zip is a ZIP archive, 12 bytes: no text, so nothing of it is shown.", None),
        ("a.txt is empty.", None),
    ],
)
def test_the_text_of_a_file_in_a_result(result: str, text: str | None) -> None:
    assert file_text(result) == text


def test_wrapped_lines_are_joined_and_long_ones_cut_into_sentences() -> None:
    assert pieces(PLAN) == [
        "Trip to Lisbon",
        "Flight TP 931 leaves Zurich on 4 May at 11:45.",
        "Hotel Miramar is booked for five nights at 96 euros each, breakfast included.",
        "On the second day we take the tram to Belem.",
        "- passport",
    ]


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("When does my flight leave?", "Flight TP 931 leaves Zurich on 4 May at 11:45."),
        ("How much is the hotel?", "Hotel Miramar is booked for five nights at 96 euros each, breakfast included."),
        ("Where do we take the tram?", "On the second day we take the tram to Belem."),
    ],
)
def test_the_piece_that_answers_comes_first(question: str, best: str) -> None:
    assert best_pieces(PLAN, question, 2)[0] == best


def test_nothing_answers_a_question_about_something_else() -> None:
    assert best_pieces(PLAN, "Is whisky cheap?", 2) == []


@pytest.mark.parametrize(
    ("sentence", "true"),
    [
        ("The flight leaves Zurich at 11:45.", True),
        ("The flight leaves Geneva at 11:45.", False),
        ("It costs 97 euros.", False),
        ("Breakfast is included.", True),
        ("It costs 1,236 euros.", False),
    ],
)
def test_names_and_numbers_must_be_in_the_source(sentence: str, true: bool) -> None:
    assert is_grounded(sentence, PLAN) is true


def test_marks_of_thousands_do_not_matter() -> None:
    assert is_grounded("It is 1236 bytes.", "a.txt  1,236 bytes")
