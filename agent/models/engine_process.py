"""One child process of the offline engine: what it needs to start, how it is started and ended."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import secrets
import shutil
import socket
import tempfile
from dataclasses import dataclass
from pathlib import Path

import msgspec

from agent.errors import ModelError, NoSuchModel
from agent.settings import ModelProfile
from agent.workers import worker_command

LOAD_TIMEOUT_S = 180.0
"""A file of several gigabytes on a slow disk takes its time."""
CACHE_MIB = 64
"""Memory for prompts the engine has read before: the constrained profile alternates between a few."""
MEMORY_MARGIN = 64 * 2**20
MAX_SOCKET_PATH = 100
"""Bytes of a UNIX socket's name: macOS takes 104, Linux 108."""
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP", "HOME", "USERPROFILE", "LANG")
"""The child's whole environment: it must not see keys that ours may hold."""


@dataclass
class EngineProcess:
    """A running child that serves one model."""

    model: ModelProfile
    process: asyncio.subprocess.Process
    host: str
    """The name of its UNIX socket, or the loopback address."""
    port: int
    users: int = 0
    """Replies in the making."""
    idle: asyncio.TimerHandle | None = None
    """Unloads it, while nobody uses it."""

    @property
    def alive(self) -> bool:
        """False once it ended, for whatever reason."""
        return self.process.returncode is None

    @property
    def base_url(self) -> str:
        """For the direct transport."""
        return f"unix:{self.host}" if self.host.endswith(".sock") else f"http://{self.host}:{self.port}/v1"

    def keep(self) -> None:
        """Do not unload it for now."""
        if self.idle is not None:
            self.idle.cancel()
            self.idle = None

    async def stop(self) -> None:
        """End it at once and clear its socket away."""
        self.keep()
        if self.alive:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
        await self.process.wait()
        if self.process.stdin is not None:
            self.process.stdin.close()
        if self.host.endswith(".sock"):
            await asyncio.to_thread(shutil.rmtree, Path(self.host).parent, ignore_errors=True)


def engine_installed() -> bool:
    """Whether the extra `local` is there; imports nothing."""
    return importlib.util.find_spec("xllamacpp") is not None


async def start_engine(model: ModelProfile, key: str, threads: int) -> EngineProcess:
    """Start a child and wait until it serves. `threads`: 0 for all cores but one. Raises ModelError."""
    await asyncio.to_thread(_check, model)
    host, port = await asyncio.to_thread(_listening_place)
    process = await asyncio.create_subprocess_exec(
        # By its file and with -P, so that no module of the working folder can take its place.
        *worker_command("engine", "-P", str(Path(__file__).with_name("engine_worker.py"))),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
    )
    started = EngineProcess(model, process, host, port)
    order = {
        "model": model.file,
        "host": host,
        "port": port,
        "key": key,
        "window": model.window,
        "threads": threads or await asyncio.to_thread(_free_cores),
        "cache_mib": CACHE_MIB,
    }
    try:
        answer = await _converse(process, msgspec.json.encode(order) + b"\n")
        if "ready" not in answer:
            raise ModelError(_not_loaded(model, answer.get("error", "")))
    except BaseException:
        await started.stop()
        raise
    return started


async def _converse(process: asyncio.subprocess.Process, order: bytes) -> dict[str, str]:
    line = b""
    if process.stdin is not None and process.stdout is not None:
        try:
            process.stdin.write(order)
            await process.stdin.drain()
            async with asyncio.timeout(LOAD_TIMEOUT_S):
                line = await process.stdout.readline()
        except TimeoutError:
            return {"error": f"it was not ready within {LOAD_TIMEOUT_S:.0f} s"}
        except (BrokenPipeError, ConnectionResetError):
            pass
    try:
        return msgspec.json.decode(line, type=dict[str, str])
    except msgspec.DecodeError:
        return {"error": "the engine's process died while loading"}


def _listening_place() -> tuple[str, int]:
    """A host for the child and a port: a new socket in a folder only this user can enter, or a free loopback port."""
    if os.name != "nt":
        for place in (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), os.sep + "tmp"):
            if not place or not os.access(place, os.W_OK | os.X_OK):
                continue
            path = f"{tempfile.mkdtemp(prefix='homard-engine-', dir=place)}/{secrets.token_hex(4)}.sock"
            if len(os.fsencode(path)) <= MAX_SOCKET_PATH:
                return path, 0
            os.rmdir(os.path.dirname(path))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return "127.0.0.1", probe.getsockname()[1]


def _free_cores() -> int:
    import psutil

    # WORKAROUND(llama.cpp 2026.10): its threads wait for each other by spinning. With other work on a core the
    # same answer took 50 s with two threads and 4.5 s with one; on idle cores 3 s and 4.3 s. So one core stays free.
    return max(1, (psutil.cpu_count(logical=False) or os.cpu_count() or 1) - 1)


def _check(model: ModelProfile) -> None:
    """Refuse what cannot work. Raises ModelError."""
    if not engine_installed():
        raise ModelError(
            "The offline engine is not installed. "
            "Install it with `pip install 'homard[local]'`, or choose another model."
        )
    file = Path(model.file)
    try:
        with file.open("rb") as opened:
            magic = opened.read(4)
        size = file.stat().st_size
    except OSError as error:
        raise NoSuchModel(
            f"The model file {file} cannot be read ({error.strerror}). "
            "Name an existing GGUF file in the settings, or choose another model."
        ) from error
    if magic != b"GGUF":
        raise NoSuchModel(
            f"{file} is not a GGUF model file. Name another file in the settings, or choose another model."
        )
    import psutil

    free = psutil.virtual_memory().available
    if size + MEMORY_MARGIN > free:
        raise ModelError(
            f"{file.name} needs about {size / 2**20:,.0f} MiB of memory and {free / 2**20:,.0f} MiB are free. "
            "Close something, or choose a smaller model."
        )


def _not_loaded(model: ModelProfile, words: str) -> str:
    return (
        f"The offline engine could not load {Path(model.file).name} ({words.rstrip('.') or 'no reason given'}). "
        f"The file may be damaged, or a window of {model.window:,} tokens too large for this machine: "
        "lower `window` in the model's settings, or choose another model."
    )
