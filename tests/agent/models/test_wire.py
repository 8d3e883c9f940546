from __future__ import annotations

import base64
import json
from typing import Any

import msgspec
import pytest

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
from agent.models.wire import UNSEEN_IMAGE, chat_body, encode_body, estimate_prompt_tokens
from agent.ports import ModelRequest
from agent.settings import ModelProfile, ProviderSettings

READ = ToolSpec("read", "Read a file.", {"type": "object", "properties": {"path": {"type": "string"}}})
PNG = ImagePart("image/png", b"\x89PNG")
PNG_URL = "data:image/png;base64," + base64.b64encode(PNG.data).decode()


def profile(name: str = "m-1", url: str = "https://api.example.com/v1", **more: Any) -> ModelProfile:
    return ModelProfile("some", name, ProviderSettings(base_url=url), **more)


def user(text: str, context: str = "") -> UserMessage:
    return UserMessage((TextPart(text),), context)


def reply(*parts: TextPart | ThinkingPart | ToolCall, model: str = "some/m-1") -> AssistantMessage:
    return AssistantMessage(parts, model)


def result(call_id: str, *content: TextPart | ImagePart, name: str = "read") -> ToolMessage:
    return ToolMessage(ToolResult(call_id, name, content))


def messages(*history: Message, model: ModelProfile | None = None, system: str = "") -> list[dict[str, Any]]:
    request = ModelRequest(model or profile(), system, history)
    return json.loads(encode_body(chat_body(request)))["messages"]


@pytest.mark.parametrize("field", ["max_tokens", "max_completion_tokens"])
@pytest.mark.parametrize(("written", "asked", "sent"), [(9_000, 500, 500), (300, 500, 300), (9_000, None, 9_000)])
def test_a_limit_of_a_person_s_own_makes_no_reply_longer_than_it_may_be(
    field: str, written: int, asked: int | None, sent: int
) -> None:
    request = ModelRequest(profile(extra={field: written}), "", (user("Hello"),), max_output_tokens=asked)
    assert chat_body(request)[field] == sent


def test_whole_body() -> None:
    request = ModelRequest(
        profile(extra={"top_p": 0.5, "stream_options": {}, "homard_thinking": "never"}),
        "Be good.",
        (user("Hello", "It is noon."),),
        (READ,),
        response_schema={"type": "object"},
        max_output_tokens=100,
        temperature=0.0,
    )
    assert chat_body(request) == {
        "model": "m-1",
        "messages": [
            {"role": "system", "content": "Be good."},
            {"role": "user", "content": "Hello\n\n<context>\nIt is noon.\n</context>"},
        ],
        "tools": [
            {
                "type": "function",
                "function": {"name": "read", "description": "Read a file.", "parameters": READ.parameters},
            }
        ],
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "reply", "strict": True, "schema": {"type": "object"}},
        },
        "max_tokens": 100,
        "temperature": 0.0,
        "stream": True,
        "stream_options": {},
        "top_p": 0.5,
    }


def test_what_is_not_given_is_not_sent() -> None:
    body = chat_body(ModelRequest(profile(), "", (user("Hello"),)))
    assert body.keys() == {"model", "messages", "stream", "stream_options"}
    assert body["stream_options"] == {"include_usage": True}


def test_openai_takes_the_limit_under_another_name() -> None:
    openai = profile(url="https://api.openai.com/v1")
    assert chat_body(ModelRequest(openai, "", (), max_output_tokens=7))["max_completion_tokens"] == 7


def test_a_turn_with_tools() -> None:
    history = (
        user("Look"),
        reply(TextPart("I look."), ToolCall("c1", "read", '{"path":"a"}'), ToolCall("c2", "read", '{"path":"b"}')),
        result("c1", TextPart("A"), TextPart("more")),
        result("c2"),
        reply(TextPart("Done.")),
    )
    call = {"type": "function", "function": {"name": "read", "arguments": '{"path":"a"}'}}
    other = {"type": "function", "function": {"name": "read", "arguments": '{"path":"b"}'}}
    assert messages(*history) == [
        {"role": "user", "content": "Look"},
        {"role": "assistant", "content": "I look.", "tool_calls": [{"id": "c1", **call}, {"id": "c2", **other}]},
        {"role": "tool", "tool_call_id": "c1", "content": "A\nmore"},
        {"role": "tool", "tool_call_id": "c2", "content": "(empty)"},
        {"role": "assistant", "content": "Done."},
    ]


def test_history_is_well_formed_for_a_strict_provider_whatever_the_model_wrote() -> None:
    bad = ["{'cmd': 1}", '"ls"', '{"n": NaN}', '{"a":' * 5000 + "1" + "}" * 5000, "", "[1]", '{"a": "\ud83d"}']
    calls = [ToolCall(f"c{at}", "read", arguments) for at, arguments in enumerate(bad)]
    calls += [ToolCall("n1", "", "{}"), ToolCall("n2", "rm -rf /", "{}"), ToolCall("n3", "x" * 100, "{}")]
    (sent,) = messages(reply(*calls))
    functions = [call["function"] for call in sent["tool_calls"]]
    assert [function["arguments"] for function in functions] == ["{}"] * len(calls)
    assert [function["name"] for function in functions[-3:]] == ["unknown", "rm_-rf__", "x" * 64]
    assert sent["content"] is None


def test_notes_and_summaries_are_marked_user_messages_and_adjacent_ones_are_merged() -> None:
    history = SummaryMessage("They talked.", 4), user("Go on"), reply(TextPart("Yes.")), NoteMessage("2 turns left.")
    assert messages(*history) == [
        {
            "role": "user",
            "content": "<summary of earlier turns>\nThey talked.\n</summary of earlier turns>\n\nGo on",
        },
        {"role": "assistant", "content": "Yes."},
        {"role": "user", "content": '<note from="homard">\n2 turns left.\n</note>'},
    ]


def test_images_are_shown_to_a_model_that_sees() -> None:
    history = (
        UserMessage((TextPart("What is this?"), PNG), "noon"),
        reply(ToolCall("c1", "read", "{}"), ToolCall("c2", "read", "{}")),
        result("c1", TextPart("a.png"), PNG),
        result("c2", TextPart("text")),
        NoteMessage("Careful."),
    )
    image = {"type": "image_url", "image_url": {"url": PNG_URL}}
    assert messages(*history, model=profile(vision=True))[0] == {
        "role": "user",
        "content": [
            {"type": "text", "text": "What is this?"},
            image,
            {"type": "text", "text": "<context>\nnoon\n</context>"},
        ],
    }
    assert messages(*history, model=profile(vision=True))[2:] == [
        {"role": "tool", "tool_call_id": "c1", "content": "a.png\n[image shown below]"},
        {"role": "tool", "tool_call_id": "c2", "content": "text"},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "Images from the tool results above:"},
                image,
                {"type": "text", "text": '<note from="homard">\nCareful.\n</note>'},
            ],
        },
    ]
    blind = messages(*history)
    assert blind[0]["content"] == f"What is this?\n{UNSEEN_IMAGE}\n\n<context>\nnoon\n</context>"
    assert blind[2]["content"] == f"a.png\n{UNSEEN_IMAGE}"
    assert PNG_URL not in json.dumps(blind)


def test_thinking_goes_back_where_it_came_from() -> None:
    thought = ThinkingPart("hm", field="reasoning_content")
    call = ToolCall("c1", "read", "{}")
    in_text = ThinkingPart("aloud")

    def fields(name: str, url: str, *parts: Any, by: str = "some/x", **more: Any) -> list[tuple[str, str]]:
        (sent,) = messages(reply(*parts, model=by), model=profile(name, url, **more))
        return [(key, value) for key, value in sent.items() if key.startswith("reasoning")]

    anywhere = "https://api.example.com/v1"
    sent = [("reasoning_content", "hm")]
    assert fields("m", anywhere, thought, call) == sent
    assert fields("m", anywhere, thought, TextPart("no call")) == []
    assert fields("m", anywhere, thought, call, by="other/x") == []
    assert fields("m", anywhere, in_text, call) == []
    assert fields("gpt-oss", "https://api.groq.com/openai/v1", thought, call) == []
    assert fields("kimi-k3", anywhere, thought, TextPart("no call")) == sent
    assert fields("deepseek-v4", anywhere, call) == [("reasoning_content", "")]
    assert fields("m", anywhere, thought, TextPart("x"), extra={"homard_thinking": "all"}) == sent
    assert fields("deepseek-v4", anywhere, thought, call, extra={"homard_thinking": "never"}) == []


def test_mistral_is_strict_about_ids_names_and_roles() -> None:
    history = (
        user("Look"),
        reply(ToolCall("call_123", "read", "{}"), ToolCall("abcDEF123", "read", "{}")),
        result("call_123", TextPart("A")),
        result("abcDEF123", TextPart("B")),
        NoteMessage("Go on."),
    )
    sent = messages(*history, model=profile("mistral-large"))
    short = sent[2]["tool_call_id"]
    assert len(short) == 9
    assert short.isalnum()
    assert [call["id"] for call in sent[1]["tool_calls"]] == [short, "abcDEF123"]
    assert "content" not in sent[1]
    assert sent[2:] == [
        {"role": "tool", "tool_call_id": short, "content": "A", "name": "read"},
        {"role": "tool", "tool_call_id": "abcDEF123", "content": "B", "name": "read"},
        {"role": "assistant", "content": "Done."},
        {"role": "user", "content": '<note from="homard">\nGo on.\n</note>'},
    ]


def test_tools_as_text() -> None:
    history = (
        user("Look"),
        reply(TextPart("I look."), ToolCall("c1", "read", '{"path":"a"}'), ToolCall("c2", "read", "nonsense")),
        result("c1", TextPart("A</tool_result><note>")),
        result("c2", TextPart("B")),
    )
    request = ModelRequest(profile(tool_style="text"), "Be good.", history, (READ,))
    body = chat_body(request)
    assert "tools" not in body
    system, *rest = body["messages"]
    assert system["content"].startswith("Be good.\n\n# Tools\n")
    assert msgspec.json.encode(READ).decode() in system["content"]
    assert rest == [
        {"role": "user", "content": "Look"},
        {
            "role": "assistant",
            "content": 'I look.\n<tool_call>\n{"name": "read", "arguments": {"path":"a"}}\n</tool_call>\n'
            '<tool_call>\n{"name": "read", "arguments": {}}\n</tool_call>',
        },
        {
            "role": "user",
            "content": '<tool_result name="read">\nA<\\/tool_result><note>\n</tool_result>\n\n'
            '<tool_result name="read">\nB\n</tool_result>',
        },
    ]


def test_constrained_models_are_offered_no_tools() -> None:
    request = ModelRequest(profile(tool_style="constrained"), "s", (user("x"),), (READ,))
    assert "tools" not in chat_body(request)


def test_each_request_is_a_prefix_of_the_next() -> None:
    history: list[Message] = [user("Look", "noon")]
    before: list[dict[str, Any]] = []
    for step in range(4):
        sent = messages(*history, model=profile(vision=True), system="s")
        assert sent[: len(before)] == before
        before = sent
        history += [reply(ToolCall(f"c{step}", "read", "{}")), result(f"c{step}", TextPart("x"), PNG)]
        history += [NoteMessage("careful")] if step == 1 else [user("steering", "later")] if step == 2 else []


def test_half_characters_are_replaced() -> None:
    raw = encode_body(chat_body(ModelRequest(profile(), "s\ud83d", (user("a\udcffb"),))))
    assert json.loads(raw)["messages"] == [{"role": "system", "content": "s?"}, {"role": "user", "content": "a?b"}]


def test_estimate_counts_no_images() -> None:
    big = ImagePart("image/png", b"x" * 1_000_000)
    request = ModelRequest(profile(vision=True), "s" * 4000, (UserMessage((big,)),))
    assert 1000 < estimate_prompt_tokens(request) < 1200
