"""pack.toml: what is read, and each mistake with its remedy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import tomlkit

from agent.errors import UsageError
from agent.packs.manifest import read_manifest
from tests.helpers.packs import may

GOOD: dict[str, Any] = {"name": "minutes", "version": "1.0.0", "publisher": "Acme", "description": "Says how."}


def test_all_that_a_pack_can_say_is_read() -> None:
    found = read_manifest(tomlkit.dumps({
        **GOOD, "format": 1, "license": "MIT", "skills": ["skills/a"], "plugins": ["plugins/b"],
        "jobs": ["jobs/c.toml"], "requires": ["other"],
        "servers": {"crm": {"command": "python3", "args": ["${__dirname}/crm.py"], "path": "crm"}},
        "capability": [may("files.read"), may("net", "api.acme.com", "*"), may("fs.write", "~/Notes")],
        "rule": [{"do": "deny", "what": "fs.read", "to": "~/Private"}, {"do": "ask", "what": "msg.send"}],
    }))  # fmt: skip
    assert (found.skills, found.requires, found.order) == (("skills/a",), ("other",), (1, 0, 0))
    assert [one.targets for one in found.capabilities] == [(), ("api.acme.com", "*"), ("~/Notes",)]
    assert [one.do for one in found.rules] == ["deny", "ask"] and found.servers["crm"].command == "python3"


MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"name": "Minutes"}, "is no name"),
    ({"name": "a" * 300}, "is no name"),
    ({"name": "../a"}, "is no name"),
    ({"version": "1.0"}, "write three numbers"),
    ({"version": "1.0.0-beta"}, "write three numbers"),
    ({"version": "1.0.01"}, "write three numbers"),
    ({"version": "1.0.٣"}, "write three numbers"),
    ({"publisher": "Ac\u200bme"}, "one visible line"),
    ({"publisher": " "}, "one visible line"),
    ({"description": "a\nb"}, "one visible line"),
    ({"description": "a" * 501}, "one visible line"),
    ({"format": 2}, "needs a newer Homard"),
    ({"skill": ["a"]}, "Is it meant to be `skills`"),
    ({"nonsense": 1}, "`nonsense` is not known"),
    ({"skills": ["../a"]}, "no plain path inside the folder"),
    ({"skills": ["/etc"]}, "no plain path"),
    ({"plugins": [".git/a"]}, "git runs what stands there"),
    ({"jobs": ["a" * 300]}, "longer than"),
    ({"skills": [f"a{number}" for number in range(101)]}, "lists more than 100"),
    ({"requires": ["minutes"]}, "no name that can stand there"),
    ({"requires": ["a b"]}, "no name that can stand there"),
    ({"servers": {"A": {"command": "x"}}}, "no name that can stand there"),
    ({"servers": {"a": {"command": "x", "enabled": True}}}, "`enabled` is not known"),
    ({"capability": [{"what": "net", "to": ["*"]}]}, "`reason` is missing"),
    ({"capability": [may("net")]}, "names nothing"),
    ({"capability": [may("files.read", "~/Notes")]}, "takes no `to`"),
    ({"capability": [may("fs.delete", "~/Notes")]}, "is not known. Known are"),
    ({"capability": [may("job.change", "*")]}, "is not known"),
    ({"capability": [may("policy.change", "*")]}, "is not known"),
    ({"capability": [may("fs.read", "*")]}, "Name each"),
    ({"capability": [may("fs.read", "~/a/../..")]}, "whole folder"),
    ({"capability": [may("fs.read", "Notes")]}, "whole folder"),
    ({"capability": [may("net", "http://user@host/")]}, "net to"),
    ({"capability": [may("net", "a\u200b.com")]}, "no visible text"),
    ({"capability": [{"what": "net", "to": ["a.com"], "reason": "a\nmay do nothing else"}]}, "one line"),
    ({"capability": [may("net", *[f"h{number}.com" for number in range(51)])]}, "more than 50"),
    ({"servers": {"a": {"command": "x", "timeout_s": float("inf")}}}, "<= 3600"),
    ({"servers": {"a": {"command": "x", "timeout_s": float("nan")}}}, "> 0"),
    ({"servers": {"a": {"command": "x", "path": "server/"}}}, "no plain path"),
    ({"rule": [{"do": "allow", "what": "net.send"}]}, "can only deny and ask"),
    ({"rule": [{"do": "deny", "what": "*", "when": {"principal": "user"}}]}, "for its own parts"),
    ({"rule": [{"do": "deny", "what": "*", "when": {"principal": "plugin:*"}}]}, "for its own parts"),
    ({"rule": [{"do": "deny", "what": "everything"}]}, "is no verb"),
    ({"rule": [{"do": "deny", "what": "fs.read", "limit": {"per_day": 1}}]}, "Only what is allowed"),
]


@pytest.mark.parametrize(("said", "why"), MISTAKES)
def test_a_mistake_is_named_with_its_remedy(said: dict[str, Any], why: str) -> None:
    with pytest.raises(UsageError) as raised:
        read_manifest(tomlkit.dumps({**GOOD, **said}))
    assert why in str(raised.value) and str(raised.value).startswith("pack.toml")


@pytest.mark.parametrize("text", ["", "a", "[" * 100_000, "a = 1\na = 2", "x" * 300_000, "\0"])
def test_what_is_no_manifest_is_said_so(text: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"pack\.toml"):
        read_manifest(text)
