from agent.messages import ImagePart, NoteMessage, SummaryMessage, TextPart, UserMessage
from agent.traces.prompt_shares import counts_before, shares
from agent.traces.span import PromptShare
from tests.helpers.traces import Records, reply, result, said


def test_the_parts_of_each_prompt_are_counted_as_they_were_shown() -> None:
    made = Records()
    made.entry(0, UserMessage((TextPart("x" * 400), ImagePart("image/png", b"p")), context="time"))
    first = made.entry(1, reply("y" * 40, ("c1", "read", "z" * 36)))
    made.entry(2, result("c1", "read", "r" * 4_000))
    made.entry(2, NoteMessage("n" * 80))
    second = made.entry(3, reply("done"))
    made.entry(4, SummaryMessage("s" * 200, covers_to=first + 1))
    made.entry(5, said("more"))
    third = made.entry(6, reply("ok"))
    found = counts_before(made.entries, {first, second, third})
    assert found == {
        first: {"prompt": 105, "images": 1_000},
        second: {"prompt": 105, "images": 1_000, "replies": 28, "results:read": 1_004, "notes": 24},
        third: {"summary": 54, "notes": 24, "replies": 5, "prompt": 5},
    }


def test_what_the_provider_counted_is_divided_and_nothing_is_left_over() -> None:
    counts = {"prompt": 100, "results:read": 300, "images": 0}
    told = [
        # the provider's count, bytes as they left, what is said
        (1_000, {"system": 800, "tools": 400, "prompt": 9}, "tools 400, results:read 300, system 200, prompt 100"),
        (1_000, {"system": 800}, "system 600, results:read 300, prompt 100"),
        (1_000, {}, "fixed 600, results:read 300, prompt 100"),
        (400, {}, "results:read 300, prompt 100"),
        (350, {"system": 400}, "results:read 210, prompt 70, system 70"),
        (351, {"system": 400}, "results:read 211, prompt 70, system 70"),
        (0, {"system": 400}, "results:read 300, prompt 100, system 100"),
    ]
    for counted, sent, words in told:
        found = shares(counts, counted, sent)
        assert ", ".join(f"{share.part} {share.tokens}" for share in found) == words
        assert not counted or sum(share.tokens for share in found) == counted
    assert shares({}, 7, {}) == (PromptShare("fixed", 7),) and shares({}, 0, {}) == ()
