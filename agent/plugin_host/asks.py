"""What a plugin may ask Homard for, and which of its capabilities each takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from agent.errors import ToolFailed
from agent.plugin_host.manifest import Capability, What


def require(what: str, arguments: Mapping[str, Any], granted: Iterable[Capability]) -> None:
    """Raise ToolFailed unless one of the granted capabilities covers it. Own tools are judged where they run."""
    needed = _needed(what, arguments)
    if needed is None:
        return
    capability, to = needed
    if any(one.what == capability and (to is None or to in one.to) for one in granted):
        return
    target = f", to = [{to[:60]!r}]" if to is not None else ""
    raise ToolFailed(
        f"The plugin was not granted this: `what = {capability!r}{target}`. Its plugin.toml has to ask for it, and a "
        "person has to agree."
    )


def _needed(what: str, arguments: Mapping[str, Any]) -> tuple[What, str | None] | None:
    match what:
        case "secret":
            return "secret.use", str(arguments.get("name", ""))
        case "fire":
            return "job.start", None
        case "notify":
            return "ui.notify", None
        case "clipboard.text":
            return "ui.read", "clipboard"
        case "clipboard.set":
            return "ui.write", "clipboard"
        case "screenshot":
            return "ui.read", "screen"
        case "read" | "write" | "tool":
            return None
        case _:
            raise ToolFailed("There is no such thing to ask Homard for.")
