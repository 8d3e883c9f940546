"""The life of one plugin's process: started on first use, ended when idle, given up when it fails too often."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

from agent.confined.bounds import Bounds
from agent.confined.health import Health
from agent.errors import HomardError, ToolError, ToolFailed
from agent.plugin_api.wire import Ready, Start
from agent.plugin_host.answers import Answers, Sources
from agent.plugin_host.channel import Channel, Crashed, NotImported
from agent.plugin_host.collection import Found
from agent.plugin_host.effective import Effective, effective
from agent.plugin_host.manifest import Manifest
from agent.plugin_host.running import Running
from agent.plugin_host.values import chosen, values_of
from agent.safety.request import SandboxLevel
from agent.sandbox.jail import python_places
from agent.tasks import spawn
from agent.tools.egress_pass import EgressPass
from agent.tools.shared_folder import SharedFolder
from agent.workers import worker_command

IDLE_S: Final = 600.0
_PYTHON: Final = ("-P", "-s", "-X", "utf8", str(Path(__file__).parents[1] / "plugin_api" / "__main__.py"))
PATIENCE_S: Final = 6.0
"""A call waits so long for a plugin that may be started again soon."""


class Starter(Protocol):
    """Starts a process in the sandbox: see `agent.confined.process.ConfinedProcess.start`."""

    def __call__(
        self, argv: Sequence[str], *, name: str, bounds: Bounds, environment: Mapping[str, str], log: Path
    ) -> Awaitable[Channel]:
        """Start it. Raises ToolDenied, ToolFailed."""
        ...


@dataclass(frozen=True)
class Surroundings:
    """What all plugins of a home have in common."""

    private: Path
    """Each has a folder of its own below."""
    logs: Path
    start: Starter
    written: Callable[[str], Mapping[str, Any]]
    """What stands in the settings for a plugin."""
    sources: Sources = field(default_factory=Sources)
    need: Callable[[], SandboxLevel] = lambda: "files"
    hidden: Callable[[], Sequence[str]] = tuple
    """Folders that no plugin sees: those that are local only, or that a rule is about."""
    background: Callable[[str], EgressPass | None] = lambda _principal: None
    """Judges what a plugin reaches for while nobody calls it; None: nothing."""
    failed: Callable[[str, str, bool], None] = lambda _plugin, _words, _too_often: None
    """Told of each failure: (plugin, what happened, whether it is to be disabled)."""
    changed: Callable[[str, str], None] = lambda _plugin, _status: None
    """Told of `starting`, `running`, `idle`, `crashed`."""
    learnt: Callable[[Found, Ready], None] = lambda _found, _said: None
    """Told in a thread what a plugin offers that was started with other bytes than those that were enabled."""
    idle_s: float = IDLE_S


class Life:
    """Of one plugin. All of it on the event loop."""

    def __init__(self, plugin: str, around: Surroundings) -> None:
        self.plugin = plugin
        self._around = around
        self._starting = asyncio.Lock()
        self._running: Running | None = None
        self._version: tuple[object, ...] = ()
        self._health = Health()
        self._idle: asyncio.TimerHandle | None = None
        self._ends = 0
        """How often it was ended from outside: a start that goes on meanwhile is given up."""
        self._learning = False
        """Somebody waits to be told of a failure: it does not count."""

    @property
    def home(self) -> Path:
        """The plugin's own folder."""
        return self._around.private / self.plugin

    @property
    def exchange(self) -> Path:
        """Where copies of files are handed over."""
        return self.home / "exchange"

    @property
    def log(self) -> Path:
        """What it printed."""
        return self._around.logs / f"{self.plugin}.log"

    @property
    def running(self) -> Running | None:
        """Its process, if it runs."""
        return self._running if self._running is not None and self._running.alive else None

    def effective(self, found: Found) -> Effective:
        """What it may do now. Reads the disk."""
        manifest = _manifest(found)
        return effective(manifest, found.accepted.granted, chosen(manifest, self._around.written(manifest.id)))

    async def use(self, found: Found) -> Running:
        """Its process, started if need be. Raises ToolFailed with what to do next."""
        async with self._starting:
            version = await asyncio.to_thread(self._version_of, found)
            running = self.running
            if running is not None and (version == self._version or running.calling):
                self._awake()
                return running
            if running is not None:
                await running.end()
            await self._wait()
            running, ready = await self._start(found)
            if found.tree.digest != found.accepted.digest:
                await asyncio.to_thread(self._around.learnt, found, ready)
            self._version = version
            self._awake()
            return running

    async def begin(self, find: Callable[[str], Found]) -> Running:
        """The same, of the plugin as it is now on the disk. Raises ToolFailed if it is not on any more."""
        try:
            found = await asyncio.to_thread(find, self.plugin)
        except HomardError as error:
            raise ToolFailed(f"The plugin {self.plugin} is not used. {error}") from None
        if found.status != "on":
            raise ToolFailed(f"The plugin {self.plugin} is not used: {found.why or 'it is off.'} Go on without it.")
        return await self.use(found)

    async def learn(self, found: Found) -> Ready:
        """Start it anew, with what it was granted; gives what it offers. Raises ToolFailed; then it has ended."""
        async with self._starting:
            if (running := self.running) is not None:
                await running.end()
            self._health = Health()
            self._learning = True
            try:
                _running, ready = await self._start(found)
            finally:
                self._learning = False
            self._version = await asyncio.to_thread(self._version_of, found)
            self._awake()
            return ready

    async def end(self) -> None:
        """End its process, if there is one, also one that is just being started."""
        self._ends += 1
        if self._idle is not None:
            self._idle.cancel()
        if self._running is not None:
            await self._running.end()

    def worked(self) -> None:
        """It did what it was asked."""
        self._health.worked()

    def _version_of(self, found: Found) -> tuple[object, ...]:
        """What its process was started with: after a change of any of it, it is started anew."""
        may = self.effective(found)
        return (
            found.tree.digest,
            found.accepted.reloads,
            may,
            tuple(sorted(self._values(_manifest(found)).items())),
            self._around.need(),
        )

    def _values(self, manifest: Manifest) -> dict[str, Any]:
        return values_of(manifest, self._around.written(manifest.id))

    async def _wait(self) -> None:
        wait = self._health.wait_s
        if wait > PATIENCE_S:
            raise ToolFailed(f"The plugin {self.plugin} failed and is started again in {wait:.0f} s. Go on without it.")
        await asyncio.sleep(wait)

    async def _start(self, found: Found) -> tuple[Running, Ready]:
        manifest, ends = _manifest(found), self._ends
        may = await asyncio.to_thread(self.effective, found)
        self._around.changed(self.plugin, "starting")
        await asyncio.to_thread(self._make_room)
        try:
            channel = await self._around.start(
                worker_command("plugin", *_PYTHON),
                name=f"plugin:{self.plugin}",
                bounds=self._bounds(found, may),
                environment={},
                log=self.log,
            )
        except ToolError as error:
            raise ToolFailed(f"The plugin {self.plugin} cannot be started. {error}") from None
        triggers = frozenset(one.name for one in found.accepted.said.triggers)
        answers = Answers(manifest, may, triggers, self._around.sources)
        order = Start(manifest.id, str(found.folder), manifest.module, str(self.home / "data"), self._values(manifest))
        try:
            running, ready = await Running.start(self.plugin, channel, order, answers, self._over)
        except NotImported as error:
            self._failed(f"it cannot be imported: {error}")
            raise ToolFailed(f"The plugin {self.plugin} cannot be imported: {error}") from None
        except Crashed as error:
            raise ToolFailed(f"The plugin {self.plugin} did not start: {error}. {self._next()}") from None
        if ends != self._ends:
            await running.end()
            raise ToolFailed(f"The plugin {self.plugin} was ended meanwhile.")
        answers.triggers = frozenset(one.name for one in ready.triggers)
        running.passes.background = self._around.background(f"plugin:{self.plugin}") if may.hosts else None
        self._running = running
        self._around.changed(self.plugin, "running")
        return running, ready

    def _bounds(self, found: Found, may: Effective) -> Bounds:
        return Bounds(
            home=self.home,
            readable=(str(found.folder), *python_places(), *may.readable),
            hidden=tuple(self._around.hidden()),
            hosts=may.hosts,
            commands=bool(may.programs),
            need=self._around.need(),
        )

    def _make_room(self) -> None:
        try:
            for folder in (self.home, self._around.logs):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for folder in (self.home / "data", self.exchange):
                SharedFolder.ready(folder)  # it may have put something else there
        except OSError as error:
            raise ToolFailed(
                f"The plugin {self.plugin} cannot be started: {self.home} cannot be made ready ({error.strerror})."
            ) from None

    def _over(self, running: Running) -> None:
        """A process has ended."""
        if running.failure:
            self._failed(running.failure)
        else:
            self._around.changed(self.plugin, "idle")

    def _failed(self, words: str) -> None:
        if self._learning:
            return
        too_often = self._health.failed()
        self._around.changed(self.plugin, "crashed")
        self._around.failed(self.plugin, words, too_often)

    def explained(self, error: Crashed) -> ToolFailed:
        """What a model is told when the process was lost during its call."""
        return ToolFailed(
            f"The plugin {self.plugin} failed: {error}. What it had begun may be half done. {self._next()}"
        )

    def _next(self) -> str:
        return f"It is started again at the next call; its log: homard plugins logs {self.plugin}."

    def _awake(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        loop = asyncio.get_running_loop()
        self._idle = loop.call_later(self._around.idle_s, lambda: spawn(self._sleep(), "plugin-idle"))

    async def _sleep(self) -> None:
        running = self.running
        if running is None:
            return
        if running.busy:
            self._awake()
            return
        with suppress(ToolError):
            await running.end()


def _manifest(found: Found) -> Manifest:
    if found.manifest is None:
        raise ToolFailed(f"The plugin {found.id} cannot be used. {found.why}")
    return found.manifest
