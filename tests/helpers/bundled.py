"""The plugins that come with Homard, each in its process in the real sandbox."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from agent.messages import TextPart, ToolResult
from tests.helpers.plugins import PluginHome

BUNDLED = Path(__file__).parents[2] / "plugins"


@asynccontextmanager
async def bundled(
    plugin: str, place: Path, settings: Mapping[str, Any] | None = None, **options: Any
) -> AsyncGenerator[PluginHome]:
    """Enable one with all that it asks for; Homard's own tool `write` writes."""
    async with PluginHome(place, bundled=BUNDLED, **options) as home:
        home.settings = msgspec.structs.replace(home.settings, plugins={plugin: dict(settings or {})})
        home.own = _own
        await home.host.enable(plugin)
        yield home


def _own(name: str, arguments: Mapping[str, Any]) -> ToolResult:
    path = Path(arguments["path"])
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(arguments["text"].encode())
    return ToolResult("", name, (TextPart("Written."),))
