"""What a person's "this run" and "always" reach: exactly what was asked, never wider."""

from __future__ import annotations

import os
from typing import Literal

import msgspec

from agent.labels import Label
from agent.safety.effects import Effect
from agent.safety.fixed import fixed_denial
from agent.safety.matching import is_provider_s, subject_of
from agent.safety.request import SANDBOX_LEVELS, GrantScope, Request, RunGrant, SandboxLevel
from agent.safety.rules import PERSON, RuleError, RuleText, WhenText, in_words, kind_of, read_rule

Reach = Literal["target", "folder"]
"""Of a file: itself, or all of its folder."""


def run_grant_for(request: Request, sandbox: SandboxLevel = "none") -> RunGrant:
    """What "this run" covers: the same tool and verbs on the same folders, hosts and recipients.

    Reading covers exactly that file, or that folder and all below it; a yes to what can be undone none that cannot.
    A command that is held away from files (`sandbox`: the level at which it runs) is covered with all others in its
    folder; one that is not, only as the very same line.
    """
    held = SANDBOX_LEVELS.index(sandbox) >= SANDBOX_LEVELS.index("files")
    scopes = tuple(dict.fromkeys(_scope(effect, request.cwd, held) for effect in request.effects))
    return RunGrant(request.principals, request.tool, scopes, request.label)


def covers(grant: RunGrant, request: Request) -> bool:
    """Whether a call lies inside what was granted for the run. Pure."""
    if grant.principals != request.principals or grant.tool != request.tool:
        return False
    if not _is_no_worse(grant.label, request.label):
        return False
    return bool(request.effects) and all(
        any(_reaches(scope, _scope(effect, request.cwd, held)) for scope in grant.scopes for held in (False, True))
        for effect in request.effects
    )


def _reaches(granted: GrantScope, wanted: GrantScope) -> bool:
    """Whether a yes to the one is a yes to the other."""
    if granted.reversible and not wanted.reversible:
        return False
    if granted.verb == "fs.read" and wanted.place.startswith(f"{granted.place.rstrip(os.sep)}{os.sep}"):
        wanted = msgspec.structs.replace(wanted, place=granted.place)
    return msgspec.structs.replace(wanted, reversible=granted.reversible) == granted


def _is_no_worse(then: Label, now: Label) -> bool:
    """Whether a yes still counts: the run may have read files of the person since, not a stranger's nor secret ones."""
    return then.covers(now) or (not now.tainted and (now.secrecy != "secret" or then.secrecy == "secret"))


def rule_for(request: Request, reach: Reach = "target") -> tuple[RuleText, ...]:
    """The narrow rules that "always" would write, for a person to see and change; see `in_words_of`.

    One for each effect that a rule can allow: exactly this host, file (or its folder) or recipient, for whoever asked.
    Empty: no rule can allow it (a command without a working folder, a place that is opened once only).
    """
    found: list[RuleText] = []
    for effect in request.effects:
        to = _rule_target(effect, request, reach)
        if to is None:
            return ()
        when = WhenText(
            PERSON if request.personal else request.principal,
            network=effect.network if effect.verb == "proc.run" else None,
        )
        found.append(RuleText("allow", effect.verb, (to,), when))
    return tuple(dict.fromkeys(found))


def in_words_of(rules: tuple[RuleText, ...]) -> str:
    """Say what rules would be written, a line for each. Raises RuleError for one that cannot be."""
    return "\n".join(in_words(read_rule(rule)) for rule in rules)


def _scope(effect: Effect, cwd: str, held: bool) -> GrantScope:
    values = tuple(value for value in effect.values if value.role != "text")
    if effect.verb == "proc.run":
        place = f"in {cwd}" if held and os.path.isabs(cwd) else f"line {effect.target}"
    elif effect.verb == "fs.write":
        place = os.path.dirname(effect.target)
    else:
        address = subject_of(effect, cwd).address
        place = effect.target if address is None else f"{address.scheme}://{address.host}:{address.port}"
    return GrantScope(effect.verb, place, values, effect.network, effect.reversible)


def _rule_target(effect: Effect, request: Request, reach: Reach) -> str | None:
    subject = subject_of(effect, request.cwd)
    if effect.verb == "policy.change" or fixed_denial(effect, subject, None) is not None:
        return None
    match kind_of(effect.verb):
        case "path" if subject.kind == "path":
            is_file = effect.verb != "proc.run"
            to = os.path.dirname(subject.text) if reach == "folder" and is_file else subject.text
        case "host" if subject.address is not None:
            to = f"{subject.address.scheme}://{subject.address.authority}"
        case "host" if is_provider_s(effect.target):
            to = effect.target
        case "text":
            to = effect.target
        case _:
            return None
    try:
        targets = read_rule(RuleText("allow", effect.verb, (to,))).targets
    except RuleError:
        return None
    # A file or a recipient may be called *, which in a rule means all.
    exact = len(targets) == 1 and targets[0].kind == subject.kind and not targets[0].inert
    return to if exact and (targets[0].kind == "host" or targets[0].text == to) else None
