"""The transport `litellm`: every provider that does not speak the OpenAI wire format, through a process of its own.

litellm takes seconds to import, 200 MB, and a large dependency tree; so it lives in a jailed worker, started at first
use, ended after idle minutes, and restarted when it dies.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from agent.errors import BadKey, ModelError, ReplyCut, Unreachable
from agent.models.failures import endpoint_of, failure
from agent.models.litellm_process import LiteLLMProcess
from agent.models.pipe import CallDelta, CallFailed, CallFinished, CallReceived, CallSent
from agent.models.sent import OnSent, SentRecord, answered, ignore_sent, sent_record
from agent.ports import ModelEvent, ModelRequest, SecretStore
from agent.tasks import spawn

IDLE_MINUTES = 10.0


class LiteLLMGateway:
    """`ModelGateway` over litellm."""

    def __init__(
        self, secrets: SecretStore, *, idle_minutes: float = IDLE_MINUTES, on_sent: OnSent = ignore_sent
    ) -> None:
        self._secrets = secrets
        self._on_sent = on_sent
        self._idle_s = idle_minutes * 60
        self._worker: LiteLLMProcess | None = None
        self._starting = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None
        self._users = 0
        self._closed = False

    @property
    def process_ids(self) -> tuple[int, ...]:
        """The worker, if one runs now."""
        return (self._worker.process_id,) if self._worker is not None and self._worker.alive else ()

    async def check(self) -> str:
        """Start the worker if need be; says how it is confined, or why not (`WorkerReady.jail`). Raises ModelError."""
        worker = await self._enter()
        try:
            await worker.ready()
            return worker.jail
        finally:
            self._leave()

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """Stream one reply; see `ModelGateway.stream`. When the worker dies the call fails as one to be retried."""
        reference = request.model.settings.key
        key = (await self._secrets.get(reference)).strip() if reference else ""
        if not (key.isascii() and key.isprintable()):
            endpoint = endpoint_of(request.model, key)
            raise failure(BadKey, endpoint, "has a key with characters that no key has, so that nothing was sent")
        worker = await self._enter()
        try:
            await worker.ready()
            number, answers = await worker.begin(request, key)
            started = finished = False
            traffic = _Counted(request, self._on_sent)
            try:
                while not finished:
                    answer = await answers.get()
                    match answer:
                        case CallDelta(delta=delta):
                            started = True
                            yield delta
                        case CallSent(host=host, size=size):
                            traffic.sent(host, size)
                        case CallReceived(size=size):
                            traffic.received(size)
                        case CallFinished(reply=reply):
                            finished = True
                            yield reply
                        case CallFailed():
                            finished = True
                            await self._consider(worker, answer)
                            raise _error(answer)
                        case None:
                            finished = True
                            raise _died(request, started, traffic.begun)
            finally:
                traffic.received(0)  # of a call that was given up, nobody knows how much came
                await worker.end(number, finished)
        finally:
            self._leave()

    async def aclose(self) -> None:
        """Kill the worker; calls in flight fail."""
        self._closed = True
        async with self._starting:
            await self._dismiss()

    async def _enter(self) -> LiteLLMProcess:
        """A living worker, held against the idle timer until `_leave`. Raises ModelError."""
        async with self._starting:
            if self._closed:
                raise ModelError("The model gateway is closed. Start Homard again.")
            if self._worker is None or not self._worker.alive:
                await self._dismiss()
                self._worker = await LiteLLMProcess.start()
            self._users += 1
            if self._idle is not None:
                self._idle.cancel()
                self._idle = None
            return self._worker

    def _leave(self) -> None:
        self._users -= 1
        if self._users == 0 and not self._closed:
            self._idle = asyncio.get_running_loop().call_later(self._idle_s, self._rest)

    def _rest(self) -> None:
        spawn(self._rest_now(), "litellm-worker-idle")

    async def _rest_now(self) -> None:
        async with self._starting:
            if self._users == 0:
                await self._dismiss()

    async def _consider(self, worker: LiteLLMProcess, failed: CallFailed) -> None:
        """Let a worker go that cannot see the name servers of a network it was not started in."""
        if failed.code == Unreachable.code and worker.outdated and self._users == 1:
            async with self._starting:
                if self._worker is worker and self._users == 1:
                    await self._dismiss()

    async def _dismiss(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        worker, self._worker = self._worker, None
        if worker is not None:
            await worker.aclose()


class _Counted:
    """The requests of one call."""

    def __init__(self, request: ModelRequest, on_sent: OnSent) -> None:
        self._request = request
        self._on_sent = on_sent
        self._open: SentRecord | None = None
        self.begun = False
        """Whether a request has left."""

    def sent(self, host: str, size: int) -> None:
        self.received(0)
        self.begun = True
        self._open = sent_record(self._request, size, host)
        self._on_sent(self._open)

    def received(self, size: int) -> None:
        sent, self._open = self._open, None
        if sent is not None:
            self._on_sent(answered(sent, size))


def _error(failed: CallFailed) -> ModelError:
    error = _CLASSES.get(failed.code, ModelError)(failed.message, retry_after_s=failed.retry_after_s)
    error.begun = failed.begun
    return error


_CLASSES = {kind.code: kind for kind in ModelError.__subclasses__()}


def _died(request: ModelRequest, started: bool, sent: bool) -> ModelError:
    kind = ReplyCut if started else Unreachable
    when = "in the middle of the reply" if started else "before an answer came"
    error = kind(
        f"The litellm worker, through which {request.model.provider} is called, ended {when}; "
        "the conversation is kept: try again."
    )
    error.begun = sent or None
    return error
