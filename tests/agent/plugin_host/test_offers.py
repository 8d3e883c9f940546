from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from agent.errors import UsageError
from agent.plugin_api.wire import Ready, ToolSaid, TriggerSaid, from_plugin
from agent.plugin_host.effective import Effective
from agent.plugin_host.manifest import Capability, Manifest
from agent.plugin_host.offers import check_said, claims_digest, offered_name, offers_of
from agent.safety.declared import UNDECLARED, Declaration, Output
from agent.tools.foreign import ToolOffer

MANIFEST = Manifest(1, "notes", "Notes", "1", "d")
SCHEMA: dict[str, Any] = {"type": "object", "properties": {"file": {"type": "string"}}}
REACHES_OUT = Effective((Capability("net", ("a.org",), "r"),))


def test_names_are_unique_over_all_plugins() -> None:
    assert offered_name("notes", "search") == offered_name("notes", "notes_search") == "notes_search"
    assert offered_name("word-count", "Count") == "word-count_count"


def test_what_a_tool_does_outside_is_declared_only_where_it_can_reach_it() -> None:
    said = Ready((ToolSaid("a", "A.", SCHEMA), ToolSaid("b", "B.", SCHEMA, declaration=Declaration("msg.send"))))
    assert [one.declaration for one in offers_of(MANIFEST, said, Effective(), believed=True)] == [None, None]
    assert verbs(offers_of(MANIFEST, said, REACHES_OUT, believed=True)) == ["net.send", "msg.send"]


def test_what_nobody_believes_counts_as_one_that_may_do_anything() -> None:
    harmless = Declaration("read", {"query": "choice"}, output=Output("own"))
    said = Ready((ToolSaid("a", "A.", SCHEMA, declaration=harmless), ToolSaid("b", "B.", SCHEMA, reading=True)))
    first, second = offers_of(MANIFEST, said, REACHES_OUT, believed=False)
    assert first.declaration == UNDECLARED and verbs([second]) == ["net.fetch"]
    assert offers_of(MANIFEST, said, REACHES_OUT, believed=True)[0].declaration == harmless
    other = Ready((ToolSaid("a", "A.", SCHEMA, declaration=Declaration("read")),))
    assert len({claims_digest(said), claims_digest(other), claims_digest(Ready()), ""}) == 3


def verbs(offers: Sequence[ToolOffer]) -> list[str]:
    return [one.declaration.verb for one in offers if one.declaration]


def test_tools_whose_files_were_not_granted_are_not_offered() -> None:
    said = Ready((ToolSaid("a", "A.", SCHEMA, {"file": "read"}), ToolSaid("b", "B.", SCHEMA, {"file": "write"})))
    may = Effective((Capability("files.read", (), "r"),))
    assert [one.own_name for one in offers_of(MANIFEST, said, may, believed=True)] == ["a"]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            Ready((ToolSaid("a", "A.", SCHEMA), ToolSaid("notes_a", "A.", SCHEMA))),
            "two of its tools are called notes_a",
        ),
        (Ready((ToolSaid("a" * 60, "A.", SCHEMA),)), "longer than 64 characters"),
        (Ready((ToolSaid("a", "A.", {"type": "array"}),)), "is of no object"),
        (Ready((ToolSaid("a", "A.", {**SCHEMA, "x": "y" * 30_000}),)), "longer than 20,000 bytes"),
        (Ready((ToolSaid("a", "A\u200b.", SCHEMA),)), r"invisible character U\+200B"),
        (Ready((ToolSaid("a", "A.", {**SCHEMA, "title": "a\u202eb"}),)), r"invisible character U\+202E"),
        (Ready((ToolSaid("a", "A.", SCHEMA, {"other": "read"}),)), "files that are none of its arguments"),
        (Ready(triggers=(TriggerSaid("a", "t\u200b"),)), r"invisible character U\+200B"),
    ],
)
def test_what_cannot_be_offered_is_refused_whole(said: Ready, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        check_said(MANIFEST, said)


@pytest.mark.parametrize(
    "line",
    [
        b"{}",
        b'{"say":"ready","tools":[{"name":"a b","description":"d","schema":{}}]}',
        b'{"say":"ready","tools":[{"name":"a","description":"","schema":{}}]}',
        b'{"say":"ready","tools":[{"name":"a","description":"d","schema":{},"timeout_s":1e9}]}',
        b'{"say":"ready","tools":'
        + msgspec.json.encode([{"name": "a", "description": "d", "schema": {}}] * 101)
        + b"}",
        b'{"say":"progress","number":-1,"text":"x"}',
        b'{"say":"done","number":1e999}',
        b'{"say":"run","number":1}',
        b"[" * 100_000,
        b'{"say":"ask","number":1,"of":0,"what":"a.b.c","arguments":{}}',
    ],
)
def test_what_is_no_message_is_none(line: bytes) -> None:
    with pytest.raises((msgspec.DecodeError, RecursionError)):
        from_plugin(line)
