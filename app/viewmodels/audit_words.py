"""What the audit knows of a run, in a person's words: why each act was allowed, and what left this computer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QLocale

from agent.audit.act import Act
from agent.audit.check import Verification
from agent.audit.ledger import Ledger, ModelTraffic, ToolTraffic
from agent.labels import INTEGRITIES, SECRECIES, Label
from agent.safety.rules import Rule
from app.translation import translate
from app.viewmodels.label_words import source_words
from app.viewmodels.rule_words import rule_words
from app.viewmodels.runtime_words import effect_words, reason_words
from app.viewmodels.undo_words import promise_words

MOST_NAMES = 5
"""Addresses or sources that a line names; the rest are counted."""


def why_words(act: Act, rules: Mapping[str, Rule]) -> str:
    """Why it was allowed, asked or denied: the rule in words. `rules`: those of the person, by id."""
    if (rule := rules.get(act.rule)) is not None:
        return translate("Audit", "Your rule “{rule}”").format(rule=rule_words(rule))
    known = {
        "default.read-granted": translate("Audit", "Reading in granted folders is allowed"),
        "default.reversible": translate("Audit", "It lies in a granted folder and can be undone"),
        "default.nothing": translate("Audit", "It changes nothing and reads nothing"),
        "default.notify": translate("Audit", "It only tells you something"),
        "halted": translate("Audit", "Everything was stopped"),
        "policy.unreadable": translate("Audit", "The rules could not be read, so nothing was allowed"),
        "sandbox.level": translate("Audit", "This machine holds a command less well than the settings need"),
    }
    if act.rule in known:
        return known[act.rule]
    reason = reason_words(act.reason, act.effects)
    return f"{reason[:1].upper()}{reason[1:]}" if reason else act.rule


def answer_words(act: Act) -> str:
    """What was answered, where somebody was asked; empty: nobody was."""
    if act.approval is None:
        return translate("Audit", "Waits for your answer") if act.verdict == "ask" and not act.ended else ""
    by, scope = act.approval.get("by"), act.approval.get("scope")
    if act.approval.get("allowed") is True:
        if by != "person":
            return translate("Audit", "Allowed beforehand")
        return {
            "run": translate("Audit", "You allowed it in this run"),
            "always": translate("Audit", "You allowed it always"),
            "rule": translate("Audit", "You allowed it always"),
        }.get(str(scope), translate("Audit", "You allowed it once"))
    return {
        "nobody": translate("Audit", "Nobody was there to ask"),
        "cancelled": translate("Audit", "Stopped before an answer"),
    }.get(str(by), translate("Audit", "You did not allow it"))


def ended_words(act: Act) -> str:
    """What came of it."""
    refused = act.approval is not None and act.approval.get("allowed") is not True
    if act.verdict == "deny" or act.ended == "denied" or refused:
        return translate("Audit", "Not allowed")
    if not act.begun:
        if act.ended == "done":
            return translate("Audit", "Not done: dry run")
        return translate("Audit", "Not done")
    return {
        "done": translate("Audit", "Done"),
        "failed": translate("Audit", "Failed"),
        "not_run": translate("Audit", "Not run"),
    }.get(act.ended, translate("Audit", "Outcome unknown"))


def act_details(act: Act, rules: Mapping[str, Rule]) -> str:
    """All of it, a line for each thing."""
    label = _label(act)
    seen = translate("Audit", "The chat had read text from: {sources}").format(sources=source_words(label))
    lines = [
        *map(effect_words, act.effects),
        translate("Audit", "Why: {why}").format(why=why_words(act, rules)),
        answer_words(act),
        _note(act),
        seen if label.tainted else "",
        promise_words(act.undo),
        translate("Audit", "Held: {level}").format(level=act.sandbox) if act.sandbox not in ("", "none") else "",
        act.error,
        translate("Audit", "Rule {rule}, record {number}").format(rule=act.rule, number=act.seq),
    ]
    return "\n".join(line for line in lines if line)


def _note(act: Act) -> str:
    note = str((act.approval or {}).get("note") or "")
    return translate("Audit", "Your word: {note}").format(note=note) if note else ""


def _label(act: Act) -> Label:
    """The label in an audit row; what cannot be read counts as the worst."""
    integrity, secrecy = act.label.get("integrity", "user"), act.label.get("secrecy", "public")
    sources = act.label.get("sources") or ()
    return Label(
        integrity if integrity in INTEGRITIES else "external",
        secrecy if secrecy in SECRECIES else "secret",
        tuple(str(source) for source in sources),
    )


def traffic_lines(ledger: Ledger) -> list[str]:
    """What left this computer and what came, a line for each receiver."""
    lines: list[str] = []
    for one in ledger.models:
        lines.append(_model_line(one))
        if one.sources and not one.local:
            lines.append(translate("Audit", "    With content of: {sources}").format(sources=_some(one.sources)))
    for tool in ledger.tools:
        lines += (_tool_line(tool), f"    {_some(tool.urls)}")
    return lines


def _model_line(one: ModelTraffic) -> str:
    where = translate("Audit", "this computer") if one.local else one.host
    words = translate("Audit", "Model {model} on {host}").format(model=one.model, host=where)
    return f"{words}: {_amounts(one)}"


def _tool_line(one: ToolTraffic) -> str:
    return f"{translate('Audit', 'Tools with {host}').format(host=one.host)}: {_amounts(one)}"


def _amounts(one: ModelTraffic | ToolTraffic) -> str:
    requests = translate("Audit", "%n request(s)", one.requests)
    amounts = translate("Audit", "{sent} sent, {received} received").format(
        sent=QLocale().formattedDataSize(one.bytes_sent), received=QLocale().formattedDataSize(one.bytes_received)
    )
    return f"{requests}, {amounts}"


def _some(names: Iterable[str]) -> str:
    listed = list(names)
    more = len(listed) - MOST_NAMES
    first = ", ".join(listed[:MOST_NAMES])
    return f"{first} {translate('Audit', 'and %n more', more)}" if more > 0 else first


def verification_words(found: Verification) -> str:
    """What a verification found, a sentence."""
    rows = QLocale().toString(found.rows)
    if found.ok:
        return translate("Audit", "{n} records were read again. All are as they were written.").format(n=rows)
    wrong = len(found.findings) + found.more_findings
    return translate("Audit", "%n thing(s) are wrong in the audit log:", wrong)
