"""`pack.toml`: what a pack is, what is in it, what its parts may do, and which rules narrow them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from agent.errors import UsageError
from agent.packs.capability import CapabilityText, check_capability
from agent.packs.narrowing import check_rule
from agent.safety.rules import RuleText
from agent.skills.hidden import visible
from agent.skills.name import fits, wrong_with

FILE: Final = "pack.toml"
FORMAT: Final = 1
"""Grows when an older Homard would read a pack wrongly."""
MAX_BYTES: Final = 256_000
MOST: Final = 100
"""Of anything that a pack lists."""
MAX_WORDS: Final = 500
"""Characters of a description or a reason."""
_VERSION: Final = re.compile(r"(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})", re.ASCII)
_UNKNOWN: Final = re.compile(r"Object contains unknown field `(.*)`")
_MISSING: Final = re.compile(r"Object missing required field `(.*)`")


class PackedServer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An MCP server, in the words of the settings; what it may read, change and reach, the capabilities cut."""

    path: str = ""
    """Folder of the pack with its program; `${__dirname}` in `command`, `args` and `env` stands for where it lies."""
    command: str = ""
    args: tuple[str, ...] = ()
    env: dict[str, str] = {}
    """Values as text, or `keyring:NAME`."""
    url: str = ""
    headers: dict[str, str] = {}
    folders: tuple[str, ...] = ()
    writable: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    timeout_s: Annotated[float, Meta(gt=0, le=3600)] = 60.0


class PackManifest(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"capabilities": "capability", "rules": "rule"}
):
    """A pack as its author describes it."""

    name: str
    version: str
    """Three numbers: `1.2.0`."""
    publisher: str
    """Who gives it out, for people; who it really is, the key of its signature says."""
    description: str
    format: int = FORMAT
    license: str = ""
    skills: tuple[str, ...] = ()
    """Folders of the pack with a SKILL.md each."""
    plugins: tuple[str, ...] = ()
    """Folders of the pack with a plugin.toml each."""
    jobs: tuple[str, ...] = ()
    """Files of the pack with a job template each."""
    servers: dict[str, PackedServer] = {}
    """MCP servers by name."""
    requires: tuple[str, ...] = ()
    """Names of packs that must be enabled for this one to be."""
    capabilities: tuple[CapabilityText, ...] = ()
    rules: tuple[RuleText, ...] = ()
    """Denials and questions for its own parts."""

    @property
    def order(self) -> tuple[int, ...]:
        """The version, to be compared."""
        return tuple(int(part) for part in self.version.split("."))


def read_manifest(text: str) -> PackManifest:
    """Read a `pack.toml`. Reads the disk where a rule names paths. Raises UsageError that says what to mend."""
    if len(text) > MAX_BYTES:
        raise UsageError(f"{FILE} is longer than {MAX_BYTES:,} characters.")
    try:
        values: dict[str, Any] = msgspec.toml.decode(text.removeprefix("\ufeff"))
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise UsageError(f"{FILE} is no TOML: {error}.") from None
    written = values.get("format", FORMAT)
    if written != FORMAT:
        raise UsageError(f"{FILE} has the format {written!r}, and this Homard reads {FORMAT}: it needs a newer Homard.")
    try:
        manifest = msgspec.convert(values, PackManifest)
    except msgspec.ValidationError as error:
        raise UsageError(f"{FILE}: {_explained(error)}") from None
    for why in _wrong(manifest):
        raise UsageError(f"{FILE}: {why}")
    return manifest


def _wrong(manifest: PackManifest) -> Iterator[str]:
    if not fits(manifest.name):
        yield f"{visible(manifest.name)[:80]!r} is no name: 1 to 64 lower-case letters, digits and single hyphens."
    if not _VERSION.fullmatch(manifest.version):
        yield f"{visible(manifest.version)[:40]!r} is no version: write three numbers, as 1.0.0."
    for key, words in (("publisher", manifest.publisher), ("description", manifest.description)):
        if not words.strip() or len(words) > MAX_WORDS or not words.isprintable() or visible(words) != words:
            yield f"`{key}` must be one visible line of at most {MAX_WORDS} characters."
    for key in ("skills", "plugins", "jobs", "servers", "requires", "capabilities", "rules"):
        if len(getattr(manifest, key)) > MOST:
            yield f"`{key}` lists more than {MOST}."
    for key in ("skills", "plugins", "jobs"):
        for path in getattr(manifest, key):
            if why := wrong_with(path):
                yield f"`{key}`: {visible(path)[:80]!r}: {why}."
    for server in manifest.servers.values():
        if server.path and (why := wrong_with(server.path)):
            yield f"`servers`: {visible(server.path)[:80]!r}: {why}."
    for name in (*manifest.servers, *manifest.requires):
        if not fits(name) or (name == manifest.name and name in manifest.requires):
            yield f"{visible(name)[:80]!r} is no name that can stand there."
    for capability in manifest.capabilities:
        if why := check_capability(capability):
            yield f"`capability`: {why}"
    for number, rule in enumerate(manifest.rules, 1):
        if why := check_rule(rule):
            yield f"rule {number}: {why}"


def _explained(error: msgspec.ValidationError) -> str:
    said, _, where = str(error).partition(" - at `")
    place = where.rstrip("`").removeprefix("$").strip(".")
    at = f" (at {place})" if place else ""
    if found := _UNKNOWN.match(said):
        near = get_close_matches(found[1], PackManifest.__struct_encode_fields__, 1)
        hint = f"Is it meant to be `{near[0]}`?" if near and not place else "Take it out."
        return f"`{found[1]}` is not known{at}. {hint}"
    if found := _MISSING.match(said):
        return f"`{found[1]}` is missing{at}."
    return f"{said}{at}."
