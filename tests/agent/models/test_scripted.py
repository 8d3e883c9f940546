"""The scripted gateway: what it streams, holds, raises and loads."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from agent.errors import NoSuchModel, ProtocolError, RateLimited
from agent.messages import (
    AssistantMessage,
    Message,
    TextPart,
    ThinkingPart,
    ToolCall,
    Usage,
    UserMessage,
)
from agent.models.scripted import Reply, ScriptedGateway
from agent.ports import ModelEvent, ModelRequest, ReplyFinished, TextDelta
from agent.settings import ModelProfile
from agent.tasks import spawn

SCRIPT = """
[[replies]]
text = "Let me look."
calls = [["read", { path = "a.txt" }]]

[[replies]]
error = "rate_limited"
retry_after_s = 2.0

[[replies]]
text = "It says hello."
"""


def ask(*messages: Message, model: str = "hello") -> ModelRequest:
    """A request with these messages after the user's."""
    user = UserMessage((TextPart("hi"),))
    return ModelRequest(ModelProfile("scripted", model), "", (user, *messages), session_id="s")


async def collect(gateway: ScriptedGateway, request: ModelRequest) -> list[ModelEvent]:
    return [event async for event in gateway.stream(request)]


def finished(gateway: ScriptedGateway, request: ModelRequest) -> AssistantMessage:
    last = asyncio.run(collect(gateway, request))[-1]
    assert isinstance(last, ReplyFinished)
    return last.message


def test_streams_word_by_word_and_ends_with_the_message() -> None:
    usage = Usage(7, 3, 2, 0.5)
    gateway = ScriptedGateway(
        [
            Reply(
                "Two words.",
                [("read", {"path": "a"}), ("bad", "{")],
                "Hm.",
                usage=usage,
            )
        ]
    )
    request = ask()
    assert asyncio.run(collect(gateway, request)) == [
        TextDelta("Hm.", thinking=True),
        TextDelta("Two "),
        TextDelta("words."),
        ReplyFinished(
            AssistantMessage(
                (
                    ThinkingPart("Hm."),
                    TextPart("Two words."),
                    ToolCall("call_1", "read", '{"path": "a"}'),
                    ToolCall("call_2", "bad", "{"),
                ),
                "scripted/hello",
                "tool_calls",
                usage,
            )
        ),
    ]
    assert gateway.requests == [request]


def test_call_ids_go_on_from_the_history() -> None:
    said = AssistantMessage((ToolCall("call_1", "x", "{}"), ToolCall("call_2", "x", "{}")))
    message = finished(ScriptedGateway([Reply(calls=[("read", {})])]), ask(said))
    assert message.tool_calls == (ToolCall("call_3", "read", "{}"),)


def test_an_error_comes_after_the_text_and_in_its_class() -> None:
    gateway = ScriptedGateway([Reply("Half", error="rate_limited", retry_after_s=3)])
    seen: list[ModelEvent] = []

    async def run() -> None:
        async for event in gateway.stream(ask()):
            seen.append(event)

    with pytest.raises(RateLimited) as caught:
        asyncio.run(run())
    assert (seen, caught.value.retry_after_s) == ([TextDelta("Half")], 3)


def test_a_function_sees_the_request() -> None:
    gateway = ScriptedGateway(lambda request: Reply(f"{len(request.messages)} messages", finish="length"))
    message = finished(gateway, ask())
    assert (message.text, message.finish) == ("1 messages", "length")


def test_the_end_of_the_script_is_an_error() -> None:
    with pytest.raises(ProtocolError, match="no reply number 1"):
        finished(ScriptedGateway([]), ask())


def test_a_held_stream_goes_on_when_the_gate_opens() -> None:
    async def run() -> tuple[list[ModelEvent], int]:
        reached, gate = asyncio.Event(), asyncio.Event()
        gateway = ScriptedGateway([Reply("one two", hold_after=1, reached=reached, gate=gate)])
        seen: list[ModelEvent] = []

        async def read() -> None:
            async for event in gateway.stream(ask()):
                seen.append(event)

        reading = spawn(read(), "reading")
        await reached.wait()
        held = len(seen)
        gate.set()
        await reading
        return seen, held

    seen, held = asyncio.run(run())
    assert (seen[:2], held) == ([TextDelta("one "), TextDelta("two")], 1)


def test_hello_is_built_in() -> None:
    gateway = ScriptedGateway()
    assert finished(gateway, ask()) == finished(gateway, ask())


@pytest.mark.parametrize("name", ["script.toml", "script.json"])
def test_a_file_goes_on_where_the_history_is(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    replies: Sequence[object] = [
        {"text": "Let me look.", "calls": [["read", {"path": "a.txt"}]]},
        {"error": "rate_limited", "retry_after_s": 2.0},
        {"text": "It says hello."},
    ]
    path.write_text(SCRIPT if path.suffix == ".toml" else json.dumps({"replies": replies}))
    model = str(path)
    first = finished(ScriptedGateway(), ask(model=model))
    assert first.tool_calls == (ToolCall("call_1", "read", '{"path": "a.txt"}'),)
    restarted = ScriptedGateway()
    with pytest.raises(RateLimited):
        finished(restarted, ask(first, model=model))
    second = finished(restarted, ask(first, model=model))
    assert second.text == "It says hello."
    with pytest.raises(ProtocolError, match="no reply number 4"):
        finished(restarted, ask(first, second, model=model))


@pytest.mark.parametrize("content", [None, "replies = 3", "[[replies]]\nwrong = 1", "[[", "x = []"])
def test_a_script_that_cannot_be_used_is_no_model(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "script.toml"
    if content is not None:
        path.write_text(content)
    with pytest.raises(NoSuchModel, match="cannot be used"):
        finished(ScriptedGateway(), ask(model=str(path)))
