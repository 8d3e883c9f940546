import asyncio
from pathlib import Path

from agent.messages import AssistantMessage, UserMessage
from agent.models.tiny.small_talk import TINY_BYTES, Shot, SmallTalk
from tests.helpers.small_model import USAGE, SmallModel, profile, request_of


def test_a_small_call_is_short_bounded_and_cold() -> None:
    model = SmallModel(lambda _request: "four\n")
    talk = SmallTalk(model, request_of(session_id="s"))
    assert asyncio.run(talk.say("Count.", [Shot("1+1?", "two")], "2+2?", max_tokens=7)) == "four"
    [request] = model.requests
    assert (request.system, request.tools, request.max_output_tokens, request.temperature) == ("Count.", (), 7, 0.0)
    assert (request.session_id, request.model.tool_style) == ("s", "auto")
    assert [message.text for message in request.messages if isinstance(message, UserMessage | AssistantMessage)] == [
        "1+1?", "two", "2+2?"
    ]  # fmt: skip
    assert talk.usage == USAGE


def test_a_choice_is_always_one_of_the_options() -> None:
    for reply, chosen in [('"b"', "b"), ("b", "b"), ("nonsense", "a"), ("", "a")]:
        talk = SmallTalk(SmallModel(lambda _request, reply=reply: reply), request_of())
        assert asyncio.run(talk.choose("Choose.", [], "?", ["a", "b"])) == chosen


def test_the_size_of_the_file_says_what_is_tiny(tmp_path: Path) -> None:
    large = tmp_path / "large.gguf"
    with large.open("wb") as file:
        file.truncate(TINY_BYTES)
    for file, tiny in [(__file__, True), (str(large), False), ("", False), (str(tmp_path / "none"), False)]:
        assert SmallTalk(SmallModel(), request_of(model=profile(file=file))).is_tiny is tiny
