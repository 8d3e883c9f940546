"""Marks for providers that keep a prompt only up to them."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import msgspec
import pytest

from agent.messages import (
    AssistantMessage,
    ImagePart,
    Message,
    TextPart,
    ToolCall,
    ToolMessage,
    ToolResult,
    ToolSpec,
    UserMessage,
)
from agent.models.cache_marks import wants_marks
from agent.models.wire import chat_body, encode_body
from agent.ports import Account, ModelRequest, Purpose
from agent.settings import ModelProfile, Price, ProviderSettings

CACHED = Price(3.0, 15.0, 0.3)
BY_LITELLM = ProviderSettings(transport="litellm")
AS_ANTHROPIC = msgspec.structs.replace(BY_LITELLM, litellm_provider="anthropic")
OPENROUTER = ProviderSettings(base_url="https://openrouter.ai/api/v1")
CLAUDE = ModelProfile("anthropic", "claude-sonnet-5", BY_LITELLM, vision=True)
LIST = ToolSpec("list", "List a folder.", {"type": "object"})


@pytest.mark.parametrize(
    ("model", "wanted"),
    [
        (CLAUDE, True),
        (ModelProfile("mine", "claude-sonnet-5", AS_ANTHROPIC), True),
        (ModelProfile("bedrock", "eu.anthropic.claude-sonnet-4-6", BY_LITELLM, price=CACHED), True),
        (ModelProfile("bedrock", "anthropic.claude-3-haiku", BY_LITELLM, price=Price(1.0, 2.0)), False),
        (ModelProfile("bedrock", "amazon.nova-pro", BY_LITELLM, price=CACHED), False),
        (ModelProfile("vertex_ai", "claude-opus-5", BY_LITELLM, price=CACHED), True),
        (ModelProfile("gemini", "gemini-3-pro", BY_LITELLM, price=CACHED), False),
        (ModelProfile("openai", "gpt-5.4", BY_LITELLM, price=CACHED), False),
        (ModelProfile("or", "anthropic/claude-sonnet-5", OPENROUTER), True),
        (ModelProfile("or", "openai/gpt-5.4", OPENROUTER), False),
        (ModelProfile("own", "claude-like", ProviderSettings(base_url="http://localhost:1/v1")), False),
        (ModelProfile("local", "claude.gguf", ProviderSettings(transport="local")), False),
        (msgspec.structs.replace(CLAUDE, extra={"homard_cache": "none"}), False),
        (ModelProfile("gemini", "gemini-3-pro", BY_LITELLM, extra={"homard_cache": "marks"}), True),
    ],
)  # fmt: skip
def test_who_wants_them(model: ModelProfile, wanted: bool) -> None:
    assert wants_marks(model) is wanted
    body = encode_body(chat_body(ModelRequest(model, "Be good.", (said("Hello"),))))
    assert (b"cache_control" in body) is wanted
    assert b"homard_" not in body


def said(text: str, *more: ImagePart) -> UserMessage:
    return UserMessage((TextPart(text), *more))


def look(*call_ids: str) -> list[Message]:
    calls = tuple(ToolCall(call_id, "list", "{}") for call_id in call_ids)
    results = (ToolMessage(ToolResult(call_id, "list", (TextPart(f"{call_id}.txt"),))) for call_id in call_ids)
    return [AssistantMessage(calls, CLAUDE.label, "tool_calls"), *results]


def body(*history: Message, purpose: Purpose = "turn", system: str = "Be good.") -> list[dict[str, Any]]:
    request = ModelRequest(CLAUDE, system, history, (LIST,), account=Account(purpose=purpose))
    return json.loads(encode_body(chat_body(request)))["messages"]


def marked(messages: list[dict[str, Any]]) -> list[int]:
    return [index for index, message in enumerate(messages) if "cache_control" in json.dumps(message)]


def test_they_stand_after_the_system_prompt_where_the_request_before_ended_and_at_the_end() -> None:
    first = body(said("Look."))
    assert first == [
        {"role": "system", "content": [{"type": "text", "text": "Be good.", "cache_control": {"type": "ephemeral"}}]},
        {"role": "user", "content": [{"type": "text", "text": "Look.", "cache_control": {"type": "ephemeral"}}]},
    ]
    history = [said("Look."), *look("a", "b"), *look("c")]
    assert marked(body(*history)) == [0, 4, 6]
    assert marked(body(*history, system="")) == [3, 5]
    # Nobody reads again what ends a summary's or a reader's prompt: keeping it would only cost.
    assert marked(body(*history, said("Sum up."), purpose="summary")) == [0, 4]
    assert marked(body(said("Read."), purpose="reading")) == []
    assert marked(body(said("Probe."), purpose="trial")) == [0, 1]


def test_an_image_has_its_mark_at_the_words_beside_it_and_an_empty_text_has_none() -> None:
    (message,) = body(said("Look.", ImagePart("image/png", b"\x89PNG")), system="")
    assert ["cache_control" in block for block in message["content"]] == [True, False]
    assert marked(body(said(""), system="")) == []


class Seller:
    """Keeps prompts as Anthropic says: at marks, found again at a mark or up to twenty blocks before one."""

    def __init__(self) -> None:
        self.kept: set[str] = set()

    def read(self, messages: list[dict[str, Any]]) -> tuple[int, int]:
        """Take a request; give how many of its blocks come from the cache, and how many it has."""
        blocks: list[str] = []
        marks: list[int] = []
        for message in messages:
            content = message.get("content")
            for block in content if isinstance(content, list) else [{"type": "text", "text": content}]:
                blocks.append(json.dumps({**block, "cache_control": None}))
                if "cache_control" in block or "cache_control" in message:
                    marks.append(len(blocks))
            blocks += [json.dumps(call) for call in message.get("tool_calls") or []]
        assert len(marks) <= 4
        digests = [hashlib.sha256("".join(blocks[:end]).encode()).hexdigest() for end in range(len(blocks) + 1)]
        near = {end for mark in marks for end in range(max(0, mark - 20), mark + 1)}
        found = max((end for end in near if digests[end] in self.kept), default=0)
        self.kept.update(digests[mark] for mark in marks)
        return found, len(blocks)


def test_of_a_chain_each_prompt_is_read_again_however_many_calls_are_between() -> None:
    seller, history = Seller(), [said("Look everywhere.")]
    before = 0
    for step in range(6):
        cached, blocks = seller.read(body(*history))
        assert cached == before
        before = blocks
        history += look(*(f"s{step}c{call}" for call in range(30)))
