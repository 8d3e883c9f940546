"""MCPB: a server as one file to be dropped, a zip with a `manifest.json` (MCP Bundles, manifest version 0.3)."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, cast

import msgspec

from agent.errors import UsageError
from agent.mcp_client.house import House
from agent.mcp_client.name import suggested
from agent.mcp_client.plan import check_settings
from agent.mcp_client.state import Bundle
from agent.settings import ServerSettings
from agent.skills.archive import opened_zip, refused, unpack
from agent.skills.hidden import one_line
from agent.skills.tree import Limits, look

MANIFEST: Final = "manifest.json"
MAX_MANIFEST_BYTES: Final = 1_000_000
PROGRAM: Final = Limits(20_000, 600_000_000, 600_000_000, 300_000_000, 5_000_000)
"""A program for Node is some thousand files."""
VERSIONS: Final = ("0.1", "0.2", "0.3", "0.4")
PLATFORM: Final = {"win32": "win32", "darwin": "darwin"}.get(sys.platform, "linux")
_VARIABLE: Final = re.compile(r"\$\{([A-Za-z0-9_./-]{1,100})\}")


class UserValue(msgspec.Struct, frozen=True):
    """A value that a bundle wants from the person."""

    type: Literal["string", "number", "boolean", "directory", "file"] = "string"
    title: str = ""
    description: str = ""
    required: bool = False
    default: Any = None
    multiple: bool = False
    sensitive: bool = False
    min: float | None = None
    max: float | None = None


class _Override(msgspec.Struct, frozen=True):
    command: str = ""
    args: list[str] = []
    env: dict[str, str] = {}


class _Config(_Override, frozen=True):
    platform_overrides: dict[str, _Override] = {}


class _Server(msgspec.Struct, frozen=True):
    type: str
    entry_point: str = ""
    mcp_config: _Config = _Config()


class Manifest(msgspec.Struct, frozen=True):
    """As much of a manifest as is used; what else is in it is passed over."""

    name: str
    version: str
    server: _Server
    manifest_version: str = ""
    dxt_version: str = ""
    """What it was called before."""
    display_name: str = ""
    description: str = ""
    author: Any = None
    user_config: dict[str, UserValue] = {}
    compatibility: dict[str, Any] = {}


@dataclass(frozen=True)
class Unpacked:
    """What comes of a bundle: settings that start it, and values for the keyring."""

    name: str
    settings: ServerSettings
    bundle: Bundle
    secrets: Mapping[str, str]


def read_manifest(file: Path) -> Manifest:
    """Read the manifest of a bundle without unpacking it. Raises UsageError."""
    with opened_zip(file, PROGRAM) as archive:
        if MANIFEST not in archive.namelist():
            raise refused(file, f"it has no {MANIFEST} at its top, so it is no MCP bundle")
        with archive.open(MANIFEST) as stream:
            data = stream.read(MAX_MANIFEST_BYTES + 1)
    return _manifest(file, data)


def _manifest(file: Path, data: bytes) -> Manifest:
    if len(data) > MAX_MANIFEST_BYTES:
        raise refused(file, f"its manifest is longer than {MAX_MANIFEST_BYTES:,} bytes")
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise refused(file, f"its manifest is not valid: {error}") from None
    version = manifest.manifest_version or manifest.dxt_version
    if version not in VERSIONS:
        raise refused(file, f"its manifest is of version {version[:20] or 'nothing'}; known are {', '.join(VERSIONS)}")
    platforms: Any = manifest.compatibility.get("platforms")
    if isinstance(platforms, list) and platforms and PLATFORM not in platforms:
        named = one_line(", ".join(map(str, cast("list[Any]", platforms))))[:100]
        raise refused(file, f"it is for {named}, and this is {PLATFORM}")
    return manifest


def install(file: Path, house: House, values: Mapping[str, Any], taken: Collection[str]) -> Unpacked:
    """Unpack a bundle into the place of its server. Blocks; raises UsageError: then nothing was installed.

    `values`: for what it wants from the person, by name. `taken`: names of servers that are not replaced.
    """
    manifest = read_manifest(file)
    name = suggested(manifest.name)
    if name in taken:
        raise UsageError(
            f"There is a server {name!r} already. Remove it first, or install it in its place (--replace)."
        )
    chosen = _chosen(file, manifest, values)
    house.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=house.folder))
    try:
        unpack(file, fresh / "bundle", PROGRAM)
        with open(fresh / "bundle" / MANIFEST, "rb") as stream:
            if _manifest(file, stream.read(MAX_MANIFEST_BYTES + 1)) != manifest:
                raise refused(file, "it changed while it was read")
        tree = look(fresh / "bundle", limits=PROGRAM)
        if tree.problems:
            raise refused(file, tree.problems[0])
        target = house.place(name) / "bundle"
        settings, secrets = _settings(file, manifest, name, target, chosen)
        _put(fresh / "bundle", target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    files = look(target, tree.files, PROGRAM).files
    bundle = Bundle(
        one_line(manifest.version)[:40],
        tree.digest,
        dict(files),
        str(file),
        one_line(manifest.display_name)[:100],
        one_line(manifest.description)[:1_000],
        _author(manifest),
    )
    return Unpacked(name, settings, bundle, secrets)


def _put(fresh: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    gone = target.with_name(f".gone-{os.urandom(6).hex()}")
    if target.exists():
        target.rename(gone)
    fresh.rename(target)
    shutil.rmtree(gone, ignore_errors=True)


def unchanged(folder: Path, bundle: Bundle) -> bool:
    """Whether its files are those that were installed. Blocks for the disk; cheap while they are."""
    try:
        tree = look(folder, bundle.files, PROGRAM)
    except OSError:
        return False
    return not tree.problems and tree.digest == bundle.tree


def with_times(folder: Path, bundle: Bundle) -> Bundle:
    """The same with the times that its files have by now: then nobody reads them again to see that they did not change.

    Just after they were unpacked their times tell nothing. Blocks for the disk.
    """
    tree = look(folder, bundle.files, PROGRAM)
    return msgspec.structs.replace(bundle, files=dict(tree.files)) if tree.digest == bundle.tree else bundle


def _author(manifest: Manifest) -> str:
    author: Any = manifest.author
    name = cast("dict[str, Any]", author).get("name", "") if isinstance(author, dict) else author
    return one_line(str(name or ""))[:100]


def _chosen(file: Path, manifest: Manifest, values: Mapping[str, Any]) -> dict[str, Any]:
    if unknown := [key for key in values if key not in manifest.user_config]:
        there = one_line(", ".join(manifest.user_config))[:300] or "none"
        raise refused(file, f"it wants no value {unknown[0]!r}. It wants: {there}")
    chosen: dict[str, Any] = {}
    missing: list[str] = []
    for key, wanted in manifest.user_config.items():
        value = values.get(key, wanted.default)
        if value is None or value == "":
            words = f"{one_line(key)[:60]} ({one_line(wanted.title or wanted.description)[:100]})"
            missing += [words] if wanted.required else []
            continue
        chosen[key] = _value(file, one_line(key)[:60], wanted, value)
    if missing:
        raise UsageError(
            f"{file.name} needs {', '.join(missing[:20])}. Nothing was installed; give it with --set NAME=VALUE."
        )
    return chosen


def _value(file: Path, key: str, wanted: UserValue, value: Any) -> Any:
    if wanted.multiple and isinstance(value, list | tuple):
        return [_value(file, key, wanted, one) for one in cast("list[Any]", value)]
    text = str(value)
    if wanted.type == "number":
        try:
            number = float(text)
        except ValueError:
            raise refused(file, f"{key} must be a number") from None
        low, high = wanted.min, wanted.max
        if (low is not None and number < low) or (high is not None and number > high):
            raise refused(file, f"{key} must be from {low if low is not None else '…'} to {high or '…'}")
        return text
    if wanted.type == "boolean":
        return "true" if text.lower() in ("true", "yes", "1", "on") else "false"
    if wanted.type in ("directory", "file"):
        return os.path.abspath(os.path.expanduser(_replaced(text, _places())))
    return text


def _settings(
    file: Path, manifest: Manifest, name: str, folder: Path, chosen: Mapping[str, Any]
) -> tuple[ServerSettings, dict[str, str]]:
    config = manifest.server.mcp_config
    override = config.platform_overrides.get(PLATFORM, _Override())
    command, arguments = override.command or config.command, override.args or config.args
    environment = {**config.env, **override.env}
    places = {**_places(), "__dirname": str(folder)}
    plain = {f"user_config.{key}": value for key, value in chosen.items()}
    secret = {f"user_config.{key}" for key in chosen if manifest.user_config[key].sensitive}
    if not command:
        command = {"node": "node", "python": "python3"}.get(manifest.server.type, "")
        arguments = arguments or ["${__dirname}/" + manifest.server.entry_point]
    if any(f"${{{one}}}" in part for one in secret for part in arguments):
        raise refused(file, "it puts a secret on its command line, where every program of this machine can read it")
    filled: list[str] = []
    for part in arguments:
        whole = _VARIABLE.fullmatch(part)
        value = plain.get(whole[1]) if whole else None
        filled += [str(one) for one in cast("list[Any]", value)] if isinstance(value, list) else []
        filled += [_replaced(part, {**places, **plain})] if not isinstance(value, list) else []
    secrets: dict[str, str] = {}
    values: dict[str, str] = {}
    for key, text in environment.items():
        value = _replaced(text, {**places, **plain})
        if value.startswith(("keyring:", "env:")):
            # Somebody else's text must not choose which of the person's keys is handed to which server.
            raise refused(file, f"its setting {one_line(key)[:60]} names a key of yours ({one_line(value)[:80]})")
        if any(f"${{{one}}}" in text for one in secret):
            secrets[f"mcp.{name}.{key}"] = value
            value = f"keyring:mcp.{name}.{key}"
        if value:
            values[key] = value
    command = _replaced(command, places)
    folders = [one for key in chosen for one in _paths(manifest.user_config[key], chosen[key])]
    made = ServerSettings(command=command, args=tuple(filled), env=values, folders=tuple(folders))
    check_settings(name, made)
    return made, secrets


def _paths(wanted: UserValue, value: Any) -> list[str]:
    if wanted.type not in ("directory", "file"):
        return []
    return [str(one) for one in cast("list[Any]", value)] if isinstance(value, list) else [str(value)]


def _places() -> dict[str, Any]:
    home = Path.home()
    named = {"DESKTOP": "Desktop", "DOCUMENTS": "Documents", "DOWNLOADS": "Downloads"}
    return {"HOME": str(home), "/": os.sep, "pathSeparator": os.sep} | {
        key: str(home / one) for key, one in named.items()
    }


def _replaced(text: str, known: Mapping[str, Any]) -> str:
    """Fill in what is known; a value of the person that was not given is empty, and nothing in a value is filled in."""

    def value(match: re.Match[str]) -> str:
        if match[1] not in known:
            return "" if match[1].startswith("user_config.") else match[0]
        found = known[match[1]]
        return ",".join(map(str, cast("list[Any]", found))) if isinstance(found, list) else str(found)

    return _VARIABLE.sub(value, text)
