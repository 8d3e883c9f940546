"""plugin.toml: what a plugin is, what it wants to be able to do, and what a person can set.

Everything in it was written by its author, who may be anybody: it is bounded and checked before any of it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from agent.errors import UsageError
from agent.safety.matching import PatternError, host_target, misleading

FILE: Final = "plugin.toml"
API: Final = 1
"""The newest version of `agent.api` that this Homard has."""
MAX_BYTES: Final = 64 << 10
ID: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
MAX_ID: Final = 32
MAX_NUMBER: Final = 2**53
"""Of a setting: JSON carries whole numbers so far (RFC 8259, 6), and neither infinity nor NaN, which TOML knows."""
_MODULE: Final = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", re.ASCII)
_REFERENCE: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_SETTING: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")

What = Literal[
    "files.read",
    "files.write",
    "fs.read",
    "fs.write",
    "net",
    "proc.run",
    "secret.use",
    "ui.read",
    "ui.write",
    "ui.notify",
    "job.start",
    "events",
]
"""`files.*`: files that a call names; `fs.*`: folders at any time; the others as they are called."""
SettingType = Literal["text", "number", "boolean", "choice", "folder", "file", "secret"]

_TO: Final[dict[What, frozenset[str] | None]] = {
    "files.read": frozenset(),
    "files.write": frozenset(),
    "ui.read": frozenset({"clipboard", "screen"}),
    "ui.write": frozenset({"clipboard"}),
    "ui.notify": frozenset(),
    "job.start": frozenset(),
}
"""What `to` may hold, where that is a closed list."""


class Capability(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One thing that a plugin wants to be able to do."""

    what: What
    to: Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=300)], ...], Meta(max_length=20)] = ()
    """Folders, hosts, programs, names of keys, `clipboard`, names of events; `{setting}` is what a person set."""
    reason: Annotated[str, Meta(max_length=300)] = ""


class Setting(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One thing that a person can set."""

    type: SettingType = "text"
    title: Annotated[str, Meta(max_length=80)] = ""
    description: Annotated[str, Meta(max_length=300)] = ""
    default: str | bool | int | float | None = None
    choices: Annotated[tuple[Annotated[str, Meta(max_length=80)], ...], Meta(max_length=50)] = ()

    @property
    def value(self) -> str | bool | int | float:
        """What it is as long as nobody set it."""
        if self.default is not None:
            return self.default
        return {"number": 0, "boolean": False, "choice": self.choices[0] if self.choices else ""}.get(self.type, "")


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """All of it."""

    api: int
    id: str
    name: Annotated[str, Meta(min_length=1, max_length=60)]
    version: Annotated[str, Meta(min_length=1, max_length=40)]
    description: Annotated[str, Meta(min_length=1, max_length=500)]
    publisher: Annotated[str, Meta(max_length=100)] = ""
    license: Annotated[str, Meta(max_length=60)] = ""
    homepage: Annotated[str, Meta(max_length=200)] = ""
    module: Annotated[str, Meta(max_length=100)] = "main"
    """Python module in the folder; it is imported, and marks its functions."""
    capability: Annotated[tuple[Capability, ...], Meta(max_length=40)] = ()
    settings: Annotated[dict[str, Setting], Meta(max_length=40)] = {}


class _Version(msgspec.Struct, frozen=True):
    api: int = 0


def parse_manifest(data: bytes, where: str = FILE) -> Manifest:
    """Read it. Raises UsageError that says what is wrong and where."""
    if len(data) > MAX_BYTES:
        raise UsageError(f"{where} is larger than {MAX_BYTES:,} bytes. The plugin is not used.")
    try:
        version = msgspec.toml.decode(data, type=_Version)
        if version.api > API:
            raise UsageError(
                f"{where} was written for version {version.api} of the plugin API, and this Homard has {API}. "
                "Update Homard, or take an older version of the plugin."
            )
        manifest = msgspec.toml.decode(data, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{where} is not valid: {error}. Its author has to mend it.") from None
    if problem := next(_problems(manifest), ""):
        raise UsageError(f"{where} is not valid: {problem} Its author has to mend it.")
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """Read that of a folder. Raises UsageError. Blocks."""
    path = folder / FILE
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}). A plugin has one.") from None
    return parse_manifest(data, str(path))


def settings_in(text: str) -> list[str]:
    """The names of the settings that a `to` refers to."""
    return _REFERENCE.findall(text)


def filled(capability: Capability, values: Mapping[str, Any]) -> Capability:
    """Put what a person set in the place of `{setting}`; what is not set yet is left out."""
    found: list[str] = []
    for to in capability.to:
        names = settings_in(to)
        if all(str(values.get(name, "")) for name in names):
            found.append(_REFERENCE.sub(lambda one: str(values[one[1]]), to))
    return msgspec.structs.replace(capability, to=tuple(found))


def _problems(manifest: Manifest) -> Iterator[str]:
    if manifest.api < 1:
        yield "`api` is 1."
    if len(manifest.id) > MAX_ID or not ID.fullmatch(manifest.id):
        yield f"`id` has 1 to {MAX_ID} lower-case letters and digits, single hyphens between them."
    if not _MODULE.fullmatch(manifest.module):
        yield "`module` is the name of a Python module in its folder."
    yield from _shown(manifest)
    for capability in manifest.capability:
        yield from _wrong_with(capability, manifest)
    for name, setting in manifest.settings.items():
        if not _SETTING.fullmatch(name):
            yield f"the setting {name[:40]!r} is not named in lower-case letters, digits and `_`."
        yield from _wrong_setting(name, setting)


def _shown(manifest: Manifest) -> Iterator[str]:
    """What a person is shown must be what stands there."""
    texts = [manifest.name, manifest.version, manifest.description, manifest.publisher, manifest.license]
    texts += [text for one in manifest.capability for text in (one.reason, *one.to)]
    texts += [text for one in manifest.settings.values() for text in (one.title, one.description, *one.choices)]
    for text in [*texts, manifest.homepage]:
        if code := misleading(text):
            yield f"it holds the invisible character {code}."


def _wrong_with(capability: Capability, manifest: Manifest) -> Iterator[str]:
    what = capability.what
    if not capability.reason.strip():
        yield f"the capability `{what}` has no `reason`. A person reads it before they agree."
    closed = _TO.get(what)
    if closed is not None:
        if set(capability.to) - closed or (closed and not capability.to):
            yield f"the `to` of `{what}` is {' or '.join(sorted(closed)) or 'left out'}."
        return
    if not capability.to:
        yield f"the capability `{what}` names nothing that it is for: `to`."
    for to in capability.to:
        yield from _wrong_to(what, to, manifest)


def _wrong_to(what: What, to: str, manifest: Manifest) -> Iterator[str]:
    names = settings_in(to)
    kinds: dict[str, tuple[SettingType, ...]] = {
        "fs.read": ("folder", "file"),
        "fs.write": ("folder",),
        "net": ("text", "choice"),
        "secret.use": ("secret",),
    }
    for name in names:
        if name not in manifest.settings:
            yield f"`{to}` refers to a setting that there is not."
        elif manifest.settings[name].type not in kinds.get(what, ()):
            yield f"`{to}` of `{what}` refers to a setting of another type."
    if names and to != f"{{{names[0]}}}":
        yield f"`{to}` is more than one setting. Write the setting alone."
    if names or (to == "*" and what == "net"):
        return
    if what == "net":
        try:
            host_target(to, allowing=True)
        except PatternError as error:
            yield str(error)
        if "/" in to or "*" in to:
            yield f"{to!r} is no host. Write `api.example.org`, or `*` for any."
    elif what.startswith("fs.") and (not to.startswith(("~/", "/")) or ".." in to.split("/") or "*" in to):
        yield f"{to!r} is no folder from the home (`~/…`) or the root on."


def _wrong_setting(name: str, setting: Setting) -> Iterator[str]:
    kind = setting.type
    if kind == "choice" and not setting.choices:
        yield f"the setting {name} has no `choices`."
    if setting.default is None:
        return
    if kind == "secret" or _type_of(setting.default) != {"number": "number", "boolean": "boolean"}.get(kind, "text"):
        yield f"the `default` of the setting {name} is no {kind}."
    elif kind == "choice" and setting.default not in setting.choices:
        yield f"the `default` of the setting {name} is none of its choices."


def _type_of(value: str | bool | int | float) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "text"
    return "number" if abs(value) <= MAX_NUMBER else "no number"
