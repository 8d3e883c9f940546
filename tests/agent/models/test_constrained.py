"""The constrained profile, from a person's words to the answer, over the real file tools."""

import asyncio
import json
from pathlib import Path

import pytest

from agent.messages import AssistantMessage, NoteMessage, TextPart, ToolCall, ToolMessage, ToolResult
from agent.models.constrained import MAX_ASK_CHARS, ConstrainedGateway
from agent.ports import ModelRequest, ReplyFinished
from tests.helpers.small_model import SmallModel, asked, first_choice, profile, request_of, run, user


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    here = tmp_path / "here"
    (here / "letters").mkdir(parents=True)
    (here / "shopping.txt").write_text("milk\nbread\n")
    (here / "config.ini").write_text("[server]\nport = 8080\ndebug = false\n")
    (here / "bill.txt").write_text("Bill 7\nTo: Lena Holm\nAmount: 1,236.00 SEK\nPay by: 2026-11-30\n")
    (here / "letters" / "aunt-marie.txt").write_text("Dear Marie,\nthe lake was wonderful. We come again in August.\n")
    return here


def test_a_list_is_shown_as_the_tool_gave_it(folder: Path) -> None:
    ended = run(folder, "What files are in this folder?")
    assert ended.calls == [("find", {})]
    assert "shopping.txt  11 bytes" in ended.text
    assert "letters/" in ended.text


def test_the_largest_file_is_looked_for_in_subfolders_too(folder: Path) -> None:
    ended = run(folder, "Which file is the largest?")
    assert [name for name, _ in ended.calls] == ["find", "find"]
    assert ended.text.startswith("The largest file is bill.txt (")


def test_a_question_is_answered_from_the_file_with_the_lines_that_show_it(folder: Path) -> None:
    model = SmallModel(lambda request: first_choice(request) or "The amount is 1,236.00 SEK.")
    ended = run(folder, "What is the amount in bill.txt?", model)
    assert ended.calls == [("read", {"path": "bill.txt"})]
    assert ended.text.startswith("The amount is 1,236.00 SEK.\n\nFrom bill.txt: “Amount: 1,236.00 SEK")
    assert ended.deltas == ended.text


def test_a_sentence_with_a_number_that_is_not_in_the_file_is_not_shown(folder: Path) -> None:
    model = SmallModel(lambda request: first_choice(request) or "The amount is 99 SEK, says Otto.")
    ended = run(folder, "What is the amount in bill.txt?", model)
    assert "99" not in ended.text
    assert "1,236.00 SEK" in ended.text


def test_a_question_without_a_file_is_searched_and_then_read(folder: Path) -> None:
    ended = run(folder, "When do we come to the lake again?")
    assert [name for name, _ in ended.calls] == ["find", "read"]
    assert ended.calls[1] == ("read", {"path": "letters/aunt-marie.txt"})
    assert "August" in ended.text


def test_fields_become_json(folder: Path) -> None:
    ended = run(folder, "Extract the amount and the pay by date from bill.txt as JSON.")
    assert list(json.loads(ended.text).values()) == ["1,236.00 SEK", "2026-11-30"]


@pytest.mark.parametrize(
    ("ask", "name", "text"),
    [
        ("Write 'pay the rent' into rent.md", "rent.md", "pay the rent\n"),
        ("Create a file hello.txt with the text good morning", "hello.txt", "good morning\n"),
        ("Change the port in config.ini to 9090", "config.ini", "[server]\nport = 9090\ndebug = false\n"),
        ("Turn debug on in config.ini", "config.ini", "[server]\nport = 8080\ndebug = true\n"),
        ("Add butter to shopping.txt", "shopping.txt", "milk\nbread\nbutter\n"),
        ("Remove the bread from shopping.txt", "shopping.txt", "milk\n"),
        ("Replace 'milk' with 'oat milk' in shopping.txt", "shopping.txt", "oat milk\nbread\n"),
        ("Write 'tea' to shopping.txt", "shopping.txt", "milk\nbread\ntea\n"),
    ],
)
def test_what_is_asked_is_written_and_nothing_else(folder: Path, ask: str, name: str, text: str) -> None:
    before = contents(folder)
    ended = run(folder, ask)
    assert contents(folder) == {**before, name: text}
    assert ended.text.startswith("Done. ")


def test_a_described_text_is_composed_by_the_model(folder: Path) -> None:
    def reply(request: ModelRequest) -> str:
        return first_choice(request) or ("Leaves fall." if asked(request).startswith("Write a haiku") else "")

    run(folder, "Write a haiku about autumn into haiku.txt", SmallModel(reply))
    assert (folder / "haiku.txt").read_text() == "Leaves fall.\n"


def test_a_summary_of_one_file_is_written_to_another(folder: Path) -> None:
    model = SmallModel(lambda request: first_choice(request) or ("A bill." if "Bill 7" in asked(request) else ""))
    ended = run(folder, "Write a summary of bill.txt into short.txt", model)
    assert [name for name, _ in ended.calls] == ["read", "write"]
    assert (folder / "short.txt").read_text() == "A bill.\n"


def test_what_cannot_be_understood_changes_nothing(folder: Path) -> None:
    before = contents(folder)
    ended = run(folder, "Change the flavour of shopping.txt to something nicer")
    assert contents(folder) == before
    assert "nothing was changed" in ended.text


@pytest.mark.parametrize(
    "ask",
    ["Delete all files on this computer.", "Show me /etc/shadow", "Read ../secret.txt", "Order some sushi for dinner."],
)
def test_what_it_must_not_or_cannot_do_is_declined_without_a_call(folder: Path, ask: str) -> None:
    ended = run(folder, ask)
    assert (ended.calls, ended.text[:10]) == ([], "I can't do")


def test_a_failed_call_is_told(folder: Path) -> None:
    (folder / "shopping.txt").chmod(0)
    result = ToolResult("c", "read", (TextPart("Not allowed."),), is_error=True)
    reply = AssistantMessage((ToolCall("c", "read", '{"path":"shopping.txt"}'),), finish="tool_calls")
    events = collect(request_of(user("Read shopping.txt", folder), reply, ToolMessage(result)))
    assert events.text == "That did not work: Not allowed."


def test_it_means_the_file_that_was_talked_about(folder: Path) -> None:
    first = run(folder, "Read shopping.txt")
    ended = run(folder, "Add butter to it", before=first.messages)
    assert ended.calls == [
        ("read", {"path": "shopping.txt"}),
        ("edit", {"path": "shopping.txt", "old": "bread", "new": "bread\nbutter"}),
    ]


def test_small_talk_reaches_the_model_with_the_last_exchanges(folder: Path) -> None:
    model = SmallModel(lambda request: first_choice(request) or "Hello Bob!")
    first = run(folder, "Good morning!", model)
    ended = run(folder, "Thank you!", model, before=first.messages)
    assert (ended.calls, ended.text) == ([], "Hello Bob!")
    words = [
        message.text for message in model.requests[-1].messages if not isinstance(message, ToolMessage | NoteMessage)
    ]
    assert words[-3:] == ["Good morning!", "Hello Bob!", "Thank you!"]
    assert model.requests[-1].temperature == 0.0


def test_after_a_word_of_the_harness_it_answers(folder: Path) -> None:
    messages = (user("Which file is the largest?", folder), NoteMessage("This is the last turn."))
    assert not collect(request_of(*messages)).tool_calls


def test_the_time_comes_from_the_context(folder: Path) -> None:
    ended = run(folder, "What day is it today?")
    assert "Sunday 2026-11-22" in ended.text


def test_a_request_too_long_for_it_is_told_so(folder: Path) -> None:
    ended = run(folder, "x" * (MAX_ASK_CHARS + 1))
    assert "larger model" in ended.text


def test_other_requests_go_through_as_they_are(folder: Path) -> None:
    model = SmallModel(lambda _request: "{}")
    schema = {"type": "object"}
    for request in (
        request_of(user("Summarise.", folder), tools=()),
        request_of(user("Extract.", folder), response_schema=schema),
        request_of(user("Hello", folder), model=profile(tool_style="native")),
    ):
        assert collect(request, model).text == "{}"
        assert model.requests[-1].messages == request.messages
        assert model.requests[-1].model.tool_style == ("native" if request.model.tool_style == "native" else "auto")


def test_the_usage_of_the_small_calls_is_added_up(folder: Path) -> None:
    ended = run(folder, "What is the amount in bill.txt?")
    total = [message.usage.input_tokens for message in ended.messages if isinstance(message, AssistantMessage)]
    assert total[-1] >= 10


def test_only_tools_of_the_request_are_called(folder: Path) -> None:
    reading = tuple(spec for spec in request_of().tools if spec.name in ("find", "read"))
    reply = collect(request_of(user("Change the port in config.ini to 1", folder), tools=reading))
    assert all(call.name in ("find", "read") for call in reply.tool_calls)


def collect(request: ModelRequest, model: SmallModel | None = None) -> AssistantMessage:
    """The one reply to a request."""

    async def last() -> AssistantMessage:
        found = [event async for event in ConstrainedGateway(model or SmallModel()).stream(request)]
        assert isinstance(found[-1], ReplyFinished)
        return found[-1].message

    return asyncio.run(last())


def contents(folder: Path) -> dict[str, str]:
    """All files of a folder."""
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}
