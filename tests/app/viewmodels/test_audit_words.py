"""What the audit knows, in words: why, by whose yes, what came of it, and what left this computer."""

from datetime import UTC, datetime
from typing import Any

import pytest

from agent.audit.act import Act
from agent.audit.check import Finding, Verification
from agent.audit.ledger import Ledger, ModelTraffic, ToolTraffic
from agent.safety.rules import RuleText, read_rule
from app.viewmodels.audit_words import (
    act_details,
    answer_words,
    ended_words,
    traffic_lines,
    verification_words,
    why_words,
)

AT = datetime(2026, 11, 22, tzinfo=UTC)
RULE = read_rule(RuleText("allow", "net.fetch", "example.org"))


def act(**more: Any) -> Act:
    fields = {"verdict": "allow", "rule": "default.read-granted", "reason": "reading inside the granted folders"}
    return Act(AT, "r1", "s1", "c1", 7, **{"tool": "read", **fields, **more})


@pytest.mark.parametrize(
    ("rule", "reason", "words"),
    [
        (RULE.rule_id, "a rule", "Your rule “Allow: fetch from the web: example.org:443”"),
        ("r0000000", "a rule of the person allows it", "A rule of the person allows it"),
        ("default.reversible", "x", "It lies in a granted folder and can be undone"),
        ("fixed.keys", "it holds keys", "It holds keys"),
        ("odd", "", "odd"),
    ],
)
def test_why_is_the_rule_in_words(rule: str, reason: str, words: str) -> None:
    assert why_words(act(rule=rule, reason=reason), {RULE.rule_id: RULE}) == words


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, ""),
        ({"verdict": "ask"}, "Waits for your answer"),
        ({"approval": {"allowed": True, "by": "person", "scope": "once"}}, "You allowed it once"),
        ({"approval": {"allowed": True, "by": "person", "scope": "run"}}, "You allowed it in this run"),
        ({"approval": {"allowed": True, "by": "person", "scope": "always"}}, "You allowed it always"),
        ({"approval": {"allowed": True, "by": "flag"}}, "Allowed beforehand"),
        ({"approval": {"allowed": False, "by": "person"}}, "You did not allow it"),
        ({"approval": {"allowed": False, "by": "nobody"}}, "Nobody was there to ask"),
        ({"approval": {"allowed": False, "by": "cancelled"}}, "Stopped before an answer"),
        ({"approval": {}}, "You did not allow it"),
    ],
)
def test_whose_yes_it_was(given: dict[str, Any], words: str) -> None:
    assert answer_words(act(**given)) == words


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"begun": True, "ended": "done"}, "Done"),
        ({"begun": True, "ended": "failed"}, "Failed"),
        ({"begun": True, "ended": "not_run"}, "Not run"),
        ({"begun": True, "ended": "unknown"}, "Outcome unknown"),
        ({"begun": True}, "Outcome unknown"),
        ({"verdict": "deny"}, "Not allowed"),
        ({"verdict": "ask", "approval": {"allowed": False}}, "Not allowed"),
        ({"verdict": "ask", "ended": "denied"}, "Not allowed"),
        ({"ended": "done"}, "Not done: dry run"),
        ({}, "Not done"),
    ],
)
def test_what_came_of_it(given: dict[str, Any], words: str) -> None:
    assert ended_words(act(**given)) == words


def test_all_of_an_act_is_told_line_by_line() -> None:
    told = act_details(
        act(
            effects=("fetch https://example.org/a", "write /a/b (3 bytes)"),
            rule="flow.net.send",
            reason="text from outside was read",
            label={"integrity": "external", "secrecy": "private", "sources": ["external:example.org"]},
            approval={"allowed": False, "by": "person", "scope": "once", "note": "not there"},
            sandbox="isolated",
            undo="Can be undone.",
            error="No.",
        ),
        {},
    )
    assert told.splitlines() == [
        "fetch https://example.org/a",
        "write /a/b (3 bytes)",
        "Why: Text from outside was read",
        "You did not allow it",
        "Your word: not there",
        "The chat had read text from: example.org",
        "Can be undone.",
        "Held: isolated",
        "No.",
        "Rule flow.net.send, record 7",
    ]


def test_a_label_that_cannot_be_read_counts_as_the_worst() -> None:
    assert "text from: somebody else" in act_details(act(label={"integrity": "?", "sources": None}), {})


def test_what_left_is_told_for_each_receiver() -> None:
    ledger = Ledger(
        (
            ModelTraffic("p", "api.example.org", "m", False, 2, 2_000, 10, {}, tuple(f"file:/{n}" for n in range(7))),
            ModelTraffic("local", "", "tiny", True, 1, 500, 5, {}, ("file:/secret",)),
        ),
        (ToolTraffic("example.org", ("https://example.org/a?q=1",), 1, 0, 4),),
    )
    lines = traffic_lines(ledger)
    assert lines[0].startswith("Model m on api.example.org: 2 request(s), ")
    assert lines[1] == "    With content of: file:/0, file:/1, file:/2, file:/3, file:/4 and 2 more"
    assert lines[2].startswith("Model tiny on this computer: 1 request(s), ") and "secret" not in str(lines)
    assert lines[3].startswith("Tools with example.org: 1 request(s), ")
    assert lines[4:] == ["    https://example.org/a?q=1"]
    assert traffic_lines(Ledger()) == []


def test_a_verification_is_a_sentence() -> None:
    assert verification_words(Verification(3, 1, 3)) == "3 records were read again. All are as they were written."
    wrong = Verification(3, 1, 3, (Finding("missing", 2, 2, "Row 2 is missing: deleted."),), more_findings=4)
    assert verification_words(wrong) == "5 thing(s) are wrong in the audit log:"
