"""One rule: as a person writes it in TOML, as it is matched, and as it is said in words.

Adding what tightens can never loosen: an allowing rule may only look for little taint (`<=`), a denial and a question
only for much (`>=`), and only allowing has limits.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final, Literal, get_args

import msgspec

from agent.labels import INTEGRITIES, SECRECIES, Label
from agent.safety.effects import Effect, Verb
from agent.safety.matching import ANY, Kind, PatternError, Target, host_target, is_provider_s, path_targets, text_target
from agent.safety.request import PERSONS, Capability, Request

Do = Literal["allow", "ask", "deny"]
VERBS: Final[tuple[Verb, ...]] = get_args(Verb)
PERSON: Final = "person"
"""In `when.principal`: nobody but a person acts, in the window or on the command line."""
DELEGATES: Final = ("job", "skill", "plugin", "mcp", "pack", "subagent", "program")
"""Kinds of principals that are no persons, written `kind:name` or `kind:*`."""

_UNITS: Final = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}
_BYTES: Final = re.compile(r"(\d{1,15})\s*([a-zA-Z]*)")
_BOUND: Final = re.compile(r"(<=|>=)\s*([a-z]+)")


class WhenText(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Conditions, all of which must hold."""

    principal: str = ""
    label: str | tuple[str, ...] = ()
    network: bool | None = None


class LimitText(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How much an allowing rule allows."""

    per_day: int | None = None
    bytes: int | str | None = None
    """In a day: 1000000 or "1MB"."""


class RuleText(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A `[[rule]]` of policy.toml."""

    do: Do
    what: str
    to: str | tuple[str, ...] | None = None
    when: WhenText = WhenText()
    limit: LimitText = LimitText()
    until: date | None = None
    """To the end of that day here."""


class RuleError(ValueError):
    """What is wrong with a rule; `key` is the key of the line."""

    def __init__(self, message: str, key: str = "") -> None:
        super().__init__(message)
        self.key = key


class Bound(msgspec.Struct, frozen=True):
    """A condition on the label of a run."""

    at_most: bool
    level: str
    """Of integrity or of secrecy."""

    def holds(self, label: Label) -> bool:
        """Whether the label is at most, or at least, so tainted or so secret."""
        order: tuple[str, ...] = INTEGRITIES if self.level in INTEGRITIES else SECRECIES
        found = order.index(label.integrity if self.level in INTEGRITIES else label.secrecy)
        return found <= order.index(self.level) if self.at_most else found >= order.index(self.level)


class Rule(msgspec.Struct, frozen=True):
    """A rule, read and checked."""

    rule_id: str
    """Of its content, so that it stays when other rules change."""
    do: Do
    verbs: frozenset[Verb]
    targets: tuple[Target, ...]
    text: RuleText
    """As written."""
    principal: str = ""
    bounds: tuple[Bound, ...] = ()
    network: bool | None = None
    per_day: int | None = None
    bytes_per_day: int | None = None
    ends_at: datetime | None = None

    @property
    def limited(self) -> bool:
        """Whether it allows only so much a day."""
        return self.per_day is not None or self.bytes_per_day is not None

    def holds(self, request: Request, effect: Effect, now: datetime) -> bool:
        """Whether the conditions hold; the target is matched elsewhere. Pure."""
        if self.network is not None and self.network != effect.network:
            return False
        if not self.is_for(request.principals, now):
            return False
        return all(bound.holds(request.label) for bound in self.bounds)

    def is_for(self, principals: Sequence[str], now: datetime) -> bool:
        """Whether it is in force for who acts; a denial and a question are also for everyone who acts through him."""
        if self.ends_at is not None and now >= self.ends_at:
            return False
        if not self.principal:
            return True
        if self.principal == PERSON:
            persons = PERSONS.intersection(principals)
            return bool(persons) and (self.do != "allow" or PERSONS.issuperset(principals))
        who = principals[-1:] if self.do == "allow" else principals
        if self.principal.endswith(":*"):
            return any(one.startswith(self.principal[:-1]) for one in who)
        return self.principal in who


def read_rule(text: RuleText) -> Rule:
    """Check a rule. Reads the disk where it names paths. Raises RuleError with the remedy."""
    verbs = _verbs(text.what)
    to = _names(text.to)
    if text.to is not None and not to:
        raise RuleError("`to` is empty. Name a target, or leave the line out for all of them.", "to")
    if text.when.network is not None and "proc.run" not in verbs:
        raise RuleError('`network` is only known of commands: what = "proc.run".', "when")
    targets = tuple(target for one in to for target in _targets(one, verbs, allowing=text.do == "allow"))
    return Rule(
        rule_id=_rule_id(text),
        do=text.do,
        verbs=verbs,
        targets=targets or (ANY,),
        text=text,
        principal=_principal(text.when.principal),
        bounds=tuple(_bound(one, text.do) for one in _names(text.when.label)),
        network=text.when.network,
        per_day=_per_day(text),
        bytes_per_day=_bytes(text),
        ends_at=_end(text.until),
    )


def capability(what: str, to: Sequence[str] = ()) -> Capability:
    """Make a capability from the words of a manifest or profile, which are those of a rule. Raises RuleError."""
    verbs = _verbs(what)
    return Capability(verbs, tuple(target for one in to for target in _targets(one, verbs, allowing=True)))


def in_words(rule: Rule) -> str:
    """The rule as a sentence for a person, without its full stop."""
    to = ", ".join(dict.fromkeys(target.text for target in rule.targets if target is not ANY)) or "anything"
    words = [f"{rule.do} {rule.text.what}", "in" if rule.text.what == "proc.run" else "to", to]
    if rule.network is not None:
        words.append("with the network" if rule.network else "without the network")
    if rule.principal:
        words.append(f"for {'a person' if rule.principal == PERSON else rule.principal}")
    words += [f"where the run has seen {'at most' if one.at_most else 'at least'} {one.level}" for one in rule.bounds]
    if rule.per_day is not None:
        words.append(f"{rule.per_day} times a day")
    if rule.bytes_per_day is not None:
        words.append(f"{rule.bytes_per_day:,} bytes a day")
    if rule.text.until is not None:
        words.append(f"until {rule.text.until}")
    return " ".join(words)


def plain_rule(text: RuleText) -> dict[str, Any]:
    """The keys of a rule as they are written, in the order of the grammar."""
    return {key: value for key, value in msgspec.to_builtins(text, builtin_types=(date,)).items() if value}


def kind_of(verb: Verb) -> Kind:
    """What a target of this verb is; of a command it is the working folder."""
    if verb.startswith("fs.") or verb == "proc.run":
        return "path"
    return "host" if verb.startswith("net.") else "text"


def _verbs(what: str) -> frozenset[Verb]:
    prefix = what.removesuffix("*")
    many = what == "*" or what.endswith(".*")
    found = frozenset[Verb](verb for verb in VERBS if (verb.startswith(prefix) if many else verb == what))
    if not found:
        raise RuleError(f"{what!r} is no verb. The verbs are {', '.join(VERBS)}; also fs.*, net.* and *.", "what")
    return found


def _targets(text: str, verbs: frozenset[Verb], *, allowing: bool) -> tuple[Target, ...]:
    if text == "*":
        return (ANY,)
    kinds = {kind_of(verb) for verb in verbs}
    if len(kinds) > 1:
        raise RuleError("The targets of these verbs are not alike. Write a rule for each, or leave `to` out.", "to")
    try:
        match kinds.pop():
            case "path":
                return path_targets(text, allowing=allowing)
            case "host" if not is_provider_s(text):
                return (host_target(text, allowing=allowing),)
            case _:
                return (text_target(text),)
    except PatternError as error:
        command = " A rule cannot look at a command's text; it names the working folder." if "proc.run" in verbs else ""
        raise RuleError(f"{error}{command}", "to") from None


def _principal(text: str) -> str:
    kind, colon, name = text.partition(":")
    if not text or text == PERSON or text in PERSONS or (kind in DELEGATES and colon and name):
        return text
    known = ", ".join([PERSON, *sorted(PERSONS), *(f"{kind}:NAME" for kind in DELEGATES)])
    raise RuleError(f"{text!r} is no principal. Write one of {known}; * may stand for NAME.", "when")


def _bound(text: str, do: Do) -> Bound:
    found = _BOUND.fullmatch(text.strip())
    if found is None or found[2] not in (*INTEGRITIES, *SECRECIES):
        levels = ", ".join((*INTEGRITIES, *SECRECIES))
        raise RuleError(f"{text!r} is no condition on a label. Write <= or >= before one of {levels}.", "when")
    at_most = found[1] == "<="
    if at_most != (do == "allow"):
        right = "allow only with <=" if do == "allow" else f"{do} only with >="
        raise RuleError(f"{text!r}: what has seen more must not be allowed more, so {right}.", "when")
    return Bound(at_most, found[2])


def _per_day(text: RuleText) -> int | None:
    if text.do != "allow" and text.limit != LimitText():
        raise RuleError("Only what is allowed has a limit. Take the line out.", "limit")
    if text.limit.per_day is not None and text.limit.per_day < 1:
        raise RuleError("`per_day` is at least 1. To forbid it, write a rule that denies.", "limit")
    return text.limit.per_day


def _bytes(text: RuleText) -> int | None:
    given = text.limit.bytes
    if given is None:
        return None
    found = _BYTES.fullmatch(str(given).strip())
    if found is None or found[2].lower() not in _UNITS or int(found[1]) == 0:
        raise RuleError(f'{given!r} is no size. Write 500000, "500kB", "1MB" or "1MiB".', "limit")
    return int(found[1]) * _UNITS[found[2].lower()]


def _end(until: date | None) -> datetime | None:
    if until is None:
        return None
    try:
        return datetime.combine(until + timedelta(days=1), time()).astimezone()
    except (OverflowError, ValueError, OSError):
        raise RuleError("`until` is too far away. Leave the line out for ever.", "until") from None


def _names(value: str | tuple[str, ...] | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else value


def _rule_id(text: RuleText) -> str:
    plain = plain_rule(msgspec.structs.replace(text, to=tuple(sorted(set(_names(text.to))))))
    return f"r{hashlib.sha256(repr(sorted(plain.items())).encode('utf-8', 'backslashreplace')).hexdigest()[:8]}"
