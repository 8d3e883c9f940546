"""A rule is read strictly, says itself in words, and can only be written so that more taint never allows more."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from agent.labels import Label
from agent.safety.effects import Effect
from agent.safety.request import Request
from agent.safety.rules import VERBS, Rule, RuleError, RuleText, capability, in_words, kind_of, plain_rule, read_rule

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
SEND = Effect("net.send", "https://x.org/")


def rule(**values: Any) -> Rule:
    return read_rule(msgspec.convert({"do": "allow", "what": "net.send", **values}, RuleText))


def request(*principals: str, label: Label | None = None) -> Request:
    return Request(
        principals=principals or ("user",),
        tool="t",
        arguments="{}",
        effects=(SEND,),
        label=label or Label(),
        attended=True,
        complete=True,
    )


def test_the_rule_of_the_design_is_read() -> None:
    full = rule(
        to=["api.github.com:443/repos/acme/*"],
        when={"principal": "job:nightly", "label": "<=local"},
        limit={"per_day": 20, "bytes": "1MB"},
        until=date(2026, 12, 31),
    )
    assert in_words(full) == (
        "allow net.send to api.github.com:443/repos/acme/* for job:nightly where the run has seen at most local "
        "20 times a day 1,000,000 bytes a day until 2026-12-31"
    )
    assert (full.per_day, full.bytes_per_day, full.limited) == (20, 1_000_000, True)
    assert plain_rule(full.text) == {
        "do": "allow",
        "what": "net.send",
        "to": ("api.github.com:443/repos/acme/*",),
        "when": {"principal": "job:nightly", "label": "<=local"},
        "limit": {"per_day": 20, "bytes": "1MB"},
        "until": date(2026, 12, 31),
    }


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"what": "shell"}, "'shell' is no verb"),
        ({"what": "f*"}, "is no verb"),
        ({"what": "fs.re*"}, "is no verb"),
        ({"what": ".*"}, "is no verb"),
        ({"to": []}, "`to` is empty"),
        ({"what": "*", "to": ["x.org"]}, "not alike"),
        ({"what": "proc.run", "to": ["git status"]}, "cannot look at a command's text"),
        ({"what": "proc.run", "to": ["/bin/*rm"]}, "cannot look at a command's text"),
        ({"when": {"network": True}}, "only known of commands"),
        ({"when": {"principal": "nobody"}}, "'nobody' is no principal"),
        ({"when": {"principal": "job:"}}, "'job:' is no principal"),
        ({"when": {"label": "local"}}, "no condition on a label"),
        ({"when": {"label": "<=loca"}}, "no condition on a label"),
        ({"when": {"label": ">=local"}}, "allow only with <="),
        ({"do": "deny", "when": {"label": "<=local"}}, "deny only with >="),
        ({"do": "ask", "when": {"label": ["<=public"]}}, "ask only with >="),
        ({"do": "deny", "limit": {"per_day": 3}}, "Only what is allowed has a limit"),
        ({"limit": {"per_day": 0}}, "at least 1"),
        ({"limit": {"bytes": "many"}}, "no size"),
        ({"limit": {"bytes": "1XB"}}, "no size"),
        ({"limit": {"bytes": 0}}, "no size"),
        ({"limit": {"bytes": -5}}, "no size"),
        ({"until": date.max}, "too far away"),
    ],
)
def test_what_cannot_be_a_rule_is_refused_with_the_remedy(values: dict[str, Any], words: str) -> None:
    with pytest.raises(RuleError) as caught:
        rule(**values)
    assert words in str(caught.value)
    assert caught.value.key in ("", *RuleText.__struct_fields__)


@pytest.mark.parametrize(
    ("size", "count"), [(500, 500), ("500", 500), ("1 kB", 1_000), ("1MB", 10**6), ("2MiB", 2 << 20), ("1gb", 10**9)]
)
def test_sizes(size: int | str, count: int) -> None:
    assert rule(limit={"bytes": size}).bytes_per_day == count


@pytest.mark.parametrize(
    ("what", "verbs"),
    [
        ("fs.*", {"fs.read", "fs.write", "fs.delete"}),
        ("net.*", {"net.fetch", "net.send"}),
        ("*", set(VERBS)),
        ("msg.send", {"msg.send"}),
    ],
)
def test_a_star_stands_for_verbs(what: str, verbs: set[str]) -> None:
    assert rule(what=what).verbs == verbs


def test_each_verb_has_a_kind_of_target() -> None:
    assert {verb: kind_of(verb) for verb in VERBS} == {
        "fs.read": "path",
        "fs.write": "path",
        "fs.delete": "path",
        "proc.run": "path",
        "net.fetch": "host",
        "net.send": "host",
        "msg.send": "text",
        "secret.use": "text",
        "mem.write": "text",
        "job.change": "text",
        "policy.change": "text",
        "ui.notify": "text",
        "ui.read": "text",
        "ui.write": "text",
    }


@pytest.mark.parametrize(
    ("principal", "chain", "allowed", "denied"),
    [
        ("", ("user",), True, True),
        ("", ("user", "plugin:x"), True, True),
        ("person", ("user", "cli"), True, True),
        ("person", ("user", "job:a"), False, True),
        ("cli", ("user", "cli"), True, True),
        ("cli", ("user",), False, False),
        ("job:a", ("user", "job:a"), True, True),
        ("job:a", ("user", "job:a", "plugin:x"), False, True),
        ("job:a", ("user", "job:ab"), False, False),
        ("job:*", ("user", "job:ab"), True, True),
        ("job:*", ("user", "jobs"), False, False),
    ],
)
def test_leave_is_for_who_acts_and_a_denial_for_all_who_act_through_him(
    principal: str, chain: tuple[str, ...], allowed: bool, denied: bool
) -> None:
    for do, result in (("allow", allowed), ("ask", denied), ("deny", denied)):
        assert rule(do=do, when={"principal": principal}).holds(request(*chain), SEND, NOON) == result


@pytest.mark.parametrize(
    ("do", "bound", "label", "holds"),
    [
        ("allow", "<=local", Label("local"), True),
        ("allow", "<=local", Label("skill"), False),
        ("allow", "<=public", Label("external"), True),
        ("allow", "<=public", Label("user", "private"), False),
        ("deny", ">=external", Label("external"), True),
        ("deny", ">=external", Label("skill"), False),
        ("ask", ">= private", Label("user", "secret"), True),
    ],
)
def test_conditions_on_the_label(do: str, bound: str, label: Label, holds: bool) -> None:
    assert rule(do=do, when={"label": bound}).holds(request(label=label), SEND, NOON) == holds


def test_several_conditions_must_all_hold() -> None:
    both = rule(when={"label": ["<=local", "<=private"]})
    assert both.holds(request(label=Label("local", "private")), SEND, NOON)
    assert not both.holds(request(label=Label("local", "secret")), SEND, NOON)
    assert not both.holds(request(label=Label("external")), SEND, NOON)


def test_a_rule_about_the_network_of_commands() -> None:
    quiet = rule(what="proc.run", when={"network": False})
    assert quiet.holds(request(), Effect("proc.run", "ls"), NOON)
    assert not quiet.holds(request(), Effect("proc.run", "ls", network=True), NOON)


def test_the_last_day_is_a_whole_one() -> None:
    short = rule(until=date(2026, 11, 26))
    midnight = datetime(2026, 11, 27).astimezone()
    assert short.holds(request(), SEND, midnight.replace(day=26, hour=23, minute=59))
    assert not short.holds(request(), SEND, midnight)


def test_the_id_is_of_the_content_and_not_of_the_order() -> None:
    assert rule(to=["a.org", "b.org"]).rule_id == rule(to=["b.org", "a.org", "b.org"]).rule_id
    ids = {rule().rule_id, rule(do="ask").rule_id, rule(to=["a.org"]).rule_id, rule(until=date(2027, 1, 1)).rule_id}
    assert len(ids) == 4 and all(len(one) == 9 for one in ids)


def test_a_capability_has_the_words_of_a_rule() -> None:
    assert capability("fs.*").targets == ()
    assert capability("net.fetch", ["x.org"]).targets[0].text == "x.org:443"
    with pytest.raises(RuleError):
        capability("net.fetch", ["x.*"])
