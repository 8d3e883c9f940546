from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from agent.errors import (
    ContentFiltered,
    ModelError,
    Overloaded,
    ProtocolError,
    QuotaExceeded,
    RateLimited,
    ReplyCut,
    ReplyTooLarge,
)
from agent.messages import AssistantMessage, TextPart, ThinkingPart, ToolCall, ToolMessage, ToolResult, ToolSpec, Usage
from agent.models.failures import endpoint_of
from agent.models.reply import ReplyAssembler
from agent.ports import ModelRequest, ReplyFinished, TextDelta
from agent.settings import ModelProfile, Price

TOOLS = (ToolSpec("shell", "", {}), ToolSpec("read", "", {}))
USAGE = {"prompt_tokens": 1000, "completion_tokens": 10, "prompt_tokens_details": {"cached_tokens": 400}}
COUNTED = {"choices": [], "usage": USAGE}


def delta(finish: str | None = None, **fields: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": fields, "finish_reason": finish}]}


def text(content: str) -> dict[str, Any]:
    return delta(content=content)


def call(arguments: Any = None, name: str | None = None, **fields: Any) -> dict[str, Any]:
    function = {"name": name, "arguments": arguments}
    return delta(
        tool_calls=[{"function": {key: value for key, value in function.items() if value is not None}, **fields}]
    )


def ask(**profile: Any) -> ModelRequest:
    return ModelRequest(ModelProfile("some", "m-1", **profile), "system", (), TOOLS)


def assemble(
    *chunks: dict[str, Any], request: ModelRequest | None = None, finish: str | None = "stop"
) -> tuple[list[tuple[str, bool]], AssistantMessage]:
    """What is shown, as (text, thinking), and the message."""
    request = request or ask()
    assembler = ReplyAssembler(request, endpoint_of(request.model))
    events = [event for chunk in chunks for event in assembler.feed(chunk)]
    events += assembler.feed(delta(finish)) if finish else []
    *rest, last = assembler.finish()
    assert isinstance(last, ReplyFinished)
    shown = [(event.text, event.thinking) for event in [*events, *rest] if isinstance(event, TextDelta)]
    return shown, last.message


def counted(*chunks: dict[str, Any]) -> str:
    """Whether the provider has said what it took."""
    assembler = ReplyAssembler(ask(), endpoint_of(ask().model))
    for chunk in (*chunks, delta("stop")):
        assembler.feed(chunk)
    last = assembler.finish()[-1]
    assert isinstance(last, ReplyFinished)
    return last.count


def calls_of(*chunks: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    message = assemble(*chunks, **{"finish": "tool_calls", **more})[1]
    assert len({call.call_id for call in message.tool_calls}) == len(message.tool_calls)
    assert all(call.call_id for call in message.tool_calls)
    assert message.finish == "tool_calls"
    return [(call.name, call.arguments) for call in message.tool_calls]


def test_text_and_usage() -> None:
    request = ask(price=Price(input=2.0, output=10.0, cached=1.0))
    shown, message = assemble(text("hel"), text("lo"), delta("stop"), COUNTED, request=request, finish=None)
    assert shown == [("hel", False), ("lo", False)]
    cost = (600 * 2.0 + 400 * 1.0 + 10 * 10.0) / 1e6
    assert message == AssistantMessage((TextPart("hello"),), "some/m-1", "stop", Usage(1000, 400, 10, cost))


@pytest.mark.parametrize(
    "written",
    [
        {"cache_creation_input_tokens": 500},
        {"prompt_tokens_details": {"cached_tokens": 400, "cache_write_tokens": 500}},
    ],
)
def test_what_is_put_into_a_cache_has_its_own_price(written: dict[str, Any]) -> None:
    counted = {"choices": [], "usage": {**USAGE, **written}}
    cost = assemble(text("x"), counted, request=ask(price=Price(2.0, 10.0, 1.0, 2.5)))[1].usage.cost_usd
    assert cost == pytest.approx((100 * 2.0 + 500 * 2.5 + 400 * 1.0 + 10 * 10.0) / 1e6)
    unsaid = assemble(text("x"), counted, request=ask(price=Price(2.0, 10.0, 1.0)))[1].usage.cost_usd
    assert unsaid == pytest.approx((600 * 2.0 + 400 * 1.0 + 10 * 10.0) / 1e6)


@pytest.mark.parametrize(
    ("usage", "counted"),
    [
        (USAGE, (1000, 400, 10)),
        ({"prompt_tokens": 1000, "completion_tokens": 10, "prompt_cache_hit_tokens": 300}, (1000, 300, 10)),
        ({"prompt_tokens": 1000, "completion_tokens": 10, "cached_tokens": 300}, (1000, 300, 10)),
        ({"prompt_tokens": 5, "completion_tokens": 1, "prompt_cache_hit_tokens": 99}, (5, 5, 1)),
        ({"prompt_tokens": 5, "completion_tokens": 1, "prompt_tokens_details": None}, (5, 0, 1)),
    ],
)
def test_usage_in_every_dialect(usage: dict[str, Any], counted: tuple[int, int, int]) -> None:
    found = assemble(text("x"), {"choices": [], "usage": usage})[1].usage
    assert (found.input_tokens, found.cached_tokens, found.output_tokens) == counted
    assert found.cost_usd is None
    in_choice = {"choices": [{"index": 0, "delta": {}, "usage": usage}]}
    assert assemble(text("x"), in_choice)[1].usage == found
    assert assemble(text("x"), {"choices": [], "x_groq": {"usage": usage}})[1].usage == found


@pytest.mark.parametrize(
    "usage",
    [
        None,
        {},
        {"prompt_tokens": -1, "completion_tokens": -1},
        {"prompt_tokens": 10**15, "completion_tokens": 10**15},
        {"prompt_tokens": True, "completion_tokens": "12"},
        {"prompt_tokens": 0, "completion_tokens": 0},
        "many",
    ],
)
def test_missing_or_absurd_usage_is_estimated_and_no_provider_s_word(usage: Any) -> None:
    found = assemble(text("x" * 400), {"choices": [], "usage": usage})[1].usage
    assert found.output_tokens == 100
    assert 50 < found.input_tokens < 150
    says = isinstance(usage, dict) and usage.get("prompt_tokens") in (-1, 10**15)
    assert counted(text("x" * 400), {"choices": [], "usage": usage}) == ("absurd" if says else "missing")


NOTHING = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0, "prompt_tokens_details": None}
PARTS: dict[str, list[dict[str, Any]]] = {
    "prompt first, the rest last": [
        {"prompt_tokens": 1000, "prompt_tokens_details": {"cached_tokens": 400}},
        {"completion_tokens": 10},
    ],
    "growing": [{**USAGE, "completion_tokens": count} for count in (1, 5, 10)],
    "nothing behind": [USAGE, NOTHING],
    "not yet": [{"prompt_tokens": None, "completion_tokens": None}, USAGE],
    "bit by bit": [{**USAGE, "prompt_tokens_details": {"cached_tokens": 0}}, USAGE],
}


@pytest.mark.parametrize("name", PARTS)
def test_usage_that_comes_in_parts_is_put_together(name: str) -> None:
    chunks = [text("x"), *({"choices": [], "usage": part} for part in PARTS[name])]
    found = assemble(*chunks)[1].usage
    assert (found.input_tokens, found.cached_tokens, found.output_tokens) == (1000, 400, 10)
    assert counted(*chunks) == "told"
    assert counted(*chunks, {"choices": [], "usage": {"completion_tokens": -3}}) == "told"
    assert counted(*chunks, {"choices": [], "usage": {"prompt_tokens": 1e30}}) == "absurd"


@pytest.mark.parametrize("reason", ["stop", "STOP", "end_turn", "eos", "eos_token", "COMPLETE", "stop_sequence"])
def test_ways_to_say_stop(reason: str) -> None:
    assert assemble(text("x"), finish=reason)[1].finish == "stop"


@pytest.mark.parametrize("reason", ["tool_calls", "tool_use", "function_call", "stop", "end_turn"])
def test_ways_to_end_with_calls(reason: str) -> None:
    assert calls_of(call("{}", "shell", id="c1", index=0), finish=reason) == [("shell", "{}")]


@pytest.mark.parametrize("reason", ["length", "max_tokens", "MAX_TOKENS", "model_length"])
def test_length(reason: str) -> None:
    assert assemble(text("x"), finish=reason)[1].finish == "length"
    with pytest.raises(ReplyCut, match="in the middle of a tool call") as caught:
        assemble(call("{}", "shell", id="c1", index=0), finish=reason)
    assert not caught.value.retryable
    with pytest.raises(ReplyCut):
        assemble(call("{}", "shell", id="c1", index=0), delta(reason), finish="stop")


@pytest.mark.parametrize(
    ("reason", "error"),
    [
        ("content_filter", ContentFiltered),
        ("SAFETY", ContentFiltered),
        ("sensitive", ContentFiltered),
        ("insufficient_system_resource", Overloaded),
        ("error", ReplyCut),
        ("abort", ReplyCut),
        ("banana", ProtocolError),
        ("tool_calls", ReplyCut),
        (None, ReplyCut),
        ("", ReplyCut),
    ],
)
def test_ways_to_fail(reason: str | None, error: type[ModelError]) -> None:
    with pytest.raises(error) as caught:
        assemble(text("x"), finish=reason)
    assert type(caught.value) is error


def test_a_cut_says_what_had_come() -> None:
    with pytest.raises(ReplyCut, match=r"\(5 characters and 2 tool calls had come\).*nothing of it was executed"):
        assemble(text("hello"), call("{", "shell", index=0), call("{", "read", index=1), finish=None)
    with pytest.raises(ReplyCut, match=r"\(nothing had come\)"):
        assemble(finish=None)


@pytest.mark.parametrize(
    ("chunk", "error"),
    [
        ({"error": {"message": "slow down", "code": 429}}, RateLimited),
        ({"error": {"message": "x", "code": "insufficient_quota"}}, QuotaExceeded),
        ({"error": "the engine died"}, Overloaded),
        ({"object": "error", "message": "boom", "code": 500}, Overloaded),
        ({"type": "error", "message": "Overloaded"}, Overloaded),
    ],
)
def test_an_error_inside_the_stream(chunk: dict[str, Any], error: type[ModelError]) -> None:
    with pytest.raises(error):
        assemble(text("x"), chunk)


def test_chunks_without_substance() -> None:
    odd: list[dict[str, Any]] = [
        {},
        {"choices": None},
        {"choices": [None, 3]},
        {"choices": [{"index": 0, "delta": None}]},
        {"choices": [{"index": 1, "delta": {"content": "of another choice"}}]},
        {"error": None, "choices": []},
        delta(content=None, tool_calls=None, role="assistant"),
        delta(tool_calls=[None, {"index": 0}, {"function": 3}]),
        delta(content=[{"type": "image"}, 3]),
    ]
    assert assemble(*odd, text("x"))[1].parts == (TextPart("x"),)


def test_a_whole_completion_counts_as_a_stream_of_one() -> None:
    body = {
        "choices": [
            {
                "index": 0,
                "message": {
                    "role": "assistant",
                    "content": "Look.",
                    "tool_calls": [
                        {"id": "x", "function": {"name": "shell", "arguments": "{}"}},
                        {"id": "x", "function": {"name": "shell", "arguments": "{}"}},
                    ],
                },
                "finish_reason": "tool_calls",
            }
        ],
        "usage": USAGE,
    }
    shown, message = assemble(body, finish=None)
    assert shown == [("Look.", False)]
    assert [(call.name, call.arguments) for call in message.tool_calls] == [("shell", "{}")] * 2
    assert message.usage.input_tokens == 1000


def test_calls_as_good_servers_stream_them() -> None:
    opened = call("", "shell", id="c1", index=0), call("", "read", id="c2", index=1)
    rest = call('{"a":', index=0), call('{"b"', index=1), call("1}", index=0), call(":2}", index=1)
    message = assemble(*opened, *rest, finish="tool_calls")[1]
    assert message.parts == (ToolCall("c1", "shell", '{"a":1}'), ToolCall("c2", "read", '{"b":2}'))


A, B = '{"cmd":"a"}', '{"cmd":"b"}'
TWO = [("shell", A), ("shell", B)]


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        # No index: by id, then by who spoke last.
        ([call("", "shell", id="1"), call("", "shell", id="2"), call(A, id="1"), call(B, id="2")], TWO),
        ([call("", "shell", id="1"), call('{"cmd":'), call('"a"}'), call(B, "shell", id="2")], TWO),
        ([call(A, "shell"), call(B, "shell")], TWO),
        # Every call is index 0.
        ([call(A, "shell", id="1", index=0), call(B, "shell", id="2", index=0)], TWO),
        ([call(A, "shell", index=0), call(B, "shell", index=0)], TWO),
        # The id comes with each piece, or late, or twice.
        ([call('{"cmd":', "shell", id="1", index=0), call('"a"}', id="1", index=0)], TWO[:1]),
        ([call('{"cmd":', "shell", index=0), call('"a"}', id="1", index=0)], TWO[:1]),
        ([call(A, "shell", id="1", index=0), call(B, "shell", id="1", index=1)], TWO),
        ([call(A, "shell", id="1", index="0"), call(B, "shell", id="2", index="1")], TWO),
        # The name in pieces, repeated, growing.
        ([call("", "sh", id="1", index=0), call("", "ell", index=0), call(A, index=0)], TWO[:1]),
        ([call('{"cmd":', "shell", id="1", index=0), call('"a"}', "shell", index=0)], TWO[:1]),
        ([call("", "sh", id="1", index=0), call(A, "shell", index=0)], TWO[:1]),
        # Arguments that are no string, or none.
        ([call({"cmd": "a"}, "shell", id="1", index=0)], TWO[:1]),
        ([call(None, "shell", id="1", index=0)], [("shell", "{}")]),
        ([call("", "shell", id="1", index=0)], [("shell", "{}")]),
        # The legacy form.
        ([delta(function_call={"name": "shell"}), delta(function_call={"arguments": A})], TWO[:1]),
    ],
)
def test_calls_as_bad_servers_stream_them(chunks: list[dict[str, Any]], expected: list[tuple[str, str]]) -> None:
    assert calls_of(*chunks) == expected


def test_ids_are_unique_within_the_session() -> None:
    before = AssistantMessage((ToolCall("call_1", "shell", "{}"),))
    after = ToolMessage(ToolResult("call_1", "shell", ()))
    request = msgspec.structs.replace(ask(), messages=(before, after))
    message = assemble(call("{}", "shell", id="call_1", index=0), request=request, finish="tool_calls")[1]
    assert message.tool_calls[0].call_id.startswith("call_")
    assert message.tool_calls[0].call_id != "call_1"


def test_huge_arguments_are_kept_in_part_and_are_no_json_any_more() -> None:
    padding = [call(" " * (1 << 20), index=0) for _ in range(3)]
    ((name, arguments),) = calls_of(call('{"cmd":"ls"}', "shell", id="1", index=0), *padding)
    assert (name, len(arguments)) == ("shell", (1 << 20) + 1)
    with pytest.raises(ValueError, match="Extra data"):
        json.loads(arguments)


@pytest.mark.parametrize(
    "chunks",
    [
        [text("x" * (1 << 20))] * 5,
        [delta(reasoning_content="x" * (1 << 20))] * 5,
        [call("", "shell", index=0), *[call("x" * (1 << 20), index=0)] * 17],
        [call("{}", "shell", index=at) for at in range(5000)],
    ],
)
def test_a_reply_without_end_is_stopped(chunks: list[dict[str, Any]]) -> None:
    with pytest.raises(ReplyTooLarge):
        assemble(*chunks, finish=None)


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
def test_thinking_in_a_field(field: str) -> None:
    shown, message = assemble(delta(**{field: "hm, "}), delta(**{field: "yes"}), text("Answer"))
    assert shown == [("hm, ", True), ("yes", True), ("Answer", False)]
    assert message.parts == (ThinkingPart("hm, yes", field=field), TextPart("Answer"))


def test_thinking_sent_twice_under_two_names_counts_once() -> None:
    message = assemble(delta(reasoning="a", reasoning_content="a"), delta(reasoning="b", reasoning_content="b"))[1]
    assert message.parts == (ThinkingPart("ab", field="reasoning_content"),)


def test_thinking_in_parts() -> None:
    parts = [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, {"type": "text", "text": "Answer"}]
    assert assemble(delta(content=parts))[1].parts == (ThinkingPart("hm"), TextPart("Answer"))


def test_thinking_in_the_text_however_it_is_cut() -> None:
    whole = "\n<think>\nhm < 3 </thin\n</think>\n\nAnswer </think> <think>"
    for size in range(1, len(whole)):
        pieces = [text(whole[at : at + size]) for at in range(0, len(whole), size)]
        shown, message = assemble(*pieces)
        assert message.parts == (ThinkingPart("hm < 3 </thin\n"), TextPart("Answer </think> <think>"))
        assert "".join(piece for piece, thinking in shown if not thinking) == "Answer </think> <think>"


def test_thinking_whose_start_is_in_the_template() -> None:
    assert assemble(text("hm\n</think>\n\nAnswer"))[1].parts == (ThinkingPart("hm"), TextPart("Answer"))
    prose = "The tag </think> ends it."
    assert assemble(text(prose))[1].parts == (TextPart(prose),)


def test_text_that_only_begins_like_thinking() -> None:
    shown, message = assemble(text("<thi"), text("s is text"))
    assert message.text == "<this is text"
    assert "".join(piece for piece, _ in shown) == "<this is text"
    assert assemble(text("<think"))[1].text == "<think"


def test_an_emoji_in_two_halves() -> None:
    shown, message = assemble(text("a\ud83d"), text("\ude00b\ud83d"))
    assert message.text == "a\U0001f600b\ufffd"
    assert "".join(piece for piece, _ in shown) == message.text


CALL_TEXT = '<tool_call>{"name":"shell","arguments":{"cmd":"a"}}</tool_call>'


@pytest.mark.parametrize("style", ["auto", "text"])
def test_calls_in_the_text_are_found_and_not_shown(style: Any) -> None:
    shown, message = assemble(text("Look. "), *map(text, CALL_TEXT), request=ask(tool_style=style))
    assert message.text == "Look."
    assert [(call.name, call.arguments) for call in message.tool_calls] == TWO[:1]
    assert message.finish == "tool_calls"
    assert "".join(piece for piece, _ in shown) == "Look. "


@pytest.mark.parametrize("style", ["native", "constrained"])
def test_calls_in_the_text_are_text_where_the_model_calls_otherwise(style: Any) -> None:
    shown, message = assemble(text(CALL_TEXT), request=ask(tool_style=style))
    assert message.parts == (TextPart(CALL_TEXT),)
    assert shown == [(CALL_TEXT, False)]


def test_text_that_was_held_back_for_nothing_is_shown_at_the_end() -> None:
    answer = '{"name": "Bob", "age": 3}'
    shown, message = assemble(*map(text, answer))
    assert message.parts == (TextPart(answer),)
    assert "".join(piece for piece, _ in shown) == answer


def test_a_call_in_the_text_that_was_cut_by_length_is_text() -> None:
    message = assemble(text(CALL_TEXT[:50]), finish="length")[1]
    assert (message.tool_calls, message.text, message.finish) == ((), CALL_TEXT[:50], "length")
    assert assemble(text(CALL_TEXT), finish="length")[1].tool_calls == ()


def test_native_calls_come_before_calls_in_the_text() -> None:
    message = assemble(text(CALL_TEXT), call(B, "shell", id="1", index=0))[1]
    assert [call.arguments for call in message.tool_calls] == [B]
    assert message.text == CALL_TEXT


def test_announced_calls_may_be_in_the_text() -> None:
    assert len(assemble(text(CALL_TEXT), finish="tool_calls")[1].tool_calls) == 1


def test_who_answered_is_what_the_first_chunk_says() -> None:
    request = ask()
    assembler = ReplyAssembler(request, endpoint_of(request.model))
    for name in (None, 7, " ", "m-1-2026", "m-2"):
        assembler.feed({**text("x"), "model": name})
    assembler.feed(delta("stop"))
    last = assembler.finish()[-1]
    assert isinstance(last, ReplyFinished) and last.answered_by == "m-1-2026"
