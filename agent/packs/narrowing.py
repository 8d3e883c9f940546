"""The rules of a pack: denials and questions, for its own parts alone. They can only narrow."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from agent.safety.policy import Policy
from agent.safety.rules import Rule, RuleError, RuleText, WhenText, read_rule

PREFIX: Final = "pack:"
"""Begins the principal of a pack: `pack:minutes`."""


def principal_of(name: str) -> str:
    """Who a pack is in the chain of a call, before the part that acts."""
    return f"{PREFIX}{name}"


def check_rule(text: RuleText) -> str:
    """Say why a rule cannot stand in a pack, as a sentence; empty: it can. Reads the disk where it names paths."""
    if text.do == "allow":
        return "A pack can only deny and ask. What may be done without asking, a person says."
    if text.when.principal:
        return "A pack's rules are for its own parts; take `principal` out."
    if text.until is not None:
        return "A pack's rules hold as long as it is there; take `until` out."
    try:
        read_rule(text)
    except RuleError as error:
        return str(error)
    return ""


def rules_of(name: str, texts: Iterable[RuleText]) -> tuple[Rule, ...]:
    """Make them rules in force for this pack. One that cannot be read denies the pack everything."""
    return tuple(_rule(name, text) for text in texts)


def _rule(name: str, text: RuleText) -> Rule:
    try:
        rule = read_rule(msgspec.structs.replace(text, when=WhenText("", text.when.label, text.when.network)))
    except RuleError:  # it meant to narrow, and nobody knows what
        rule = read_rule(RuleText("deny", "*"))
    if rule.do == "allow":
        rule = read_rule(RuleText("deny", "*"))
    return msgspec.structs.replace(rule, rule_id=f"{name}/{rule.rule_id}", principal=principal_of(name))


def with_rules(policy: Policy, rules: tuple[Rule, ...]) -> Policy:
    """The person's policy and the rules of packs; the same object where there are none."""
    return Policy((*policy.rules, *rules), policy.marks, policy.broken) if rules else policy
