"""The profile of a job: all that it may do while nobody is there. Everything else waits for a person.

It is made from what a person said in the job and frozen when a run begins. It only ever gives leave for what names one
verb and a plain target; what is too wide, spelled to mislead or led elsewhere by a link gives none. See docs/rules.md.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final

import msgspec

from agent.errors import ToolError, UsageError
from agent.jobs import Job, Permission, Watch
from agent.roots import unled
from agent.safety.effects import Effect, Verb
from agent.safety.fixed import fixed_denial
from agent.safety.grants import Reach, rule_for
from agent.safety.matching import (
    PatternError,
    Target,
    host_target,
    is_provider_s,
    matches,
    misleading,
    path_targets,
    subject_of,
    text_target,
)
from agent.safety.printable import from_printable, printable
from agent.safety.protected import Protection, fold
from agent.safety.request import ALWAYS_ASKED, Capability, Request
from agent.safety.rules import VERBS, RuleError, kind_of
from agent.safety.web_address import parse_address

MAX_TARGETS: Final = 200
"""Targets that one profile may have; further ones give no leave."""
_CHANGING: Final[frozenset[Verb]] = frozenset({"fs.write", "fs.delete"})

_WORDS: Final[dict[str, str]] = {
    "fs.read": "read in {to}",
    "fs.write": "write in {to}, where it can be undone",
    "fs.delete": "delete and move in {to}, where it can be undone",
    "net.fetch": "fetch pages from {to}",
    "net.send": "send data to {to}",
    "msg.send": "send messages to {to}",
    "secret.use": "use the key {to}",
    "mem.write": "remember {to}",
    "ui.notify": "tell you about {to}",
    "ui.read": "look at {to}",
    "ui.write": "replace what is on {to}",
}


class Bounds(msgspec.Struct, frozen=True):
    """Where the commands of a job may look and where they may change things. Real paths."""

    readable: tuple[str, ...]
    writable: tuple[str, ...]


def profile_of(job: Job) -> tuple[Permission, ...]:
    """Say what a job may do without asking: read its folders, change its output folder, and what it was allowed. Pure.

    Nothing is checked: see `check_profile` for what a person should hear, `capabilities_of` for what it is worth.
    """
    watched = (trigger.folder for trigger in job.triggers if isinstance(trigger, Watch))
    read = tuple(dict.fromkeys(folder for folder in (job.folder, *job.folders, *watched, job.output) if folder))
    change = (Permission(what="fs.write", to=(job.output,)), Permission(what="fs.delete", to=(job.output,)))
    return tuple(dict.fromkeys((Permission(what="fs.read", to=read), *(change if job.output else ()), *job.allow)))


def capabilities_of(permissions: Sequence[Permission]) -> tuple[Capability, ...]:
    """Turn a profile into what `decide` looks at. Reads the disk: links are resolved now. Never raises.

    What cannot stand in a profile gives no leave. Files are changed only where undo takes it back, commands run only
    where they are kept inside the profile.
    """
    found: list[Capability] = []
    for permission, targets in _taken(permissions):
        verb = _verb(permission.what)
        capability = Capability(
            frozenset({verb}),
            targets,
            network=permission.network,
            undoable=verb in _CHANGING,
            confined=verb == "proc.run",
        )
        found.append(capability)
    return tuple(found)


def bounds_of(permissions: Sequence[Permission]) -> Bounds:
    """Give the folders and files that a profile opens to commands. Reads the disk; never raises.

    Writable is only what may be both written and deleted in: the output folder.
    """
    places: dict[str, dict[str, None]] = {verb: {} for verb in ("fs.read", "fs.write", "fs.delete")}
    for permission, targets in _taken(permissions):
        if permission.what in places:
            places[permission.what] |= dict.fromkeys(from_printable(target.text) for target in targets)
    writable = tuple(path for path in places["fs.write"] if path in places["fs.delete"])
    return Bounds(tuple(places["fs.read"]), writable)


def check_profile(job: Job) -> list[str]:
    """Say what a person should know of a job's profile, a sentence each. Reads the disk.

    Raises UsageError for what cannot stand in one: a whole disk or home, `..`, a link, keys, a host spelled oddly.
    """
    permissions = profile_of(job)
    if sum(len(permission.to) for permission in permissions) > MAX_TARGETS:
        raise UsageError(f"A job names at most {MAX_TARGETS} folders, hosts and recipients. Name folders around them.")
    protection = _protection(permissions)
    for permission in permissions:
        if not permission.to:
            raise UsageError(f"“{permission.what}” names nothing that it is for. Name the folder, host or recipient.")
        for to in permission.to:
            try:
                _target(permission, to, protection)
            except RuleError as error:
                words = f"The job cannot have leave for {printable(permission.what)} to {printable(to)}."
                raise UsageError(f"{words} {error}") from None
    return list(_warnings(permissions))


def permissions_for(request: Request, reach: Reach = "target") -> tuple[Permission, ...]:
    """Give the narrow permissions with which a job could do this call by itself, for a person to accept.

    One for each effect: exactly this host, file (or its folder) or recipient. Empty where none can: it always asks.
    """
    found = tuple(
        Permission(what=rule.what, to=(to,), network=rule.what == "proc.run" and rule.when.network is True)
        for rule in rule_for(request, reach)
        for to in (rule.to if isinstance(rule.to, tuple) else (rule.to or "*",))
    )
    return tuple(dict.fromkeys(found)) if len(list(_taken(found))) == len(found) else ()


def beyond(permissions: Sequence[Permission], held: Sequence[Permission]) -> tuple[Permission, ...]:
    """Leave out what is held already: what remains is new to the profile. Reads the disk."""
    known = capabilities_of(held)
    return tuple(one for one in dict.fromkeys(permissions) if not _is_held(one, known))


def permission_words(permission: Permission) -> str:
    """Say a permission to a person: “write in ~/Invoices, where it can be undone”. No full stop."""
    to = " and ".join(map(_shown, permission.to)) or "nothing"
    if permission.what == "proc.run":
        return f"run commands in {to}, {'also with' if permission.network else 'without'} the network"
    words = _WORDS.get(permission.what, f"{printable(permission.what)} to {{to}}")
    return words.replace("{to}", to)


def _taken(permissions: Sequence[Permission]) -> Iterator[tuple[Permission, tuple[Target, ...]]]:
    """The permissions that give leave, each with its targets: never none, for that would mean all."""
    protection = _protection(permissions)
    left = MAX_TARGETS
    for permission in permissions:
        targets: list[Target] = []
        for to in permission.to[:left]:
            with suppress(RuleError):
                targets.append(_target(permission, to, protection)[0])
        left -= len(permission.to[:left])
        if targets:
            yield permission, tuple(targets)


def _target(permission: Permission, to: str, protection: Protection) -> tuple[Target, Effect]:
    """Read one target strictly, and say what would act on it. Raises RuleError with the remedy."""
    verb = _verb(permission.what)
    if verb in ALWAYS_ASKED:
        raise RuleError("Only a person does that; take the line out.", "what")
    try:
        match kind_of(verb):
            case "path":
                target, place = _place(to, verb)
            case "host" if not is_provider_s(to):
                target, place = _host(to), (to if "://" in to else f"https://{to}").removesuffix("*")
            case _:
                target, place = text_target(to), to
    except PatternError as error:
        raise RuleError(str(error), "to") from None
    # What holds something closed may be written in; a command needs to read its folder.
    by = Effect("fs.write" if verb == "fs.delete" else "fs.read" if verb == "proc.run" else verb, place)
    closed = fixed_denial(by, subject_of(by, ""), protection)
    if closed is not None:
        raise RuleError(f"No permission opens it: {closed.reason}.", "to")
    return target, Effect(verb, place)


def _verb(what: str) -> Verb:
    for verb in VERBS:
        if verb == what:
            return verb
    raise RuleError(f"{printable(what)!r} is no single verb. The verbs are {', '.join(VERBS)}.", "what")


def _place(to: str, verb: Verb) -> tuple[Target, str]:
    """A folder or file, itself and all below it, where no link of anybody leads elsewhere."""
    if code := misleading(to):
        raise RuleError(f"It holds the invisible character {code}. Write it as {printable(to)}.", "to")
    if ".." in to.replace(os.altsep or os.sep, os.sep).split(os.sep):
        raise RuleError("It holds “..”. Write the folder that is meant.", "to")
    if "*" in to:
        raise RuleError("It holds a *. Name the folder; it stands for all below it.", "to")
    home = os.path.expanduser("~")
    named = os.path.join(home, to[2:]) if to.startswith("~/") or to == "~" else to
    if not os.path.isabs(named) or (os.name == "posix" and named.startswith("//")):
        raise RuleError("It is no absolute path. Write it from the root on, or from your home on as ~/….", "to")
    try:
        real = str(unled(named if os.path.lexists(named) else from_printable(named)))
    except (UsageError, OSError, ValueError) as error:
        raise RuleError(str(error) if isinstance(error, UsageError) else "It can be no path here.", "to") from None
    _refuse_wide(real, verb)
    place = printable(real)
    targets = path_targets(place, allowing=True)
    if len(targets) != 1 or targets[0].inert or targets[0].text != place:
        raise RuleError("It is no plain path. Write where it leads.", "to")
    return targets[0], place


def _refuse_wide(real: str, verb: Verb) -> None:
    here, home = fold(real), fold(os.path.realpath(os.path.expanduser("~")))
    if here == "/" or os.path.dirname(real) == real:
        raise RuleError("That is a whole disk. Name a folder in it.", "to")
    if home.startswith(f"{here}/"):
        raise RuleError("It holds your whole home folder. Name a folder in it.", "to")
    if here == home and verb in _CHANGING:
        raise RuleError("That is your whole home folder. Name a folder in it for what the job writes.", "to")


def _host(to: str) -> Target:
    """One host, as it is spelled in its one plain form."""
    authority = to.rpartition("://")[2].partition("/")[0]
    if "*" in authority:
        raise RuleError("A job names each host. Write the host itself.", "to")
    target = host_target(to, allowing=True)
    try:
        address = parse_address(f"https://{authority}/")
    except ToolError as error:
        raise RuleError(str(error), "to") from None
    plain = f"[{address.host}]" if ":" in address.host else address.host
    if authority not in (plain, f"{plain}:{address.port}"):
        raise RuleError(f"It is spelled oddly. If this host is meant, write {plain}.", "to")
    return target


def _protection(permissions: Sequence[Permission]) -> Protection:
    """The places of keys and start-up files. Which folders are Homard's own, and whose, the run's gate knows."""
    named: list[str] = []
    for permission in permissions:
        if permission.what.startswith("fs."):
            for to in permission.to:
                with suppress(OSError, ValueError):  # no path at all: `_place` says so
                    named.append(os.path.realpath(os.path.expanduser(to)))
    return Protection(named, [])


def _is_held(permission: Permission, known: Sequence[Capability]) -> bool:
    probes = [probe for _, probe in _probes(permission)]
    return len(probes) == len(permission.to) > 0 and all(
        any(
            probe.verb in one.verbs
            and (one.network or not permission.network)
            and any(matches(target, subject_of(probe, probe.target), cautious=False) for target in one.targets)
            for one in known
        )
        for probe in probes
    )


def _probes(permission: Permission) -> Iterator[tuple[Target, Effect]]:
    protection = _protection((permission,))
    for to in permission.to:
        with suppress(RuleError):
            yield _target(permission, to, protection)


def _warnings(permissions: Sequence[Permission]) -> Iterator[str]:
    home = fold(os.path.realpath(os.path.expanduser("~")))
    for permission in permissions:
        if permission.what == "fs.read" and any(fold(os.path.expanduser(to)) == home for to in permission.to):
            yield "The job may read your whole home folder, but for keys and logins. Name the folders that it needs."
        if permission.what == "proc.run" and permission.network:
            yield "Commands of the job may send what they can read to any host, until the run reads a stranger's text."


def _shown(to: str) -> str:
    home = os.path.expanduser("~")
    short = f"~{to[len(home) :]}" if to == home or to.startswith(f"{home}{os.sep}") else to
    return printable(short)
