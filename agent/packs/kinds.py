"""The packs of a home, with all kinds of parts that this Homard can take from one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.packs.job_part import JobParts
from agent.packs.part import Parts
from agent.packs.service import Packs
from agent.packs.skill_part import SkillParts
from agent.packs.store import Store

if TYPE_CHECKING:
    from agent.packs.plugin_part import Enable
    from agent.plugin_host.collection import Collection
    from agent.settings import ServerSettings


def open_packs(folder: Path, skills: Path, *more: Parts, today: Callable[[], date] = date.today) -> Packs:
    """`folder`: where packs are kept; `skills`: the person's own; `more`: further kinds of parts. Touches no disk."""
    store = Store(folder)
    return Packs(folder, (SkillParts(skills, store.stage), JobParts(), *more), today)


def plugin_parts(collection: Collection, private: Path, enable: Enable) -> Parts:
    """Plugins, as `agent.packs.plugin_part` takes them. Imports their host."""
    from agent.packs.plugin_part import PluginParts

    return PluginParts(collection, private, enable)


def server_parts(
    packs: Path,
    servers: Path,
    settings: Callable[[], Mapping[str, ServerSettings]],
    change: Callable[[Callable[[Any], None]], object],
) -> Parts:
    """MCP servers, as `agent.packs.server_part` takes them. Imports their client."""
    from agent.packs.server_part import ServerParts

    return ServerParts(servers, Store(packs).stage, settings, change)
