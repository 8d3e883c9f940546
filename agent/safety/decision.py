"""decide(): the one place where a call becomes allow, ask or deny. A pure function, in ten steps.

1 complete? · 2 halted? · 3 fixed denials · 4 capabilities; what a job has no leave for is asked · 5 denials of the
person, marks of folders · 6 flow of what was read · 7 questions of the person, then what the person allows · 8 the
default of each effect, the profile of a job · 9 nobody there: what would be asked waits · 10 the level of the sandbox.
Each step adds findings; the strictest one decides, and of equally strict ones the earliest. So a later step can only
tighten. See docs/rules.md.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from agent.safety.effects import Effect
from agent.safety.finding import Finding, Verdict, way_out
from agent.safety.fixed import fixed_denial
from agent.safety.flow import judge_flow
from agent.safety.grants import covers
from agent.safety.guarded import as_held, guarded, marked
from agent.safety.matching import Subject, matches, subject_of
from agent.safety.policy import Policy
from agent.safety.request import (
    ALWAYS_ASKED,
    PERSONS,
    SANDBOX_LEVELS,
    Capability,
    Facts,
    Request,
    SandboxLevel,
    UsedToday,
    needed_level,
    strictest_level,
)
from agent.safety.rules import Rule

_STRICTNESS: Final[dict[Verdict, int]] = {"deny": 0, "ask": 1, "allow": 2}


class Decision(msgspec.Struct, frozen=True):
    """The verdict over one call."""

    verdict: Verdict
    rule: str
    """Id of the rule that decided."""
    reason: str
    """For a person and for the model, without a full stop."""
    change: str = ""
    """What would change it, as a sentence for the person; empty: nothing does."""
    only_once: bool = False
    """Of `ask`: offer no more than this one call; a yes beforehand does not count."""
    overridable: bool = False
    """A person can have it otherwise: by an answer, or by a rule, a grant or a mark of theirs."""
    parks: bool = False
    """Of `ask`: nobody is there, so it waits."""
    checkpoint: bool = False
    """Of `allow`: keep what it changes first, for undo."""
    sandbox: SandboxLevel = "none"
    """The level at which it must be held."""
    counts: tuple[str, ...] = ()
    """Of `allow`: ids of the rules whose daily limit this call uses, one for each effect."""
    findings: tuple[Finding, ...] = ()
    """All that was found, the deciding one first."""

    @property
    def beyond_profile(self) -> bool:
        """Whether a job has no leave for it. What comes of a call that was let pass is then refused, not asked."""
        return any(one.step == 4 for one in self.findings)


def decide(request: Request, policy: Policy, facts: Facts) -> Decision:
    """Judge all effects of one call. Pure: no clock, no file, no network; the same arguments give the same answer."""
    before = _before(request, policy, facts)
    if before is not None:
        return _decision(request, facts, [before], ())
    held = as_held(request, facts)
    findings, counts = _judged(held, policy, facts)
    findings += (one for effect in request.effects for one in _unheld(effect, facts))
    if (flow := judge_flow(held, facts)) is not None:
        findings.append(Finding(6, flow.verdict, flow.rule, flow.reason, _answer_or("", flow.verdict)))
    if not request.effects:
        findings.append(Finding(8, "allow", "default.nothing", "it changes nothing and reads nothing"))
    return _decision(request, facts, _granted(findings, request, facts), tuple(counts))


def _judged(request: Request, policy: Policy, facts: Facts) -> tuple[list[Finding], list[str]]:
    """Steps 3 to 8 but the sixth, for each effect; and the ids of the rules whose limit is used."""
    findings: list[Finding] = []
    counts: list[str] = []
    acts = [(effect, subject_of(effect, request.cwd)) for effect in request.effects]
    allowing = [policy.matching("allow", *act, request, facts.now) for act in acts]
    spent = _spent(request.effects, allowing, facts)
    for (effect, subject), rules in zip(acts, allowing, strict=True):
        findings += _closed(effect, subject, request, policy, facts)
        asking = policy.matching("ask", effect, subject, request, facts.now)
        findings += (_asked(effect, rule) for rule in asking)
        left = [rule for rule in rules if rule.rule_id not in spent]
        rule = next((rule for rule in left if not rule.limited), left[0] if left else None)
        if effect.verb in ALWAYS_ASKED and not effect.values:  # of a job here, not of another service
            findings.append(_always_asked(effect))
        elif not asking:
            default = _default(effect, subject, request, facts, rules) if rule is None else _allowed(effect, rule)
            findings.append(default)
        if rule is not None and rule.limited:
            counts.append(rule.rule_id)
    return findings, counts


def _before(request: Request, policy: Policy, facts: Facts) -> Finding | None:
    """Steps 1 and 2: what makes all else idle."""
    if not request.complete or not request.principals:
        return Finding(1, "deny", "call.incomplete", "the call did not arrive whole, or names no known tool")
    if facts.halted is not None:
        return Finding(2, "deny", "halted", facts.halted, "It ends when what stopped it is lifted.")
    if policy.broken:
        change = "`homard rules check` names the place; `homard rules restore` takes the last good file."
        return Finding(2, "deny", "policy.unreadable", f"the rules cannot be read: {policy.broken}", change)
    return None


def _closed(effect: Effect, subject: Subject, request: Request, policy: Policy, facts: Facts) -> Iterator[Finding]:
    """Steps 3 to 5: what no allowing rule opens."""
    closed = fixed_denial(effect, subject, facts.protection)
    if closed is not None:
        verdict = "ask" if closed.once and request.attended else "deny"
        change = "A person who is there may allow this one call." if closed.once else ""
        yield Finding(3, verdict, closed.rule, f"{effect}: {closed.reason}", change, once=closed.once)
    for principal in request.principals:
        if principal not in PERSONS and not _is_capable(principal, effect, subject, facts):
            yield _incapable(principal, effect)
    for rule in policy.matching("deny", effect, subject, request, facts.now):
        yield Finding(5, "deny", rule.rule_id, f"{effect}: a rule of the person denies it", way_out(rule))
    yield from guarded(effect, subject, request, policy, facts)
    yield from marked(effect, subject, request, policy, facts)


def _incapable(principal: str, effect: Effect) -> Finding:
    rule = f"capability.{principal}"
    if principal.startswith("job:"):
        change = "A person's yes, or one permission more in the job."
        return Finding(4, "ask", rule, f"{effect}: the profile of the job does not hold it", change)
    if principal.startswith("skill:"):
        change = "A person's yes. A message that does not follow the skill is not bound by it."
        reason = f"{effect}: the skill that this run follows ({principal}) does not name it among its allowed-tools"
        return Finding(4, "ask", rule, reason, change)
    change = f"It would need the capability for {effect.verb} on that target, granted by you."
    return Finding(4, "deny", rule, f"{principal} has no leave to {effect}", change)


def _is_capable(principal: str, effect: Effect, subject: Subject, facts: Facts) -> bool:
    return any(
        effect.verb in one.verbs
        and _reaches_so_far(one, effect, facts)
        and (not one.targets or any(matches(target, subject, cautious=False) for target in one.targets))
        for one in facts.capabilities.get(principal, ())
    )


def _reaches_so_far(capability: Capability, effect: Effect, facts: Facts) -> bool:
    """Whether the act is of the kind that a capability is for: undoable, offline, confined."""
    if capability.undoable and not (effect.reversible and facts.undo_ready):
        return False
    if capability.undoable and _instructs(effect) and all(one.text != effect.target for one in capability.targets):
        return False
    if effect.verb != "proc.run":
        return True
    holds = facts.profile_holds_commands and SANDBOX_LEVELS.index(facts.sandbox) >= SANDBOX_LEVELS.index("files")
    return (capability.network or not effect.network) and (holds or not capability.confined)


def _instructs(effect: Effect) -> bool:
    """Whether later runs would take the file for the person's own words; a job may write it only if named itself."""
    return effect.verb.startswith("fs.") and os.path.basename(effect.target).casefold() == "agents.md"


def _spent(effects: Sequence[Effect], allowing: Sequence[Sequence[Rule]], facts: Facts) -> set[str]:
    """The rules whose daily limit has no room for all effects of this call that they match, whichever would use it."""
    wanted: dict[str, list[Effect]] = {}
    limited: dict[str, Rule] = {}
    for effect, rules in zip(effects, allowing, strict=True):
        for rule in rules:
            if rule.limited:
                limited[rule.rule_id] = rule
                wanted.setdefault(rule.rule_id, []).append(effect)
    return {
        rule_id
        for rule_id, rule in limited.items()
        if not _has_room(rule, wanted[rule_id], facts.used.get(rule_id, UsedToday()))
    }


def _has_room(rule: Rule, effects: Sequence[Effect], today: UsedToday) -> bool:
    if rule.per_day is not None and today.count + len(effects) > rule.per_day:
        return False
    if rule.bytes_per_day is None:
        return True
    sizes = [effect.size for effect in effects if effect.size is not None]
    return len(sizes) == len(effects) and today.bytes + sum(sizes) <= rule.bytes_per_day


def _asked(effect: Effect, rule: Rule) -> Finding:
    return Finding(7, "ask", rule.rule_id, f"{effect}: a rule of the person asks first", way_out(rule))


def _allowed(effect: Effect, rule: Rule) -> Finding:
    return Finding(7, "allow", rule.rule_id, f"{effect}: a rule of the person allows it", way_out(rule))


def _always_asked(effect: Effect) -> Finding:
    change = "A person's yes to this one; no rule and no profile gives it."
    return Finding(8, "ask", f"default.{effect.verb}", f"{effect} needs a person's yes", change, once=True)


def _default(effect: Effect, subject: Subject, request: Request, facts: Facts, used_up: Sequence[Rule]) -> Finding:
    if effect.granted and effect.verb == "fs.read":
        return Finding(8, "allow", "default.read-granted", "reading inside the granted folders")
    if effect.verb == "ui.notify":
        return Finding(8, "allow", "default.notify", "telling the person something")
    if effect.granted and effect.verb in ("fs.write", "fs.delete") and effect.reversible and facts.undo_ready:
        return Finding(8, "allow", "default.reversible", f"{effect}: inside the granted folders, and it can be undone")
    if not used_up and _is_in_profile(effect, subject, request, facts):
        return Finding(8, "allow", f"profile.{request.jobs[-1]}", f"{effect}: the profile of the job holds it")
    where = "" if effect.granted or not effect.verb.startswith("fs.") else " outside the granted folders"
    spent = f"; what rule {used_up[0].rule_id} allows for a day is used up, or the size is unknown" if used_up else ""
    reason = f"{effect}{where} needs a person's yes{spent}"
    return Finding(8, "ask", f"default.{effect.verb}", reason, _answer_or("a rule that allows it (`homard rules add`)"))


def _is_in_profile(effect: Effect, subject: Subject, request: Request, facts: Facts) -> bool:
    """Whether every job of the chain has leave for it, so that a person has answered the question when it was made."""
    return bool(request.jobs) and all(_is_capable(job, effect, subject, facts) for job in request.jobs)


def _unheld(effect: Effect, facts: Facts) -> Iterator[Finding]:
    """Step 10: this machine cannot hold it as tightly as it must be."""
    needed = needed_level(effect, facts)
    if SANDBOX_LEVELS.index(facts.sandbox) < SANDBOX_LEVELS.index(needed):
        reason = f"{effect}: it needs the sandbox level {needed!r}, and this machine gives {facts.sandbox!r}"
        yield Finding(10, "deny", "sandbox.level", reason, "`homard doctor` says what is missing and how to mend it.")


def _granted(findings: Sequence[Finding], request: Request, facts: Facts) -> Sequence[Finding]:
    """Add what a person said for the whole run: it answers questions, never denials, nor what is opened once only."""
    if not findings or min(_STRICTNESS[one.verdict] for one in findings) != _STRICTNESS["ask"]:
        return findings
    asks = [one for one in findings if one.verdict == "ask"]
    if any(one.once for one in asks) or not any(covers(grant, request) for grant in facts.run_grants):
        return findings
    said = Finding(7, "allow", "grant.run", "the person allowed this for the whole run", "It ends with the run.")
    return [said, *(one for one in findings if one.verdict == "allow")]


def _decision(request: Request, facts: Facts, findings: Sequence[Finding], counts: tuple[str, ...]) -> Decision:
    ordered = sorted(findings, key=lambda one: (_STRICTNESS[one.verdict], one.step))
    first = ordered[0]
    asks = first.verdict == "ask"
    allowed = first.verdict == "allow"
    return Decision(
        verdict=first.verdict,
        rule=first.rule,
        reason=first.reason,
        change=first.change,
        only_once=asks and any(one.once for one in ordered if one.verdict == "ask"),
        overridable=asks or (not allowed and all(one.change for one in ordered if one.verdict == "deny")),
        parks=asks and not request.attended,
        checkpoint=allowed and facts.undo_ready and any(effect.reversible for effect in request.effects),
        sandbox=strictest_level(needed_level(effect, facts) for effect in request.effects),
        counts=counts if allowed else (),
        findings=tuple(ordered),
    )


def _answer_or(rule: str, verdict: Verdict = "ask") -> str:
    if verdict == "deny":
        return ""
    return f"A person's yes, or {rule}." if rule else "A person's yes."
