"""The label of a tool's result: what the tool says of it, else what its effects say it has read."""

from __future__ import annotations

import os
from collections.abc import Sequence
from urllib.parse import urlsplit

from agent.labels import Label
from agent.safety.effects import Effect
from agent.safety.folders import is_within
from agent.safety.matching import is_provider_s
from agent.safety.printable import from_printable
from agent.tools.tool import ToolContext, ToolOutput

LOCAL = Label("local", "private")
"""A file of the person's, the output of a command over them."""
UNKNOWN = Label("external", "private")
"""What nothing is known of: taken as a stranger's words about private things."""


def label_of_result(effects: Sequence[Effect], output: ToolOutput, context: ToolContext) -> Label | None:
    """Say where the result came from; None: it holds nothing but words of the person or of Homard. Reads the disk."""
    if output.label is not None:
        return output.label
    label: Label | None = None
    for effect in effects:
        part = _read_by(effect, context)
        label = part if label is None else label.join(part)
    return label


def _read_by(effect: Effect, context: ToolContext) -> Label:
    match effect.verb:
        case "fs.read":
            return context.label_of_file(from_printable(effect.target))
        case "fs.write" | "fs.delete" | "ui.notify" | "ui.write" | "mem.write":
            return LOCAL
        case "net.fetch":
            return Label("external", "public", (f"external:{_origin(effect.target)}",))
        case "proc.run":
            return _readable(context).join(UNKNOWN if effect.network else LOCAL)
        case _:
            return UNKNOWN


def label_of_command(effects: Sequence[Effect], context: ToolContext) -> Label | None:
    """Say how tainted and secret all is that the command among the effects could read now; None: there is none.

    Ask before it runs: it may delete what it has read. Reads the disk.
    """
    command = next((effect for effect in effects if effect.verb == "proc.run"), None)
    return None if command is None else _read_by(command, context)


def _readable(context: ToolContext) -> Label:
    bounds = context.confinement
    roots = context.folders.roots if bounds is None else (*bounds.writable, *bounds.readable)
    hidden = () if bounds is None else bounds.hidden
    label = LOCAL
    for root in dict.fromkeys([os.path.realpath(context.cwd), *map(str, roots)]):
        if not any(is_within(root, closed) for closed in hidden):
            label = label.join(context.label_of_file(root))
    return label


def _origin(target: str) -> str:
    """The host of an address, or the plugin or server as it is called."""
    return target if is_provider_s(target) else _host(target)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or "?"
    except ValueError:
        return "?"
