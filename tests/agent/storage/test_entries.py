from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.messages import AssistantMessage, Message, TextPart, ToolCall, ToolMessage, ToolResult, UserMessage
from agent.storage.blobs import Blobs
from agent.storage.database import Database
from agent.storage.sessions import Store
from tests.helpers.history import strict_problems


class Tree:
    """A store and, beside it, what each session should hold."""

    def __init__(self) -> None:
        self.folder = TemporaryDirectory()
        self.runner = asyncio.Runner()
        home = Path(self.folder.name)
        self.database = self.runner.run(Database.open(home / "homard.db"))
        self.store = Store(self.database, Blobs(home / "blobs"))
        self.number = 0

    def close(self) -> None:
        self.runner.run(self.database.close())
        self.runner.close()
        self.folder.cleanup()

    def messages(self, kind: str) -> list[Message]:
        self.number += 1
        if kind == "say":
            return [UserMessage((TextPart(f"{self.number}"),))]
        calls = [ToolCall(f"{self.number}{half}", "read", "{}") for half in "ab"]
        results = [ToolMessage(ToolResult(call.call_id, "read", ())) for call in calls]
        return [AssistantMessage(tuple(calls)), *results]


@pytest.fixture(scope="module")
def tree() -> Iterator[Tree]:
    planted = Tree()
    yield planted
    planted.close()


STEPS = st.lists(
    st.tuples(st.sampled_from(["say", "work", "branch", "branch"]), st.integers(0, 9), st.integers(0, 30)), max_size=12
)


@settings(max_examples=40, deadline=None)
@given(steps=STEPS)
def test_any_tree_of_appends_and_branches_gives_the_right_paths(tree: Tree, steps: list[tuple[str, int, int]]) -> None:
    tree.runner.run(grow(tree, steps))


async def grow(tree: Tree, steps: list[tuple[str, int, int]]) -> None:
    store = tree.store
    expected: dict[str, list[Message]] = {(await store.create_session(cwd="/")).session_id: []}
    for kind, which, where in steps:
        session_id = list(expected)[which % len(expected)]
        if kind != "branch":
            messages = tree.messages(kind)
            await store.append(session_id, None, messages)
            expected[session_id] = expected[session_id] + messages
        elif path := await store.path(session_id):
            at = where % len(path)
            new = await store.branch(session_id, path[at].entry_id)
            expected[new.session_id] = whole(expected[session_id], at)
    for session_id, messages in expected.items():
        stored = [entry.message for entry in await store.path(session_id)]
        assert stored == messages
        assert strict_problems(stored) == []
        assert (await store.session(session_id)).message_count == len(messages)


def whole(messages: list[Message], at: int) -> list[Message]:
    """The messages up to `at`, and the results that belong to its reply."""
    end = at + 1
    while end < len(messages) and isinstance(messages[end], ToolMessage):
        end += 1
    return messages[:end]
