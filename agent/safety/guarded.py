"""What rules and marks guard beyond the target itself: inside a folder, or wherever a command can reach."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

import msgspec

from agent.safety.effects import Effect, Verb
from agent.safety.finding import Finding, way_out
from agent.safety.fixed import PRIVATE, fixed_denial
from agent.safety.matching import ANY, Subject, subject_of
from agent.safety.policy import GUARDS, MarkName, Policy
from agent.safety.request import Facts, Request
from agent.safety.rules import Do, Rule

MAX_GUARDS_TOLD: Final = 5
_REACHED: Final[tuple[Verb, ...]] = ("fs.read", "fs.write", "fs.delete")
"""What a command may do beside being run."""
_LED_AWAY: Final[tuple[Verb, ...]] = ("fs.read", "fs.write")
"""What rules by path no longer see where a thing was moved away; whoever deletes it may put another in its place."""
_REACHED_ONLINE: Final[tuple[Verb, ...]] = (*_REACHED, "net.fetch", "net.send")

_MARK_ANEW: Final = "A person who is there may allow this one call; then mark the new place: `homard rules mark`."


def commands_are_offline(facts: Facts) -> bool:
    """Whether a command that did not ask for the network has none."""
    return facts.commands_offline or facts.sandbox == "isolated"


def as_held(request: Request, facts: Facts) -> Request:
    """The request as it would really be: a command that nothing keeps from the network has it."""
    if commands_are_offline(facts):
        return request
    effects = tuple(
        msgspec.structs.replace(effect, network=True) if effect.verb == "proc.run" else effect
        for effect in request.effects
    )
    return request if effects == request.effects else msgspec.structs.replace(request, effects=effects)


def guarded(effect: Effect, subject: Subject, request: Request, policy: Policy, facts: Facts) -> Iterator[Finding]:
    """What acts on a whole folder, or is a command, and could meet there what a rule denies or asks about."""
    if effect.verb == "proc.run":
        guards = policy.guards(_REACHED_ONLINE if effect.network else _REACHED, request, facts.now)
        held = facts.rules_hold_commands
        proxied = commands_are_offline(facts)
        unheld = (rule for rule in guards if not held or _cannot_be_held(rule, proxied))
        for rule in islice(unheld, MAX_GUARDS_TOLD):
            reason = f"{effect}: a command could reach what a rule of the person guards"
            yield Finding(5, "ask", rule.rule_id, reason, way_out(rule), once=True)
        return
    if subject.kind == "text" and effect.verb.startswith(("fs.", "net.")):
        for rule in policy.guards((effect.verb,), request, facts.now):
            if any(one.kind == "path" or one.key[2:] in subject.folded for one in rule.targets):
                reason = f"{effect}: it cannot be told whether this is what a rule of the person guards"
                yield Finding(5, rule.do, rule.rule_id, reason, way_out(rule))
    if effect.verb == "fs.delete":
        yield from _led_away(effect, subject, request, policy, facts)
    for do in GUARDS:
        for rule in policy.inside(do, effect, subject, request, facts.now):
            if effect.verb != "fs.read":
                yield _part(effect, do, rule)
            elif not facts.rules_hold_commands:
                reason = f"{effect}: it may come upon what a rule of the person guards"
                yield Finding(5, "ask", rule.rule_id, reason, way_out(rule), once=True)


def _led_away(effect: Effect, subject: Subject, request: Request, policy: Policy, facts: Facts) -> Iterator[Finding]:
    """What is moved or deleted with all that rules say of it: they go by path, and would not hold at the new one."""
    for verb in _LED_AWAY:
        there = msgspec.structs.replace(effect, verb=verb)
        for do in GUARDS:
            for rule in policy.matching(do, there, subject, request, facts.now):
                yield Finding(5, do, rule.rule_id, f"{effect}: a rule of the person guards it", way_out(rule))
            for rule in policy.inside(do, there, subject, request, facts.now):
                yield _part(effect, do, rule)


def _part(effect: Effect, do: Do, rule: Rule) -> Finding:
    reason = f"{effect}: a rule of the person guards a part of it"
    return Finding(5 if do == "deny" else 7, do, rule.rule_id, reason, way_out(rule))


def _cannot_be_held(rule: Rule, proxied: bool) -> bool:
    """Whether a rule guards all files there are, or hosts where nothing keeps a command from reaching them."""
    return (ANY in rule.targets and not rule.verbs.isdisjoint(_REACHED)) or (
        not proxied and not rule.verbs.isdisjoint(_REACHED_ONLINE[len(_REACHED) :])
    )


def marked(effect: Effect, subject: Subject, request: Request, policy: Policy, facts: Facts) -> Iterator[Finding]:
    """What is in a folder marked local only never reaches a model elsewhere; no mark is left behind unasked."""
    if not policy.marks or subject.kind != "path":
        return
    if effect.verb == "fs.delete" and (lost := _marks_left(subject.text, request, policy)):
        words = " and ".join(sorted(mark.replace("_", " ") for mark in lost))
        reason = f"{effect}: it is, or holds, what is marked {words}, and the mark would not go along"
        yield Finding(5, "ask", f"mark.{min(lost).replace('_', '-')}", reason, _MARK_ANEW, once=True)
    if not request.model_is_remote:
        return
    change = "Use a model on this computer, or take the mark off: `homard rules mark DIR plain`."
    at = "local_only" in policy.marks_of(subject.text)
    if at and effect.verb == "fs.read":
        reader = request.model or "that would read it"
        reason = f"{effect}: that folder is marked local only, and the model {reader} runs elsewhere"
        yield Finding(5, "deny", "mark.local-only", reason, change)
        return
    upon = at or "local_only" in policy.marks_below(subject.text)
    if upon and not facts.masks_local_only and effect.verb in ("fs.read", "proc.run"):
        reason = f"{effect}: it may come upon a folder marked local only, and the model runs elsewhere"
        yield Finding(5, "ask", "mark.local-only", reason, change, once=True)


def _marks_left(source: str, request: Request, policy: Policy) -> frozenset[MarkName]:
    """The marks that a move leaves behind: what is written by the same call lies outside of them."""
    marks = policy.marks_of(source) | policy.marks_below(source)
    to = [policy.marks_of(one.target) for one in request.effects if one.verb == "fs.write"]
    return frozenset(mark for mark in marks if any(mark not in there for there in to))


def host_denial(
    request: Request, policy: Policy, facts: Facts, host: str, port: int, *, named: bool = False
) -> str | None:
    """Why a command with the network must not reach a host, as a sentence; None: it may. Pure.

    What it does there cannot be seen, so a rule about a part of the host counts for all of it, and one that asks counts
    as one that denies. `host` is canonical. `named`: a person named it, so that it may be on their own network.
    """
    name = f"[{host}]" if ":" in host else host
    for verb in ("net.fetch", "net.send"):
        effect = Effect(verb, f"https://{name}:{port}/")
        subject = msgspec.structs.replace(subject_of(effect, request.cwd), segments=None)
        if subject.kind != "host":
            return f"{host}:{port} is no address of the web."
        closed = fixed_denial(effect, subject, facts.protection)
        if closed is not None and not (named and closed is PRIVATE):
            return f"{host}: {closed.reason} (rule {closed.rule})."
        for do in GUARDS:
            for rule in policy.matching(do, effect, subject, request, facts.now):
                return f"{host}: a rule of the person guards it (rule {rule.rule_id})."
    return None
