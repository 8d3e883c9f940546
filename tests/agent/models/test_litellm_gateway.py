"""litellm in its own process, against real servers. One worker serves the whole module: its start takes seconds."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import psutil
import pytest

from agent.errors import (
    BadKey,
    BadRequest,
    ContentFiltered,
    ModelError,
    Overloaded,
    ProtocolError,
    RateLimited,
    ReplyCut,
    Unreachable,
)
from agent.messages import (
    AssistantMessage,
    Message,
    TextPart,
    ThinkingPart,
    ToolCall,
    ToolMessage,
    ToolResult,
    Usage,
    UserMessage,
)
from agent.models.litellm_gateway import LiteLLMGateway
from agent.models.sent import SentRecord
from agent.ports import ModelEvent, ModelRequest, ReplyFinished, TextDelta
from agent.sandbox.landlock import version
from agent.settings import ModelProfile, Price, ProviderSettings
from tests.helpers import anthropic_wire
from tests.helpers.fault_server import (
    FAULTS,
    KEY,
    Fails,
    FaultServer,
    FixedKey,
    Flows,
    Reply,
    Seen,
    answer_by_name,
    fault_request,
)
from tests.helpers.faults import DONE, SSE, STOP, Answer, refusal, stream, text

HELLO = (UserMessage((TextPart("Hello"),)),)
JAIL = f"landlock {version()}, seccomp"
PRICE = Price(3.0, 15.0, 0.3)


class House:
    """A loop and a gateway that outlive one test."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self.runner = runner
        self.sent: list[SentRecord] = []
        self.gateway = LiteLLMGateway(FixedKey(), on_sent=self.sent.append)

    def events(self, request: ModelRequest) -> list[ModelEvent]:
        return self.runner.run(collect(self.gateway, request))

    def reply(self, request: ModelRequest) -> AssistantMessage:
        last = self.events(request)[-1]
        assert isinstance(last, ReplyFinished)
        return last.message

    def failure(self, request: ModelRequest) -> ModelError:
        with pytest.raises(ModelError) as caught:
            self.events(request)
        assert KEY not in str(caught.value)
        assert "sk-" not in str(caught.value)
        return caught.value


async def collect(gateway: LiteLLMGateway, request: ModelRequest) -> list[ModelEvent]:
    return [event async for event in gateway.stream(request)]


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with asyncio.Runner() as runner, pytest.MonkeyPatch.context() as user:
        user.setenv("USERS_OWN", "private")
        house = House(runner)
        yield house
        runner.run(house.gateway.aclose())


@pytest.fixture(scope="module")
def faults() -> Iterator[FaultServer]:
    with FaultServer() as server:
        yield server


def through_litellm(server: FaultServer, name: str, **settings: Any) -> ModelRequest:
    settings = {"transport": "litellm", "litellm_provider": "openai", **settings}
    return fault_request(server.base_url, name, **settings)


@pytest.mark.parametrize("name", FAULTS)
def test_fault(house: House, faults: FaultServer, name: str) -> None:
    """The same faults, with the same ends, as for the transport `direct`."""
    outcome = FAULTS[name].outcome
    request = through_litellm(faults, name)
    before = len(faults.requests)
    match outcome:
        case Reply(text=text, calls=calls, finish=finish):
            message = house.reply(request)
            found = [(call.name, call.arguments) for call in message.tool_calls]
            assert (message.text, found, message.finish) == (text, list(calls), finish)
            assert len({call.call_id for call in message.tool_calls}) == len(calls)
        case Fails(error=kind, retry_after_s=wait, says=says):
            error = house.failure(request)
            assert (type(error), error.retry_after_s) == (kind, wait)
            assert says in str(error)
        case Flows():
            with pytest.raises(TimeoutError):
                house.runner.run(asyncio.wait_for(collect(house.gateway, request), 2.0))
    assert len(faults.requests) == before + 1, "one call is one request: no retries, no redirects"


@pytest.mark.parametrize(
    ("name", "begun"), [("503", False), ("429", False), ("sse_error_event", True), ("hung_up", True)]
)
def test_whether_a_provider_had_begun_is_known(house: House, name: str, begun: bool) -> None:
    def play(seen: Seen) -> Answer:
        if name == "hung_up":
            raise ConnectionError
        return answer_by_name(seen)

    with FaultServer(play) as server:
        assert bool(house.failure(through_litellm(server, name)).begun) is begun


def test_keys_go_to_their_endpoint_and_nowhere_else(house: House, faults: FaultServer) -> None:
    house.reply(through_litellm(faults, "ok_text"))
    assert faults.requests[-1].headers["authorization"] == f"Bearer {KEY}"
    (pid,) = house.gateway.process_ids
    worker = psutil.Process(pid)
    assert KEY not in "\0".join([*worker.cmdline(), *worker.environ().values()])
    assert "USERS_OWN" not in worker.environ(), "the environment is built, not inherited"


def test_what_leaves_is_counted_at_the_wire(house: House, faults: FaultServer) -> None:
    for name in ("ok_text", "503"):
        house.sent.clear()
        before = len(faults.requests)
        request = through_litellm(faults, name)
        if name == "ok_text":
            house.reply(request)
        else:
            house.failure(request)
        (seen,) = faults.requests[before:]
        begun, ended = house.sent
        assert (begun.bytes_sent, begun.bytes_received) == (len(seen.raw), None)
        assert (begun.provider, begun.host, begun.local) == ("faulty", "this machine", True)
        assert begun.parts == {"system": 15, "tools": 58, "prompt": 5}
        assert ended.bytes_received is not None and ended.bytes_received >= 2
    house.sent.clear()
    house.failure(fault_request("http://127.0.0.1:9/v1", "ok", transport="litellm", litellm_provider="openai"))
    assert house.sent == []


@pytest.mark.skipif(version() == 0, reason="this kernel does not enforce Landlock")
def test_worker_is_jailed(house: House) -> None:
    assert house.runner.run(house.gateway.check()) == JAIL
    status = Path(f"/proc/{house.gateway.process_ids[0]}/status").read_text()
    assert "NoNewPrivs:\t1" in status


JAILED = """
import os, sys
from agent.models.litellm_worker import enter_jail

print(enter_jail(sys.argv[1]))
import agent.errors, agent.sandbox
import httpx, certifi, ssl
ssl.create_default_context(cafile=certifi.where())
open(sys.argv[1] + "/scratch", "w").write("x")
for path in sys.argv[2:]:
    try:
        os.listdir(path) if os.path.isdir(path) else open(path).read()
        print("read", path)
    except PermissionError:
        print("denied", path)
"""


@pytest.mark.skipif(version() == 0, reason="this kernel does not enforce Landlock")
def test_jail_keeps_the_users_files_out(tmp_path: Path) -> None:
    """Ours and Python's are readable; the user's, and the project around our package, are not."""
    ours = Path(__file__).parents[3]
    own, scratch = tmp_path / "letter.txt", tmp_path / "scratch"
    own.write_text("dear diary")
    scratch.mkdir()
    asked = [
        str(own),
        str(tmp_path),
        str(ours / "pyproject.toml"),
        str(ours / "tests"),
        str(Path.home()),
        "/proc/1/environ",
    ]
    command = [sys.executable, "-P", "-c", JAILED, str(scratch), *asked]
    env = {"PYTHONPATH": str(ours), "PATH": os.environ["PATH"], "HOME": str(scratch)}
    ran = asyncio.run(run(command, env))
    assert ran.splitlines() == [JAIL, *(f"denied {path}" for path in asked)]


async def run(command: list[str], env: dict[str, str]) -> str:
    process = await asyncio.create_subprocess_exec(*command, env=env, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    return out.decode()


# Streams side by side, cancelled, and cut by the worker's death.


def test_streams_run_side_by_side(house: House, faults: FaultServer) -> None:
    async def both() -> list[str]:
        slow = house.gateway.stream(through_litellm(faults, "slow_drip"))
        first = await anext(slow)
        quick = await collect(house.gateway, through_litellm(faults, "ok_text"))
        second = await anext(slow)
        await slow.aclose()
        texts = [event.text for event in (first, *quick, second) if isinstance(event, TextDelta)]
        return texts

    assert house.runner.run(both()) == [".", "hel", "lo", "."]


def test_closing_a_stream_ends_the_call(house: House) -> None:
    """The connection to the provider goes, so that nothing more is paid for."""

    async def one() -> None:
        stream = house.gateway.stream(through_litellm(server, "slow_drip"))
        await anext(stream)
        await stream.aclose()
        assert await asyncio.to_thread(server.closed_early.wait, 10)

    with FaultServer() as server:
        house.runner.run(one())


def test_worker_dies_in_the_middle(house: House, faults: FaultServer) -> None:
    """The call fails as one to be retried; the retry gets a new worker."""

    async def dying() -> None:
        stream = house.gateway.stream(through_litellm(faults, "slow_drip"))
        await anext(stream)
        psutil.Process(*house.gateway.process_ids).kill()
        async for _ in stream:
            pass

    before = house.gateway.process_ids
    with pytest.raises(ReplyCut, match="ended in the middle of the reply; the conversation is kept: try again"):
        house.runner.run(dying())
    assert house.reply(through_litellm(faults, "ok_text")).text == "hello"
    assert house.gateway.process_ids != before


async def started(gateway: LiteLLMGateway) -> psutil.Process:
    while not gateway.process_ids:  # noqa: ASYNC110 nothing tells when a process is there but that it is
        await asyncio.sleep(0)
    return psutil.Process(*gateway.process_ids)


async def gone(pid: int) -> None:
    """Wait without reaping: that is for the gateway to do."""
    async with asyncio.timeout(10):
        while psutil.pid_exists(pid):  # noqa: ASYNC110 nothing tells when another's child is gone
            await asyncio.sleep(0.01)


def test_worker_ends_when_idle_and_when_closed() -> None:
    homes: list[Path] = []

    async def one() -> None:
        gateway = LiteLLMGateway(FixedKey(), idle_minutes=0.0001)
        for end in (None, gateway.aclose):
            starting = asyncio.ensure_future(gateway.check())
            process = await started(gateway)
            homes.append(Path(process.cwd()))
            starting.cancel()
            if end is not None:
                await end()
            await gone(process.pid)
        with pytest.raises(ModelError, match="closed"):
            await gateway.check()

    asyncio.run(one())
    assert len(homes) == 2
    assert not any(home.exists() for home in homes)


def test_worker_killed_before_it_was_ready() -> None:
    async def one() -> None:
        gateway = LiteLLMGateway(FixedKey())
        starting = asyncio.ensure_future(gateway.check())
        (await started(gateway)).kill()
        with pytest.raises(Unreachable, match=r"before it was ready \(killed by signal SIGKILL\); nothing was sent"):
            await starting
        await gateway.aclose()

    asyncio.run(one())


# Anthropic's own format.


@pytest.fixture(scope="module")
def anthropic() -> Iterator[FaultServer]:
    with FaultServer(lambda seen: anthropic_wire.answer(seen.body["model"])) as server:
        yield server


def anthropic_request(server: FaultServer, name: str, messages: tuple[Message, ...] = HELLO) -> ModelRequest:
    template = through_litellm(server, "ok_text", litellm_provider="")
    settings = msgspec.structs.replace(template.model.settings, base_url=server.base_url.removesuffix("/v1"))
    profile = ModelProfile("anthropic", name, settings, price=PRICE)
    return msgspec.structs.replace(template, model=profile, messages=messages, max_output_tokens=1000)


WHOLE = AssistantMessage(
    (
        ThinkingPart("Let me look.", anthropic_wire.SIGNATURE),
        ThinkingPart("", "SEALED", "redacted_thinking"),
        TextPart("I will look."),
        ToolCall("toolu_1", "shell", '{"cmd": "ls"}'),
    ),
    "anthropic/whole",
    "tool_calls",
    Usage(40, 10, 33, (30 * 3.0 + 10 * 0.3 + 33 * 15.0) / 1e6),
)


def test_anthropic_whole_reply(house: House, anthropic: FaultServer) -> None:
    *deltas, last = house.events(anthropic_request(anthropic, "whole"))
    assert last == ReplyFinished(WHOLE, "m")
    assert deltas == [TextDelta("Let me ", True), TextDelta("look.", True), TextDelta("I will look.")]
    assert anthropic.requests[-1].headers["x-api-key"] == KEY


def test_anthropic_thinking_goes_back_as_it_came(house: House, anthropic: FaultServer) -> None:
    result = ToolMessage(ToolResult("toolu_1", "shell", (TextPart("a.txt"),)))
    request = anthropic_request(anthropic, "text", (*HELLO, WHOLE, result))
    assert house.reply(request).text == "I will look."
    body = anthropic.requests[-1].body
    assert [message["content"] for message in body["messages"]] == [
        [{"type": "text", "text": "Hello", "cache_control": {"type": "ephemeral"}}],
        [
            {"type": "thinking", "thinking": "Let me look.", "signature": anthropic_wire.SIGNATURE},
            {"type": "redacted_thinking", "data": "SEALED"},
            {"type": "text", "text": "I will look."},
            {"type": "tool_use", "id": "toolu_1", "name": "shell", "input": {"cmd": "ls"}},
        ],
        [
            {
                "type": "tool_result",
                "tool_use_id": "toolu_1",
                "content": "a.txt",
                "cache_control": {"type": "ephemeral"},
            }
        ],
    ]
    assert body["system"] == [{"type": "text", "text": "You are a test.", "cache_control": {"type": "ephemeral"}}]
    assert "stream_options" not in body


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("cut_in_text", ReplyCut),
        ("cut_in_call", ReplyCut),
        ("cut_after_call", ReplyCut),
        ("cut_before_stop", ReplyCut),
        ("reset", ReplyCut),
        ("stall", ReplyCut),
        ("error", Overloaded),
        ("529", Overloaded),
        ("401", BadKey),
        ("429", RateLimited),
        ("refusal", ContentFiltered),
        ("unheard_of", ProtocolError),
    ],
)
def test_anthropic_fault(house: House, anthropic: FaultServer, name: str, kind: type[ModelError]) -> None:
    error = house.failure(anthropic_request(anthropic, name))
    assert type(error) is kind
    assert error.retry_after_s == (7.0 if name == "429" else None)


def test_anthropic_out_of_tokens(house: House, anthropic: FaultServer) -> None:
    assert house.reply(anthropic_request(anthropic, "out_of_tokens")).finish == "length"


# Gemini's.


def gemini_event(part: dict[str, Any], **more: Any) -> bytes:
    usage = {"promptTokenCount": 5, "cachedContentTokenCount": 2, "candidatesTokenCount": 3, "totalTokenCount": 8}
    candidate = {"content": {"role": "model", "parts": [part]}, "index": 0, **more}
    return b"data: " + json.dumps({"candidates": [candidate], "usageMetadata": usage}).encode() + b"\r\n\r\n"


TEXT = gemini_event({"text": "Looking."})
CALL = {"functionCall": {"name": "shell", "args": {"cmd": "ls"}}, "thoughtSignature": anthropic_wire.SIGNATURE}


def test_gemini(house: House) -> None:
    def answer(seen: Seen) -> Answer:
        whole = "whole" in seen.path
        return Answer(200, SSE, [TEXT, gemini_event(CALL, **({"finishReason": "STOP"} if whole else {}))])

    with FaultServer(answer) as server:
        request = anthropic_request(server, "whole")
        profile = msgspec.structs.replace(request.model, provider="gemini")
        message = house.reply(msgspec.structs.replace(request, model=profile))
        (call,) = message.tool_calls
        assert (message.text, call.name, json.loads(call.arguments)) == ("Looking.", "shell", {"cmd": "ls"})
        assert message.usage == Usage(5, 2, 3, (3 * 3.0 + 2 * 0.3 + 3 * 15.0) / 1e6)
        result = ToolMessage(ToolResult(call.call_id, "shell", (TextPart("a.txt"),)))
        house.reply(msgspec.structs.replace(request, model=profile, messages=(*HELLO, message, result)))
        sent = json.dumps(server.requests[-1].body)
        assert anthropic_wire.SIGNATURE in sent, "Gemini wants the seal of its thought back with the call"
        cut = msgspec.structs.replace(profile, name="cut")
        assert type(house.failure(msgspec.structs.replace(request, model=cut))) is ReplyCut


# What the endpoint, litellm or we refuse.


def test_model_without_tools_gets_them_in_the_text(house: House) -> None:
    def answer(seen: Seen) -> Answer:
        if "tools" in seen.body:
            return refusal(400, b'{"error": {"message": "this model does not support tools"}}')
        return stream(text('<tool_call>{"name": "shell", "arguments": {"cmd": "ls"}}</tool_call>'), STOP, DONE)

    with FaultServer(answer) as server:
        message = house.reply(through_litellm(server, "any"))
        assert [(call.name, json.loads(call.arguments)) for call in message.tool_calls] == [("shell", {"cmd": "ls"})]
        assert len(server.requests) == 2


def test_key_that_is_none(faults: FaultServer) -> None:
    async def one() -> None:
        gateway = LiteLLMGateway(FixedKey("schlüssel"))
        with pytest.raises(BadKey, match="characters that no key has"):
            await collect(gateway, through_litellm(faults, "ok_text"))
        assert gateway.process_ids == ()

    asyncio.run(one())


def test_unknown_provider_is_refused_in_words(house: House) -> None:
    profile = ModelProfile("nobody", "m", ProviderSettings(transport="litellm", key="env:X"))
    error = house.failure(ModelRequest(profile, "", HELLO))
    assert type(error) is BadRequest
    assert "nobody" in str(error)


def test_nobody_there(house: House) -> None:
    with FaultServer() as server:
        request = through_litellm(server, "ok_text")
    assert type(house.failure(request)) is Unreachable
