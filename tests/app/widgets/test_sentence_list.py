"""What something may do, in sentences that can be ticked; strangers' reasons hide nothing."""

from PySide6.QtWidgets import QLabel, QTextEdit
from pytestqt.qtbot import QtBot

from app.viewmodels.extension_source import Sentence
from app.widgets.sentence_list import MOST_CHOSEN, NoteList, SentenceList

SENTENCES = (
    Sentence("Reach a.example.", "So that\u202e it works.", key="net"),
    Sentence("It keeps files."),
    Sentence("I have compared it.", key="compared", granted=False, must=True, new=True),
)


def words(inside: SentenceList | NoteList) -> list[str]:
    labels = [label.text() for label in inside.findChildren(QLabel)]
    return labels + [text.toPlainText() for text in inside.findChildren(QTextEdit)]


def test_what_can_be_granted_has_a_box_only_where_one_chooses(qtbot: QtBot) -> None:
    for choosable in (True, False):
        shown = SentenceList("May", choosable=choosable)
        qtbot.addWidget(shown)
        shown.show_sentences(SENTENCES)
        assert sorted(shown.boxes) == (["compared", "net"] if choosable else [])
        said = words(shown)
        assert "Its author says: “So that\\u202e it works.”" in said and "New" in said
    assert shown.granted == frozenset()


def test_what_must_be_ticked_is_missed_until_it_is(qtbot: QtBot) -> None:
    shown = SentenceList("May", choosable=True)
    qtbot.addWidget(shown)
    shown.show_sentences(SENTENCES)
    assert shown.granted == {"net"} and shown.missing == SENTENCES[2]
    with qtbot.waitSignal(shown.chosen):
        shown.boxes["compared"].click()
    assert shown.granted == {"net", "compared"} and shown.missing is None


def test_many_are_cut_and_what_is_not_shown_is_not_granted(qtbot: QtBot) -> None:
    shown = SentenceList("May", choosable=True)
    qtbot.addWidget(shown)
    shown.show_sentences([Sentence(f"Reach host {at}.", key=f"{at}") for at in range(MOST_CHOSEN + 7)])
    assert len(shown.granted) == MOST_CHOSEN and "… and 7 more" in words(shown)
    shown.show_sentences(())
    assert not shown.isVisible() and shown.granted == frozenset()


def test_notes(qtbot: QtBot) -> None:
    shown = NoteList("To be known", "alert", "warn")
    qtbot.addWidget(shown)
    shown.show_lines(["One\x00.", "Two."])
    assert {"To be known", "One\\x00.", "Two."} <= set(words(shown))
    shown.show_lines([])
    assert shown.isHidden()
