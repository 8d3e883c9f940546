"""The flow rule: what a run that has read a stranger's words may still do by itself.

Step 6 of the decision. It only tightens: None means that it has nothing to say, never that something is allowed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from typing import Final, Literal, Protocol

import msgspec

from agent.labels import Label
from agent.safety.effects import Effect, Role, Value, Verb
from agent.safety.endorsement import NOTHING

ACTS: Final[frozenset[Verb]] = frozenset(
    {"net.send", "msg.send", "mem.write", "job.change", "policy.change", "ui.write"}
)
"""Done in the person's name, or lasting, or pasted by them: a stranger's wish for one is stopped whatever else the run
has seen."""

LEAVING: Final[frozenset[Verb]] = frozenset({"net.send", "msg.send", "net.fetch"})
"""What carries data off the machine, beside a command with the network."""

STAYS_HERE: Final = "flow.secret"

_ANCHORS: Final[frozenset[Role]] = frozenset({"recipient", "host", "path", "account", "id"})
"""Roles that say whom or what an act is for; with none of them endorsed, the person has named nothing."""
ANY_HOST: Final = Value("host", "*")
"""In a list of the person's: a run that has read nothing of theirs may fetch from everywhere."""
MAX_SHOWN: Final = 3


class FlowVerdict(msgspec.Struct, frozen=True):
    """What the flow rule says against a call."""

    verdict: Literal["ask", "deny"]
    rule: str
    """`flow.secret`, `flow.command` or `flow.<verb>`."""
    reason: str
    """For a person and for the model."""
    values: tuple[Value, ...] = ()
    """What nobody vouches for."""


class Endorses(Protocol):
    """Knows the values that the person vouches for: `Endorsed`."""

    def endorses(self, value: Value) -> bool:
        """Whether the person vouches for this whole value."""
        ...


class Leave(Protocol):
    """The part of a `Capability` that matters here."""

    @property
    def verbs(self) -> Set[Verb]:
        """What it is for."""
        ...

    @property
    def network(self) -> bool:
        """Of a command: with the network too."""
        ...


class FlowRequest(Protocol):
    """The part of a `Request` that matters here."""

    @property
    def effects(self) -> tuple[Effect, ...]:
        """All of the call."""
        ...

    @property
    def label(self) -> Label:
        """Of the run: the join of everything that its model has seen."""
        ...


class FlowFacts(Protocol):
    """The part of the `Facts` that matters here."""

    @property
    def endorsed(self) -> Endorses | None:
        """What the person of the session vouches for; None: nothing."""
        ...


def judge_flow(request: FlowRequest, facts: FlowFacts) -> FlowVerdict | None:
    """Judge where data and wishes flow; the strictest effect wins. Pure.

    Secret content (a folder marked local only) never leaves. A run that has seen a stranger's text needs a person for
    each act in the person's name, each fetch and each command with the network; except where all values that decide
    what the act does are endorsed. What the person typed counts as private, so this is the rule of two for every run.
    """
    label, endorsed = request.label, facts.endorsed or NOTHING
    if label.secrecy == "secret":
        for effect in request.effects:
            if _leaves(effect):
                return FlowVerdict("deny", STAYS_HERE, _LOCAL_ONLY.format(effect=effect))
    if not label.tainted:
        return None
    return next((verdict for effect in request.effects if (verdict := _judge(effect, label, endorsed))), None)


def _judge(effect: Effect, label: Label, endorsed: Endorses) -> FlowVerdict | None:
    if effect.verb == "proc.run" and effect.network:
        # What a command can read and send is not in its label: no value of it could be vouched for.
        return FlowVerdict("ask", "flow.command", _COMMAND.format(origin=_origin(label)))
    guarded = effect.verb in ACTS or effect.verb == "net.fetch"
    if not guarded or _is_own_reading(effect) or _is_browsing(effect, label, endorsed):
        return None
    values = effect.values or tuple(_native_values(effect))
    doubtful = tuple(value for value in values if not endorsed.endorses(value))
    if not doubtful and any(value.role in _ANCHORS for value in values):
        return None
    reason = _ACT.format(effect=effect, origin=_origin(label), why=_why(doubtful))
    return FlowVerdict("ask", f"flow.{effect.verb}", reason, doubtful)


_LOCAL_ONLY = (
    "{effect} would let content of a folder that is marked local only leave this machine; nobody can allow that here. "
    "Begin a new chat without that content, or take the mark off the folder."
)
_COMMAND = "the run has read {origin}, and a command with the network could be that text's wish"
_ACT = "the run has read {origin}, and {effect} could be that text's wish: {why}"


def reaches_out(leave: Iterable[Leave]) -> bool:
    """Whether who may do this at all could carry what it gets off this machine."""
    return any(one.verbs & LEAVING or ("proc.run" in one.verbs and one.network) for one in leave)


def _leaves(effect: Effect) -> bool:
    return effect.verb in LEAVING or (effect.verb == "proc.run" and effect.network)


def _is_own_reading(effect: Effect) -> bool:
    # A declared reading of the person's own account: its arguments reach a service that holds the data anyway.
    return effect.verb == "net.fetch" and effect.granted and bool(effect.values)


def _is_browsing(effect: Effect, label: Label, endorsed: Endorses) -> bool:
    return effect.verb == "net.fetch" and label.secrecy == "public" and endorsed.endorses(ANY_HOST)


def _native_values(effect: Effect) -> Iterator[Value]:
    """Give the values of an effect of a tool of ours that names none: its target says all."""
    match effect.verb:
        case "net.fetch" | "net.send":
            yield Value("host", effect.target)
        case "msg.send":
            yield Value("recipient", effect.target)
        case _:
            yield Value("id", effect.target)


def _origin(label: Label) -> str:
    names = [source.partition(":")[2] for source in label.sources if source.startswith(("external:", "skill:"))]
    more = f" and {len(names) - MAX_SHOWN} more" if len(names) > MAX_SHOWN else ""
    return f"text from {', '.join(names[:MAX_SHOWN])}{more}" if names else "a stranger's text"


def _why(doubtful: tuple[Value, ...]) -> str:
    if not doubtful:
        return "the user named nobody and nothing that it is for"
    shown = ", ".join(f"{value.value[:60]!r}" for value in doubtful[:MAX_SHOWN])
    more = f" and {len(doubtful) - MAX_SHOWN} more" if len(doubtful) > MAX_SHOWN else ""
    return f"the user never wrote {shown}{more}"
