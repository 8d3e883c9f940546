"""decide(): each step in its order, the strictest effect, and that what tightens never loosens."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.labels import INTEGRITIES, SECRECIES, Label
from agent.safety.decision import Decision, decide
from agent.safety.effects import Effect, Value
from agent.safety.grants import run_grant_for
from agent.safety.guarded import host_denial
from agent.safety.policy import Mark, Policy, PolicyInvalid, read_policy
from agent.safety.policy_file import PolicyFile
from agent.safety.protected import Protection
from agent.safety.request import Facts, Request, UsedToday
from agent.safety.rules import LimitText, Rule, RuleText, WhenText, capability, read_rule

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
STRICTNESS = ("allow", "ask", "deny")
READ = Effect("fs.read", "/srv/data/a", granted=True)
WRITE = Effect("fs.write", "/srv/data/a", size=10, reversible=True, granted=True)
FETCH = Effect("net.fetch", "https://a.org/page")
MAIL = Effect("msg.send", "ada@a.org", size=100, values=(Value("recipient", "ada@a.org"),))
RUN = Effect("proc.run", "make all")


def request(*effects: Effect, **more: Any) -> Request:
    plain = Request(
        principals=("user",),
        tool="tool",
        arguments="{}",
        effects=effects,
        label=Label(),
        attended=True,
        complete=True,
        cwd="/srv/data",
        model="local/m",
        model_is_remote=False,
    )
    return msgspec.structs.replace(plain, **more)


def facts(**more: Any) -> Facts:
    return msgspec.structs.replace(Facts(now=NOW), **more)


def rule(do: str, what: str, *to: str, **more: Any) -> Rule:
    return read_rule(msgspec.convert({"do": do, "what": what, "to": to or None, **more}, RuleText))


def judged(*effects: Effect, rules: tuple[Rule, ...] = (), **more: Any) -> Decision:
    fields = {name: more.pop(name) for name in list(more) if name in Request.__struct_fields__}
    return decide(request(*effects, **fields), Policy(rules), facts(**more))


def outcome(decision: Decision) -> tuple[str, str]:
    return decision.verdict, decision.rule


# Steps 1 and 2


@pytest.mark.parametrize("effects", [(), (READ,), (FETCH,)])
def test_1_an_incomplete_call_is_denied_whatever_it_does(effects: tuple[Effect, ...]) -> None:
    everything = (rule("allow", "*"),)
    assert outcome(judged(*effects, complete=False, rules=everything)) == ("deny", "call.incomplete")
    assert outcome(judged(*effects, principals=(), rules=everything)) == ("deny", "call.incomplete")


@pytest.mark.parametrize("effects", [(), (READ,), (FETCH,)])
def test_2_what_is_halted_does_nothing(effects: tuple[Effect, ...]) -> None:
    decision = judged(*effects, halted="the budget of today is spent", rules=(rule("allow", "*"),))
    assert outcome(decision) == ("deny", "halted") and "budget" in decision.reason


@pytest.mark.parametrize("effects", [(), (READ,), (FETCH,)])
def test_2_unreadable_rules_deny_everything_and_name_the_way_back(effects: tuple[Effect, ...]) -> None:
    decision = decide(request(*effects), Policy(broken="line 3"), facts(run_grants=(run_grant_for(request(*effects)),)))
    assert outcome(decision) == ("deny", "policy.unreadable")
    assert "line 3" in decision.reason and "homard rules restore" in decision.change


# Step 3


def test_3_no_rule_opens_keys_and_own_state(tmp_path: Path) -> None:
    protection = Protection([str(tmp_path)], [str(tmp_path / "own")])
    for verb in ("fs.read", "fs.write", "fs.delete"):
        for target in (f"{tmp_path}/own/homard.db", "/etc/shadow"):
            decision = judged(
                Effect(verb, target, granted=True),  # pyright: ignore[reportArgumentType]
                rules=(rule("allow", "*"),),
                protection=protection,
            )
            assert decision.verdict == "deny" and not decision.overridable


def test_3_a_person_who_is_there_may_open_some_places_once(tmp_path: Path) -> None:
    hook = Effect("fs.write", f"{tmp_path}/.git/hooks/x", granted=True, reversible=True)
    for effect, name in ((hook, "fixed.git"), (Effect("net.fetch", "http://10.0.0.1/"), "fixed.private-address")):
        call = request(effect)
        given = {
            "rules": (rule("allow", "*"),),
            "protection": Protection([str(tmp_path)], []),
            "undo_ready": True,
            "run_grants": (run_grant_for(call),),
        }
        there = judged(effect, **given)
        assert outcome(there) == ("ask", name) and there.only_once and there.overridable
        away = judged(effect, **given, attended=False)
        assert outcome(away) == ("deny", name)


# Step 4


@pytest.mark.parametrize(
    ("capabilities", "verdict"),
    [
        ({}, "deny"),
        ({"plugin:a": ()}, "deny"),
        ({"plugin:b": (capability("net.fetch"),)}, "deny"),
        ({"plugin:a": (capability("net.send"),)}, "deny"),
        ({"plugin:a": (capability("net.fetch", ["b.org"]),)}, "deny"),
        ({"plugin:a": (capability("net.fetch", ["a.org/page/x"]),)}, "deny"),
        ({"plugin:a": (capability("net.fetch", ["b.org", "a.org"]),)}, "allow"),
        ({"plugin:a": (capability("fs.*"), capability("*"))}, "allow"),
    ],
)
def test_4_who_is_no_person_needs_a_capability(capabilities: dict[str, Any], verdict: str) -> None:
    decision = judged(
        FETCH, principals=("user", "plugin:a"), capabilities=capabilities, rules=(rule("allow", "net.fetch"),)
    )
    assert decision.verdict == verdict
    assert verdict == "allow" or decision.rule == "capability.plugin:a"


def test_4_what_a_job_has_no_leave_for_waits_for_a_person_whatever_the_rules_allow() -> None:
    call: dict[str, Any] = {"principals": ("user", "job:a"), "attended": False, "rules": (rule("allow", "*"),)}
    for held in ({}, {"job:a": (capability("net.fetch", ["b.org"]),)}, {"job:b": (capability("*"),)}):
        decision = judged(FETCH, capabilities=held, **call)
        assert outcome(decision) == ("ask", "capability.job:a")
        assert decision.parks and decision.beyond_profile and not decision.only_once
    assert judged(FETCH, MAIL, capabilities={"job:a": (capability("net.fetch"),)}, **call).rule == "capability.job:a"
    denied = {**call, "rules": (rule("allow", "*"), rule("deny", "net.fetch", "a.org"))}
    assert judged(FETCH, **denied).verdict == "deny"


def test_4_everyone_in_the_chain_needs_it() -> None:
    chain = ("user", "job:a", "skill:b", "plugin:c")
    full = {name: (capability("net.fetch", ["a.org"]),) for name in chain[1:]}
    for missing in chain[1:]:
        held = {name: value for name, value in full.items() if name != missing}
        decision = judged(FETCH, principals=chain, capabilities=held)
        assert outcome(decision) == ("deny" if missing == "plugin:c" else "ask", f"capability.{missing}")
    assert outcome(judged(FETCH, principals=chain, capabilities=full)) == ("allow", "profile.job:a")
    assert judged(FETCH, principals=chain, capabilities={"skill:b": full["skill:b"]}).rule == "capability.plugin:c"


def test_4_somebody_unknown_is_no_person() -> None:
    assert outcome(judged(READ, principals=("user", "administrator"))) == ("deny", "capability.administrator")


# Steps 5 to 7


def test_5_a_denial_beats_everything_of_the_person_in_any_order() -> None:
    rules = (rule("allow", "net.fetch", "a.org"), rule("ask", "net.fetch", "a.org"), rule("deny", "net.*"))
    for order in (rules, rules[::-1]):
        assert outcome(judged(FETCH, rules=order)) == ("deny", rules[2].rule_id)
        assert outcome(judged(FETCH, rules=order[:2] if order is rules else order[1:])) == ("ask", rules[1].rule_id)
    assert outcome(judged(FETCH, rules=rules[:1])) == ("allow", rules[0].rule_id)


def test_5_what_is_marked_local_only_is_not_read_for_a_model_elsewhere(tmp_path: Path) -> None:
    marks = read_policy(f'[[folder]]\npath = "{tmp_path}/diary"\nmark = "local_only"\n')
    inside = Effect("fs.read", f"{tmp_path}/diary/today", granted=True)
    above = Effect("fs.read", str(tmp_path), granted=True)
    command = msgspec.structs.replace(request(RUN), cwd=str(tmp_path), model_is_remote=True)
    remote = request(inside, model_is_remote=True, model="far/m")
    decision = decide(remote, marks, facts())
    assert outcome(decision) == ("deny", "mark.local-only")
    assert "the model far/m runs elsewhere" in decision.reason and "homard rules mark" in decision.change
    assert decide(request(inside), marks, facts()).verdict == "allow"
    for call in (request(above, model_is_remote=True), command):
        decision = decide(call, marks, facts())
        assert outcome(decision) == ("ask", "mark.local-only") and decision.only_once
        assert decide(call, marks, facts(masks_local_only=True)).rule != "mark.local-only"
    beside = request(Effect("fs.read", f"{tmp_path}/diary2/x", granted=True), model_is_remote=True)
    assert decide(beside, marks, facts()).verdict == "allow"


@pytest.mark.parametrize("do", ["ask", "deny"])
def test_5_what_holds_something_guarded_is_judged_with_it(do: str) -> None:
    guard = rule(do, "fs.*", "/srv/data/a/b")
    for target, verb, verdict, name in [
        ("/srv/data/a/b/c", "fs.read", do, guard.rule_id),
        ("/srv/data/a", "fs.read", "ask", guard.rule_id),
        ("/", "fs.read", "ask", guard.rule_id),
        ("/srv/data/a", "fs.delete", do, guard.rule_id),
        ("/srv/data/a", "fs.write", do, guard.rule_id),
        ("/srv/data/ab", "fs.read", "allow", "default.read-granted"),
        ("/srv/data/a/bc", "fs.delete", "allow", "default.reversible"),
    ]:
        effect = Effect(verb, target, reversible=True, granted=True)  # pyright: ignore[reportArgumentType]
        decision = judged(effect, rules=(guard,), undo_ready=True)
        assert outcome(decision) == (verdict, name), (verb, target)
    above = Effect("fs.read", "/srv/data/a", granted=True)
    assert judged(above, rules=(guard,)).only_once
    assert judged(above, rules=(guard,), rules_hold_commands=True).verdict == "allow"


def test_5_leave_for_commands_does_not_get_round_what_the_rules_guard() -> None:
    leave, online = rule("allow", "proc.run"), msgspec.structs.replace(RUN, network=True)
    files, hosts, all_files = rule("deny", "fs.read", "/x"), rule("ask", "net.send", "a.org"), rule("deny", "fs.write")
    for effect, guards, held, verdict in [
        (RUN, (), False, "allow"),
        (RUN, (files,), False, "ask"),
        (RUN, (files,), True, "allow"),
        (RUN, (all_files,), True, "ask"),
        (RUN, (hosts,), False, "allow"),
        (online, (hosts,), False, "ask"),
        (online, (hosts, files), True, "allow"),
        (RUN, (rule("deny", "msg.send"),), False, "allow"),
        (RUN, (rule("deny", "fs.read", "/x", when={"label": ">=external"}),), False, "allow"),
        (RUN, (rule("deny", "fs.read", "/x", when={"principal": "job:*"}),), False, "allow"),
    ]:
        decision = judged(effect, rules=(leave, *guards), rules_hold_commands=held, sandbox="isolated")
        assert (decision.verdict, decision.only_once) == (verdict, verdict == "ask"), (effect, guards, held)


def test_5_what_cannot_be_told_apart_from_what_is_guarded_is_guarded() -> None:
    for effect, guard, verdict in [
        (Effect("fs.read", "relative/path", granted=True), rule("deny", "fs.read", "/srv/x"), "deny"),
        (Effect("fs.read", "relative/path", granted=True), rule("ask", "fs.read", "/srv/x"), "ask"),
        (Effect("fs.read", "relative/path", granted=True), rule("deny", "fs.write", "/srv/x"), "allow"),
        (Effect("net.send", "evil.com:443"), rule("deny", "net.send", "evil.com"), "deny"),
        (Effect("net.send", "channel:#general"), rule("deny", "net.send", "evil.com"), "ask"),
    ]:
        assert judged(effect, rules=(guard,)).verdict == verdict, effect


def test_5_a_command_that_nothing_keeps_from_the_network_has_it() -> None:
    quiet = rule("allow", "proc.run", when={"network": False})
    tainted = Label("external", "private")
    for known, verdict in [
        ({"sandbox": "none"}, "ask"),
        ({"sandbox": "files"}, "ask"),
        ({"sandbox": "files", "commands_offline": True}, "allow"),
        ({"sandbox": "isolated"}, "allow"),
    ]:
        assert judged(RUN, rules=(quiet,), **known).verdict == verdict
        assert judged(RUN, rules=(rule("allow", "proc.run"),), label=tainted, **known).verdict == verdict
    hosts = rule("deny", "net.send", "a.org")
    leave = rule("allow", "proc.run")
    assert judged(RUN, rules=(leave, hosts), sandbox="files", rules_hold_commands=True).verdict == "ask"
    assert judged(RUN, rules=(leave, hosts), sandbox="isolated", rules_hold_commands=True).verdict == "allow"


@pytest.mark.parametrize(
    ("host", "port", "words"),
    [
        ("b.org", 443, None),
        ("a.org", 443, "a rule of the person guards it"),
        ("a.org", 8443, "a rule of the person guards it"),
        ("x.c.org", 80, "a rule of the person guards it"),
        ("b.org", 25, "no address of the web"),
        ("2001:db8::1", 443, "on this machine or its own network"),
        ("169.254.169.254", 80, "hands out the keys"),
        ("localhost", 443, "on this machine"),
    ],
)
def test_5_hosts_that_a_command_reaches_for(host: str, port: int, words: str | None) -> None:
    policy = Policy((rule("deny", "net.send", "a.org/private/*"), rule("ask", "net.fetch", "*.c.org")))
    reason = host_denial(request(RUN), policy, facts(), host, port)
    assert reason is None if words is None else words in (reason or "")
    named = host_denial(request(RUN), policy, facts(), host, port, named=True)  # by a person
    assert named == (None if reason is not None and "own network" in reason else reason)


class Vouching:
    """Endorses some values."""

    def __init__(self, *values: str) -> None:
        self.values = values

    def endorses(self, value: Value) -> bool:
        return value.value in self.values


def test_6_the_flow_rule_is_stricter_than_leave_and_gives_way_to_the_persons_own_values() -> None:
    tainted = Label("external", "private", ("external:x.org",))
    leave = (rule("allow", "*"),)
    assert outcome(judged(MAIL, rules=leave)) == ("allow", leave[0].rule_id)
    assert outcome(judged(MAIL, rules=leave, label=tainted)) == ("ask", "flow.msg.send")
    assert judged(MAIL, rules=leave, label=tainted, endorsed=Vouching("ada@a.org")).verdict == "allow"
    assert judged(MAIL, rules=leave, label=tainted, endorsed=Vouching("eve@a.org")).verdict == "ask"
    secret = Label("user", "secret")
    assert judged(MAIL, rules=leave, label=secret).verdict == "deny"


def test_7_limits_of_a_day_and_what_they_count() -> None:
    few = rule("allow", "msg.send", "ada@a.org", limit={"per_day": 3, "bytes": "500B"})
    first = judged(MAIL, MAIL, rules=(few,))
    assert (first.verdict, first.counts) == ("allow", (few.rule_id, few.rule_id))
    for used, verdict in [
        (UsedToday(1, 300), "allow"),
        (UsedToday(2, 0), "ask"),
        (UsedToday(0, 301), "ask"),
    ]:
        decision = judged(MAIL, MAIL, rules=(few,), used={few.rule_id: used})
        assert decision.verdict == verdict
        assert verdict == "allow" or f"what rule {few.rule_id} allows for a day is used up" in decision.reason
    unknown = msgspec.structs.replace(MAIL, size=None)
    assert judged(unknown, rules=(few,)).verdict == "ask"
    free = rule("allow", "msg.send")
    assert judged(MAIL, rules=(few, free), used={few.rule_id: UsedToday(9, 9)}).counts == ()


def test_7_a_rule_ends_with_its_last_day() -> None:
    short = rule("allow", "net.fetch", until="2026-11-27")
    assert judged(FETCH, rules=(short,)).verdict == "allow"
    assert judged(FETCH, rules=(short,), now=NOW + timedelta(days=3)).verdict == "ask"


def test_7_this_run_answers_questions_and_nothing_more() -> None:
    asked = request(FETCH)
    grant = run_grant_for(asked)
    assert outcome(judged(FETCH, run_grants=(grant,))) == ("allow", "grant.run")
    assert outcome(judged(FETCH, run_grants=(grant,), rules=(rule("ask", "*"),))) == ("allow", "grant.run")
    assert judged(FETCH, run_grants=(grant,), rules=(rule("deny", "*"),)).verdict == "deny"
    assert judged(FETCH, MAIL, run_grants=(grant,)).verdict == "ask"
    assert judged(FETCH, run_grants=(grant,), label=Label("external", "private")).verdict == "ask"


# Step 8


@pytest.mark.parametrize(
    ("effect", "undo_ready", "verdict", "name"),
    [
        (READ, False, "allow", "default.read-granted"),
        (Effect("fs.read", "/etc/x"), True, "ask", "default.fs.read"),
        (WRITE, False, "ask", "default.fs.write"),
        (WRITE, True, "allow", "default.reversible"),
        (msgspec.structs.replace(WRITE, verb="fs.delete"), True, "allow", "default.reversible"),
        (msgspec.structs.replace(WRITE, reversible=False), True, "ask", "default.fs.write"),
        (msgspec.structs.replace(WRITE, granted=False), True, "ask", "default.fs.write"),
        (msgspec.structs.replace(RUN, granted=True, reversible=True), True, "ask", "default.proc.run"),
        (msgspec.structs.replace(FETCH, granted=True), True, "ask", "default.net.fetch"),
        (Effect("secret.use", "github", granted=True), True, "ask", "default.secret.use"),
        (Effect("mem.write", "note", reversible=True, granted=True), True, "ask", "default.mem.write"),
        (Effect("ui.notify", "done"), False, "allow", "default.notify"),
    ],
)
def test_8_the_defaults(effect: Effect, undo_ready: bool, verdict: str, name: str) -> None:
    decision = judged(effect, undo_ready=undo_ready)
    assert outcome(decision) == (verdict, name)
    assert decision.checkpoint == (name == "default.reversible")
    for effects in ((READ, effect), (effect, READ)):
        assert judged(*effects, undo_ready=undo_ready).verdict == verdict


@pytest.mark.parametrize(
    ("effect", "reason"),
    [
        (Effect("fs.read", "/etc/x"), "read /etc/x outside the granted folders needs a person's yes"),
        (WRITE, "write /srv/data/a (10 bytes) needs a person's yes"),
        (RUN, "run make all needs a person's yes"),
        (FETCH, "fetch https://a.org/page needs a person's yes"),
    ],
)
def test_8_a_question_says_for_what(effect: Effect, reason: str) -> None:
    assert judged(effect, sandbox="isolated").reason == reason


def test_8_a_call_without_effects_is_allowed() -> None:
    assert outcome(judged()) == ("allow", "default.nothing")


# Steps 9 and 10


def test_9_where_nobody_is_a_question_waits() -> None:
    assert [judged(FETCH, attended=there).parks for there in (True, False)] == [False, True]
    assert not judged(READ, attended=False).parks


@pytest.mark.parametrize(
    ("effect", "measured", "needed", "verdict"),
    [
        (RUN, "none", {}, "allow"),
        (RUN, "none", {"proc.run": "files"}, "deny"),
        (RUN, "limits", {"proc.run": "files"}, "deny"),
        (RUN, "files", {"proc.run": "files"}, "allow"),
        (RUN, "files", {"proc.run": "files", "proc.run:network": "isolated"}, "allow"),
        (msgspec.structs.replace(RUN, network=True), "files", {"proc.run:network": "isolated"}, "deny"),
        (msgspec.structs.replace(RUN, network=True), "isolated", {"proc.run:network": "isolated"}, "allow"),
        (FETCH, "none", {"proc.run": "files"}, "allow"),
    ],
)
def test_10_what_cannot_be_held_is_not_done(effect: Effect, measured: str, needed: Any, verdict: str) -> None:
    decision = judged(effect, sandbox=measured, needed=needed, rules=(rule("allow", "*"),))
    assert decision.verdict == verdict
    assert verdict == "allow" or (decision.rule == "sandbox.level" and "homard doctor" in decision.change)


def test_10_the_level_is_the_highest_of_all_effects() -> None:
    needed = {"proc.run": "files", "net.fetch": "isolated"}
    assert judged(RUN, FETCH, needed=needed, sandbox="isolated").sandbox == "isolated"


def test_every_finding_is_told_the_deciding_one_first() -> None:
    rules = (rule("deny", "net.fetch"), rule("ask", "net.*"))
    found = judged(FETCH, READ, rules=rules, needed={"net.fetch": "files"}).findings
    assert [(one.step, one.verdict, one.rule) for one in found] == [
        (5, "deny", rules[0].rule_id),
        (10, "deny", "sandbox.level"),
        (7, "ask", rules[1].rule_id),
        (8, "allow", "default.read-granted"),
    ]
    assert all(one.reason for one in found)


# Properties

PATHS = st.sampled_from(["/srv/data", "/srv/data/a", "/srv/data/a/b", "/srv/other"])
HOSTS = st.sampled_from(["https://a.org/x", "https://b.a.org/x?q=1", "http://a.org:8080/", "https://10.0.0.1/"])
PEOPLE = st.sampled_from(["ada@a.org", "eve@e.org"])
LABELS = st.builds(Label, st.sampled_from(INTEGRITIES), st.sampled_from(SECRECIES))
CHAINS = st.sampled_from([("user",), ("user", "cli"), ("user", "job:a"), ("user", "job:a", "plugin:p")])
EFFECTS = st.one_of(
    st.builds(
        Effect,
        st.sampled_from(["fs.read", "fs.write", "fs.delete"]),
        PATHS,
        st.sampled_from([None, 10]),
        st.booleans(),
        st.booleans(),
    ),
    st.builds(Effect, st.sampled_from(["net.fetch", "net.send"]), HOSTS, st.sampled_from([None, 10])),
    st.builds(Effect, st.just("msg.send"), PEOPLE, st.sampled_from([None, 10])),
    st.builds(Effect, st.just("proc.run"), st.just("make"), network=st.booleans()),
    st.builds(Effect, st.sampled_from(["mem.write", "policy.change", "ui.notify"]), st.just("x")),
)
REQUESTS = st.builds(
    Request,
    principals=CHAINS,
    tool=st.just("tool"),
    arguments=st.just("{}"),
    effects=st.lists(EFFECTS, max_size=3).map(tuple),
    label=LABELS,
    attended=st.booleans(),
    complete=st.just(True),
    cwd=PATHS,
    model=st.just("m"),
    model_is_remote=st.booleans(),
)


def as_rule(do: str, what: str, principal: str, level: str, limit: int | None) -> Rule:
    to = {"fs": ("/srv/data/a",), "proc": ("/srv/data",), "net": ("a.org", "*.a.org"), "msg": ("ada@a.org",)}
    when = WhenText(principal, () if not level else f"{'<=' if do == 'allow' else '>='}{level}")
    bound = LimitText(limit, limit * 15) if do == "allow" and limit else LimitText()
    return read_rule(RuleText(do, what, to.get(what.partition(".")[0]), when, bound))  # pyright: ignore[reportArgumentType]


RULES = st.builds(
    as_rule,
    st.sampled_from(["allow", "ask", "deny"]),
    st.sampled_from(["*", "fs.*", "fs.write", "proc.run", "net.*", "net.fetch", "msg.send", "mem.write"]),
    st.sampled_from(["", "person", "cli", "job:*"]),
    st.sampled_from(["", "local", "external", "public", "private"]),
    st.sampled_from([None, 1, 2]),
)
POLICIES = st.lists(RULES, max_size=5)
CAPABILITIES = st.lists(
    st.sampled_from([capability("*"), capability("fs.*", ["/srv/data"]), capability("net.*", ["a.org"])]), max_size=2
).map(tuple)
FACTS = st.builds(
    Facts,
    now=st.just(NOW),
    undo_ready=st.booleans(),
    masks_local_only=st.booleans(),
    rules_hold_commands=st.booleans(),
    commands_offline=st.booleans(),
    sandbox=st.sampled_from(["none", "limits", "files", "isolated"]),
    needed=st.sampled_from([{}, {"proc.run": "files"}, {"proc.run:network": "isolated"}]),
    capabilities=st.fixed_dictionaries({"job:a": CAPABILITIES, "plugin:p": CAPABILITIES}),
    run_grants=st.lists(st.builds(run_grant_for, REQUESTS), max_size=1).map(tuple),
)


def strictness(call: Request, rules: list[Rule], known: Facts, marks: tuple[Mark, ...] = ()) -> int:
    return STRICTNESS.index(decide(call, Policy(tuple(rules), marks), known).verdict)


@given(REQUESTS, POLICIES, FACTS, RULES)
def test_a_denial_or_question_more_never_loosens(call: Request, rules: list[Rule], known: Facts, more: Rule) -> None:
    if more.do != "allow":
        assert strictness(call, [*rules, more], known) >= strictness(call, rules, known)
    elif not (more.limited and call.jobs):  # what a person allows so often a day, a job's profile does not make more
        assert strictness(call, [*rules, more], known) <= strictness(call, rules, known)


@given(REQUESTS, POLICIES, FACTS, LABELS)
def test_a_taint_more_never_loosens(call: Request, rules: list[Rule], known: Facts, seen: Label) -> None:
    tainted = msgspec.structs.replace(call, label=call.label.join(seen))
    assert strictness(tainted, rules, known) >= strictness(call, rules, known)


@given(REQUESTS, POLICIES, FACTS, st.sampled_from(["job:a", "plugin:p", "skill:s", "nobody"]))
def test_one_more_in_the_chain_never_loosens(call: Request, rules: list[Rule], known: Facts, who: str) -> None:
    # Leave that is for the one who acts may come or go with him, as may the default question, which a job's profile
    # answers; all else only tightens.
    plain = [rule for rule in rules if rule.do != "allow" or rule.principal in ("", "person")]
    longer = msgspec.structs.replace(call, principals=(*call.principals, who))
    bare = msgspec.structs.replace(known, run_grants=())
    before, after = (decide(one, Policy(tuple(plain)), bare) for one in (call, longer))
    answered = [one for one in before.findings if who.startswith("job:") and (one.step, one.verdict) == (8, "ask")]
    left = [STRICTNESS.index(one.verdict) for one in before.findings if one not in answered]
    assert STRICTNESS.index(after.verdict) >= max(left, default=0)


@given(REQUESTS, POLICIES, FACTS, st.sampled_from(["job:a", "plugin:p"]), st.integers(0, 1))
def test_a_capability_less_never_loosens(call: Request, rules: list[Rule], known: Facts, who: str, at: int) -> None:
    held = known.capabilities[who]
    fewer = msgspec.structs.replace(known, capabilities={**known.capabilities, who: held[:at] + held[at + 1 :]})
    assert strictness(call, rules, fewer) >= strictness(call, rules, known)


@given(REQUESTS, POLICIES, FACTS, EFFECTS)
def test_an_effect_more_never_loosens(call: Request, rules: list[Rule], known: Facts, effect: Effect) -> None:
    more = msgspec.structs.replace(call, effects=(*call.effects, effect))
    bare = msgspec.structs.replace(known, run_grants=())
    assert strictness(more, rules, bare) >= strictness(call, rules, bare)


@given(REQUESTS, POLICIES, FACTS)
def test_less_leave_less_undo_less_sandbox_and_less_trust_never_loosen(
    call: Request, rules: list[Rule], known: Facts
) -> None:
    now = strictness(call, rules, known)
    for less in (
        {"run_grants": ()},
        {"undo_ready": False},
        {"sandbox": "none"},
        {"masks_local_only": False},
        {"rules_hold_commands": False},
        {"commands_offline": False},
        {"halted": "stopped"},
        {"used": {rule.rule_id: UsedToday(9, 9_999) for rule in rules}},
        {"needed": {**known.needed, "proc.run": "isolated", "fs.read": "files"}},
    ):
        assert strictness(call, rules, msgspec.structs.replace(known, **less)) >= now, less
    for less in ({"attended": False}, {"complete": False}, {"model_is_remote": True}):
        assert strictness(msgspec.structs.replace(call, **less), rules, known) >= now, less
    marked = read_policy('[[folder]]\npath = "/srv/data/a"\nmark = "local_only"\n').marks
    assert strictness(call, rules, known, marked) >= now


def told(decision: Decision) -> list[str]:
    """What was found, but for the flow rule, which names the first effect that it minds."""
    return sorted(str(one) for one in decision.findings if one.step != 6)


@given(REQUESTS, POLICIES, FACTS, st.randoms())
def test_neither_the_order_of_rules_nor_that_of_effects_matters(
    call: Request, rules: list[Rule], known: Facts, chance: Any
) -> None:
    first = decide(call, Policy(tuple(rules)), known)
    chance.shuffle(rules)
    assert decide(call, Policy(tuple(rules)), known) == first
    effects = list(call.effects)
    chance.shuffle(effects)
    again = decide(msgspec.structs.replace(call, effects=tuple(effects)), Policy(tuple(rules)), known)
    assert again.verdict == first.verdict
    assert told(again) == told(first)


@given(REQUESTS, FACTS)
def test_a_policy_that_cannot_be_read_denies_everything(call: Request, known: Facts) -> None:
    assert decide(call, Policy(broken="x"), known).verdict == "deny"


@given(st.text(max_size=40))
def test_whatever_stands_in_the_file_there_is_a_verdict(text: str) -> None:
    try:
        policy = read_policy(text)
    except PolicyInvalid as error:
        policy = Policy(broken=str(error))
    assert decide(request(FETCH), policy, facts()).verdict == ("deny" if policy.broken else "ask")


# Used as judged, and pure


def test_real_files_are_judged_where_they_are(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "closed").mkdir()
    (tmp_path / "open" / "door").symlink_to(tmp_path / "closed")
    file = PolicyFile(tmp_path / "policy.toml")
    file.path.write_text(
        f'[[rule]]\ndo = "allow"\nwhat = "fs.*"\nto = ["{tmp_path}/open", "{tmp_path}/open/door"]\n'
        f'[[rule]]\ndo = "deny"\nwhat = "fs.write"\nto = ["{tmp_path}/open/door/x"]\n'
    )
    real = str((tmp_path / "open" / "door" / "y").resolve())
    assert decide(request(Effect("fs.write", real)), file.current(), facts()).verdict == "ask"
    real = str((tmp_path / "open" / "door" / "x").resolve())
    assert decide(request(Effect("fs.write", real)), file.current(), facts()).verdict == "deny"
    assert decide(request(Effect("fs.write", f"{tmp_path}/open/y")), file.current(), facts()).verdict == "allow"


PURE = """
import sys
from tests.bench.decide import CALLS, TAINTED, policy_text, request_for
from datetime import datetime, UTC
from agent.safety.decision import decide
from agent.safety.policy import read_policy
from agent.safety.protected import Protection
from agent.safety.request import Facts

policy = read_policy(policy_text(1_000) + '[[folder]]\\npath = "/srv"\\nmark = "local_only"\\n')
facts = Facts(now=datetime.now(UTC), protection=Protection(["/home"], ["/srv/own"]).prepare())
decide(request_for(CALLS["fetch a page"], TAINTED), policy, facts)  # imports are over
seen = []
sys.addaudithook(lambda name, args: seen.append((name, args)) if armed else None)
armed = True
for effect in CALLS.values():
    for label in (TAINTED, request_for(effect).label):
        decide(request_for(effect, label, 3), policy, facts)
armed = False
print(len(policy.rules), seen)
"""


def test_it_touches_nothing_with_a_thousand_rules() -> None:
    """In a process of its own: an audit hook stays, and sees each file, socket, import and process."""
    done = subprocess.run([sys.executable, "-c", PURE], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("1000 []\n", "")
