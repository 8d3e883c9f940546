"""The litellm worker as a process: what it is started with, what is said to it and heard from it, and its end."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import shutil
import signal
import sys
import tempfile
from collections import deque
from pathlib import Path
from typing import Any

import msgspec

import agent
from agent.errors import ModelError, Unreachable
from agent.models.failures import cleaned
from agent.models.pipe import (
    BrokenPipe,
    CallDelta,
    CallFailed,
    CallFinished,
    CallReceived,
    CallSent,
    CancelCall,
    FromWorker,
    StartCall,
    ToWorker,
    WorkerReady,
    encode_frame,
    read_frame,
)
from agent.ports import ModelRequest
from agent.tasks import spawn
from agent.workers import worker_command

START_LIMIT_S = 180.0
"""Importing litellm takes seconds, and on a cold or busy disk many."""
_PASSED_ON = (
    "PATH",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
    "SYSTEMROOT",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
)
_DECODER = msgspec.msgpack.Decoder(FromWorker)

Answer = CallDelta | CallSent | CallReceived | CallFinished | CallFailed


class LiteLLMProcess:
    """One worker. Calls are told apart by number and run side by side."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path) -> None:
        self.jail = ""
        """How the worker is confined; empty until it is ready."""
        self._process = process
        self._folder = folder
        self._answers: dict[int, asyncio.Queue[Answer | None]] = {}
        self._last_words: deque[str] = deque(maxlen=5)
        self._number = 0
        self._ended = False
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._network = _network_stamp()
        self._readers = (spawn(self._listen(), "litellm-worker"), spawn(self._drain(), "litellm-worker-errors"))

    @classmethod
    async def start(cls) -> LiteLLMProcess:
        """Start the worker; it gets ready by itself. Raises ModelError."""
        folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="homard-"))
        try:
            process = await asyncio.create_subprocess_exec(
                *worker_command("litellm", "-P", "-s", "-m", "agent.models.litellm_worker"),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env=_environment(folder),
                cwd=folder,
                **_apart(),
            )
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise ModelError(f"The litellm worker cannot be started ({error.strerror}); nothing was sent.") from error
        return cls(process, folder)

    @property
    def process_id(self) -> int:
        """Of the worker."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it can be given calls."""
        return not self._ended and self._process.returncode is None

    @property
    def busy(self) -> bool:
        """Whether it has calls in flight."""
        return bool(self._answers)

    @property
    def outdated(self) -> bool:
        """Whether the network was set up anew since: a jailed worker sees only the name servers of its start."""
        return self._network != _network_stamp()

    async def ready(self) -> None:
        """Wait until litellm is loaded. Raises ModelError."""
        try:
            async with asyncio.timeout(START_LIMIT_S):
                await asyncio.shield(self._ready)
        except TimeoutError:
            raise ModelError(
                f"The litellm worker was not ready within {START_LIMIT_S:.0f} s; nothing was sent: try again."
            ) from None

    async def begin(self, request: ModelRequest, key: str) -> tuple[int, asyncio.Queue[Answer | None]]:
        """Make a call; gives its number, and the queue in which answers come, None when the worker has died."""
        self._number += 1
        answers: asyncio.Queue[Answer | None] = asyncio.Queue()
        self._answers[self._number] = answers
        number = self._number
        if not await self._send(StartCall(number, request, key)):
            answers.put_nowait(None)
        return number, answers

    async def end(self, number: int, finished: bool) -> None:
        """Forget a call; one that is not finished is cancelled."""
        self._answers.pop(number, None)
        if not finished and self.alive:
            await self._send(CancelCall(number))

    async def aclose(self) -> None:
        """Kill it and clear up."""
        self._ended = True
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
        await asyncio.gather(*self._readers)
        await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)

    async def _send(self, message: ToWorker) -> bool:
        stdin = self._process.stdin
        if stdin is None or not self.alive:
            return False
        try:
            stdin.write(encode_frame(message))
            await stdin.drain()
        except (ConnectionError, RuntimeError):
            return False
        return True

    async def _listen(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 it was asked for
        try:
            while (message := await read_frame(self._process.stdout, _DECODER)) is not None:
                self._hear(message)
        except BrokenPipe:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
        finally:
            await self._died()

    def _hear(self, message: FromWorker) -> None:
        if isinstance(message, WorkerReady):
            self.jail = message.jail
            if not self._ready.done():
                self._ready.set_result(None)
        elif (answers := self._answers.get(message.call_id)) is not None:
            answers.put_nowait(message)

    async def _died(self) -> None:
        self._ended = True
        for answers in self._answers.values():
            answers.put_nowait(None)
        code = await self._process.wait()
        if not self._ready.done():
            await self._readers[1]
            kind = Unreachable if code < 0 else ModelError  # killed: worth another try; failed: it would fail again
            self._ready.set_exception(kind(self._why(code)))
            self._ready.exception()  # it may be that nobody waits for it

    def _why(self, code: int) -> str:
        how = f"killed by signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        words = cleaned(self._last_words[-1]) if self._last_words else ""
        reason = f"{how}: {words}" if words else how
        return (
            f"The litellm worker ended before it was ready ({reason}); nothing was sent. "
            "Try again; if it happens again, install Homard anew or choose a provider with the transport `direct`."
        )

    async def _drain(self) -> None:
        """Read what litellm prints, so that it never blocks; only a failed start shows the last of it."""
        assert self._process.stderr is not None  # noqa: S101 it was asked for
        while piece := await self._process.stderr.read(4096):
            if not self._ready.done():
                self._last_words.extend(line for line in piece.decode(errors="replace").splitlines() if line.strip())


def _environment(folder: Path) -> dict[str, str]:
    """The worker's environment, built and not inherited: no key of the user's environment is in it."""
    home = str(folder)
    return {
        **{name: os.environ[name] for name in _PASSED_ON if name in os.environ},
        "HOME": home,
        "USERPROFILE": home,
        "TMPDIR": home,
        "TEMP": home,
        "TMP": home,
        "PYTHONPATH": os.pathsep.join(_import_path()),
        "PYTHONUTF8": "1",
        "PYTHONWARNINGS": "ignore",
        # litellm would fetch its price map from the network, and read a .env file, when it is imported.
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "LITELLM_MODE": "PRODUCTION",
        "LITELLM_LOG": "ERROR",
    }


def _import_path() -> list[str]:
    """Where the worker finds our package and litellm, wherever they are installed."""
    places = [str(Path(agent.__file__ or "").resolve().parent.parent)]
    spec = importlib.util.find_spec("litellm")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        places.append(str(Path(folder).parent))
    return list(dict.fromkeys(places))


def _apart() -> dict[str, Any]:
    """So that Ctrl-C in the terminal does not reach the worker."""
    if sys.platform == "win32":
        return {"creationflags": 0x08000000 | 0x00000200}  # CREATE_NO_WINDOW, CREATE_NEW_PROCESS_GROUP
    return {"start_new_session": True}


def _network_stamp() -> tuple[int, int] | None:
    try:
        stat = Path("/etc/resolv.conf").stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino
