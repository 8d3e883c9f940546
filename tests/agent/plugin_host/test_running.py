"""What a plugin's process may say, and what becomes of it when it says something else. The process is played."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent.confined.ended import Ended
from agent.errors import ToolDenied, ToolFailed
from agent.plugin_api.model import ModelRequest
from agent.plugin_api.wire import Ask, Complete, Start, Watch, to_plugin
from agent.plugin_host.channel import Crashed, NotImported
from agent.plugin_host.running import MAX_ASKS, MAX_PIECES, Running
from agent.tools.egress_pass import EgressPass
from agent.tools.foreign import ForeignCall, ToolOffer

START = Start("hello", "/x", "main", "/x/data", {})
OFFER = ToolOffer("hello_a", "a", "A.", {"type": "object"}, timeout_s=5)


class Process:
    """A process that says what `reply` makes of each thing that it is told."""

    egress: EgressPass | None = None
    pid = 1
    memory = 0

    def __init__(self, reply: Callable[[dict[str, Any]], list[Any]]) -> None:
        self._reply = reply
        self._said: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.told: list[dict[str, Any]] = []
        self.ended: Ended | None = None

    @property
    def alive(self) -> bool:
        return self.ended is None

    async def send(self, message: bytes) -> None:
        to_plugin(message)
        self.told.append(msgspec.json.decode(message))
        for line in self._reply(self.told[-1]):
            self._said.put_nowait(line if isinstance(line, bytes) else msgspec.json.encode(line))

    async def receive(self) -> bytes | None:
        return await self._said.get()

    async def end(self, grace_s: float = 0.5) -> Ended:
        if self.ended is None:
            self.ended = Ended("killed", None, "it was ended")
            self._said.put_nowait(None)
        return self.ended


def replying(**replies: list[Any] | Callable[[dict[str, Any]], list[Any]]) -> Callable[[dict[str, Any]], list[Any]]:
    def reply(message: dict[str, Any]) -> list[Any]:
        if message["do"] == "start":
            return [{"say": "ready"}]
        found = replies.get(message["do"], [])
        return found if isinstance(found, list) else found(message)

    return reply


async def nothing(_ask: Ask, _call: ForeignCall | None) -> Any:
    raise ToolDenied("No.")


async def started(process: Process, ended: list[str], answer: Any = nothing) -> Running:
    running, _ready = await Running.start("hello", process, START, answer, lambda one: ended.append(one.failure))
    return running


def a_call() -> ForeignCall:
    async def tools(_name: str, _arguments: Any) -> Any:
        raise AssertionError

    return ForeignCall(OFFER, {}, Path("/x"), lambda _line: None, tools)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ([b"hello"], "what is no message"),
        ([{"say": "done", "number": 1, "result": {"text": 5}}], "what is no message"),
        ([{"say": "done", "number": 1}], "a call without a result"),
        ([b"\xff\xfe"], "what is no message"),
        ([b"[" * 50_000], "what is no message"),
        ([{"say": "run"}], "what is no message"),
    ],
)
def test_nonsense_ends_it_and_its_call_and_counts_once(said: list[Any], words: str) -> None:
    async def main() -> None:
        process, ended = Process(replying(call=said)), list[str]()
        running = await started(process, ended)
        with pytest.raises(Crashed, match=words):
            await running.call(a_call())
        await running.end()
        assert not process.alive and len(ended) == 1 and words in ended[0]

    asyncio.run(main())


def test_answers_to_calls_that_nobody_made_are_nobody_s() -> None:
    def reply(message: dict[str, Any]) -> list[Any]:
        number = message["number"]
        others = [number + 1, number + 2, 0, 2**53]
        return [
            *({"say": "done", "number": other, "result": {"text": "wrong"}} for other in others),
            *({"say": "progress", "number": other, "text": "wrong"} for other in others),
            *({"say": "piece", "number": other, "text": "wrong"} for other in (number, *others)),
            {"say": "ready", "tools": []},
            {"say": "done", "number": number, "result": {"text": "right"}},
            {"say": "done", "number": number, "result": {"text": "twice"}},
        ]

    async def main() -> None:
        ended: list[str] = []
        running = await started(Process(replying(call=reply)), ended)
        texts = [(await running.call(a_call())).text for _ in range(3)]
        await running.end()
        assert (texts, ended) == (["right"] * 3, [""])

    asyncio.run(main())


def test_asking_without_end_ends_it() -> None:
    async def never(_ask: Ask, _call: ForeignCall | None) -> Any:
        await asyncio.Event().wait()

    asks = [{"say": "ask", "number": n, "of": 0, "what": "secret", "arguments": {}} for n in range(10 * MAX_ASKS)]

    async def main() -> None:
        process, ended = Process(replying(call=asks)), list[str]()
        running = await started(process, ended, never)
        with pytest.raises(Crashed, match="asked for more than it took answers"):
            await running.call(a_call())
        await running.end()
        assert ended == ["it asked for more than it took answers"]

    asyncio.run(main())


def test_what_it_asks_for_is_answered_and_a_refusal_tells_why() -> None:
    def call(message: dict[str, Any]) -> list[Any]:
        return [{"say": "ask", "number": 7, "of": message["number"], "what": "notify", "arguments": {"text": "x"}}]

    def answer(message: dict[str, Any]) -> list[Any]:
        return [{"say": "done", "number": 1, "error": {"kind": "denied", "text": message["error"]["text"]}}]

    async def main() -> None:
        running = await started(Process(replying(call=call, answer=answer)), [])
        with pytest.raises(ToolDenied, match=r"^No\.$"):
            await running.call(a_call())
        await running.end()

    asyncio.run(main())


def test_a_start_that_fails_leaves_nothing() -> None:
    async def main() -> None:
        broken = Process(lambda _message: [{"say": "not_ready", "text": "line 3"}])
        ended: list[str] = []
        with pytest.raises(NotImported, match="line 3"):
            await started(broken, ended)
        gone = Process(lambda _message: [])
        gone._said.put_nowait(None)
        with pytest.raises(Crashed):
            await started(gone, ended)
        assert not broken.alive and not gone.alive

    asyncio.run(main())


def test_a_watch_is_no_call_that_somebody_waits_for() -> None:
    async def main() -> None:
        watched = asyncio.Event()

        def watch(_message: dict[str, Any]) -> list[Any]:
            watched.set()
            return []

        process, ended = Process(replying(watch=watch)), list[str]()
        running = await started(process, ended)
        watching = asyncio.create_task(running.watch("mail"))
        await watched.wait()
        assert (running.busy, running.calling) == (True, False)
        assert to_plugin(msgspec.json.encode(process.told[1])) == Watch(1, "mail")
        await running.end()
        with pytest.raises(ToolFailed, match="it was ended"):
            await watching
        assert ended == [""]

    asyncio.run(main())


def test_a_reply_that_comes_too_fast_is_stopped_once() -> None:
    async def main() -> None:
        pieces = [{"say": "piece", "number": 1, "text": "x"}] * (3 * MAX_PIECES)
        stopped = [{"say": "done", "number": 1, "error": {"kind": "failed", "text": "Stopped."}}]
        process, ended = Process(replying(complete=pieces, cancel=stopped)), list[str]()
        running = await started(process, ended)
        taken = 0

        async def take() -> None:
            nonlocal taken
            async for _piece in running.complete(Complete(0, "p", ModelRequest("m", "", ()))):
                taken += 1
                await asyncio.sleep(0)

        with pytest.raises(ToolFailed, match="faster than it could be taken"):
            await take()
        assert process.told[-1]["do"] == "cancel" and taken <= MAX_PIECES and running.alive
        await running.end()

    asyncio.run(main())


def test_whoever_waits_for_its_end_can_be_stopped() -> None:
    class Lasting(Process):
        async def end(self, grace_s: float = 0.5) -> Ended:
            return Ended("killed", None, "it was ended")

    async def main() -> None:
        running = await started(Lasting(replying()), [])
        waiting = asyncio.create_task(running.end())
        done, _ = await asyncio.wait([waiting], timeout=0.05)
        assert not done
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    asyncio.run(main())
