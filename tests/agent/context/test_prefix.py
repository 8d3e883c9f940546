"""How prompts begin: what is kept of one in the next, and the words for what is not."""

from __future__ import annotations

import msgspec
import pytest

from agent.context.prefix import Changes, PrefixReader
from agent.messages import AssistantMessage, TextPart, ToolSpec, UserMessage
from agent.ports import ModelRequest
from agent.settings import ModelProfile
from tests.helpers.clock import NOON

LIST = ToolSpec("list", "List a folder.", {"type": "object"})
READ = ToolSpec("read", "Read a file.", {"type": "object"})
WRITE = ToolSpec("write", "Write a file.", {"type": "object"})


def said(text: str) -> UserMessage:
    return UserMessage((TextPart(text),))


FIRST = ModelRequest(ModelProfile("p", "m"), "Be good.", (said("one"),), (LIST, READ))
REPLY = AssistantMessage((TextPart("two"),))


def changed(**fields: object) -> Changes:
    before = PrefixReader().read(FIRST, NOON, 10)
    return Changes.between(before, PrefixReader().read(msgspec.structs.replace(FIRST, **fields), NOON, 10))


def test_what_is_said_later_leaves_the_beginning_as_it_was() -> None:
    reader = PrefixReader()
    before = reader.read(FIRST, NOON, 10)
    longer = msgspec.structs.replace(FIRST, messages=(*FIRST.messages, REPLY, said("three \ud83d")))
    after = reader.read(longer, NOON, 20)
    assert (before.common(after), after.begins_alike(before)) == (1, True)
    # Equal messages that were read from the disk again, in another process.
    assert PrefixReader().read(msgspec.json.decode(msgspec.json.encode(FIRST), type=ModelRequest), NOON, 10) == before
    other = msgspec.structs.replace(longer, messages=(said("One"), REPLY))
    assert before.common(reader.read(other, NOON, 20)) == 0


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, ""),
        (
            {"tools": (msgspec.structs.replace(LIST, description="Seen 3 times."), READ)},
            "the tool list describes itself in other words",
        ),
        ({"tools": (LIST, READ, WRITE)}, "the tool write is new"),
        ({"tools": ()}, "the tools list, read are gone"),
        ({"tools": (READ, LIST)}, "the tools stand in another order"),
        ({"system": "Be bad."}, "the instructions have changed (AGENTS.md, skills, or the list of plugins)"),
    ],
)
def test_a_change_is_named(fields: dict[str, object], words: str) -> None:
    assert changed(**fields).words == words


def test_a_schema_that_no_json_holds_is_compared_all_the_same() -> None:
    huge = msgspec.structs.replace(LIST, parameters={"maximum": 2**70})
    assert changed(tools=(huge, READ)).rewritten == ("list",)
    assert PrefixReader().read(msgspec.structs.replace(FIRST, tools=(huge,)), NOON, 1).tools == (
        PrefixReader().read(msgspec.structs.replace(FIRST, tools=(huge,)), NOON, 1).tools
    )


def test_of_many_tools_some_are_named() -> None:
    tools = tuple(msgspec.structs.replace(LIST, name=f"t{number}") for number in range(9))
    assert changed(tools=tools).words == ("the tools t0, t1, t2 and 6 more are new, the tools list, read are gone")
