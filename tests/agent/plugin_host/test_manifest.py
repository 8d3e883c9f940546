from __future__ import annotations

import pytest

from agent.errors import UsageError
from agent.plugin_host.manifest import Capability, filled, parse_manifest
from tests.helpers.plugins import TOML, capability

HEAD = TOML.format(id="hello")


def test_all_of_it_is_read() -> None:
    text = f"""{HEAD}publisher = "Ada"
module = "src.main"
{capability("fs.read", "{folder}", "~/Notes")}
[settings.folder]
type = "folder"
title = "Notes"
[settings.count]
type = "number"
default = 3
"""
    manifest = parse_manifest(text.encode())
    assert (manifest.id, manifest.publisher, manifest.module) == ("hello", "Ada", "src.main")
    assert manifest.capability == (Capability("fs.read", ("{folder}", "~/Notes"), "The tests want it."),)
    assert {name: one.value for name, one in manifest.settings.items()} == {"folder": "", "count": 3}


def test_what_a_person_set_takes_the_place_of_its_name_and_what_is_not_set_is_left_out() -> None:
    asked = Capability("fs.read", ("{folder}", "{other}", "~/Notes"), "r")
    assert filled(asked, {"folder": "/home/me/x", "other": ""}).to == ("/home/me/x", "~/Notes")
    # What is filled in is not looked through again.
    assert filled(asked, {"folder": "{other}", "other": "/etc"}).to == ("{other}", "/etc", "~/Notes")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("unknown = 1\n", "unknown field `unknown`"),
        ('[[capability]]\nwhat = "root"\nreason = "r"\n', "Invalid enum value 'root'"),
        ('[[capability]]\nwhat = "ui.notify"\n', "`ui.notify` has no `reason`"),
        ('[[capability]]\nwhat = "net"\nreason = "r"\n', "`net` names nothing that it is for"),
        (capability("ui.read", "keyboard"), "`to` of `ui.read` is clipboard or screen"),
        (capability("ui.read"), "`to` of `ui.read` is clipboard or screen"),
        (capability("files.read", "/etc"), "`to` of `files.read` is left out"),
        (capability("fs.read", "{folder}"), "refers to a setting that there is not"),
        (capability("fs.read", "{word}") + '[settings.word]\ntype = "text"\n', "a setting of another type"),
        (capability("secret.use", "{word}") + '[settings.word]\ntype = "text"\n', "a setting of another type"),
        (capability("fs.read", "{a}/x") + '[settings.a]\ntype = "folder"\n', "more than one setting"),
        (capability("fs.write", "Notes"), "no folder from the home"),
        (capability("fs.write", "~/a/../../x"), "no folder from the home"),
        (capability("fs.read", "/home/*"), "no folder from the home"),
        (capability("net", "https://example.org/path"), "is no host"),
        (capability("net", "*.example.org"), "is no host"),
        (capability("net", "exa mple"), "exa mple"),
        ('[[capability]]\nwhat = "net"\nto = ["example.org\\u200b"]\nreason = "r"\n', r"invisible character U\+200B"),
        ('[settings.Bad]\ntype = "text"\n', "'Bad' is not named in lower-case"),
        ('[settings.a]\ntype = "choice"\n', "has no `choices`"),
        ('[settings.a]\ntype = "choice"\nchoices = ["x"]\ndefault = "y"\n', "none of its choices"),
        ('[settings.a]\ntype = "number"\ndefault = true\n', "is no number"),
        ('[settings.a]\ntype = "number"\ndefault = nan\n', "is no number"),
        ('[settings.a]\ntype = "number"\ndefault = 1000000000000000000000\n', "is no number"),
        ('[settings.a]\ntype = "secret"\ndefault = "sk-1"\n', "is no secret"),
        ("x" * 70_000, "larger than 65,536 bytes"),
        ('license = "' + "x" * 300 + '"\n', "length <= 60"),
    ],
)
def test_what_is_wrong_is_said(more: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        parse_manifest((HEAD + more).encode())


@pytest.mark.parametrize("name", ["", "Hello", "a b", "a_b", "-a", "a--b", "1a", "a" * 33, "a/b", "..", "é"])
def test_an_id_is_plain(name: str) -> None:
    with pytest.raises(UsageError, match="`id` has 1 to 32 lower-case letters"):
        parse_manifest(TOML.format(id="x").replace('id = "x"', f'id = "{name}"').encode())


def test_a_newer_api_says_so_before_anything_else_and_control_characters_are_refused() -> None:
    with pytest.raises(UsageError, match=r"version 7 of the plugin API, and this Homard has 1\. Update Homard"):
        parse_manifest(b'api = 7\nanything = "else"\n')
    with pytest.raises(UsageError, match="`api` is 1"):
        parse_manifest(HEAD.replace("api = 1", "api = 0").encode())
    with pytest.raises(UsageError, match=r"invisible character U\+001B"):
        parse_manifest(HEAD.replace('name = "hello"', 'name = "he\\u001b[31mllo"').encode())
