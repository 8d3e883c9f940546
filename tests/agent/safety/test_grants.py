""" "This run" and "always" reach exactly what was asked."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent.labels import Label
from agent.safety.effects import Effect, Value
from agent.safety.grants import covers, in_words_of, rule_for, run_grant_for
from agent.safety.request import Request

MAIL = Effect("msg.send", "ada@a.org", values=(Value("recipient", "ada@a.org"), Value("text", "Hello")))
PAY = Effect("net.send", "https://bank.org/pay", values=(Value("account", "DE12"), Value("amount", "10")))


def request(*effects: Effect, **more: Any) -> Request:
    plain = Request(
        principals=("user",),
        tool="tool",
        arguments="{}",
        effects=effects,
        label=Label("local", "private"),
        attended=True,
        complete=True,
        cwd="/work",
    )
    return msgspec.structs.replace(plain, **more)


@pytest.mark.parametrize(
    ("asked", "then", "covered"),
    [
        (Effect("fs.write", "/a/b.txt"), Effect("fs.write", "/a/c.txt"), True),
        (Effect("fs.write", "/a/b.txt", 3), Effect("fs.write", "/a/b.txt", 9_000), True),
        (Effect("fs.write", "/a/b.txt"), Effect("fs.write", "/a/d/c.txt"), False),
        (Effect("fs.write", "/a/d/b.txt"), Effect("fs.write", "/a/c.txt"), False),
        (Effect("fs.write", "/a/b.txt"), Effect("fs.read", "/a/b.txt"), False),
        (Effect("fs.write", "/a/b.txt", reversible=True), Effect("fs.write", "/a/c.txt"), False),
        (Effect("fs.write", "/a/b.txt"), Effect("fs.write", "/a/c.txt", reversible=True), True),
        (Effect("fs.delete", "/a/b.txt", reversible=True), Effect("fs.delete", "/a/b.txt"), False),
        (Effect("fs.read", "/home/me/notes"), Effect("fs.read", "/home/me/notes"), True),
        (Effect("fs.read", "/home/me/notes"), Effect("fs.read", "/home/me/notes/a/b.txt"), True),
        (Effect("fs.read", "/home/me/notes"), Effect("fs.read", "/home/me/notes2"), False),
        (Effect("fs.read", "/home/me/notes"), Effect("fs.read", "/home/me/Documents"), False),
        (Effect("fs.read", "/home/me/notes"), Effect("fs.read", "/home/me"), False),
        (Effect("fs.read", "/home/me/a.txt"), Effect("fs.read", "/home/me/b.txt"), False),
        (Effect("fs.read", "/"), Effect("fs.read", "/srv/a"), True),
        (Effect("fs.delete", "/a/b.txt"), Effect("fs.delete", "/a/c.txt"), False),
        (Effect("fs.delete", "/a/b.txt"), Effect("fs.delete", "/a/b.txt"), True),
        (Effect("net.fetch", "https://a.org/x?q=1"), Effect("net.fetch", "https://a.org/y"), True),
        (Effect("net.fetch", "https://a.org/x"), Effect("net.fetch", "http://a.org/x"), False),
        (Effect("net.fetch", "https://a.org/x"), Effect("net.fetch", "https://a.org:8443/x"), False),
        (Effect("net.fetch", "https://a.org/x"), Effect("net.fetch", "https://b.a.org/x"), False),
        (Effect("net.fetch", "https://a.org/x"), Effect("net.send", "https://a.org/x"), False),
        (MAIL, msgspec.structs.replace(MAIL, values=(Value("recipient", "ada@a.org"), Value("text", "Bye"))), True),
        (MAIL, Effect("msg.send", "ada@a.org", values=(Value("recipient", "ada@a.org"), Value("account", "x"))), False),
        (MAIL, Effect("msg.send", "eve@a.org", values=MAIL.values), False),
        (PAY, msgspec.structs.replace(PAY, values=(Value("account", "DE12"), Value("amount", "99"))), False),
        (Effect("proc.run", "make"), Effect("proc.run", "make"), True),
        (Effect("proc.run", "make"), Effect("proc.run", "make clean"), False),
        (Effect("proc.run", "make"), Effect("proc.run", "make", network=True), False),
    ],
)
def test_this_run_covers_the_same_on_the_same_place(asked: Effect, then: Effect, covered: bool) -> None:
    assert covers(run_grant_for(request(asked)), request(then)) == covered


@pytest.mark.parametrize(
    ("change", "covered"),
    [
        ({}, True),
        ({"tool": "other"}, False),
        ({"principals": ("user", "plugin:x")}, False),
        ({"label": Label("user")}, True),
        ({"label": Label("external", "private")}, False),
        ({"label": Label("local", "secret")}, False),
        ({"effects": ()}, False),
        ({"effects": (Effect("net.fetch", "https://a.org/"), Effect("fs.read", "/x"))}, False),
    ],
)
def test_it_ends_with_the_tool_the_principal_and_what_the_run_has_seen(change: dict[str, Any], covered: bool) -> None:
    grant = run_grant_for(request(Effect("net.fetch", "https://a.org/")))
    assert (
        covers(grant, request(*change.pop("effects", (Effect("net.fetch", "https://a.org/x"),)), **change)) == covered
    )


@pytest.mark.parametrize(
    ("then", "now", "covered"),
    [
        (Label("user", "public"), Label("local", "private"), True),
        (Label("user", "public"), Label("local", "secret"), False),
        (Label("user", "secret"), Label("local", "secret"), True),
        (Label("user", "public"), Label("external", "public"), False),
        (Label("external", "public"), Label("external", "private"), False),
        (Label("external", "private"), Label("skill", "private"), True),
        (Label("external", "private"), Label("local", "public"), True),
    ],
)
def test_reading_ones_own_files_does_not_end_it(then: Label, now: Label, covered: bool) -> None:
    fetch = Effect("net.fetch", "https://a.org/")
    assert covers(run_grant_for(request(fetch, label=then)), request(fetch, label=now)) == covered


def test_commands_that_are_held_away_from_files_are_covered_in_their_folder() -> None:
    make, other = Effect("proc.run", "make"), Effect("proc.run", "rm -r build")
    held = run_grant_for(request(make), "files")
    assert covers(held, request(other))
    assert not covers(held, request(other, cwd="/elsewhere"))
    assert not covers(held, request(msgspec.structs.replace(other, network=True)))
    assert not covers(run_grant_for(request(make), "limits"), request(other))


def test_always_is_narrow_and_says_what_it_would_write(tmp_path: Path) -> None:
    file = str(tmp_path / "a.txt")
    for effect, words in [
        (Effect("net.fetch", "https://a.org/x?q=1"), "allow net.fetch to https://a.org:443 for a person"),
        (Effect("net.fetch", "http://a.org:8080/x"), "allow net.fetch to http://a.org:8080 for a person"),
        (Effect("fs.write", file), f"allow fs.write to {file} for a person"),
        (MAIL, "allow msg.send to ada@a.org for a person"),
    ]:
        assert in_words_of(rule_for(request(effect))) == words
    assert in_words_of(rule_for(request(Effect("fs.write", file)), "folder")) == (
        f"allow fs.write to {tmp_path} for a person"
    )
    command = request(Effect("proc.run", "make"), cwd=str(tmp_path), principals=("user", "job:x"))
    assert in_words_of(rule_for(command)) == f"allow proc.run in {tmp_path} without the network for job:x"


@pytest.mark.parametrize(
    "effect",
    [
        Effect("policy.change", "everything"),
        Effect("net.fetch", "http://127.0.0.1/"),
        Effect("net.fetch", "http://169.254.169.254/"),
        Effect("net.send", "no address"),
        Effect("fs.read", "relative"),
        Effect("fs.read", "/no-such-place/*"),
        Effect("fs.read", "/no-such-place/a*b"),
        Effect("msg.send", "*"),
        Effect("msg.send", "a*b"),
        Effect("msg.send", "a\u202eb"),
    ],
)
def test_what_no_rule_can_allow_is_offered_none(effect: Effect) -> None:
    assert rule_for(request(effect)) == ()
    assert rule_for(request(Effect("net.fetch", "https://a.org/"), effect)) == ()


def test_a_path_through_a_link_is_offered_no_rule(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    assert rule_for(request(Effect("fs.read", f"{tmp_path}/link/x"))) == ()
