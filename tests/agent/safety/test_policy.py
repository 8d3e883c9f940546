"""The policy: mistakes are named with their lines, marks hold for all below, rules are found whatever their order."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.labels import Label
from agent.safety.effects import Effect, Value
from agent.safety.matching import subject_of
from agent.safety.policy import Policy, PolicyInvalid, read_policy
from agent.safety.request import Request

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[rule]]\ndo = \n", "line 2, column 6"),
        ('[[rule]]\ndo = "alow"\nwhat = "fs.read"\n', "Line 2: Invalid enum value 'alow'"),
        ('# a comment\n\n[[rule]]\nwhat = "fs.read"\n', "Line 3: it lacks the required field `do`"),
        ('[[rule]]\ndo = "deny"\nwhat = "fs.read"\nwehn = {}\n', "Line 4: there is no field `wehn`"),
        ('[[rule]]\ndo = "deny"\nwhat = "read"\n', "Line 3: 'read' is no verb"),
        ('[[rule]]\ndo = "deny"\nwhat = "fs.read"\nto = [1]\n', "Line 4: Expected `str`"),
        ('[[rule]]\ndo = "deny"\nwhat = "fs.read"\nto = ["x"]\n', "Line 4: 'x' is no absolute path"),
        ('[[rule]]\ndo = "deny"\nwhat = "fs.read"\n[rule.when]\nlabel = "x"\n', "Line 4: 'x' is no condition"),
        ('[[rule]]\ndo = "deny"\nwhat = "*"\n[[rule]]\ndo = "deny"\nwhat = "x"\n', "Line 6: 'x' is no verb"),
        ('[[rules]]\ndo = "deny"\n', "Line 1: 'rules' is not known here"),
        ('[rule]\ndo = "deny"\n', "Line 1: write [[rule]] with two brackets"),
        ('\ndeny = "everything"\n', "Line 2: 'deny' is not known here"),
        ('[[folder]]\npath = "/x"\nmark = "public"\n', "Line 3: Invalid enum value 'public'"),
        ('[[folder]]\npath = "x"\nmark = "untrusted"\n', "Line 2: 'x' is no absolute path"),
        ('[[rule]]\ndo = "deny"\ndo = "deny"\n', "line 3"),
        ('[[rule]]\ndo = "deny"\nwhat = "fs.read"\nuntil = "soon"\n', "Line 4: Invalid RFC3339"),
    ],
)
def test_mistakes_are_named_with_their_line(text: str, words: str) -> None:
    with pytest.raises(PolicyInvalid) as caught:
        read_policy(text)
    assert words in str(caught.value)


def test_all_mistakes_are_named_at_once() -> None:
    text = '[[rule]]\ndo = "deny"\nwhat = "a"\n' * 7
    with pytest.raises(PolicyInvalid, match=r"Line 3: .*Line 6: .*Line 15: .* and 2 more"):
        read_policy(text)


def test_nothing_is_a_policy_too() -> None:
    assert read_policy("# none yet\n") == Policy()


def test_marks_hold_for_all_below_and_are_known_from_above(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    marks = "".join(
        f'[[folder]]\npath = "{tmp_path}/{path}"\nmark = "{mark}"\n'
        for path, mark in (("a", "untrusted"), ("a/b", "local_only"))
    )
    policy = read_policy(marks)
    assert policy.marks_of(f"{tmp_path}/a/x") == {"untrusted"}
    assert policy.marks_of(f"{tmp_path}/a/b/c/d") == {"untrusted", "local_only"}
    assert policy.marks_of(f"{tmp_path}/ab") == policy.marks_of(str(tmp_path)) == frozenset()
    assert policy.marks_below(str(tmp_path)) == {"untrusted", "local_only"}
    assert policy.marks_below(f"{tmp_path}/a") == {"local_only"}
    assert policy.marks_below(f"{tmp_path}/a/b") == frozenset()
    assert policy.folders("local_only") == (f"{tmp_path}/a/b",)


def test_a_mark_on_a_link_holds_for_where_it_leads(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    policy = read_policy(f'[[folder]]\npath = "{tmp_path}/link"\nmark = "local_only"\n')
    assert policy.marks_of(f"{tmp_path}/real/x") == {"local_only"}


def test_what_goes_through_a_link_is_warned_of(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    policy = read_policy(f'[[rule]]\ndo = "allow"\nwhat = "fs.read"\nto = "{tmp_path}/link"\n')
    assert len(policy.warnings) == 1
    assert policy.warnings[0].startswith(f"{policy.rules[0].rule_id}: {tmp_path}/link goes through a link")


def test_what_allowing_rules_name_is_a_list_of_the_person() -> None:
    policy = read_policy(
        '[[rule]]\ndo = "allow"\nwhat = "net.fetch"\nto = ["A.org:8080/x/*", "*.b.org", "*"]\n'
        '[[rule]]\ndo = "allow"\nwhat = "msg.send"\nto = ["Ada@a.org"]\n'
        '[[rule]]\ndo = "deny"\nwhat = "msg.send"\nto = ["eve@e.org"]\n'
    )
    assert policy.named() == {Value("host", "a.org"), Value("recipient", "Ada@a.org")}


def test_guarded_paths_are_known_to_those_who_hide_them() -> None:
    policy = read_policy(
        '[[rule]]\ndo = "deny"\nwhat = "fs.*"\nto = ["/a", "/b/*"]\nwhen = {label = ">=external"}\n'
        '[[rule]]\ndo = "ask"\nwhat = "fs.read"\nto = "/c"\nuntil = 2026-11-25\n'
        '[[rule]]\ndo = "ask"\nwhat = "fs.read"\nto = "/d"\nwhen = {principal = "job:*"}\n'
        '[[rule]]\ndo = "allow"\nwhat = "fs.read"\nto = "/e"\n'
    )
    assert policy.guarded_paths("fs.read", ("user",), NOON) == ("/a", "/b")
    assert policy.guarded_paths("fs.read", ("user", "job:x"), NOON) == ("/a", "/b", "/d")
    assert policy.guarded_paths("fs.write", ("user", "job:x"), NOON) == ("/a", "/b")
    assert policy.guarded_paths("net.send", ("user",), NOON) == ()


TARGETS = ("/", "/data", "/data/a", "/data/a/b", "/data/b")


@given(st.permutations(TARGETS), st.sampled_from(TARGETS), st.sampled_from(["allow", "ask", "deny"]))
def test_the_index_finds_what_going_through_all_rules_finds(order: list[str], path: str, do: str) -> None:
    text = "".join(f'[[rule]]\ndo = "{do}"\nwhat = "fs.read"\nto = ["{target}"]\n' for target in order)
    policy = read_policy(text)
    effect = Effect("fs.read", f"{path.rstrip('/')}/file")
    request = Request(
        principals=("user",), tool="t", arguments="{}", effects=(effect,), label=Label(), attended=True, complete=True
    )
    found = policy.matching(do, effect, subject_of(effect, ""), request, NOON)  # pyright: ignore[reportArgumentType]
    expected = {target for target in TARGETS if f"{path}/".startswith(f"{target.rstrip('/')}/")}
    assert {rule.targets[0].text for rule in found} == expected
    assert [rule.rule_id for rule in found] == sorted(rule.rule_id for rule in found)
