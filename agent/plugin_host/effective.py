"""What a plugin may really do: what it asks for, cut to what a person granted, with what they set filled in."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from agent.errors import ToolFailed
from agent.jobs import Permission
from agent.paths import find_paths
from agent.plugin_host.manifest import Capability, Manifest, What, filled
from agent.safety import request as safety
from agent.safety.effects import Verb
from agent.safety.matching import text_target
from agent.safety.printable import from_printable
from agent.safety.profile import capabilities_of

_REACHING_OUT: frozenset[Verb] = frozenset({"net.fetch", "net.send", "msg.send"})
_PATHS: Mapping[str, tuple[What, tuple[str, ...]]] = {
    "read": ("fs.read", ("path",)),
    "find": ("fs.read", ("path",)),
    "write": ("fs.write", ("path",)),
    "edit": ("fs.write", ("path",)),
    "delete": ("fs.write", ("path",)),
    "move": ("fs.write", ("path", "to")),
}
"""Homard's own tools that a plugin may call, and which of their arguments must lie in a granted folder."""


@dataclass(frozen=True)
class Effective:
    """The capabilities of a plugin at this moment. Paths are real."""

    granted: tuple[Capability, ...] = ()
    readable: tuple[str, ...] = ()
    """Folders and files that its process may read at any time."""
    writable: tuple[str, ...] = ()
    """Folders in which it may change files through Homard's own tools."""

    @property
    def hosts(self) -> tuple[str, ...]:
        """As the sandbox takes them."""
        return self._to("net")

    @property
    def programs(self) -> tuple[str, ...]:
        """It may start programs, for these."""
        return self._to("proc.run")

    @property
    def events(self) -> frozenset[str]:
        """Names of the events that it is told of."""
        return frozenset(self._to("events"))

    def has(self, what: What) -> bool:
        """Whether it has any such capability."""
        return any(one.what == what for one in self.granted)

    def for_decisions(self) -> tuple[safety.Capability, ...]:
        """The same in the terms of `decide`."""
        found: list[safety.Capability] = []
        if self.has("files.read"):
            found.append(safety.Capability(frozenset({"fs.read"})))
        if self.has("files.write"):
            found.append(safety.Capability(frozenset({"fs.write"})))
        found += capabilities_of([Permission(what="fs.read", to=self.readable)] if self.readable else [])
        for what in ("fs.write", "fs.delete"):
            found += capabilities_of([Permission(what=what, to=self.writable)] if self.writable else [])
        for what in ("ui.read", "ui.write"):
            if places := self._to(what):
                found.append(safety.Capability(frozenset({what}), tuple(text_target(to) for to in places)))
        if self.hosts:
            # Which hosts is held by its process; the target of what it declares may be a recipient, or itself.
            found.append(safety.Capability(_REACHING_OUT))
        return tuple(found)

    def require_own_tool(self, name: str, arguments: Mapping[str, Any]) -> None:
        """Raise ToolFailed unless one of Homard's own tools may be called so. It is judged again where it runs."""
        if name not in _PATHS:
            raise ToolFailed(f"Plugins cannot call {name[:60]!r}. They can call {', '.join(_PATHS)}.")
        what, names = _PATHS[name]
        for argument in names:
            path = os.path.expanduser(str(arguments.get(argument, "")))
            if not os.path.isabs(path):
                raise ToolFailed(f"{argument} must be an absolute path when a plugin calls {name}.")
            real = os.path.realpath(path)
            if not any(_is_inside(real, folder) for folder in (self.readable if what == "fs.read" else self.writable)):
                raise ToolFailed(f"The plugin was not granted `{what}` for {path}.")

    def _to(self, what: What) -> tuple[str, ...]:
        return tuple(dict.fromkeys(to for one in self.granted if one.what == what for to in one.to))


def effective(manifest: Manifest, granted: Iterable[Capability], values: Mapping[str, Any]) -> Effective:
    """Cut and fill. `values`: what a person set, no defaults. Reads the disk; never raises.

    A folder that no permission opens (a whole disk, the places of keys, Homard's own) is left out.
    """
    own = {name: name for name, setting in manifest.settings.items() if setting.type == "secret"}
    held = cut(manifest.capability, granted)
    found = [filled(one, {**values, **own}) for one in held]
    kept = tuple(one for one, asked in zip(found, held, strict=True) if one.to or not asked.to)
    return Effective(kept, _places(kept, "fs.read"), _places(kept, "fs.write"))


def cut(asked: Sequence[Capability], granted: Iterable[Capability]) -> tuple[Capability, ...]:
    """What is both asked for and granted, target by target."""
    held = {(one.what, to) for one in granted for to in (one.to or ("",))}
    found: list[Capability] = []
    for one in asked:
        to = tuple(to for to in one.to if (one.what, to) in held)
        if to or (not one.to and (one.what, "") in held):
            found.append(msgspec.structs.replace(one, to=to))
    return tuple(found)


def beyond(asked: Sequence[Capability], granted: Sequence[Capability]) -> tuple[Capability, ...]:
    """What is asked for and not granted."""
    held = {(one.what, to) for one in granted for to in (one.to or ("",))}
    found: list[Capability] = []
    for one in asked:
        to = tuple(to for to in one.to if (one.what, to) not in held)
        if to or (not one.to and (one.what, "") not in held):
            found.append(msgspec.structs.replace(one, to=to))
    return tuple(found)


def _places(granted: Sequence[Capability], what: What) -> tuple[str, ...]:
    """The real places of a grant, those that a permission can open at all and that are not Homard's own."""
    if not any(capability.what == what for capability in granted):
        return ()
    paths = find_paths()
    own = [os.path.realpath(path) for path in (paths.data, paths.config, paths.cache, paths.logs)]
    found: dict[str, None] = {}
    for capability in granted:
        if capability.what == what:
            for to in capability.to:
                real = os.path.realpath(os.path.expanduser(to))
                if any(_is_inside(real, place) for place in own):
                    continue
                opened = capabilities_of([Permission(what=what, to=(real,))])
                found |= dict.fromkeys(from_printable(target.text) for one in opened for target in one.targets)
    return tuple(found)


def _is_inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
