"""What a skill needs of the machine, as `metadata.openclaw` says it: systems, programs, environment variables.

Its `install` entries are read by nobody: what is missing is for a person to install.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final, cast

import msgspec

if TYPE_CHECKING:
    from agent.skills.front_matter import Value  # it imports the reader of YAML, and most runs do without

NAMES: Final = ("openclaw", "clawdbot", "clawdis")
"""Fields of `metadata` in which the requirements stand; the later ones are what the first was called before. What
stands in any of them counts."""
_SYSTEMS: Final = {"win32": "Windows", "darwin": "macOS", "linux": "Linux"}


class Requirements(msgspec.Struct, frozen=True, omit_defaults=True):
    """All must be met; of `any_bins` one."""

    os: tuple[str, ...] = ()
    """As `sys.platform` calls them."""
    bins: tuple[str, ...] = ()
    any_bins: tuple[str, ...] = ()
    env: tuple[str, ...] = ()

    def unmet(self) -> list[str]:
        """What is missing on this machine, in words; empty: nothing. Looks for programs on the disk."""
        found: list[str] = []
        if self.os and sys.platform not in self.os:
            found.append(f"it is for {_listed([_SYSTEMS.get(one, one) for one in self.os])}")
        if missing := [name for name in self.bins if not _is_program(name)]:
            found.append(f"the program {_listed(missing, 'and')} is not installed")
        if self.any_bins and not any(map(_is_program, self.any_bins)):
            found.append(f"none of the programs {', '.join(self.any_bins)} is installed")
        if missing := [name for name in self.env if not os.environ.get(name)]:
            found.append(f"the environment variable {_listed(missing, 'and')} is not set")
        return found


NOTHING: Final = Requirements()


def requirements_of(metadata: Value | None) -> Requirements:
    """Read them; what has another form than expected requires nothing."""
    every = _mapping(metadata)
    found = [_mapping(every[name]) for name in NAMES if name in every]
    if any(own.get("always") in (True, "true") for own in found):
        return NOTHING
    needs = [_mapping(own.get("requires")) for own in found]
    return Requirements(_all("os", found), _all("bins", needs), _all("anyBins", needs), _all("env", needs))


def _all(name: str, places: Iterable[Mapping[str, Value]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for place in places for one in _texts(place.get(name))))


def _mapping(value: object) -> Mapping[str, Value]:
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            value = msgspec.json.decode(value)
        except (msgspec.DecodeError, RecursionError):
            return {}
    empty: dict[str, Value] = {}
    return cast("dict[str, Value]", value) if isinstance(value, dict) else empty


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,) if value else ()
    return tuple(one for one in cast("list[object]", value) if isinstance(one, str)) if isinstance(value, list) else ()


def _is_program(name: str) -> bool:
    return "/" not in name and "\\" not in name and shutil.which(name) is not None


def _listed(names: list[str], joint: str = "or") -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {joint} {names[-1]}"
