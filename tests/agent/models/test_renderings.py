"""What is put together from the last request is, byte for byte, what would have been made anew."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.messages import (
    AssistantMessage,
    ImagePart,
    Message,
    NoteMessage,
    SummaryMessage,
    TextPart,
    ThinkingPart,
    ToolCall,
    ToolMessage,
    ToolResult,
    ToolSpec,
    UserMessage,
)
from agent.models.renderings import MAX_HELD, Renderings
from agent.models.wire import chat_body, encode_body
from agent.ports import ModelRequest
from agent.settings import ModelProfile, ProviderSettings

TOOLS = (ToolSpec("read", "Read a file.", {"type": "object"}),)
PNG = ImagePart("image/png", b"\x89PNG")
TEXTS = st.sampled_from(["", "one", "two\nlines", "ü€😀", "half \udcff"])
IDS = st.sampled_from(["call_1", "call_2", "abcdefghi"])
PARTS = st.one_of(
    st.builds(TextPart, TEXTS),
    st.builds(ThinkingPart, TEXTS, field=st.just("reasoning_content")),
    st.builds(ToolCall, IDS, st.just("read"), st.sampled_from(["{}", '{"path": 1}', "{"])),
)
SHOWN = st.lists(st.one_of(st.builds(TextPart, TEXTS), st.just(PNG)), max_size=2).map(tuple)
MESSAGES = st.one_of(
    st.builds(UserMessage, SHOWN, TEXTS),
    st.builds(AssistantMessage, st.lists(PARTS, max_size=3).map(tuple), st.just("p/m")),
    st.builds(lambda call_id, parts: ToolMessage(ToolResult(call_id, "read", parts)), IDS, SHOWN),
    st.builds(NoteMessage, TEXTS),
    st.builds(lambda text: SummaryMessage(text, 1), TEXTS),
)
MODELS = (
    ModelProfile("p", "m", ProviderSettings(base_url="https://a.example/v1")),
    ModelProfile("p", "m", ProviderSettings(base_url="https://a.example/v1"), vision=True),
    ModelProfile("p", "m", ProviderSettings(base_url="https://a.example/v1"), tool_style="text"),
    ModelProfile("p", "mistral", ProviderSettings(base_url="https://api.mistral.ai/v1"), vision=True),
    ModelProfile("p", "deepseek", ProviderSettings(base_url="https://a.example/v1")),
    ModelProfile("p", "m", ProviderSettings(base_url="https://a.example/v1"), extra={"homard_cache": "marks"}),
)


def request(model: ModelProfile, *history: Message, **more: Any) -> ModelRequest:
    return ModelRequest(model, more.pop("system", "Be brief."), history, TOOLS, session_id="s", **more)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(MODELS), st.lists(st.lists(MESSAGES, max_size=4), min_size=2, max_size=5), st.data())
def test_whatever_is_added_or_changed_the_body_is_as_if_made_anew(
    model: ModelProfile, steps: list[list[Message]], data: st.DataObject
) -> None:
    renderings = Renderings()
    history: list[Message] = []
    for step in steps:
        history = history[data.draw(st.sampled_from([0, 0, 0, 1])) :] + step
        now = request(model, *history, max_output_tokens=data.draw(st.sampled_from([100, 200])))
        assert renderings.encode(now) == encode_body(chat_body(now))


@pytest.mark.parametrize(
    "change",
    [
        {"system": "Be long."},
        {"tools": (ToolSpec("write", "Write.", {"type": "object"}),)},
        {"tools": ()},
        {"model": MODELS[1]},
        {"model": MODELS[2]},
        {"session_id": ""},
        {"session_id": "other"},
        {"messages": (UserMessage((TextPart("another"),)),)},
        {"messages": ()},
    ],
)
def test_another_head_model_or_chat_is_taken_up(change: dict[str, Any]) -> None:
    renderings = Renderings()
    first = request(MODELS[0], UserMessage((TextPart("say"), PNG)), AssistantMessage((TextPart("said"),), "p/m"))
    for one in (first, msgspec.structs.replace(first, **change), first):
        assert renderings.encode(one) == encode_body(chat_body(one))


def test_what_was_rendered_for_the_last_request_is_not_looked_at_again_and_few_chats_are_kept() -> None:
    looked: list[str] = []

    class Watched(str):
        __slots__ = ()

        def __bool__(self) -> bool:
            looked.append(str(self))
            return True

    renderings = Renderings()
    first = NoteMessage("first")
    said = [UserMessage((TextPart("x"),), context=Watched("c")), AssistantMessage((TextPart("y"),), "p/m")]
    renderings.encode(request(MODELS[0], *said, first))
    assert len(looked) == 1
    renderings.encode(request(MODELS[0], *said, first, AssistantMessage((TextPart("z"),), "p/m")))
    assert len(looked) == 1
    for number in range(MAX_HELD):
        renderings.encode(msgspec.structs.replace(request(MODELS[0], first), session_id=f"s{number}"))
    renderings.encode(request(MODELS[0], *said, first))
    assert len(looked) == 2
