"""The threads that serve a confined program: one starts it and waits for its end, two read what it says."""

from __future__ import annotations

import concurrent.futures
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from agent.confined.bounds import Bounds
from agent.confined.ended import Ended, Reason
from agent.confined.family import family
from agent.confined.inbox import Inbox
from agent.confined.log_file import LogFile
from agent.confined.pipes import Waker, chunks, write_all
from agent.confined.watch import Watched, exceeded, watch
from agent.errors import HomardError
from agent.sandbox.launch import Launch
from agent.tools.process import describe_exit
from agent.tools.process_tree import MARK, ProcessTree

DRAIN_S = 0.25
"""How long the last words are waited for after the end."""
BUILT_S = 10.0
"""When a sandbox is surely complete, if nothing was heard from within; then all in it ends with it."""
TERM_GRACE_S = 0.3
NICE = 10
"""What strangers compute comes after what the person does."""

_turn = threading.Lock()
"""Starting takes the interpreter for milliseconds; of many threads that do so the event loop would be the last."""


@dataclass(frozen=True)
class Order:
    """What is to be started, and who is told of it."""

    launch: Callable[[], Launch]
    """Called in the thread; may raise what `Served.started` then raises."""
    cwd: Path
    inbox: Inbox
    log: Path
    hide: Callable[[str], str] | None
    """What it takes out of the log."""
    on_end: Callable[[], None]
    """Called in the thread, when nothing of it is left."""
    bounds: Bounds
    """Looked after while it runs."""


class Served:
    """One program; all methods may be called from any thread, and those that block say so."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._tree = ProcessTree()
        self._contained = False
        self._process: subprocess.Popen[bytes] | None = None
        self._waker, self._input_waker = Waker(), Waker()
        self._input, self._input_lock = -1, threading.Lock()
        self._lock = threading.Lock()
        self._why: tuple[Reason, str] | None = None
        self._exited = threading.Event()
        self._output = self._errors = -1
        self._began, self._heard = time.monotonic(), False
        self._readers: list[threading.Thread] = []
        self.started: concurrent.futures.Future[int] = concurrent.futures.Future()
        """The pid, or why it could not be started."""
        self.ended: Ended | None = None
        self.watched: Watched | None = None
        """Since it was started."""

    def begin(self) -> None:
        """Start it; what comes of that is in `started`."""
        # Linux ends a program whose parent *thread* has ended: the one that starts it stays.
        self._thread(self._serve)

    def write(self, data: bytes) -> concurrent.futures.Future[bool]:
        """Write to its standard input in a thread; False: it takes no more. One at a time."""
        future: concurrent.futures.Future[bool] = concurrent.futures.Future()

        def work() -> None:
            with self._input_lock:
                future.set_result(self._input >= 0 and write_all(self._input, data, self._input_waker))

        self._thread(work)
        return future

    def write_now(self, data: bytes) -> int:
        """Write what its pipe takes at once: how many bytes. Raises OSError when it takes no more at all."""
        if sys.platform == "win32":
            return 0
        with self._input_lock:
            try:
                return os.write(self._input, data)
            except BlockingIOError:
                return 0

    def end(self, reason: Reason, words: str, grace_s: float = 0.0) -> None:
        """End it with all it started: its input is closed, after `grace_s` it is asked to end, then it is killed.

        With no grace it is killed at once. Only the first reason counts.
        """
        with self._lock:
            if self._why is not None or self._exited.is_set():
                return
            self._why = (reason, words)
        self._input_waker.wake()
        self._thread(self._end, grace_s)

    def _serve(self) -> None:
        process = self._try_to_start()
        if process is None:
            return
        watched = self.watched = Watched(process.pid, self._order.bounds, self.end)
        watch().add(watched)
        self._readers = [self._thread(self._listen), self._thread(self._note)]
        self.started.set_result(process.pid)
        process.wait()
        self._exited.set()
        watch().remove(watched)
        self._finish(process.returncode, watched.resident)

    def _try_to_start(self) -> subprocess.Popen[bytes] | None:
        error: Exception = RuntimeError("the thread that serves the program failed")
        process = None
        try:
            process = self._start()
        except (OSError, ValueError, HomardError) as found:
            error = found
        finally:
            if process is None:
                with self._lock:
                    wakers = (self._waker, self._input_waker) if self._why is None else (self._waker,)
                    self._why = self._why or ("exited", "")
                for waker in wakers:
                    waker.wake()
                self._waker.close()
                self._input_waker.close()
                self._exited.set()
                self.started.set_exception(error)
        return process

    def _start(self) -> subprocess.Popen[bytes]:
        with _turn:
            if self._why is not None:
                raise OSError("it was to end before it began")
            launch = self._order.launch()
            process = self._popen(launch)
        _make_way(process.pid)
        self._contained = launch.contained
        self._tree.started(process.pid, contained=self._contained)
        self._input = _taken(process.stdin)
        self._output, self._errors = _taken(process.stdout), _taken(process.stderr)
        if sys.platform != "win32":
            os.set_blocking(self._input, False)
        with self._lock:
            self._process = process
            unwanted = self._why is not None
        if unwanted:  # it was to end before it began
            self._thread(self._end, 0.0)
        return process

    def _popen(self, launch: Launch) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            launch.argv,
            cwd=self._order.cwd,
            env={**launch.environment, MARK: self._tree.mark},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
            creationflags=_FLAGS,
        )

    def _finish(self, code: int | None, memory: int) -> None:
        # A sandbox that is killed while it is being built may leave behind what it was just starting.
        built = self._heard or time.monotonic() - self._began > BUILT_S
        if not self._contained or not built:
            self._tree.end()
        self._order.inbox.drain()
        self._join(DRAIN_S)
        self._waker.wake()
        if self._join(0.5):
            os.close(self._output)
            os.close(self._errors)
            self._waker.close()
        with self._lock:
            reason, words = self._why or ("exited", "")
        if reason == "exited":
            self._input_waker.wake()
        self._close_input()
        self._input_waker.close()
        if self._contained and code is not None and 128 < code < 160:
            code = 128 - code
        if reason == "exited" and code and memory > (self._order.bounds.memory_mb << 20) * 0.9:
            reason, words = "memory", exceeded(self._order.bounds)  # it did not survive that it got no more
        self.ended = Ended(reason, code, words or f"it ended by itself: {describe_exit(code)}")
        self._order.inbox.close(heard_out=reason == "exited")
        self._order.on_end()

    def _join(self, limit_s: float) -> bool:
        deadline = time.monotonic() + limit_s
        for reader in self._readers:
            reader.join(max(0.0, deadline - time.monotonic()))
        return not any(reader.is_alive() for reader in self._readers)

    def _close_input(self) -> None:
        with self._input_lock:
            if self._input >= 0:
                os.close(self._input)
                self._input = -1

    def _end(self, grace_s: float) -> None:
        self._close_input()
        process = self._process
        if process is None or (grace_s and self._exited.wait(grace_s)):
            return
        if grace_s and self._contained:
            self._ask(process.pid)
            if self._exited.wait(TERM_GRACE_S):
                return
        if self._contained:
            process.kill()  # it is the sandbox: with it its process list ends, whoever is in it
        else:
            self._tree.end()

    def _ask(self, root: int) -> None:
        for member in family(root, most=200):
            if member.pid != root:
                try:
                    os.kill(member.pid, signal.SIGTERM)
                except OSError:
                    continue

    def _listen(self) -> None:
        for data in chunks(self._output, self._waker):
            self._heard = True
            if not self._order.inbox.feed(data):
                self.end("flooded", "it sent a message that is longer than may be, and was ended")
                return

    def _note(self) -> None:
        log = LogFile(self._order.log, self._order.hide)
        try:
            for data in chunks(self._errors, self._waker):
                wait = log.write(data)
                if wait:
                    self._exited.wait(wait)
        finally:
            log.close()

    def _thread(self, target: Callable[..., None], *arguments: object) -> threading.Thread:
        # A daemon: a process that cannot be ended must not keep the app from quitting.
        thread = threading.Thread(target=target, args=arguments, name="confined", daemon=True)
        thread.start()
        return thread


def _taken(stream: IO[bytes] | None) -> int:
    """The descriptor of a pipe, now ours to close."""
    if stream is None:
        raise OSError("no pipe")
    descriptor = os.dup(stream.fileno())
    stream.close()
    return descriptor


def _make_way(pid: int) -> None:
    """Let what is computed around the program come last, too; the program itself does it for itself."""
    if sys.platform != "linux":
        return
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, pid, NICE)
        Path(f"/proc/{pid}/autogroup").write_bytes(b"%d" % NICE)


_FLAGS = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW if sys.platform == "win32" else 0
