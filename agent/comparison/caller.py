"""Makes one call of a probe and measures it."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import msgspec

from agent.comparison.probe_set import Task
from agent.comparison.result import ProbeCall
from agent.errors import ModelError, SecretUnavailable
from agent.messages import AssistantMessage
from agent.ports import Clock, ModelGateway, ModelRequest, ReplyFinished, TextDelta

LONGEST_S = 120.0
"""A call that takes longer is given up."""
MAX_NOTE = 400


class Caller:
    """Measures calls over a gateway."""

    def __init__(self, gateway: ModelGateway, clock: Clock, longest_s: float = LONGEST_S) -> None:
        self._gateway, self._clock, self._longest_s = gateway, clock, longest_s

    async def ask(self, task: Task, request: ModelRequest) -> ProbeCall:
        """Make a call. Its failure is part of what is measured; BudgetReached is raised all the same."""
        call = _Call(task, self._clock)
        try:
            async with asyncio.timeout(self._longest_s):
                await call.listen(self._gateway, request)
        except ModelError as error:
            if error.code == "budget":
                raise
            call.failed(error.code, str(error))
        except SecretUnavailable as error:
            call.failed("no_key", str(error))
        except TimeoutError:
            call.failed("too_slow", f"No whole reply came within {self._longest_s:.0f} seconds.")
        return call.measured(request)


class _Call:
    """A call under way."""

    def __init__(self, task: Task, clock: Clock) -> None:
        self._task, self._clock = task, clock
        self._began = clock.monotonic()
        self._first: float | None = None
        self._pieces = self._heard = 0
        self._reply: AssistantMessage | None = None
        self._answered_by = ""
        self._estimated = False
        self._error = self._note = ""

    async def listen(self, gateway: ModelGateway, request: ModelRequest) -> None:
        """Take what comes."""
        async with aclosing(gateway.stream(request)) as events:
            async for event in events:
                self._first = self._clock.monotonic() if self._first is None else self._first
                match event:
                    case TextDelta(text=text):
                        self._pieces += 1
                        self._heard += len(text)
                    case ReplyFinished(message=message):
                        self._reply = message
                        self._answered_by = _plain(str(event.answered_by))
                        self._estimated = event.count != "told"
        if self._reply is None:
            self.failed("protocol_error", "It ended without a reply.")

    def failed(self, code: str, note: str) -> None:
        """It gave no whole reply."""
        self._error, self._note = code, _plain(note)

    def measured(self, request: ModelRequest) -> ProbeCall:
        """What became of it."""
        ended = self._clock.monotonic()
        call = ProbeCall(
            task=self._task.name,
            kind=self._task.kind,
            first_ms=None if self._first is None else _ms(self._first - self._began),
            took_ms=_ms(ended - self._began),
            pieces=self._pieces,
            heard=self._heard,
            error=self._error,
            note=self._note,
            estimated=self._estimated,
            answered_by="" if request.model.file else self._answered_by,  # our own engine says the path of the file
        )
        return call if self._reply is None or self._error else _marked(call, self._task, request, self._reply)


def _marked(call: ProbeCall, task: Task, request: ModelRequest, reply: AssistantMessage) -> ProbeCall:
    if reply.finish == "length":
        note = f"Its answer was longer than the {request.max_output_tokens} tokens that a probe pays for."
        return msgspec.structs.replace(call, usage=reply.usage, note=note, unfinished=True)
    marked = task.mark(reply)
    return msgspec.structs.replace(call, usage=reply.usage, right=marked.right, asked=marked.asked, note=marked.note)


def _plain(text: str) -> str:
    """A stranger's words as one short line."""
    return "".join(char if char.isprintable() else " " for char in text[:MAX_NOTE])


def _ms(seconds: float) -> int:
    return max(0, round(seconds * 1000))
