"""Plugins, MCP servers and packs of a home, for runs and for whoever shows them.

Each kind is imported when it is first asked for, or when there is something of it: a home without any pays two looks at
the disk a run.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cached_property, reduce
from typing import TYPE_CHECKING, Any

from agent import __version__
from agent.desktop import Desktop
from agent.errors import UsageError
from agent.events import AnyEvent
from agent.gate import RunGate
from agent.labels import Label
from agent.messages import ToolCall
from agent.paths import Paths
from agent.runner import Services
from agent.safety.approvals import RunApprover
from agent.safety.printable import from_printable
from agent.safety.secrets import KeyringSecrets
from agent.settings import Settings
from agent.tasks import spawn
from agent.tools.act import Act

if TYPE_CHECKING:
    from agent.automation.templates import Template
    from agent.mcp_client.servers import McpServers
    from agent.packs.run import RunPacks
    from agent.packs.service import Packs
    from agent.plugin_host.host import PluginHost
    from agent.sandbox.measured import Measured
    from agent.tools.egress import Egress
    from agent.tools.egress_pass import EgressPass
    from agent.tools.foreign import ToolProvider

STATE = ".state.json"
"""Beside things that a person has said something about."""


class Extensions:
    """Opens them over one home."""

    def __init__(
        self,
        services: Services,
        paths: Paths,
        settings: Callable[[], Settings],
        secrets: KeyringSecrets,
        fire: Callable[[str, str, str, str, Label], Awaitable[None]],
        reload: Callable[[], None],
        given: Sequence[ToolProvider] = (),
    ) -> None:
        """`fire`: starts the jobs that wait for a plugin, by what it tells: (plugin, trigger, key, text, label).

        `given`: providers that are there besides.
        `reload` reads the settings again, after servers or packs changed the file; from any thread.
        """
        self._services, self._paths, self._settings, self._secrets = services, paths, settings, secrets
        self._fire, self._reload, self._given = fire, reload, given
        self._opening = threading.RLock()
        self._loop, self._thread = asyncio.get_running_loop(), threading.current_thread()
        self._stays = False
        self.desktop: Desktop | None = None
        """What plugins may be granted of the desktop; put here by the app before it opens anything."""

    @cached_property
    def _egress(self) -> Egress:
        from agent.tools.egress import Egress

        return Egress()

    @property
    def plugins(self) -> PluginHost:
        """The plugins."""
        with self._opening:
            first = "_plugins" not in vars(self)
            found = self._plugins
        if first and self._stays:
            self._loop.call_soon_threadsafe(lambda: spawn(found.start(self._services.bus), "plugin events"))
        return found

    @property
    def servers(self) -> McpServers:
        """The MCP servers."""
        with self._opening:
            return self._servers

    @property
    def packs(self) -> Packs:
        """The packs. Blocks for nothing; its methods do."""
        with self._opening:
            return self._packs

    @cached_property
    def _plugins(self) -> PluginHost:
        from agent.plugin_host.collection import bundled_plugins
        from agent.plugin_host.host import PluginHost

        paths = self._paths
        return PluginHost(
            paths.data / "plugins",
            private=paths.data / "plugin-data",
            logs=paths.logs / "plugins",
            settings=self._settings,
            bundled=bundled_plugins(),
            skills=paths.skills,
            secrets=self._secrets,
            publish=self._publish,
            measured=self._measured,
            egress=self._egress,
            fire=self._fired,
            told=self._told,
            background=self._background,
            hidden=self._hidden,
            program=__version__,
            hide=self._secrets.known.hide,
            closed=self._why_closed,
        )

    @cached_property
    def _servers(self) -> McpServers:
        from agent.mcp_client.house import House
        from agent.mcp_client.servers import McpServers

        paths = self._paths
        house = House(
            paths.data / "servers",
            paths.logs / "servers",
            lambda: self._settings().mcp,
            self._secrets,
            publish=self._publish,
            measured=self._measured,
            need=lambda: self._settings().safety.sandbox,
            hidden=self._hidden,
            egress=self._egress,
            egress_pass=self._background,
            closed=self._why_closed,
            now=self._services.clock.now,
        )
        return McpServers(house, self._change)

    @cached_property
    def _packs(self) -> Packs:
        from agent.packs.kinds import open_home

        paths, publish = self._paths, self._publish
        servers, enable = lambda: self._settings().mcp, self.plugins.enable
        return open_home(paths.data, paths.skills, servers, self._change, enable, self._loop, publish)

    def _change(self, change: Callable[[Any], None]) -> Settings:
        """Edit settings.toml, so that who asked for it finds it done. Blocks."""
        from agent.settings_file import change_settings

        changed = change_settings(self._paths.settings, change)
        self._reload()
        return changed

    def packs_now(self) -> RunPacks | None:
        """What runs know of packs, as the disk says now; None: there is none. Blocks."""
        if not (self._paths.data / "packs" / STATE).exists():
            return None
        from agent.packs.run import RunPacks

        return RunPacks.look(self.packs)

    def _publish(self, event: AnyEvent) -> None:
        """From any thread: what blocks for the disk tells from one of its own."""
        if threading.current_thread() is self._thread:
            self._services.bus.publish(event)
        else:
            self._loop.call_soon_threadsafe(self._services.bus.publish, event)

    def _why_closed(self, principal: str) -> str:
        packs = self.packs_now()
        return "" if packs is None else packs.why_not(principal)

    def providers(self) -> list[ToolProvider]:
        """Those whose tools runs may use now. Blocks for the disk."""
        found, packs = self._providers(), self.packs_now()
        return found if packs is None else [one for one in found if not packs.why_not(one.principal)]

    def _providers(self) -> list[ToolProvider]:
        found = list(self._given)
        if (self._paths.data / "plugins" / STATE).exists():
            found += self.plugins.providers()
        if self._settings().mcp:
            found += self.servers.providers()
        return found

    def want_plugins(self, wanted: Mapping[str, frozenset[str]]) -> None:
        """Keep the triggers of plugins running that jobs wait for."""
        if wanted or "_plugins" in vars(self):
            self.plugins.watch(wanted)

    def plugin_triggers(self) -> dict[str, tuple[str, ...]]:
        """The triggers of plugins that are on and may start jobs. Blocks for the disk."""
        return self.plugins.triggers() if (self._paths.data / "plugins" / STATE).exists() else {}

    def plugin_outputs(self) -> dict[str, tuple[str, ...]]:
        """The outputs of plugins that are on, for the answers of jobs. Blocks for the disk."""
        if not (self._paths.data / "plugins" / STATE).exists():
            return {}
        enabled, packs = self.plugins.collection.enabled(), self.packs_now()
        found = {one.id: tuple(output.name for output in one.accepted.said.outputs) for one in enabled}
        return {plugin: outputs for plugin, outputs in found.items() if outputs and not _why_not(packs, plugin)}

    def job_templates(self, language: str) -> Sequence[Template]:
        """The job templates of packs that are on. Blocks for the disk; raises HomardError."""
        if not (self._paths.data / "packs" / STATE).exists():
            return ()
        from agent.packs.job_part import templates_on

        return templates_on(self.packs, language)

    async def give_report(self, plugin: str, output: str, title: str, text: str, label: Label) -> None:
        """Give an answer to an output of a plugin. Raises UsageError: it got nothing; ToolFailed: it failed at it.

        `label`: of what its run has seen. What could carry away what must stay on this machine does not get that; and
        what the plugin says later may hold it.
        """
        await asyncio.to_thread(self._check_output, plugin, output, label.secrecy == "secret")
        await self._told(plugin, label)
        hide = self._secrets.known.hide
        await self.plugins.deliver(plugin, output, hide(title), await asyncio.to_thread(hide, text))

    async def _told(self, plugin: str, label: Label) -> None:
        """Note that a plugin gets to know of something with this label: what it says later may hold it."""
        taint = self._services.workplace.safeguards.taint
        await taint.kept(str(self.plugins.life(plugin).exchange), label)

    async def _fired(self, plugin: str, trigger: str, key: str, text: str) -> None:
        """Start the jobs that wait: the text is a stranger's, and as secret as what the plugin was told or can read."""
        label = await asyncio.to_thread(self._label_of_plugin, plugin)
        await self._fire(plugin, trigger, key, text, label)

    def _label_of_plugin(self, plugin: str) -> Label:
        label_of = self._services.workplace.safeguards.taint.labels.label_of
        places = (str(self.plugins.life(plugin).exchange), *self.plugins.plugin(plugin).may.readable)
        label = Label("external", "private", (f"plugin:{plugin}",))
        return reduce(Label.join, (label_of(place, masked=True) for place in places), label)

    def _check_output(self, plugin: str, output: str, secret: bool) -> None:
        """Raise UsageError for an output that must not, or cannot, get an answer now. Blocks for the disk."""
        if not (self._paths.data / "plugins" / STATE).exists():
            raise UsageError(f"There is no plugin {plugin}. Install it, or choose where else the answer goes.")
        one = self.plugins.plugin(plugin)
        if one.status != "on":
            raise UsageError(
                f"It is not used: {one.found.why or 'it is off.'} `homard plugins show {plugin}` says more."
            )
        if why := _why_not(self.packs_now(), plugin):
            raise UsageError(why)
        if output not in {each.name for each in one.found.accepted.said.outputs}:
            raise UsageError(f"It has no output {output}. `homard jobs edit` names another one.")
        if secret and (one.may.hosts or one.may.has("job.start")):
            raise UsageError(
                "The run has read what must stay on this machine, and this plugin could carry it away: it reaches "
                "hosts, or starts jobs."
            )

    async def start(self) -> None:
        """Let plugins hear of events, those too that are enabled later; in a process that stays."""
        self._stays = True
        if (self._paths.data / "plugins" / STATE).exists():
            await self.plugins.start(self._services.bus)

    async def close(self) -> None:
        """End all processes."""
        try:
            if "_plugins" in vars(self):
                await self.plugins.aclose()
        finally:
            if "_servers" in vars(self):
                await self.servers.close()

    def _measured(self) -> Measured:
        from agent.sandbox.measure import known

        return known(self._paths.cache)

    def _hidden(self) -> list[str]:
        """What none of their processes sees besides keys and Homard's own: local only, or a rule is about it."""
        place = self._services.workplace
        policy = place.safeguards.policy.current()
        guarded = policy.guarded_paths("fs.read", ("user",), self._services.clock.now())
        return [os.path.realpath(from_printable(one)) for one in (*policy.folders("local_only"), *guarded)]

    def _background(self, principal: str) -> EgressPass:
        """Judges what a process reaches for while nobody calls it, and writes it down."""
        services = self._services
        approver = RunApprover("", "", services.broker, services.bus.publish, attended=False)
        gate = RunGate(services.workplace.safeguards, approver, ("user",))
        return gate.egress(Act(ToolCall("", principal, "{}"), "{}", (), (), by=principal))


def _why_not(packs: RunPacks | None, plugin: str) -> str:
    """Why nothing of a pack's plugin is used now; empty: it may be, or is of none."""
    return packs.why_not(f"plugin:{plugin}") if packs is not None else ""
