"""A model that says what a script says: deterministic, for tests and demos.

    gateway = ScriptedGateway([
        Reply("Let me look.", calls=[("read", {"path": "a.txt"})]),
        Reply("It says hello."),
    ])

Without a script of its own the gateway takes the one that the model's name says: `scripted/hello` is built in,
`scripted/demo.toml` (or `.json`) is a file:

    [[replies]]
    text = "Let me look."
    calls = [["read", { path = "a.txt" }]]

    [[replies]]
    text = "It says hello."
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Callable, Sequence
from itertools import count, takewhile
from pathlib import Path
from typing import Any

import msgspec

from agent.errors import ModelError, NoSuchModel, ProtocolError
from agent.messages import (
    NO_USAGE,
    AssistantMessage,
    FinishReason,
    SummaryMessage,
    TextPart,
    ThinkingPart,
    ToolCall,
    Usage,
)
from agent.ports import ModelEvent, ModelRequest, ReplyFinished, TextDelta


class Reply(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One reply: thinking, then text, word by word, then the calls, or an error in their place."""

    text: str = ""
    calls: Sequence[tuple[str, dict[str, Any] | str]] = ()
    """Tool and arguments; arguments given as a string are sent as they are, malformed or not."""
    thinking: str = ""
    error: str = ""
    """`code` of the ModelError to raise once the text is streamed (`rate_limited`, `reply_cut`, …)."""
    retry_after_s: float | None = None
    """Goes with the error."""
    finish: FinishReason | None = None
    """None: what fits the calls."""
    usage: Usage = NO_USAGE
    delay_s: float = 0.0
    """Pause before each word, for demos."""
    hold_after: int = 0
    """How many words (thinking not counted) to stream before `reached` and `gate`."""
    reached: asyncio.Event | None = None
    """Set when the stream has come to its hold."""
    gate: asyncio.Event | None = None
    """Waited for there; a test steers or cancels meanwhile, without sleeping."""


Script = Callable[[ModelRequest], Reply]


class ScriptedGateway:
    """A ModelGateway that plays `script`: replies in the order of the requests, or a function of the request.

    None: the script that the model's name says, played by `in_history_order`. Past its end: ProtocolError.
    """

    def __init__(self, script: Sequence[Reply] | Script | None = None) -> None:
        self.requests: list[ModelRequest] = []
        """All requests so far, the failed ones too."""
        self._script = script if script is None or callable(script) else _in_turn(script)
        self._loaded: dict[str, Script] = {}
        self._calls = 0

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """Stream the next reply. Raises the script's error, NoSuchModel for a script that is not there."""
        self.requests.append(request)
        reply = (self._script or await self._named(request.model.name))(request)
        for word in _words(reply.thinking):
            yield TextDelta(word, thinking=True)
        words = _words(reply.text)
        for index in range(len(words) + 1):
            await asyncio.sleep(reply.delay_s)
            if index == min(reply.hold_after, len(words)):
                await _hold(reply)
            if index < len(words):
                yield TextDelta(words[index])
        if reply.error:
            raise _error(reply)
        yield ReplyFinished(self._message(reply, request))

    async def _named(self, name: str) -> Script:
        if name not in self._loaded:
            self._loaded[name] = _hello if name == "hello" else await asyncio.to_thread(load_script, Path(name))
        return self._loaded[name]

    def _message(self, reply: Reply, request: ModelRequest) -> AssistantMessage:
        calls: list[ToolCall] = []
        self._calls = max(self._calls, _calls_before(request))
        for name, arguments in reply.calls:
            self._calls += 1
            text = arguments if isinstance(arguments, str) else json.dumps(arguments)
            calls.append(ToolCall(f"call_{self._calls}", name, text))
        thinking = (ThinkingPart(reply.thinking),) if reply.thinking else ()
        said = (TextPart(reply.text),) if reply.text else ()
        finish = reply.finish or ("tool_calls" if calls else "stop")
        return AssistantMessage((*thinking, *said, *calls), request.model.label, finish, reply.usage)


def load_script(path: Path) -> Script:
    """Read a script file, TOML or JSON, as `in_history_order`. Raises NoSuchModel when it cannot be used."""
    decode = msgspec.json.decode if path.suffix == ".json" else msgspec.toml.decode
    try:
        return in_history_order(decode(path.read_bytes(), type=dict[str, list[Reply]])["replies"])
    except (OSError, KeyError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NoSuchModel(f"The script {path} cannot be used ({error}). Name a file with [[replies]].") from error


def in_history_order(replies: Sequence[Reply]) -> Script:
    """Choose by how many replies the conversation holds, so that it goes on after a restart of the process.

    Replies with an error are not in the history: those before a good one are given to the first attempts at it.
    """
    good = [index for index, reply in enumerate(replies) if not reply.error]
    attempts: dict[tuple[str, int], int] = {}

    def choose(request: ModelRequest) -> Reply:
        said = sum(isinstance(message, AssistantMessage) for message in request.messages)
        start = 0 if said == 0 else good[said - 1] + 1 if said <= len(good) else len(replies)
        failures = list(takewhile(lambda reply: reply.error, replies[start:]))
        attempt = attempts[request.session_id, said] = attempts.get((request.session_id, said), -1) + 1
        return _at(replies, start + min(attempt, len(failures)))

    return choose


def _in_turn(replies: Sequence[Reply]) -> Script:
    numbers = count()
    return lambda _request: _at(replies, next(numbers))


def _at(replies: Sequence[Reply], index: int) -> Reply:
    if index < len(replies):
        return replies[index]
    raise ProtocolError(f"The script has no reply number {index + 1}. Add one, or start a new session.")


def _hello(_request: ModelRequest) -> Reply:
    return Reply("Hello! I am the scripted model: I say the same every time, and I cost nothing.")


def _words(text: str) -> list[str]:
    return re.findall(r"\s*\S+\s*|\s+", text)


async def _hold(reply: Reply) -> None:
    if reply.reached is not None:
        reply.reached.set()
    if reply.gate is not None:
        await reply.gate.wait()


def _error(reply: Reply) -> ModelError:
    kinds = {kind.code: kind for kind in ModelError.__subclasses__()}
    kind = kinds.get(reply.error, ModelError)
    return kind(f"The script says {reply.error}.", retry_after_s=reply.retry_after_s)


def _calls_before(request: ModelRequest) -> int:
    """At least the number of calls made so far, so that ids stay unique within the session after a restart."""
    made = sum(len(m.tool_calls) for m in request.messages if isinstance(m, AssistantMessage))
    return made + max(
        (m.covers_to for m in request.messages if isinstance(m, SummaryMessage)),
        default=0,
    )
