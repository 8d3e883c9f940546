"""`allowed-tools` as a bound: it takes away, whatever it says, and never gives."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from agent.labels import Label
from agent.safety.decision import decide
from agent.safety.effects import Effect, Verb
from agent.safety.policy import Policy
from agent.safety.request import Capability, Facts, Request
from agent.skills.allowed import allowed_tools, allowed_words, bounds_of, verbs_of

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        (None, None),
        ("", None),
        ([], None),
        ({"a": "b"}, None),
        ("Read Write", ("Read", "Write")),
        ("Read, Grep,Glob", ("Read", "Grep", "Glob")),
        ("Bash(git:*) Bash(jq *, x) Read", ("Bash", "Read")),
        (["Bash(python (x) *)", "Edit"], ("Bash", "Edit")),
        ("mcp__server__tool", ("mcp__server__tool",)),
    ],
)
def test_reading_the_field(said: object, read: object) -> None:
    assert allowed_tools(said) == read  # pyright: ignore[reportArgumentType]


def test_in_words() -> None:
    assert allowed_words(None) == ""
    assert allowed_words(("Read", "Grep")) == "read files"
    assert allowed_words(("bash", "Write", "WebFetch")) == "read files, write files, run commands, fetch pages"
    assert (
        allowed_words(("mcp__x__y",))
        == "read files, fetch pages, use tools that send data, use tools that send messages"
    )


def verdict(verb: Verb, allowed: tuple[str, ...], *, job: bool = False) -> str:
    skill = "skill:0123"
    job_may = Capability(frozenset[Verb]({"fs.read", "proc.run"}))
    request = Request(
        principals=("user", skill, "job:j") if job else ("user", skill),
        tool="x",
        arguments="{}",
        effects=(Effect(verb, "/home/me/folder/x", granted=True, reversible=True),),
        label=Label("skill", "public", (skill,)),
        attended=True,
        complete=True,
        cwd="/home/me/folder",
    )
    facts = Facts(
        now=NOW,
        undo_ready=True,
        sandbox="isolated",
        capabilities={skill: bounds_of(allowed), "job:j": (job_may,)},
    )
    return decide(request, Policy(), facts).verdict


def test_what_a_skill_does_not_name_is_asked_while_it_is_followed() -> None:
    assert verdict("fs.read", ("Read",)) == "allow"
    assert verdict("fs.write", ("Read",)) == "ask"
    assert verdict("fs.write", ("Write",)) == "allow"
    assert verdict("fs.delete", ("Write",)) == "ask"
    assert verdict("proc.run", ("Read",)) == "ask"
    assert verdict("proc.run", ("Bash",)) == "ask"


def test_it_gives_a_job_nothing() -> None:
    assert verdict("fs.write", ("Write",), job=True) == "ask"
    assert verdict("proc.run", ("Bash",), job=True) == "allow"
    assert verdict("proc.run", ("Read",), job=True) == "ask"


def test_no_name_reaches_rules_or_keys() -> None:
    every = verbs_of(("Read", "Write", "Bash", "WebFetch", "schedule", "policy", "secret", "mcp__a__b", "*"))
    assert {"policy.change", "secret.use", "mem.write"}.isdisjoint(every)
    assert msgspec.json.decode(msgspec.json.encode(allowed_tools("Read")), type=tuple[str, ...] | None) == ("Read",)
