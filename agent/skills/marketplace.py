"""The list of a marketplace, `.claude-plugin/marketplace.json`: which plugins there are, and where their skills lie.

As code.claude.com/docs/en/plugin-marketplaces describes it. Only skills are taken from a plugin; its commands, hooks
and servers are not.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import msgspec

from agent.errors import UsageError
from agent.safety.printable import printable
from agent.skills.hidden import visible
from agent.skills.source import MARKETPLACE, Source, plain_path, source_of

MAX_BYTES: Final = 1_000_000
MAX_PLUGINS: Final = 2_000
TOLD: Final = 40
_FOLDER: Final = "skills"
"""Where a plugin's skills lie if nothing else is said."""


@dataclass(frozen=True)
class Plugin:
    """One entry of the list."""

    name: str
    description: str
    place: Source | str
    """A repository elsewhere, or a folder in the marketplace, with slashes."""
    skills: tuple[str, ...]
    """Folders of skills, or skills, from `place` on; empty: those in its folder `skills`."""


def read_marketplace(root: Path, came: Source) -> dict[str, Plugin]:
    """Read the list of a marketplace by the names of its plugins. Blocks.

    `came`: where the marketplace was got from: an entry may lead to that protocol or to https, to nothing else. An
    entry that cannot be read is left out. Raises UsageError if there is no list.
    """
    named = came.catalog or MARKETPLACE
    root = Path(os.path.realpath(root))
    path = root.joinpath(*named.split("/"))
    try:
        if path.resolve() != path or path.stat().st_size > MAX_BYTES:
            raise UsageError(f"{named} is a link, or too large. Nothing was installed.")
        loaded: object = msgspec.json.decode(path.read_bytes())
    except (OSError, msgspec.DecodeError, RecursionError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"There is no marketplace in {printable(str(came))}: {named}: {why}.") from None
    top = _mapping(loaded)
    base = _text(_mapping(top.get("metadata")).get("pluginRoot"))
    found: dict[str, Plugin] = {}
    for entry in _sequence(top.get("plugins"))[:MAX_PLUGINS]:
        plugin = _plugin(_mapping(entry), base, came)
        if plugin is not None and plugin.name not in found:
            found[plugin.name] = plugin
    return found


def chosen(plugins: Mapping[str, Plugin], name: str, came: Source) -> Plugin:
    """The plugin of a name, or the only one. Raises UsageError that says which there are."""
    if name in plugins:
        return plugins[name]
    if not name and len(plugins) == 1:
        return next(iter(plugins.values()))
    lines = [f"  {one.name}: {one.description[:100]}" for one in list(plugins.values())[:TOLD]]
    more = [f"  … and {len(plugins) - TOLD} more"] if len(plugins) > TOLD else []
    there = "\n".join(["There are:", *lines, *more]) if lines else "It has none that can be taken."
    what = f"has no plugin {printable(name)!r}" if name else "is a marketplace; say which plugin with --plugin"
    raise UsageError(f"{printable(str(came))} {what}. {there}")


def skill_folders(root: Path, plugin: Plugin) -> list[Path]:
    """Where in a plugin's root its skills are looked for. Raises UsageError where nothing is there."""
    wanted = plugin.skills or ((_FOLDER,) if (root / _FOLDER).is_dir() else ("",))
    return [inside(root, path) for path in wanted]


def inside(root: Path, path: str) -> Path:
    """A folder below a root that no link leads to. Raises UsageError."""
    real = Path(os.path.realpath(root))
    place = real.joinpath(*path.split("/")) if path else real
    if not place.is_dir() or os.path.realpath(place) != str(place):
        raise UsageError(f"There is no folder {printable(path)} in it, or a link leads there. Nothing was installed.")
    return place


def _plugin(entry: Mapping[str, object], base: str, came: Source) -> Plugin | None:
    name = visible(_text(entry.get("name"))).strip()
    if not name or not name.isprintable():
        return None
    description = " ".join(visible(_text(entry.get("description"))).split())
    said = entry.get("skills")
    try:
        skills = tuple(plain_path(_text(one)) for one in ([said] if isinstance(said, str) else _sequence(said)))
        place = _place(entry.get("source"), base, came)
    except UsageError:
        return None
    return None if place is None else Plugin(name, description, place, skills)


def _place(said: object, base: str, came: Source) -> Source | str | None:
    if isinstance(said, str):
        return plain_path(said if said.startswith((".", "/")) or not base else f"{base}/{said}")
    where = _mapping(said)
    ref, path = _text(where.get("sha")) or _text(where.get("ref")), _text(where.get("path"))
    match where.get("source"):
        case "github":
            url = f"https://github.com/{plain_path(_text(where.get('repo')))}.git"
        case "url" | "git" | "git-subdir":
            url = _text(where.get("url"))
        case _:
            return None
    if "://" not in url and not url.startswith("git@"):
        url = f"https://github.com/{plain_path(url)}.git"
    found = source_of(url, Path("/"), ref=ref, path=path)
    # What a list says leads where the person went themselves, or to the open web: not to their disk or their ssh keys.
    allowed = {"https", came.protocol or "file"}
    return found if found.kind == "git" and found.protocol in allowed else None


def _mapping(value: object) -> Mapping[str, object]:
    empty: dict[str, object] = {}
    return cast("dict[str, object]", value) if isinstance(value, dict) else empty


def _sequence(value: Any) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
