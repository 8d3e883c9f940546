"""What is judged: a tool call with everything that the verdict may depend on, and the facts of the moment.

Both are plain values, so that `decide` is a function of its arguments and nothing else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, Literal, Protocol

import msgspec

from agent.labels import Label
from agent.safety.effects import Effect, Value, Verb
from agent.safety.matching import Target
from agent.safety.protected import Protection

SandboxLevel = Literal["none", "limits", "files", "isolated"]
"""How well a command is held, each more than the one before: not at all; in time and memory; away from files that were
not granted; away from the network and other processes too."""

SANDBOX_LEVELS: Final[tuple[SandboxLevel, ...]] = ("none", "limits", "files", "isolated")

PERSONS: Final = frozenset({"user", "cli", "acp", "app"})
"""Principals behind which a person speaks. Every other one (`job:<id>`, `skill:<hash>`, `plugin:<name>`,
`mcp:<server>`, `program:<name>`, `subagent:<id>`) may only do what a capability of its own allows."""


ALWAYS_ASKED: Final[frozenset[Verb]] = frozenset({"job.change", "policy.change"})
"""Neither a rule nor the profile of a job gives leave for these: what changes what is done by itself is a person's."""


class FileIdentity(msgspec.Struct, frozen=True):
    """Which file stood there when a person was asked; all numbers 0: none."""

    path: str
    """Real and printable, as in the effect."""
    device: int = 0
    inode: int = 0
    size: int = 0
    mtime_ns: int = 0
    ctime_ns: int = 0


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One tool call, whoever makes it."""

    principals: tuple[str, ...]
    """Who acts for whom, the person first: `("user",)`, `("user", "job:nightly", "plugin:mail")`."""
    tool: str
    arguments: str
    """Canonical JSON text: what the tool gets, not what the model wrote."""
    effects: tuple[Effect, ...]
    label: Label
    """The join of everything that the run's model has seen."""
    attended: bool
    """Somebody is there to be asked now."""
    complete: bool
    """The stream finished, its JSON is strict, the tool is known."""
    cwd: str = ""
    """The real and printable working folder: where a command runs."""
    model: str = ""
    """Who will read the result, `provider/name`."""
    model_is_remote: bool = True
    """That model runs on somebody else's machine."""
    identities: tuple[FileIdentity, ...] = ()
    """The files of the effects, as they are now."""

    @property
    def principal(self) -> str:
        """Who acts: the last of the chain."""
        return self.principals[-1] if self.principals else ""

    @property
    def personal(self) -> bool:
        """Whether nobody but a person is in the chain."""
        return bool(self.principals) and PERSONS.issuperset(self.principals)

    @property
    def jobs(self) -> tuple[str, ...]:
        """The jobs in the chain: what they have no leave for is asked, and waits while nobody is there."""
        return tuple(one for one in self.principals if one.startswith("job:"))

    @property
    def digest(self) -> str:
        """SHA-256 in hex of all that a person approves; another call, file, label or reader has another one."""
        approved = msgspec.to_builtins(msgspec.structs.replace(self, attended=True, complete=True))
        # ASCII with escapes: lone surrogates of strange file names have a form too.
        return hashlib.sha256(json.dumps(approved, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


class Capability(msgspec.Struct, frozen=True):
    """One thing that a principal may do at all; made by `agent.safety.rules.capability`."""

    verbs: frozenset[Verb]
    targets: tuple[Target, ...] = ()
    """Empty: any."""
    network: bool = True
    """Of `proc.run`: also with the network."""
    undoable: bool = False
    """Only what `homard undo` takes back."""
    confined: bool = False
    """Of `proc.run`: only what this machine keeps inside the files that the principal may use; see `Facts`."""


class GrantScope(msgspec.Struct, frozen=True):
    """The reach of one effect of a "this run"."""

    verb: Verb
    place: str
    """What is read with all below it, the folder that is written in, the origin of a URL, or the whole target."""
    values: tuple[Value, ...] = ()
    """What must be the same; free text may differ."""
    network: bool = False
    reversible: bool = False
    """It could be undone; then what could not be is not covered."""


class RunGrant(msgspec.Struct, frozen=True):
    """A person's "this run": the same tool on the same places, until the run reads a stranger's or secret things."""

    principals: tuple[str, ...]
    tool: str
    scopes: tuple[GrantScope, ...]
    label: Label
    """Of the run when the person said so."""


class UsedToday(msgspec.Struct, frozen=True):
    """How far the limit of an allow rule is used up."""

    count: int = 0
    bytes: int = 0


class Endorsed(Protocol):
    """The values that the person typed, or keeps in a list of their own."""

    def endorses(self, value: Value) -> bool:
        """Whether the person vouches for this whole value. Pure, must not raise."""
        ...


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """All that is true at the moment of the call and not part of it."""

    now: datetime
    """Aware."""
    halted: str | None = None
    """Why nothing may be done now (stop pressed, budget spent, safe mode), as a sentence; None: it may."""
    undo_ready: bool = False
    """What `reversible` effects change is kept first, so that `homard undo` takes it back."""
    sandbox: SandboxLevel = "none"
    """What was measured on this machine."""
    commands_offline: bool = False
    """A command without the network really has none; where the level is `isolated` it is so anyway."""
    needed: Mapping[str, SandboxLevel] = {}
    """The level that a verb needs here; `proc.run:network` is a command with the network. Missing: `none`."""
    masks_local_only: bool = False
    """Tools that go through folders, and commands, do not see the folders marked local only."""
    rules_hold_commands: bool = False
    """What goes through folders, and commands, are kept from what the rules guard: `Policy.guarded_paths` is hidden or
    read-only to them, and each host that a command reaches for is judged by `host_denial`."""
    used: Mapping[str, UsedToday] = {}
    """By id of the rule."""
    endorsed: Endorsed | None = None
    run_grants: tuple[RunGrant, ...] = ()
    """What a person answered "this run" in this run."""
    capabilities: Mapping[str, tuple[Capability, ...]] = {}
    """By principal, for those that are no persons: job, skill, plugin, server, subagent. Missing: none."""
    profile_holds_commands: bool = False
    """Commands see no more than what the job's profile lets be read, and change only what it lets be changed."""
    protection: Protection | None = None
    """The places that no rule opens; None: they are not checked here (the door to files checks them always)."""


def needed_level(effect: Effect, facts: Facts) -> SandboxLevel:
    """The level at which an effect must be held."""
    plain = facts.needed.get(effect.verb, "none")
    with_network = facts.needed.get(f"{effect.verb}:network", "none") if effect.network else "none"
    return strictest_level((plain, with_network))


def strictest_level(levels: Iterable[SandboxLevel]) -> SandboxLevel:
    """The highest of some levels; of none, `none`."""
    return SANDBOX_LEVELS[max(map(SANDBOX_LEVELS.index, levels), default=0)]


def canonical(arguments: Any) -> str:
    """The canonical JSON text of a tool's arguments (a Struct or plain data)."""
    return json.dumps(msgspec.to_builtins(arguments), sort_keys=True, separators=(",", ":"))
