"""What leaves is counted where it leaves, against what a real server got."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from pathlib import Path

import msgspec
import pytest

from agent.errors import ModelError
from agent.messages import (
    AssistantMessage,
    ImagePart,
    NoteMessage,
    SummaryMessage,
    TextPart,
    ToolCall,
    ToolMessage,
    ToolResult,
    UserMessage,
)
from agent.models.gateway import Gateway
from agent.models.sent import SentRecord, contents, sent_record, sources_of
from agent.ports import ModelRequest
from agent.settings import ModelProfile, ProviderSettings, Settings
from tests.helpers.fault_server import FaultServer, FixedKey, Seen, fault_request
from tests.helpers.faults import Answer, refusal


def told(request: ModelRequest, *, stop_at: int = -1) -> list[SentRecord]:
    """All that the listener hears of one call through the whole gateway."""
    heard: list[SentRecord] = []

    async def run() -> None:
        gateway = Gateway(FixedKey(), Settings(), lambda transport: transport, heard.append)
        try:
            async with asyncio.timeout(10), aclosing(gateway.stream(request)) as events:
                at = 0
                async for _ in events:
                    at += 1
                    if at == stop_at:
                        break
        except ModelError:
            pass
        finally:
            await gateway.aclose()

    asyncio.run(run())
    return heard


def test_a_request_is_told_when_it_leaves_and_when_its_answer_has_ended(tmp_path: Path) -> None:
    for socket_path in ("", str(tmp_path / "s.sock")):
        with FaultServer(socket_path=socket_path) as server:
            request = msgspec.structs.replace(fault_request(server.base_url, "ok_text"), session_id="s1")
            begun, ended = told(request)
            (seen,) = server.requests
        assert (begun.bytes_sent, begun.bytes_received) == (len(seen.raw), None)
        assert (begun.session_id, begun.provider, begun.model) == ("s1", "faulty", "fault/ok_text")
        assert (begun.host, begun.local) == ("this machine", True)
        assert ended.bytes_received is not None and ended.bytes_received > 100
        assert (ended.host, ended.parts, ended.sources) == (begun.host, {}, ())


def test_what_was_refused_or_given_up_has_left_all_the_same(tmp_path: Path) -> None:
    with FaultServer(lambda _seen: refusal(500, b"broken")) as server:
        begun, ended = told(fault_request(server.base_url, "x"))
        assert begun.bytes_sent == len(server.requests[0].raw) and (ended.bytes_received or 0) > 5
    with FaultServer() as server:
        begun, ended = told(fault_request(server.base_url, "ok_text"), stop_at=1)
        assert begun.bytes_sent == len(server.requests[0].raw) and ended.bytes_received is not None
    with FaultServer(lambda _seen: Answer(200, {}, [], silent_s=60)) as server:
        begun, ended = told(fault_request(server.base_url, "x"))
        assert (begun.bytes_sent > 100, ended.bytes_received) == (True, 0)


def test_what_could_not_be_connected_has_not_left() -> None:
    assert told(fault_request("http://127.0.0.1:9/v1", "ok_text")) == []


def test_a_remote_host_is_named_without_credentials() -> None:
    profile = ModelProfile("p", "m", ProviderSettings(base_url="https://me:pw@api.example.com/v1"))
    sent = sent_record(ModelRequest(profile, "", ()), 10)
    assert (sent.host, sent.local) == ("api.example.com", False)
    assert sent_record(ModelRequest(profile, "", ()), 10, "127.0.0.1:11434").local
    assert sent_record(ModelRequest(profile, "", ()), 10, "other.example.com:443").host == "other.example.com:443"
    engine = ModelProfile("local", "smollm2", ProviderSettings(base_url="unix:/tmp/x.sock"))
    assert sent_record(ModelRequest(engine, "", ()), 10).host == "this machine"


def result(call_id: str, name: str, text: str, **details: object) -> ToolMessage:
    return ToolMessage(ToolResult(call_id, name, (TextPart(text),), dict(details)))


def test_parts_and_sources_come_from_the_messages() -> None:
    calls = (ToolCall("1", "read", "{}"), ToolCall("2", "shell", '{"cmd": "ls"}'), ToolCall("3", "fetch", "{}"))
    messages = (
        UserMessage((TextPart("häuser"), ImagePart("image/png", b"12345")), context="now"),
        AssistantMessage((TextPart("ok"), *calls)),
        result("1", "read", "content", path="/home/ada/a.txt"),
        result("2", "shell", "listing"),
        result("3", "fetch", "page", url="https://example.org/"),
        result("1", "read", "again", path="/home/ada/a.txt"),
        result("4", "find", "two", paths=["/x", "/y"]),
        result("5", "shell", "no", denied=True),
        NoteMessage("note"),
        SummaryMessage("sum", 3),
    )
    request = ModelRequest(ModelProfile("p", "m"), "system", messages)
    parts, sources = contents(request)
    assert parts == {"system": 6, "prompt": 10, "images": 5, "replies": 2 + 2 + 13 + 2 + 4 + 3, "results": 28}
    assert sources == ("/home/ada/a.txt", 'shell {"cmd": "ls"}', "https://example.org/", "/x", "/y")
    many = [result(str(n), "read", "", path=f"/f{n}") for n in range(1_500)]
    assert sources_of(many)[-1] == "… and 500 more" and len(sources_of(many)) == 1_001


@pytest.mark.parametrize("style", ["text", "auto"])
def test_each_attempt_is_told(style: str) -> None:
    """A model that refuses tools is called again: the content left twice."""

    def answer(seen: Seen) -> Answer:
        if "tools" in seen.body:
            return refusal(400, b'{"error": {"message": "this model does not support tools"}}')
        return refusal(500, b"broken")

    with FaultServer(answer) as server:
        request = fault_request(server.base_url, "x")
        request = msgspec.structs.replace(request, model=msgspec.structs.replace(request.model, tool_style=style))
        heard = told(request)
        assert [one.bytes_sent for one in heard if one.bytes_received is None] == [len(s.raw) for s in server.requests]
        assert len(server.requests) == (2 if style == "auto" else 1)
