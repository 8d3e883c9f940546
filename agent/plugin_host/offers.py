"""From what a plugin says of its tools to what models are told of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from agent.errors import UsageError
from agent.plugin_api.wire import Ready, ToolSaid
from agent.plugin_host.effective import Effective
from agent.plugin_host.manifest import Manifest
from agent.safety.declared import Declaration, declaration_for
from agent.safety.matching import misleading
from agent.tools.foreign import ToolOffer

MAX_SCHEMA_BYTES: Final = 20_000
MAX_NAME: Final = 64


def offers_of(manifest: Manifest, said: Ready, may: Effective, *, believed: bool) -> tuple[ToolOffer, ...]:
    """The tools, in the order of the source. Those whose files it was not granted are left out.

    `believed`: a person believes what they declare; else each counts as one that may do anything at its hosts.
    """
    return tuple(_offer(manifest.id, one, may, believed) for one in said.tools if _has_files(one, may))


def claims_digest(said: Ready) -> str:
    """SHA-256 of what its tools declare; empty: nothing."""
    claims = [(one.name, one.declaration) for one in said.tools if one.declaration is not None]
    return hashlib.sha256(msgspec.json.encode(claims)).hexdigest() if claims else ""


def offered_name(plugin: str, tool: str) -> str:
    """How models call a tool: `notes_search` of `search` and of `notes_search` alike.

    An id holds no `_`, so that no two plugins have the same.
    """
    prefix = f"{plugin}_"
    return tool.lower() if tool.lower().startswith(prefix) else f"{prefix}{tool.lower()}"


def check_said(manifest: Manifest, said: Ready) -> None:
    """Raise UsageError for what cannot be offered. All of it was written by the plugin's author."""
    if problem := next(_problems(manifest, said), ""):
        raise UsageError(f"The plugin {manifest.id} cannot be used: {problem} Its author has to mend it.")


def _problems(manifest: Manifest, said: Ready) -> Iterator[str]:
    seen: set[str] = set()
    for one in said.tools:
        name = offered_name(manifest.id, one.name)
        if len(name) > MAX_NAME:
            yield f"the name of its tool {name[:MAX_NAME]}… is longer than {MAX_NAME} characters."
        if name in seen:
            yield f"two of its tools are called {name}."
        seen.add(name)
        if one.schema.get("type") != "object":
            yield f"the schema of its tool {one.name} is of no object."
        if len(text := msgspec.json.encode(one.schema).decode()) > MAX_SCHEMA_BYTES:
            yield f"the schema of its tool {one.name} is longer than {MAX_SCHEMA_BYTES:,} bytes."
        fields: Any = one.schema.get("properties", {})
        if not isinstance(fields, dict) or not set(one.files) <= set(fields):  # pyright: ignore[reportUnknownArgumentType]
            yield f"its tool {one.name} names files that are none of its arguments."
        for words in (one.description, one.title, text):
            if code := misleading(words):
                yield f"its tool {one.name} holds the invisible character {code}."
    yield from _others(said)


def _others(said: Ready) -> Iterator[str]:
    for words in [one.description + one.title for one in (*said.triggers, *said.outputs)]:
        if code := misleading(words):
            yield f"it holds the invisible character {code}."


def _has_files(tool: ToolSaid, may: Effective) -> bool:
    return all(may.has("files.read" if use == "read" else "files.write") for use in tool.files.values())


def _offer(plugin: str, tool: ToolSaid, may: Effective, believed: bool) -> ToolOffer:
    return ToolOffer(
        offered_name(plugin, tool.name),
        tool.name,
        tool.description,
        tool.schema,
        _declaration(tool, may, believed),
        dict(tool.files),
        "others" if tool.declaration is not None and tool.declaration.output.source in ("others", "public") else "",
        tool.title,
        tool.timeout_s,
        tool.reading,
    )


def _declaration(tool: ToolSaid, may: Effective, believed: bool) -> Declaration | None:
    """What a tool can do outside. Whatever it declares, a process without a host does nothing there."""
    if not may.hosts:
        return None
    declared = tool.declaration if believed else None
    return declared or declaration_for(tool.schema, {"readOnlyHint": tool.reading})
