"""All plugins of a home: found, enabled by a person, started when used, ended with the app."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.bus import Bus
from agent.errors import HomardError, StorageError, UsageError
from agent.events import AnyEvent, ExtensionChanged
from agent.labels import Label
from agent.plugin_host.agreement import Agreement, usable
from agent.plugin_host.answers import Fire, Sources
from agent.plugin_host.background import Background
from agent.plugin_host.channel import Crashed
from agent.plugin_host.collection import Collection, Found
from agent.plugin_host.effective import Effective, effective
from agent.plugin_host.life import IDLE_S, Life, Starter, Surroundings
from agent.plugin_host.manifest import Capability
from agent.plugin_host.plugin import Plugin
from agent.plugin_host.provider import PluginProvider
from agent.plugin_host.running import Running
from agent.plugin_host.state import anything, change
from agent.plugin_host.used import Use, Used
from agent.plugin_host.values import chosen, schema_of, values_of
from agent.plugin_host.watches import RETRY_S
from agent.ports import ModelGateway, SecretStore
from agent.settings import Settings
from agent.tasks import spawn
from agent.tools.egress_pass import EgressPass

if TYPE_CHECKING:
    from agent.sandbox.measured import Measured
    from agent.tools.egress import Egress

_log = logging.getLogger(__name__)


async def _unnoted(_plugin: str, _label: Label) -> None:
    """Note nothing."""


def _nowhere(_event: AnyEvent) -> None:
    """Tell nobody."""


class PluginHost:
    """See docs/plugins.md. What blocks for the disk says so; everything else is for the event loop."""

    def __init__(
        self,
        folder: Path,
        *,
        private: Path,
        logs: Path,
        settings: Callable[[], Settings],
        bundled: Path | None = None,
        skills: Path | None = None,
        secrets: SecretStore | None = None,
        publish: Callable[[AnyEvent], None] = _nowhere,
        measured: Callable[[], Measured] | None = None,
        egress: Egress | None = None,
        fire: Fire | None = None,
        background: Callable[[str], EgressPass | None] = lambda _principal: None,
        hidden: Callable[[], Sequence[str]] = tuple,
        program: str = "",
        hide: Callable[[str], str] = str,
        told: Callable[[str, Label], Awaitable[None]] = _unnoted,
        closed: Callable[[str], str] = lambda _principal: "",
        start: Starter | None = None,
        idle_s: float = IDLE_S,
        trigger_retry_s: Sequence[float] = RETRY_S,
    ) -> None:
        """`folder`: the person's plugins. `private`: where each has a folder of its own. `logs`: what they print.

        `bundled`: the folder of those that come with Homard, whose version is `program`. `skills`: the
        person's skills, where those of plugins are put. `fire`: starts the jobs that
        wait for a plugin. `background`: judges what a plugin reaches for while nobody calls it. `hidden`: folders that
        none sees. `hide`: takes known keys out of a text. `told`: notes the
        label of what a plugin hears of. `closed`: why a plugin must not work though it is on, for its
        pack is suspended; blocks for the disk. `start` replaces the sandbox. `idle_s`: a process that nobody
        used for so long is ended.
        """
        self.collection = Collection(folder, bundled, program)
        self._publish, self._hide, self._closed = publish, hide, closed
        self._measured, self._egress = measured, egress
        self._used = Used(folder)
        self._lives: dict[str, Life] = {}
        self._agreement = Agreement(self.collection, self.life, skills)
        self._background = Background(self._begin, told, trigger_retry_s)
        self._around = Surroundings(
            private=private,
            logs=logs,
            start=start or self._confined,
            written=lambda plugin: settings().plugins.get(plugin, {}),
            sources=Sources(secrets, fire, self._notify),
            need=lambda: settings().safety.sandbox,
            hidden=hidden,
            background=background,
            failed=self._failed,
            changed=lambda plugin, status: self._tell(plugin, status),
            learnt=lambda found, said: self._agreement.note(found, said),
            idle_s=idle_s,
        )

    @property
    def folder(self) -> Path:
        """Where the person's plugins are."""
        return self.collection.plugins

    def plugins(self) -> list[Plugin]:
        """All of them, by id. Blocks for the disk; raises StorageError."""
        used = self._used.look()
        return [self._seen(found, used) for found in self.collection.look()]

    def plugin(self, plugin: str) -> Plugin:
        """One of them. Blocks; raises UsageError."""
        return self._seen(self.collection.find(plugin), self._used.look())

    def providers(self) -> Sequence[PluginProvider]:
        """Those that runs may use now. Blocks for the disk; a state that cannot be read gives none."""
        if not anything(self.folder):
            return ()
        try:
            enabled = self.collection.enabled()
            self._tell_background(enabled)
            return [self._provider(found) for found in enabled]
        except StorageError as error:
            _log.warning("%s", error)
            return ()

    async def enable(self, plugin: str, granted: Sequence[Capability] | None = None, *, seen: str = "") -> Plugin:
        """Let a plugin be used, as it stands now, with what a person agreed to; None: all that it asks for.

        `seen`: the digest of what they looked at (`found.tree.digest`); another one is not enabled.
        It is started once, to learn what it offers. Raises UsageError: nothing changed.
        """
        await self._agreement.enable(plugin, granted, seen)
        self._tell(plugin, "on")
        await self._refresh()
        return await asyncio.to_thread(self.plugin, plugin)

    async def believe(self, plugin: str) -> Plugin:
        """Take what its tools say they do at its hosts (`Plugin.claims`) as true, until they say something else."""
        await self._agreement.believe(plugin)
        return await asyncio.to_thread(self.plugin, plugin)

    async def disable(self, plugin: str) -> Plugin:
        """Let a plugin be used no more, and end it; it stays where it is, and what was agreed to is kept."""
        await self._agreement.disable(plugin)
        self._tell(plugin, "off")
        await self._refresh()
        return await asyncio.to_thread(self.plugin, plugin)

    async def reload(self, plugin: str) -> Plugin:
        """Start a plugin anew. Of one that is being written, what it offers now is offered. Raises UsageError."""
        await self._agreement.reload(plugin)
        return await asyncio.to_thread(self.plugin, plugin)

    async def develop(self, folder: Path) -> Plugin:
        """Use a plugin from the folder in which it is being written, with all that it asks for. Raises UsageError."""
        plugin = await self._agreement.develop(folder)
        self._tell(plugin, "on")
        await self._refresh()
        return await asyncio.to_thread(self.plugin, plugin)

    async def remove(self, plugin: str) -> Path:
        """Delete a plugin from the disk, with what it stored; one that is being written stays. Raises UsageError."""
        from agent.plugin_host.install import remove

        found = await asyncio.to_thread(self.collection.find, plugin)
        await self._end(plugin)
        await asyncio.to_thread(self._agreement.take_skills, plugin)
        await asyncio.to_thread(remove, self.collection, found, self._around.private)
        self._tell(plugin, "removed")
        return found.folder

    def install(self, source: Path, *, replace: bool = False, digest: str = "") -> Plugin:
        """Copy a plugin from a folder or a zip; it is off until a person enables it. Blocks; raises UsageError.

        `digest`: of the tree that a person looked at; if another one is there now, nothing is installed.
        """
        from agent.plugin_host.install import install

        return self._seen(install(self.collection, source, replace=replace, digest=digest), {})

    def logs(self, plugin: str, lines: int = 100) -> list[str]:
        """The last lines that it printed. Blocks."""
        from agent.confined.log_file import tail

        return [self._hide(line) for line in tail(self._around.logs / f"{self.collection.find(plugin).id}.log", lines)]

    def settings_schema(self, plugin: str) -> dict[str, Any]:
        """JSON Schema of what can be set, see `values.schema_of`. Blocks; raises UsageError."""
        return schema_of(usable(self.collection.find(plugin)))

    def settings_values(self, plugin: str) -> Mapping[str, Any]:
        """What is set, or its default; no secrets. Blocks; raises UsageError."""
        return values_of(usable(self.collection.find(plugin)), self._around.written(plugin))

    async def start(self, bus: Bus) -> None:
        """Begin to hand events to the plugins that were granted some. Costs nothing as long as there are none."""
        self._background.start(bus)
        await self._refresh()

    def watch(self, wanted: Mapping[str, frozenset[str]]) -> None:
        """Keep running the triggers that jobs wait for, by plugin; what they fire goes to the port `fire`."""
        self._background.watch(wanted)

    def triggers(self) -> dict[str, tuple[str, ...]]:
        """The triggers of plugins that are on and may start jobs. Blocks for the disk; raises StorageError."""
        if not anything(self.folder):
            return {}
        found = {one.id: one for one in self.collection.enabled() if self._effective(one).has("job.start")}
        return {name: tuple(one.name for one in found[name].accepted.said.triggers) for name in found}

    async def deliver(self, plugin: str, output: str, title: str, text: str) -> None:
        """Give a report to an output of a plugin. Raises ToolFailed."""
        running = await self.life(plugin).begin(self._now)
        try:
            await running.deliver(output, title, text)
        except Crashed as error:
            raise self.life(plugin).explained(error) from None

    def gateway(self) -> ModelGateway:
        """The transport for models that plugins provide."""
        from agent.plugin_host.gateway import PluginGateway

        return PluginGateway(self.life, self._now)

    async def aclose(self) -> None:
        """End all of them."""
        await self._background.aclose()
        await asyncio.gather(*(life.end() for life in self._lives.values()), return_exceptions=True)
        await asyncio.to_thread(self._used.write)

    def life(self, plugin: str) -> Life:
        """The life of a plugin's process."""
        return self._lives.setdefault(plugin, Life(plugin, self._around))

    async def _refresh(self) -> None:
        """Say who wants events, as the disk says now."""
        if await asyncio.to_thread(anything, self.folder):
            await asyncio.to_thread(lambda: self._tell_background(self.collection.enabled()))

    def _tell_background(self, enabled: Sequence[Found]) -> None:
        may = {one.id: self._effective(one) for one in enabled}
        events = {one.id: may[one.id].events & frozenset(one.accepted.said.events) for one in enabled}
        wanted = {plugin: names for plugin, names in events.items() if names}
        self._background.wants(wanted, frozenset(plugin for plugin in wanted if not may[plugin].hosts))

    async def _begin(self, plugin: str) -> Running:
        return await self.life(plugin).begin(self._quietly)

    async def _end(self, plugin: str) -> None:
        if plugin in self._lives:
            await self._lives[plugin].end()

    def _seen(self, found: Found, used: Mapping[str, Use]) -> Plugin:
        life = self._lives.get(found.id)
        running = life.running if life is not None else None
        return Plugin(
            found,
            self._effective(found),
            self._around.logs / f"{found.id}.log",
            used.get(found.id, Use()),
            running.channel.pid if running else 0,
            running.channel.memory if running else 0,
        )

    def _effective(self, found: Found) -> Effective:
        if found.manifest is None:
            return Effective()
        values = chosen(found.manifest, self._around.written(found.id))
        return effective(found.manifest, found.accepted.granted, values)

    def _provider(self, found: Found) -> PluginProvider:
        return PluginProvider(found, self._effective(found), self.life(found.id), self._now)

    def _now(self, plugin: str) -> Found:
        """A plugin that is about to be called, as it is on the disk. Blocks; raises UsageError."""
        if self._used.note(plugin):
            self._used.write()
        return self._quietly(plugin)

    def _quietly(self, plugin: str) -> Found:
        """The same, when it is no call that somebody made."""
        if why := self._closed(f"plugin:{plugin}"):
            raise UsageError(f"The plugin {plugin} is not used: {why}")
        for found in self.collection.enabled(plugin):
            return found
        return self.collection.find(plugin)

    async def _confined(self, argv: Sequence[str], **options: Any) -> Any:
        from agent.confined.process import ConfinedProcess

        return await ConfinedProcess.start(argv, measured=self._measured, egress=self._egress, **options)

    def _notify(self, plugin: str, text: str) -> None:
        self._publish(ExtensionChanged("", "", "plugin", plugin, "notice", text, tell=True))

    def _tell(self, plugin: str, status: str, note: str = "", *, tell: bool = False) -> None:
        self._publish(ExtensionChanged("", "", "plugin", plugin, status, note, tell=tell))

    def _failed(self, plugin: str, words: str, too_often: bool) -> None:
        _log.warning("the plugin %s failed: %s", plugin, words)
        if too_often:
            spawn(self._give_up(plugin, words), "disable-plugin")

    async def _give_up(self, plugin: str, words: str) -> None:
        why = (
            f"It failed three times ({words[:300]}), so it was disabled. Its log: homard plugins logs {plugin}. To try "
            f"again: homard plugins enable {plugin}"
        )
        try:
            found = await asyncio.to_thread(self.collection.find, plugin)
            if found.accepted.dev or found.status != "on":
                return
            await asyncio.to_thread(self._agreement.take_skills, plugin)
            await asyncio.to_thread(change, self.folder, plugin, stopped=why)
        except HomardError as error:  # it is gone, or its state cannot be written: then it is not disabled
            _log.warning("the plugin %s was not disabled: %s", plugin, error)
            await self._end(plugin)
            return
        await self._end(plugin)
        self._tell(plugin, "disabled", f"{plugin}: {why}", tell=True)
