"""The offline engine: llama.cpp (through xllamacpp) in child processes, loaded on demand.

A child listens on a UNIX socket in a private folder (Windows: on loopback, at a random port), asks for a random key, is
unloaded after idle minutes and ends with this process, however that ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager

import msgspec

from agent.errors import ModelError, ReplyCut, SecretUnavailable, Unreachable, UsageError
from agent.models.engine_process import EngineProcess, engine_installed, start_engine
from agent.models.sent import OnSent, ignore_sent
from agent.ports import ModelEvent, ModelRequest
from agent.settings import EngineSettings, ModelProfile, ProviderSettings
from agent.tasks import spawn

__all__ = ["Engine", "EngineState", "LocalGateway", "engine_installed"]

FIRST_BYTE_TIMEOUT_S = 900.0
"""Reading a full window takes minutes on a slow processor, and no byte comes meanwhile."""
REAP_TIMEOUT_S = 2.0
_KEY = "env:HOMARD_ENGINE_KEY"
"""How the endpoint's settings name the key; it is in no environment."""
_CLOSED = "The offline engine is closed. Start Homard again."


class EngineState(msgspec.Struct, frozen=True):
    """A model that is in memory now."""

    model: str
    """`provider/name`, as it was asked for first."""
    file: str
    window: int
    """Tokens; its memory is reserved as a whole."""
    pid: int
    memory_bytes: int
    """What the child holds in memory, the pages of the model's file that it has read among it."""
    in_use: bool
    """Whether a reply is in the making."""


class Engine:
    """Runs a child for each model in use; at most one stays loaded without use."""

    def __init__(self, settings: EngineSettings | None = None) -> None:
        self._settings = settings or EngineSettings()
        self._key = secrets.token_urlsafe(24)
        self._loaded: dict[tuple[str, int], EngineProcess] = {}
        self._starting = asyncio.Lock()
        self._unloading: set[asyncio.Task[None]] = set()
        self._closed = False

    @asynccontextmanager
    async def use(self, model: ModelProfile) -> AsyncGenerator[str, None]:
        """Hold the engine for one reply; gives its base URL. Starts a child if need be. Raises ModelError."""
        async with self._starting:
            loaded = await self._ready(model)
            loaded.users += 1
            loaded.keep()
        try:
            yield loaded.base_url
        finally:
            loaded.users -= 1
            if loaded.users == 0 and loaded.alive and not self._closed:
                seconds = self._settings.idle_minutes * 60
                loaded.idle = asyncio.get_running_loop().call_later(seconds, self._unload, loaded)

    def states(self) -> list[EngineState]:
        """What is loaded now."""
        states = [_state(loaded) for loaded in self._loaded.values() if loaded.alive]
        return [state for state in states if state is not None]

    async def load(self, model: ModelProfile) -> None:
        """Load a model without a reply to make; it stays as after one. Raises ModelError."""
        async with self.use(model):
            return

    async def unload(self) -> None:
        """End every child that makes no reply; one that loads is waited for. Raises UsageError if one is left."""
        async with self._starting:
            for loaded in list(self._loaded.values()):
                if loaded.users == 0:
                    await self._stop(loaded)
        if left := [loaded.model.label for loaded in self._loaded.values() if loaded.alive]:
            raise UsageError(
                f"The offline engine makes a reply with {', '.join(left)} and was left alone. "
                "Wait for its end, or stop the run, then try again."
            )

    async def get(self, reference: str) -> str:
        """The children's own key, in the manner of a `SecretStore`. Raises SecretUnavailable for any other."""
        if reference != _KEY:
            raise SecretUnavailable(f"The offline engine has no key named {reference}.")
        return self._key

    async def died(self, model: ModelProfile) -> bool:
        """Whether the child that serves a model is gone. Waits a moment: its connection breaks before it is reaped."""
        loaded = self._loaded.get((model.file, model.window))
        if loaded is None:
            return True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(REAP_TIMEOUT_S):
                await loaded.process.wait()
        return not loaded.alive

    @property
    def process_ids(self) -> tuple[int, ...]:
        """The children that run now."""
        return tuple(loaded.process.pid for loaded in self._loaded.values() if loaded.alive)

    async def aclose(self) -> None:
        """End all children. Never waits for a reply in the making."""
        self._closed = True
        for loaded in list(self._loaded.values()):
            await self._stop(loaded)
        if self._unloading:
            await asyncio.wait(self._unloading)

    async def _ready(self, model: ModelProfile) -> EngineProcess:
        if self._closed:
            raise ModelError(_CLOSED)
        wanted = (model.file, model.window)
        loaded = self._loaded.get(wanted)
        if loaded is not None and loaded.alive:
            return loaded
        for other in list(self._loaded.values()):
            if not other.alive or other.users == 0:
                await self._stop(other)
        started = await start_engine(model, self._key, self._settings.threads)
        if self._closed:
            await started.stop()
            raise ModelError(_CLOSED)
        self._loaded[wanted] = started
        return started

    def _unload(self, loaded: EngineProcess) -> None:
        if loaded.users == 0:
            unloading = spawn(self._stop(loaded), "engine-unload")
            self._unloading.add(unloading)
            unloading.add_done_callback(self._unloading.discard)

    async def _stop(self, stopped: EngineProcess) -> None:
        self._loaded = {model: loaded for model, loaded in self._loaded.items() if loaded is not stopped}
        await stopped.stop()


class LocalGateway:
    """`ModelGateway` for GGUF files: starts the engine, and streams from it as from any direct endpoint."""

    def __init__(self, settings: EngineSettings | None = None, on_sent: OnSent = ignore_sent) -> None:
        from agent.models.direct import DirectGateway

        self.engine = Engine(settings)
        self._direct = DirectGateway(self.engine, on_sent)

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """Stream one reply; see `ModelGateway.stream`. A child that dies is a ReplyCut; the next call starts one."""
        async with self.engine.use(request.model) as base_url:
            model = msgspec.structs.replace(request.model, settings=_endpoint(request.model.settings, base_url))
            local = msgspec.structs.replace(request, model=model)
            begun = False
            try:
                async with aclosing(self._direct.stream(local)) as events:
                    async for event in events:
                        begun = True
                        yield event
                return
            except (ReplyCut, Unreachable) as error:
                if await self.engine.died(request.model):
                    raise _died() from error
                if begun or isinstance(error, ReplyCut):
                    raise
            # The server closes connections that were idle for some seconds; one that was just taken breaks then.
            async with aclosing(self._direct.stream(local)) as events:
                async for event in events:
                    yield event

    async def aclose(self) -> None:
        """End the engine and the connections."""
        try:
            await self._direct.aclose()
        finally:
            await self.engine.aclose()


def _state(loaded: EngineProcess) -> EngineState | None:
    """The state of a child; None: it has just ended."""
    import psutil

    pid = loaded.process.pid
    try:
        memory = int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return None
    return EngineState(loaded.model.label, loaded.model.file, loaded.model.window, pid, memory, loaded.users > 0)


def _died() -> ReplyCut:
    return ReplyCut(
        "The offline engine died in mid-reply; nothing of it was executed. It starts again with the next attempt."
    )


def _endpoint(settings: ProviderSettings, base_url: str) -> ProviderSettings:
    return msgspec.structs.replace(
        settings,
        transport="direct",
        base_url=base_url,
        key=_KEY,
        first_byte_timeout_s=max(settings.first_byte_timeout_s, FIRST_BYTE_TIMEOUT_S),
    )
