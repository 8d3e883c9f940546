"""A program of strangers that runs for a while: lines go in and out, and it ends as a whole, whatever it does.

It is served by threads of its own, as commands are (tools/process.py): none of asyncio's subprocess machinery, and
nothing that a program does to its pipes, its memory or its children takes time of the event loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from agent.confined import log_file
from agent.confined.bounds import Bounds, confinement_of
from agent.confined.ended import Ended, Flooded, Gone, Stalled
from agent.confined.inbox import Inbox
from agent.confined.served import Order, Served
from agent.confined.watch import watch
from agent.confined.way_out import WayOut
from agent.errors import ToolFailed
from agent.safety.printable import printable
from agent.sandbox.launch import Launch, Place, for_command
from agent.sandbox.wrap import wrap
from agent.tasks import spawn, uninterrupted
from agent.tools.egress_pass import EgressPass
from agent.tools.process import build_environment

if TYPE_CHECKING:
    from agent.sandbox.measured import Measured
    from agent.tools.egress import Egress

MOST_BYTES = 16 << 20
"""Of one message."""
SEND_LIMIT_S = 10.0
GRACE_S = 0.5
END_LIMIT_S = 2.0
PACE = 1_000
"""Messages a second that are handed on; a program that sends more stands still meanwhile."""
PRIVATE = "homard-run-"
"""Begins the name of a program's private folder; the pid of its Homard follows, as for commands."""


class ConfinedProcess:
    """One program. Made by `start`; to be used on the event loop of its start, by one receiver at a time."""

    def __init__(self, name: str, bounds: Bounds, log: Path) -> None:
        """Use `start`."""
        self.name = name
        self.log = log
        self._bounds = bounds
        self._loop = asyncio.get_running_loop()
        self._way_out = WayOut(name, bounds.hosts)
        self._news, self._over = asyncio.Event(), asyncio.Event()
        self._inbox = Inbox(lambda: self._tell(self._news.set))
        self._sending = asyncio.Lock()
        self._unwritten: asyncio.Future[bool] | None = None
        self._resources = contextlib.AsyncExitStack()
        self._allowed, self._counted = float(PACE), self._loop.time()
        self._served: Served
        self._pid = 0

    @classmethod
    async def start(
        cls,
        argv: Sequence[str],
        *,
        name: str,
        bounds: Bounds,
        environment: Mapping[str, str],
        log: Path,
        measured: Callable[[], Measured] | None = None,
        egress: Egress | None = None,
        hide: Callable[[str], str] | None = None,
    ) -> ConfinedProcess:
        """Start a program in the sandbox. HOME and its working folder are `bounds.home`, made if need be.

        `name`: its principal, `plugin:<id>` or `mcp:<name>`. `environment`: added to that of every command, in which
        there is no secret (`build_environment`). `log`: the file for its standard error. `measured`: what the sandbox
        holds here, called in a thread; None: it is measured when first needed. `egress`: the way out of programs with
        hosts. `hide`: takes keys out of what goes to the log (`KnownKeys.hide`). Raises ToolDenied when this machine
        cannot hold it as needed, ToolFailed when it cannot be started.
        """
        process = cls(name, bounds, log)
        try:
            await process._start(list(argv), environment, measured or _measure, egress, hide)
        except BaseException:
            await uninterrupted(process._resources.aclose(), "clear-up")
            raise
        return process

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._served.ended is None

    @property
    def ended(self) -> Ended | None:
        """How it ended; None: it runs."""
        return self._served.ended

    @property
    def pid(self) -> int:
        """Of the sandbox around it."""
        return self._pid

    @property
    def memory(self) -> int:
        """Bytes in memory of its whole tree, when it was last looked at."""
        return self._served.watched.resident if self._served.watched else 0

    @property
    def egress(self) -> EgressPass | None:
        """Who judges and is told of its next connections; None: each is refused."""
        return self._way_out.egress

    @egress.setter
    def egress(self, egress: EgressPass | None) -> None:
        self._way_out.egress = egress

    async def send(self, message: bytes, limit_s: float = SEND_LIMIT_S) -> None:
        """Send one message; the newline is added if it is not there. Waits while the program does not read.

        Raises Gone when the program has ended, Stalled when it did not take it within `limit_s`: then it is ended.
        Cancelled, the message is sent to its end all the same, so that what comes after it is understood.
        """
        data = message if message.endswith(b"\n") else message + b"\n"
        async with self._sending:
            await self._settle(limit_s)
            if self._served.watched is not None:
                watch().kick(self._served.watched)
            try:
                written = self._served.write_now(data)
            except OSError:
                raise self._gone() from None
            if written < len(data):
                self._unwritten = asyncio.wrap_future(self._served.write(data[written:]))
                await self._settle(limit_s)

    async def receive(self, most: int = MOST_BYTES) -> bytes | None:
        """The next message without its newline; None: the program has ended, and nothing more comes.

        Raises Flooded for a message that is longer than `most` bytes: then the program is ended.
        """
        await self._keep_pace()
        while True:
            self._news.clear()
            message = self._inbox.take(most)
            if message is not None:
                return message
            if self._inbox.flooded:
                self._served.end("flooded", "it sent a message that is longer than may be, and was ended")
                raise Flooded(f"{self.name} sent a message of more than {most:,} bytes and was ended.")
            if self._inbox.closed:
                return None
            await self._news.wait()

    async def wait(self) -> Ended:
        """Wait until it has ended, with all it started."""
        await self._over.wait()
        return self._served.ended or Ended("killed", None, "it could not be ended")

    async def end(self, grace_s: float = GRACE_S) -> Ended:
        """End it with all it started, within 2 s whatever it does; how it ended, also if it had before.

        Its standard input is closed; after `grace_s` it is asked to end (SIGTERM), 0.3 s later it is killed.
        """
        await uninterrupted(self._end(min(grace_s, 1.0)), "end")
        return self._served.ended or Ended("killed", None, "it could not be ended")

    async def tail(self, lines: int = 100) -> list[str]:
        """The last lines of its log."""
        return await asyncio.to_thread(log_file.tail, self.log, lines)

    async def _start(
        self,
        argv: list[str],
        environment: Mapping[str, str],
        measured: Callable[[], Measured],
        egress: Egress | None,
        hide: Callable[[str], str] | None,
    ) -> None:
        try:
            home, private, socket = await self._placed(egress)
        except OSError as error:
            raise ToolFailed(f"{self.name} could not be started: there is no place for it ({error}).") from None

        def launch() -> Launch:
            path = {"PATH": environment["PATH"]} if "PATH" in environment else {}
            plain = {**build_environment(), **path}
            made = wrap(argv, confinement_of(self._bounds), measured(), Place(home, private, socket), plain)
            fixed = {"HOME", "PATH", *(name for name, value in made.environment.items() if plain.get(name) != value)}
            own = for_command({name: value for name, value in environment.items() if name not in fixed})
            return Launch(made.argv, {**made.environment, **own, "HOME": home}, made.contained)

        order = Order(launch, Path(home), self._inbox, self.log, hide, lambda: self._tell(self._ended), self._bounds)
        served = self._served = Served(order)
        starting = asyncio.wrap_future(served.started)
        starting.add_done_callback(_look_at)
        try:
            # Even to begin a thread takes a while when there are many.
            await uninterrupted(asyncio.to_thread(served.begin), "start")
            await asyncio.wait([starting])
            self._pid = starting.result()
        except (OSError, ValueError) as error:
            program = printable(argv[0]) if argv else ""
            raise ToolFailed(f"{self.name} could not be started ({program}: {error}).") from None
        except asyncio.CancelledError:
            served.end("killed", "it was ended")
            raise

    async def _placed(self, egress: Egress | None) -> tuple[str, str, str]:
        """Its home, a folder for its sandbox, and its way out (empty: none), made for as long as it runs."""
        private = _private_folder()
        self._resources.push_async_callback(asyncio.to_thread, shutil.rmtree, private, ignore_errors=True)
        home = await uninterrupted(asyncio.to_thread(_made, private, self._bounds.home), "private folder")
        socket = os.path.join(private, "egress.sock") if self._bounds.hosts else ""
        if socket:
            await self._resources.enter_async_context(self._way_out.serve(socket, egress))
        return home, private, socket

    async def _settle(self, limit_s: float) -> None:
        """Wait until what was sent before is written."""
        if self._unwritten is None:
            return
        done, _ = await asyncio.wait([self._unwritten], timeout=limit_s)
        if not done:
            self._served.end("stalled", "it did not read what was sent to it, and was ended")
            raise Stalled(f"{self.name} did not read what was sent to it for {limit_s:g} s and was ended.")
        written, self._unwritten = self._unwritten.result(), None
        if not written:
            raise self._gone()

    def _gone(self) -> Gone:
        ended = self._served.ended
        return Gone(f"{self.name} is not running: {ended.words if ended else 'it takes nothing more'}.")

    async def _keep_pace(self) -> None:
        now = self._loop.time()
        self._allowed = min(float(PACE), self._allowed + (now - self._counted) * PACE) - 1
        self._counted = now
        if self._allowed < 0:
            await asyncio.sleep(0.02)
        else:
            await asyncio.sleep(0)  # messages that are there already must not keep everybody else waiting

    async def _end(self, grace_s: float) -> None:
        await asyncio.to_thread(self._served.end, "killed", "it was ended", grace_s)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(END_LIMIT_S):
                await self._over.wait()

    def _tell(self, what: Callable[[], object]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody is left to tell
            self._loop.call_soon_threadsafe(what)

    def _ended(self) -> None:
        spawn(self._clear_up(), "clear-up")

    async def _clear_up(self) -> None:
        try:
            await self._resources.aclose()
        finally:
            self._over.set()


def _look_at(starting: asyncio.Future[int]) -> None:
    """Of a start that nobody waits for any more nobody need be told."""
    if not starting.cancelled():
        starting.exception()


def _made(private: str, home: Path) -> str:
    os.mkdir(private, 0o700)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    return os.path.realpath(home)


def _private_folder() -> str:
    """A place that does not exist yet, with a name short enough for a socket in it."""
    return os.path.join(os.path.realpath(tempfile.gettempdir()), f"{PRIVATE}{os.getpid()}-{os.urandom(6).hex()}")


def _measure() -> Measured:
    from agent.paths import find_paths
    from agent.sandbox.measure import known

    return known(find_paths().cache)
