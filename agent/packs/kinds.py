"""The packs of a home, with all kinds of parts that this Homard can take from one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.events import AnyEvent, ExtensionChanged
from agent.packs.job_part import JobParts
from agent.packs.part import Parts
from agent.packs.service import Packs
from agent.packs.skill_part import SkillParts
from agent.packs.store import Store

if TYPE_CHECKING:
    from agent.plugin_host.manifest import Capability
    from agent.settings import ServerSettings


def open_packs(
    folder: Path,
    skills: Path,
    *more: Parts,
    today: Callable[[], date] = date.today,
    publish: Callable[[AnyEvent], None] | None = None,
) -> Packs:
    """`folder`: where packs are kept; `skills`: the person's own; `more`: further kinds of parts. Touches no disk."""

    def told(name: str, status: str) -> None:
        if publish is not None:
            publish(ExtensionChanged("", "", "pack", name, status))

    return Packs(folder, (SkillParts(skills, Store(folder).stage), JobParts(), *more), today, told)


def open_home(
    data: Path,
    skills: Path,
    settings: Callable[[], Mapping[str, ServerSettings]],
    change: Callable[[Callable[[Any], None]], object],
    enable: Callable[[str, Sequence[Capability]], Awaitable[object]],
    loop: asyncio.AbstractEventLoop | None = None,
    publish: Callable[[AnyEvent], None] | None = None,
) -> Packs:
    """The packs of a home, with plugins and MCP servers; their methods are to be called in threads.

    `data`: of the home; `settings`: `[mcp]` as it stands in the file; `change` edits that file; `enable`: of the host
    of plugins, run on `loop`; None: the one that runs here. `publish` is called on that loop.
    """
    from agent import __version__
    from agent.packs.plugin_part import PluginParts
    from agent.packs.server_part import ServerParts
    from agent.plugin_host.collection import Collection, bundled_plugins

    enabling = loop or asyncio.get_running_loop()

    def wait(plugin: str, granted: Sequence[Capability]) -> None:
        async def do() -> None:
            await enable(plugin, granted)

        asyncio.run_coroutine_threadsafe(do(), enabling).result()

    folder = data / "packs"
    plugins = PluginParts(
        Collection(data / "plugins", bundled_plugins(), __version__), data / "plugin-data", skills, wait
    )
    servers = ServerParts(data / "servers", Store(folder).stage, settings, change)

    def tell(event: AnyEvent) -> None:
        if publish is not None:
            enabling.call_soon_threadsafe(publish, event)

    return open_packs(folder, skills, plugins, servers, publish=tell)
