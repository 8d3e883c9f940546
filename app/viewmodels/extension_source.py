"""What the screen asks of those who keep skills, plugins, MCP servers and packs: one port, an adapter for each kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol, runtime_checkable

from agent.storage.tool_use import ToolUse
from app.viewmodels.extension_item import Act, Extension, Kind
from app.viewmodels.settings_fields import Field
from app.viewmodels.settings_fields import Path as SettingPath

Weight = Literal["plain", "reach", "danger"]
"""How loudly a sentence is shown. `reach`: it leaves the machine or its own folder; `danger`: it can do harm unseen."""


@dataclass(frozen=True)
class Sentence:
    """One thing that something may do, or that is to be known of it."""

    text: str
    reason: str = ""
    """Why, in the words of its author: data, never ours."""
    weight: Weight = "plain"
    icon: str = "check"
    key: str = ""
    """Names what is granted; empty: there is nothing to choose."""
    granted: bool = True
    """Whether it is, or is proposed to be."""
    must: bool = False
    """Nothing can be agreed to without it."""
    new: bool = False
    """It was not there when a person agreed last."""


@dataclass(frozen=True)
class ToolLine:
    """A tool that it offers."""

    name: str
    about: str
    waits: bool = False
    """It is new or another one, and waits for consent."""
    notes: tuple[str, ...] = ()
    """What is to be known of it: reads files that are named, leaves the machine, …"""


@dataclass(frozen=True)
class Setting:
    """A setting that it declares."""

    field: Field
    kind: Literal["plain", "secret", "file"] = "plain"
    """`secret`: kept in the keyring, and its value is never shown; `file`: the path of one."""


@dataclass(frozen=True)
class Details:
    """All that is known of one of them."""

    may: tuple[Sentence, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    """Caption, value."""
    warnings: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    """What changed since a person agreed, a line each: `changed: SKILL.md`."""
    tools: tuple[ToolLine, ...] = ()
    text: str = ""
    """What a model reads of it; empty: nothing as a whole."""
    settings: tuple[Setting, ...] = ()
    log: bool = False
    """It has a log."""


@dataclass(frozen=True)
class FileDiff:
    """What changes in a file."""

    path: str
    lines: tuple[str, ...] = ()
    """Of a unified difference, without heads for the file."""
    note: str = ""
    """What is not shown, and what else matters."""


@dataclass(frozen=True)
class Consent:
    """What a person is asked to agree to, and what they agreed to is this and nothing else."""

    item: Extension
    sentences: tuple[Sentence, ...] = ()
    warnings: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    diffs: tuple[FileDiff, ...] = ()
    """As far as what was there before is known."""
    text: str = ""
    """What a model will read."""
    tools: tuple[ToolLine, ...] = ()
    settings: tuple[Setting, ...] = ()
    """What must be set first."""
    values: Mapping[SettingPath, Any] = field(default_factory=dict[SettingPath, Any])
    """What a person set; the others have their defaults."""
    seal: Any = None
    """Of the source: names exactly what is shown."""
    update: bool = False
    """Agreeing replaces what is there by another version."""
    asks: str = ""
    """The question, where it is not the usual one."""
    agrees: str = ""
    """What is written on the button, where it is not the usual word."""


class Cost(NamedTuple):
    """What all of a kind that is on takes of each request."""

    tokens: int
    most: int | None = None
    """The budget; None: there is none."""
    searched: bool = False
    """They are over the budget and found by a search."""


Uses = Mapping[str, ToolUse]
"""By name of a tool; of a skill by `skill:NAME`."""


class ExtensionSource(Protocol):
    """Those of one kind. All raise HomardError with a sentence for the person; none blocks the loop."""

    @property
    def kind(self) -> Kind:
        """Which."""
        ...

    async def rows(self, uses: Uses) -> Sequence[Extension]:
        """List them."""
        ...

    async def cost(self) -> Cost:
        """Count what those that are on take of each request."""
        ...

    async def details(self, key: str) -> Details:
        """Say all of one."""
        ...

    async def consent(self, key: str) -> Consent:
        """Say what enabling it would mean, as it is now."""
        ...

    async def enable(self, consent: Consent, granted: frozenset[str]) -> Consent | None:
        """Do what was shown. Raises UsageError if it is another one now: nothing was done.

        A consent: that was the first step, and this is the next thing to be agreed to.
        """
        ...

    async def disable(self, key: str) -> None:
        """Let it be used no more."""
        ...

    async def remove(self, key: str) -> None:
        """Delete it."""
        ...

    async def do(self, act: Act, key: str) -> str | Consent:
        """Do something else of its `acts`; a sentence about what came of it, or an empty one.

        A consent: nothing was done yet, because something must be agreed to first.
        """
        ...

    async def update(self, key: str) -> Consent | None:
        """Look for a newer version where it came from; None: there is none."""
        ...

    async def install(self, place: Path | str) -> Sequence[str] | Consent:
        """Bring in what is at a path, or what a text says; the keys. All of it is off.

        A consent: nothing came in yet, because something must be agreed to first; `enable` does it.
        """
        ...

    async def log(self, key: str) -> str:
        """Give the end of its log."""
        ...

    async def change_setting(self, key: str, field: Field, value: Any) -> None:
        """Set it to something, in force at once."""
        ...

    def folder(self, key: str) -> Path | None:
        """Where it lies, for the file manager; None: it has no folder."""
        ...


@runtime_checkable
class TrustingSource(Protocol):
    """A source that can also be told of a working folder that may bring its own."""

    async def trust_consent(self, folder: Path) -> Consent:
        """Say what it would mean to let it. Raises UsageError if there is nothing in it."""
        ...
