"""The offline engine: llama.cpp (through xllamacpp) in a child process of its own, loaded on demand.

The child listens on a UNIX socket in a private folder (Windows: on loopback, with a random port), asks for a random key,
is unloaded after idle minutes and ends with this process, however that ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import secrets
import shutil
import socket
import sys
import tempfile
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from agent.errors import ModelError, NoSuchModel, ReplyCut, SecretUnavailable, Unreachable
from agent.ports import ModelEvent, ModelRequest
from agent.settings import EngineSettings, ModelProfile, ProviderSettings
from agent.tasks import spawn

LOAD_TIMEOUT_S = 180.0
"""A file of several gigabytes on a slow disk takes its time."""
FIRST_BYTE_TIMEOUT_S = 900.0
"""Reading a full window takes minutes on a slow processor; no word comes meanwhile."""
REAP_TIMEOUT_S = 2.0
CACHE_MIB = 64
"""Memory for prompts the engine has read before: the constrained profile alternates between a few."""
_MEMORY_MARGIN = 64 * 2**20
_KEY = "env:ENGINE"
_PASSED_ON = (
    "PATH",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "SYSTEMROOT",
    "TMPDIR",
    "TEMP",
    "TMP",
    "HOME",
    "USERPROFILE",
    "LANG",
)


class _Key:
    """The secret store of the engine's own random key."""

    def __init__(self, key: str) -> None:
        self._key = key

    async def get(self, reference: str) -> str:
        if reference != _KEY:
            raise SecretUnavailable(f"The offline engine has no key named {reference}.")
        return self._key


@dataclass
class _Loaded:
    """One running child."""

    process: asyncio.subprocess.Process
    base_url: str
    host: str
    users: int = 0
    idle: asyncio.TimerHandle | None = None

    @property
    def alive(self) -> bool:
        return self.process.returncode is None


class Engine:
    """Runs a child for each model file in use; at most one stays loaded without use."""

    def __init__(self, settings: EngineSettings | None = None) -> None:
        self._settings = settings or EngineSettings()
        self.key = secrets.token_urlsafe(24)
        """What the children ask for, as bearer token."""
        self._loaded: dict[tuple[str, int], _Loaded] = {}
        self._starting = asyncio.Lock()
        self._closed = False

    @asynccontextmanager
    async def use(self, model: ModelProfile) -> AsyncGenerator[str, None]:
        """Hold the engine for one reply; gives its base URL. Starts or restarts the child if need be. Raises ModelError."""
        async with self._starting:
            loaded = await self._ready(model)
            loaded.users += 1
            if loaded.idle is not None:
                loaded.idle.cancel()
                loaded.idle = None
        try:
            yield loaded.base_url
        finally:
            loaded.users -= 1
            if loaded.users == 0 and loaded.alive and not self._closed:
                seconds = self._settings.idle_minutes * 60
                loaded.idle = asyncio.get_running_loop().call_later(seconds, self._unload, loaded)

    async def died(self, model: ModelProfile) -> bool:
        """Whether the child that serves a model is gone; waits a moment, for a connection breaks before its process is reaped."""
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
        """End all children. Never waits for a reply in flight."""
        self._closed = True
        for loaded in list(self._loaded.values()):
            await self._stop(loaded)

    async def _ready(self, model: ModelProfile) -> _Loaded:
        if self._closed:
            raise ModelError("The offline engine is closed. Start Homard again.")
        wanted = (model.file, model.window)
        loaded = self._loaded.get(wanted)
        if loaded is not None and loaded.alive:
            return loaded
        for other in list(self._loaded.values()):
            if not other.alive or other.users == 0:
                await self._stop(other)
        await asyncio.to_thread(_check, model)
        self._loaded[wanted] = loaded = await self._start(model)
        return loaded

    async def _start(self, model: ModelProfile) -> _Loaded:
        host, port = await asyncio.to_thread(_listening_place)
        process = await asyncio.create_subprocess_exec(
            *_worker_command(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
        )
        order = {
            "model": model.file,
            "host": host,
            "port": port,
            "key": self.key,
            "window": model.window,
            "threads": self._settings.threads or _physical_cores(),
            "cache_mib": CACHE_MIB,
        }
        base_url = f"unix:{host}" if host.endswith(".sock") else f"http://{host}:{port}/v1"
        loaded = _Loaded(process, base_url, host)
        try:
            answer = await _converse(process, msgspec.json.encode(order) + b"\n")
        except BaseException:
            await self._stop(loaded)
            raise
        if "ready" not in answer:
            await self._stop(loaded)
            raise ModelError(_not_loaded(model, answer.get("error", "")))
        return loaded

    def _unload(self, loaded: _Loaded) -> None:
        if loaded.users == 0:
            spawn(self._stop(loaded), "engine-unload")

    async def _stop(self, loaded: _Loaded) -> None:
        for key, value in list(self._loaded.items()):
            if value is loaded:
                del self._loaded[key]
        if loaded.idle is not None:
            loaded.idle.cancel()
        if loaded.alive:
            with contextlib.suppress(ProcessLookupError):
                loaded.process.kill()
        await loaded.process.wait()
        # The transport is gone only once its pipes are: an event loop that closes before would warn.
        if loaded.process.stdin is not None:
            loaded.process.stdin.close()
        if loaded.host.endswith(".sock"):
            await asyncio.to_thread(shutil.rmtree, Path(loaded.host).parent, ignore_errors=True)


class LocalGateway:
    """`ModelGateway` for GGUF files: starts the engine and streams from it like from any direct endpoint."""

    def __init__(self, settings: EngineSettings | None = None) -> None:
        from agent.models.direct import DirectGateway

        self.engine = Engine(settings)
        self._direct = DirectGateway(_Key(self.engine.key))

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """Stream one reply; see `ModelGateway.stream`. A child that dies in mid-reply is a ReplyCut; the next call restarts it."""
        async with self.engine.use(request.model) as base_url:
            model = msgspec.structs.replace(request.model, settings=_endpoint(request.model.settings, base_url))
            async with aclosing(self._direct.stream(msgspec.structs.replace(request, model=model))) as events:
                try:
                    async for event in events:
                        yield event
                except (ReplyCut, Unreachable) as error:
                    if await self.engine.died(request.model):
                        raise ReplyCut(
                            "The offline engine died in mid-reply; nothing of the reply was executed. "
                            "It starts again with the next attempt."
                        ) from error
                    raise

    async def aclose(self) -> None:
        """End the engine and the connections."""
        try:
            await self._direct.aclose()
        finally:
            await self.engine.aclose()


def engine_installed() -> bool:
    """Whether the extra `local` is there; imports nothing."""
    return importlib.util.find_spec("xllamacpp") is not None


def _endpoint(settings: ProviderSettings, base_url: str) -> ProviderSettings:
    return msgspec.structs.replace(
        settings,
        transport="direct",
        base_url=base_url,
        key=_KEY,
        first_byte_timeout_s=max(settings.first_byte_timeout_s, FIRST_BYTE_TIMEOUT_S),
    )


def _worker_command() -> tuple[str, ...]:
    """The child's argv: by its file and with `-P`, so that no module of the working folder can take its place."""
    return (sys.executable, "-P", str(Path(__file__).with_name("engine_worker.py")))


async def _converse(process: asyncio.subprocess.Process, order: bytes) -> dict[str, str]:
    assert process.stdin is not None and process.stdout is not None
    try:
        process.stdin.write(order)
        await process.stdin.drain()
        async with asyncio.timeout(LOAD_TIMEOUT_S):
            line = await process.stdout.readline()
    except TimeoutError:
        return {"error": f"it was not ready within {LOAD_TIMEOUT_S:.0f} s"}
    except (BrokenPipeError, ConnectionResetError):
        line = b""
    try:
        return msgspec.json.decode(line, type=dict[str, str])
    except msgspec.DecodeError:
        return {"error": "the engine's process died while loading"}


def _listening_place() -> tuple[str, int]:
    """A host for the child and a port: a fresh socket in a folder only this user can enter, or a free loopback port."""
    if os.name != "nt":
        # The name of a UNIX socket is limited to 104 bytes (macOS), 108 (Linux).
        places = [os.environ.get("XDG_RUNTIME_DIR"), None, "/tmp"]  # noqa: S108 - mkdtemp makes a private folder in it
        for place in places:
            if place is not None and not os.access(place, os.W_OK):
                continue
            folder = tempfile.mkdtemp(prefix="homard-", dir=place)
            if len(os.fsencode(folder)) < 90:
                return f"{folder}/engine.sock", 0
            os.rmdir(folder)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return "127.0.0.1", probe.getsockname()[1]


def _physical_cores() -> int:
    import psutil

    return psutil.cpu_count(logical=False) or os.cpu_count() or 1


def _check(model: ModelProfile) -> None:
    """Refuse what cannot work, in words. Raises ModelError."""
    if not engine_installed():
        raise ModelError(
            "The offline engine is not installed. Install it with `pip install 'homard[local]'`, or choose another model."
        )
    file = Path(model.file)
    try:
        with file.open("rb") as opened:
            magic = opened.read(4)
        size = file.stat().st_size
    except OSError as error:
        raise NoSuchModel(
            f"The model file {file} cannot be read ({error.strerror}). Name an existing GGUF file in the settings or choose another model."
        ) from error
    if magic != b"GGUF":
        raise NoSuchModel(
            f"{file} is not a GGUF model file. Name another file in the settings or choose another model."
        )
    import psutil

    free = psutil.virtual_memory().available
    if size + _MEMORY_MARGIN > free:
        raise ModelError(
            f"{file.name} needs about {size / 2**20:,.0f} MiB of memory and {free / 2**20:,.0f} MiB are free. "
            "Close something, or choose a smaller model."
        )


def _not_loaded(model: ModelProfile, words: str) -> str:
    reason = words.rstrip(".") or "no reason given"
    return (
        f"The offline engine could not load {Path(model.file).name} ({reason}). "
        f"The file may be damaged, or its window of {model.window:,} tokens too large for this machine: "
        "lower `window` in the model's settings, or choose another model."
    )
