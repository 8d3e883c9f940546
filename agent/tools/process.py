"""Run one command: nothing of the owner's secrets goes in, a bounded output comes out, and nothing outlives it.

Each command is served by threads of its own and by none of asyncio's subprocess machinery: reading a fast output
would keep the event loop busy, and child watchers differ between loops, platforms and Python versions.
"""

from __future__ import annotations

import asyncio
import codecs
import concurrent.futures
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from agent.tools.output import OutputSpool, plain_text
from agent.tools.process_tree import MARK, ProcessTree

OUTPUT_GRACE_S = 0.25
"""How long output is awaited after the command's own process has ended."""
PIECE_INTERVAL_S = 0.05
PIECE_CHARS = 4_000
FORK_ROOM = 1_000
"""How many threads and processes a command may add to those of its user (Linux; root is not bounded)."""

Ended = Literal["exited", "timeout", "cancelled"]


class Finished(msgspec.Struct, frozen=True):
    """How a command ended; no process of it is left, but for `unkillable` ones."""

    ended: Ended
    exit_code: int | None
    """Negative: the number of the signal that ended it. None: it could not be ended."""
    duration_s: float
    output: OutputSpool
    """stdout and stderr in the order in which they came; closed."""
    leftovers: int
    """Background processes that were alive when the command's own process exited, and were ended."""
    unkillable: int


async def run(
    argv: Sequence[str],
    *,
    cwd: Path,
    spool: Path,
    timeout_s: float,
    on_output: Callable[[str], None] | None = None,
    environment: Mapping[str, str] | None = None,
    contained: bool = False,
) -> Finished:
    """Run a command to its end, its timeout or the cancellation of this call: then its processes are ended within 1 s.

    `spool` is a file that does not exist yet, made only for a large output. `on_output` gets plain text on the event
    loop, at most 20 pieces a second of 4,000 characters: the newest ones. `environment` replaces `build_environment()`.
    `contained`: the argv is that of a sandbox with a process list of its own (see sandbox/wrap.py); what is left of
    the command ends with it and is not counted. Raises OSError or ValueError when it cannot be started.
    """
    tree = ProcessTree()
    pieces = _Pieces(asyncio.get_running_loop(), on_output) if on_output else None
    command = _Command(tree, OutputSpool(spool), pieces.feed if pieces else None, contained)
    env = {**(build_environment() if environment is None else environment), MARK: tree.mark}
    done = asyncio.wrap_future(_serve(command, list(argv), cwd, env, timeout_s))
    try:
        return await asyncio.shield(done)
    except asyncio.CancelledError:
        command.cancel()
        await asyncio.wait([done], timeout=2.0)
        if done.done():
            done.exception()
        raise
    finally:
        if pieces:
            pieces.close()


def _serve(
    command: _Command, argv: list[str], cwd: Path, env: dict[str, str], timeout_s: float
) -> concurrent.futures.Future[Finished]:
    future: concurrent.futures.Future[Finished] = concurrent.futures.Future()

    def work() -> None:
        outcome: Finished | Exception = RuntimeError("the thread that serves the command failed")
        try:
            outcome = command.run(argv, cwd, env, timeout_s)
        except (OSError, ValueError) as error:
            outcome = error
        finally:
            if isinstance(outcome, Finished):
                future.set_result(outcome)
            else:
                future.set_exception(outcome)

    # A daemon, unlike the threads of an executor: a process that cannot be ended must not keep the app from quitting.
    threading.Thread(target=work, name="command", daemon=True).start()
    return future


def build_environment() -> dict[str, str]:
    """The environment of a command, built from nothing: where programs and the home are, the language, no secret.

    Proxy variables are left out too, for they often carry a password.
    """
    names = _WINDOWS_NAMES if sys.platform == "win32" else _POSIX_NAMES
    kept = {name: value for name, value in os.environ.items() if name.upper() in names}
    fixed = {"TERM": "dumb", "NO_COLOR": "1", "PAGER": "cat", "GIT_PAGER": "cat", "GIT_TERMINAL_PROMPT": "0"}
    return {"PATH": os.defpath, **kept, **fixed}


_POSIX_NAMES = {
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR",
    "LC_ALL", "LC_CTYPE", "LC_NUMERIC", "LC_TIME", "LC_COLLATE", "LC_MONETARY", "LC_MESSAGES", "LC_PAPER", "LC_NAME",
    "LC_ADDRESS", "LC_TELEPHONE", "LC_MEASUREMENT", "LC_IDENTIFICATION",
}  # fmt: skip
_WINDOWS_NAMES = {
    "PATH", "PATHEXT", "COMSPEC", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "TEMP", "TMP", "USERNAME", "USERPROFILE",
    "HOMEDRIVE", "HOMEPATH", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "PROGRAMFILES", "PROGRAMFILES(X86)",
    "PROGRAMW6432", "COMMONPROGRAMFILES", "NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE", "PSMODULEPATH", "LANG",
}  # fmt: skip


class _Command:
    """A command and the thread that serves it; two more wait for its exit and read its output."""

    def __init__(
        self, tree: ProcessTree, output: OutputSpool, feed: Callable[[bytes], None] | None, contained: bool
    ) -> None:
        self._tree, self._output, self._feed, self._contained = tree, output, feed, contained
        self._news: queue.SimpleQueue[Ended] = queue.SimpleQueue()
        self._exited = threading.Event()
        self._drained = threading.Event()

    def cancel(self) -> None:
        """End it from any thread, now or as soon as it has started."""
        self._news.put("cancelled")

    def run(self, argv: list[str], cwd: Path, env: dict[str, str], timeout_s: float) -> Finished:
        began = time.monotonic()
        reading, writing = os.pipe()
        try:
            process = self._start(argv, cwd, env, writing)
        except BaseException:
            os.close(reading)
            raise
        finally:
            os.close(writing)
        waker, wake = os.pipe()
        self._thread(self._read, reading, waker)
        self._thread(self._wait, process)
        try:
            ended = self._next(timeout_s)
            if ended == "exited":
                self._drained.wait(OUTPUT_GRACE_S)
            found, unkillable = self._tree.end()
            self._exited.wait(0.5)
            self._drained.wait(OUTPUT_GRACE_S)
        finally:
            os.close(wake)
        # An escaped process may hold the pipe for ever; where the reader can be woken it ends at once.
        self._drained.wait(0.5)
        self._output.close()
        leftovers = found if ended == "exited" and not self._contained else 0
        code = _signal_of(process.returncode) if self._contained else process.returncode
        return Finished(ended, code, time.monotonic() - began, self._output, leftovers, unkillable)

    def _start(self, argv: list[str], cwd: Path, env: dict[str, str], writing: int) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            argv,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=writing,
            stderr=writing,
            start_new_session=True,
            creationflags=_NEW_GROUP,
        )
        self._tree.started(process.pid, contained=self._contained)
        _bound_forks(process.pid)
        return process

    def _next(self, timeout_s: float) -> Ended:
        try:
            return self._news.get(timeout=timeout_s)
        except queue.Empty:
            return "timeout"

    def _thread(self, target: Callable[..., None], *arguments: object) -> None:
        threading.Thread(target=target, args=arguments, name="command", daemon=True).start()

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        process.wait()
        self._exited.set()
        self._news.put("exited")

    def _read(self, reading: int, waker: int) -> None:
        try:
            for data in _chunks(reading, waker):
                self._output.feed(data)
                if self._feed:
                    self._feed(data)
        finally:
            os.close(reading)
            os.close(waker)
            self._drained.set()


class _Pieces:
    """Hands output on as rate-limited text, from any thread to the event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, show: Callable[[str], None]) -> None:
        self._loop, self._show = loop, show
        self._lock = threading.Lock()
        self._waiting = bytearray()
        self._scheduled = False
        self._closed = False
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._last = 0.0

    def feed(self, data: bytes) -> None:
        """Take output, in the reading thread."""
        with self._lock:
            self._waiting += data
            del self._waiting[: -4 * PIECE_CHARS]
            if self._scheduled or self._closed:
                return
            self._scheduled = True
        try:
            self._loop.call_soon_threadsafe(self._schedule)
        except RuntimeError:
            self._closed = True  # the loop is closed: nobody is left to tell

    def close(self) -> None:
        """Show what still waits, and nothing after it."""
        self._flush()
        self._closed = True

    def _schedule(self) -> None:
        self._loop.call_at(max(self._last + PIECE_INTERVAL_S, self._loop.time()), self._flush)

    def _flush(self) -> None:
        if self._closed:
            return
        with self._lock:
            data, self._waiting, self._scheduled = bytes(self._waiting), bytearray(), False
        self._last = self._loop.time()
        if text := plain_text(self._decoder.decode(data))[-PIECE_CHARS:]:
            self._show(text)


if sys.platform == "win32":
    _NEW_GROUP = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW

    def _chunks(reading: int, waker: int) -> Iterator[bytes]:
        # Nothing wakes a blocked read of a pipe here: while an escaped process holds it, this daemon thread stays.
        while data := os.read(reading, 65_536):
            yield data

    def _bound_forks(pid: int) -> None:
        """Windows has no such bound outside of a job object."""

else:
    _NEW_GROUP = 0

    def _chunks(reading: int, waker: int) -> Iterator[bytes]:
        import select

        poll = select.poll()
        poll.register(reading, select.POLLIN)
        poll.register(waker, select.POLLIN)
        while True:
            ready = [descriptor for descriptor, _event in poll.poll()]
            if reading not in ready or not (data := os.read(reading, 65_536)):
                return
            yield data

    def _bound_forks(pid: int) -> None:
        """Leave room for an ordinary build, and stop a fork bomb before the machine is out of memory."""
        if sys.platform != "linux":
            return
        import resource

        try:
            with open("/proc/loadavg", "rb") as file:
                threads = int(file.read().split()[3].split(b"/")[1])
            _soft, hard = resource.prlimit(pid, resource.RLIMIT_NPROC)
            bound = threads + FORK_ROOM
            if hard == resource.RLIM_INFINITY or bound < hard:
                resource.prlimit(pid, resource.RLIMIT_NPROC, (bound, bound))
            resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))
        except (OSError, ValueError, IndexError):
            return  # the process has ended already, or this kernel has no such bound


def _signal_of(exit_code: int | None) -> int | None:
    """Read the code by which a sandbox, like a shell, tells of a signal: 128 and its number."""
    if exit_code is None or not 128 < exit_code < 160:
        return exit_code
    return 128 - exit_code


def describe_exit(exit_code: int | None) -> str:
    """The end of a process in words: `exit code 1`, `ended by SIGSEGV`."""
    if exit_code is None:
        return "still running: it could not be ended"
    if exit_code >= 0:
        return f"exit code {exit_code}"
    try:
        return f"ended by {signal.Signals(-exit_code).name}"
    except ValueError:
        return f"ended by signal {-exit_code}"
