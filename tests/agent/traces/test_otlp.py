"""OTLP/JSON: what a collector reads."""

import json
from typing import Any

import msgspec

from agent.messages import Usage
from agent.traces import otlp
from agent.traces.content import Content
from agent.traces.otlp import messages, span_id, trace_id
from agent.traces.span import Trace, without_content
from tests.helpers.traces import Records, at, reply, said, seen, story

SECRETS = ("secret words", "I write.", '"x"', "write x", "p?q", "faster", "xxxx", "do it", "Done.")


def spans_of(trace: Trace, said: Content | None = None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for message in messages(trace, said, at(30)):
        (resource,) = json.loads(message)["resourceSpans"]
        names = {one["key"]: one["value"]["stringValue"] for one in resource["resource"]["attributes"]}
        assert names["service.name"] == "homard"
        (scope,) = resource["scopeSpans"]
        found += scope["spans"]
    return found


def attributes(span: dict[str, Any]) -> dict[str, Any]:
    return {one["key"]: next(iter(one["value"].values())) for one in span["attributes"]}


def test_the_tree_its_times_and_its_names() -> None:
    spans = spans_of(story().recorded().trace())
    ids = {span["spanId"]: span["name"] for span in spans}
    assert len(ids) == len(spans) and {span["traceId"] for span in spans} == {trace_id("r1")}
    assert [(span["name"], span["kind"], ids.get(span.get("parentSpanId", ""))) for span in spans] == [
        ("invoke_agent Homard", 1, None),
        ("turn 1", 1, "invoke_agent Homard"),
        ("chat gpt", 3, "turn 1"),
        ("execute_tool write", 1, "turn 1"),
        ("wait for approval", 1, "execute_tool write"),
        ("execute_tool fetch", 1, "turn 1"),
        ("chat m", 3, "execute_tool fetch"),
        ("turn 2", 1, "invoke_agent Homard"),
        ("chat gpt", 3, "turn 2"),
        ("chat gpt", 3, "turn 2"),
    ]
    nanos = int(at(0).timestamp()) * 10**9
    assert (spans[0]["startTimeUnixNano"], spans[0]["endTimeUnixNano"]) == (str(nanos), str(nanos + 20 * 10**9))
    assert [event["name"] for event in spans[0]["events"]] == ["homard.steered"]
    (first,) = spans[2]["events"]
    assert (first["name"], first["timeUnixNano"]) == ("homard.first_token", str(nanos + 1_500_000_000))
    assert spans[8]["status"] == {"code": 2, "message": "overloaded"} and spans[2]["status"] == {}
    assert span_id("r1", "run") == spans[0]["spanId"] != span_id("r2", "run")


def test_attributes_by_the_conventions() -> None:
    spans = spans_of(story().recorded().trace())
    assert attributes(spans[2]) == {
        "gen_ai.conversation.id": "s1",
        "homard.run.id": "r1",
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt",
        "gen_ai.request.stream": True,
        "homard.purpose": "turn",
        "homard.measured": True,
        "gen_ai.response.model": "gpt",
        "gen_ai.usage.input_tokens": "100",
        "gen_ai.usage.cache_read.input_tokens": "40",
        "gen_ai.usage.output_tokens": "10",
        "homard.cost_usd": 0.5,
        "homard.cache.expected_tokens": "80",
        "gen_ai.response.finish_reasons": {"values": [{"stringValue": "tool_calls"}]},
        "gen_ai.response.time_to_first_chunk": 0.5,
        "homard.sent_after": 0.0,
        "server.address": "api.openai.com",
        "server.port": "443",
        "homard.prompt.tokens.system": "94",
        "homard.prompt.tokens.prompt": "6",
    }
    assert attributes(spans[9])["gen_ai.response.model"] == "gpt-other"
    assert attributes(spans[5])["homard.tool.hosts"] == {"values": [{"stringValue": "example.org"}]}
    approval = {name: value for name, value in attributes(spans[4]).items() if "approval" in name}
    assert approval == {
        "homard.approval.rule": "default.write",
        "homard.approval.allowed": True,
        "homard.approval.by": "person",
        "homard.approval.scope": "once",
    }
    assert attributes(spans[8])["error.type"] == "overloaded"


def test_content_is_there_if_it_was_switched_on_and_nowhere_else() -> None:
    recorded = story().recorded()
    trace = recorded.trace()
    for quiet in (without_content(trace), trace):
        text = b"".join(messages(quiet, None, at(30))).decode()
        assert [secret for secret in SECRETS if secret in text] == []
    plain = msgspec.json.encode(without_content(trace)).decode()
    assert [secret for secret in SECRETS if secret in plain] == []

    spans = [attributes(span) for span in spans_of(trace, Content(recorded.path))]
    assert spans[0]["homard.run.prompt"] == "secret words"
    asked = json.loads(spans[9]["gen_ai.input.messages"])
    assert asked[1]["parts"][1] == {"type": "tool_call", "id": "c1", "name": "write", "arguments": {"path": "x"}}
    assert asked[2] == {"role": "tool", "parts": [{"type": "tool_call_response", "id": "c1", "response": "fine"}]}
    assert json.loads(spans[9]["gen_ai.output.messages"]) == [
        {"role": "assistant", "parts": [{"type": "text", "content": "Done."}], "finish_reason": "stop"}
    ]
    assert (spans[3]["gen_ai.tool.call.arguments"], spans[3]["gen_ai.tool.call.result"]) == ('{"path": "x"}', "fine")
    assert spans[3]["homard.tool.effects"] == {"values": [{"stringValue": "write x"}]}


def test_a_long_run_comes_in_several_messages_of_bounded_size() -> None:
    made = Records()
    made.entry(0, said("x" * 19_000))
    for turn in range(60):
        made.seen.append(seen(turn + 1))
        made.entry(turn + 1, reply("y" * 19_000))
    recorded = made.recorded()
    sizes = [len(message) for message in messages(recorded.trace(), Content(recorded.path), at(300))]
    assert len(sizes) == 4 and max(sizes) < otlp.MOST_BYTES * 1.2
    spans = [span for span in spans_of(recorded.trace(), Content(recorded.path)) if span["name"].startswith("chat")]
    assert len(spans) == 60 and attributes(spans[-1])["homard.input.messages.left_out"] == "55"


def test_what_has_not_ended_ends_now_and_unknown_prices_are_left_out() -> None:
    made = Records(finished=None)
    made.entry(0, said("a"))
    made.seen.append(seen(1, cost_usd=None))
    made.entry(3, reply("b", ("c1", "w", "{"), usage=Usage(100, 40, 10)))
    spans = spans_of(made.recorded().trace())
    assert {span["endTimeUnixNano"] for span in (spans[0], spans[3])} == {str(int(at(30).timestamp()) * 10**9)}
    assert all("homard.cost_usd" not in attributes(span) for span in spans)
