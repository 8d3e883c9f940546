from __future__ import annotations

from pathlib import Path

import pytest

from agent.messages import AssistantMessage, Message, TextPart, ToolCall, ToolMessage, ToolResult, UserMessage
from agent.storage.search import SCAN_AT_MOST
from agent.storage.sessions import Store
from tests.agent.storage.test_sessions import run_story, user

MESSAGES: list[Message] = [
    user("Where is the Docker error log?"),
    AssistantMessage((TextPart("I look."), ToolCall("1", "find", '{"pattern": "quokka*.log"}'))),
    ToolMessage(ToolResult("1", "find", (TextPart("line one\nERROR in dock 7\nline three"),))),
    user("我想要一个可以搜索中文的助手"),
    user('say "hello" AND NOT (this) * OR col:umn'),
    user("x" * 300 + " needle " + "y" * 300),
    user("50% of a_b is c\\d"),
    user("nul \0byte"),
]


@pytest.mark.parametrize("indexed", [False, True])
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("docker", [1]),
        ("error", [3, 1]),
        ("dock error", [3, 1]),
        ("error 7", [3]),
        ("quokka", [2]),
        ("搜索中文", [4]),
        ("中文", [4]),
        ("中", [4]),
        ('"hello"', [5]),
        ("AND NOT", [5]),
        ("(this) *", [5]),
        ("col:umn OR", [5]),
        ('"', [5, 2]),
        ("NEAR(a b)", []),
        ("needle", [6]),
        ("0%", [7]),
        ("a_b", [7]),
        ("c\\d", [7]),
        ("byte nul", [8]),
        ("   ", []),
        ("\0", []),
        ("nowhere", []),
    ],
)
def test_words_are_found_newest_first(tmp_path: Path, indexed: bool, text: str, found: list[int]) -> None:
    async def story(store: Store) -> None:
        session_id = (await store.create_session(cwd="/", title="T")).session_id
        await store.append(session_id, None, MESSAGES)
        if indexed:
            assert await store.index_pending() == len(MESSAGES)
        assert [hit.entry_id for hit in await store.search(text)] == found
        assert [hit.entry_id for hit in await store.search(text, session_id=session_id)] == found
        assert [hit.entry_id for hit in await store.search(text, limit=1)] == found[:1]

    run_story(tmp_path, story)


def test_a_hit_shows_its_surroundings(tmp_path: Path) -> None:
    async def story(store: Store) -> None:
        session = await store.create_session(cwd="/", title="T")
        stored = await store.append(session.session_id, None, MESSAGES)
        (hit,) = await store.search("NEEDLE")
        assert (hit.session_id, hit.title, hit.created_at, hit.kind) == (
            session.session_id,
            "T",
            stored[5].created_at,
            "user",
        )
        assert hit.snippet == "…" + "x" * 39 + " needle " + "y" * 119 + "…"
        (hit,) = await store.search("dock 7")
        assert (hit.kind, hit.snippet) == ("tool", "line one ERROR in dock 7 line three")

    run_story(tmp_path, story)


def test_a_search_stays_inside_a_path_and_leaves_deleted_sessions_out(tmp_path: Path) -> None:
    async def story(store: Store) -> None:
        trunk = (await store.create_session(cwd="/")).session_id
        first, second = await store.append(trunk, None, [user("apple one"), user("apple two")])
        branch = (await store.branch(trunk, first.entry_id)).session_id
        (third,) = await store.append(branch, None, [user("apple three")])

        async def found(session_id: str | None = None) -> list[int]:
            return [hit.entry_id for hit in await store.search("apple", session_id=session_id)]

        everywhere = [third.entry_id, second.entry_id, first.entry_id]
        assert await found() == everywhere
        assert await found(branch) == [third.entry_id, first.entry_id]
        await store.index_pending()
        (fourth,) = await store.append(trunk, None, [user("apple four")])
        assert await found() == [fourth.entry_id, *everywhere]
        assert await found(trunk) == [fourth.entry_id, second.entry_id, first.entry_id]
        await store.delete_session(trunk)
        assert await found() == [third.entry_id]
        assert await found(trunk) == [fourth.entry_id, second.entry_id, first.entry_id]

    run_story(tmp_path, story)


def test_a_search_brings_a_large_backlog_into_the_index_first(tmp_path: Path) -> None:
    async def story(store: Store) -> None:
        session_id = (await store.create_session(cwd="/")).session_id
        await store.append(session_id, None, [user(f"number {n}") for n in range(SCAN_AT_MOST + 1)])
        assert [hit.entry_id for hit in await store.search("number 77", limit=2)] == [4978, 4878]
        assert await store.index_pending() == 0
        assert len(await store.search("77", limit=500)) == sum("77" in str(n) for n in range(SCAN_AT_MOST + 1))
        assert isinstance((await store.path(session_id))[0].message, UserMessage)

    run_story(tmp_path, story)
