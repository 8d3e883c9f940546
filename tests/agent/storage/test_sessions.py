from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from agent.errors import UsageError
from agent.messages import (
    NO_USAGE,
    AssistantMessage,
    Entry,
    ImagePart,
    Message,
    NoteMessage,
    SummaryMessage,
    TextPart,
    ThinkingPart,
    ToolCall,
    ToolMessage,
    ToolResult,
    Usage,
    UserMessage,
)
from agent.storage.blobs import Blobs
from agent.storage.database import Database
from agent.storage.sessions import CallRow, Run, Session, Store

START = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


def moment(second: int) -> datetime:
    return START + timedelta(seconds=second)


def run_story(home: Path, story: Callable[[Store], Awaitable[None]]) -> None:
    """Play a story on a store whose clock moves on by a second at each look."""

    async def play() -> None:
        ticks = count()
        database = await Database.open(home / "homard.db")
        try:
            await story(Store(database, Blobs(home / "blobs"), now=lambda: moment(next(ticks))))
        finally:
            await database.close()

    asyncio.run(play())


def user(text: str) -> UserMessage:
    return UserMessage((TextPart(text),))


def result(call_id: str) -> ToolMessage:
    return ToolMessage(ToolResult(call_id, "read", (TextPart("fine"),)))


def texts(entries: list[Entry]) -> list[str]:
    return [entry.message.text for entry in entries if isinstance(entry.message, UserMessage)]


EVERY_KIND: list[Message] = [
    UserMessage((TextPart("look"), ImagePart("image/png", b"\x89PNG\0\xff")), context="It is Sunday."),
    AssistantMessage(
        (ThinkingPart("hm", "seal", "reasoning"), TextPart("so"), ToolCall("1", "read", '{"path": ')),
        "p/m",
        "tool_calls",
        Usage(10, 5, 3, 0.25),
    ),
    ToolMessage(ToolResult("1", "read", (TextPart("no\0thing"),), {"rows": [1, 2.5, None]}, is_error=True)),
    NoteMessage("near the limit"),
    SummaryMessage("it was nice", covers_to=2),
]


def test_what_is_appended_comes_back_as_it_was(tmp_path: Path) -> None:
    async def story(store: Store) -> None:
        session = await store.create_session(cwd="/home/me", title="A title", model="p/m")
        assert session == Session(
            session.session_id, "A title", "/home/me", "p/m", created_at=moment(0), updated_at=moment(0)
        )
        stored = await store.append(session.session_id, "run", EVERY_KIND)
        ids = [entry.entry_id for entry in stored]
        parents = [None, *ids[:-1]]
        assert stored == [
            Entry(entry_id, parent, session.session_id, "run", moment(1), message)
            for entry_id, parent, message in zip(ids, parents, EVERY_KIND, strict=True)
        ]
        assert await store.path(session.session_id) == stored
        assert await store.session(session.session_id) == Session(
            session.session_id,
            "A title",
            "/home/me",
            "p/m",
            created_at=moment(0),
            updated_at=moment(1),
            head_id=ids[-1],
            message_count=5,
            cost_usd=0.25,
        )

    run_story(tmp_path, story)


def test_a_session_is_found_by_a_prefix_that_fits_one_only(tmp_path: Path) -> None:
    async def story(store: Store) -> None:
        sessions = [await store.create_session(cwd="/") for _ in range(17)]
        wanted = sessions[3]
        assert await store.session(wanted.session_id) == wanted
        assert await store.session(wanted.session_id[:12]) == wanted
        shared = next(digit for digit in "0123456789abcdef" if sum(one.session_id[0] == digit for one in sessions) > 1)
        for wrong in ("nonsense", "", "%", "\0", "\udcff"):
            with pytest.raises(UsageError, match=r"There is no session .*nothing was done.*homard sessions list"):
                await store.session(wrong)
        with pytest.raises(UsageError, match=r"Several sessions begin with .*Give more of the id"):
            await store.session(shared)
        with pytest.raises(UsageError, match="There is no session"):
            await store.append("nonsense", None, [user("lost")])
        with pytest.raises(UsageError, match="There is no session"):
            await store.path("nonsense")

    run_story(tmp_path, story)


def test_sessions_are_listed_by_their_last_event(tmp_path: Path) -> None:
    async def story(store: Store) -> None:
        assert await store.latest_session() is None
        first, second, third = [(await store.create_session(cwd="/")).session_id for _ in range(3)]
        await store.append(first, None, [user("again")])
        assert [session.session_id for session in await store.sessions()] == [first, third, second]
        assert [session.session_id for session in await store.sessions(limit=1)] == [first]
        gone = await store.delete_session(first[:14])
        assert gone.deleted_at is not None
        assert [session.session_id for session in await store.sessions()] == [third, second]
        assert await store.latest_session() == await store.session(third)
        assert await store.session(first) == gone
        assert gone in await store.sessions(include_deleted=True)
        assert (await store.restore_session(first)).deleted_at is None
        assert texts(await store.path(first)) == ["again"]
        assert (await store.rename(second, "New \udcff name")).title == "New \\udcff name"
        assert (await store.set_model(second, "p/other")).model == "p/other"
        assert [session.session_id for session in await store.sessions()] == [first, third, second]

    run_story(tmp_path, story)


def test_names_that_are_no_utf8_and_odd_characters_are_kept(tmp_path: Path) -> None:
    async def story(store: Store) -> None:
        folder = "/home/\udcff\udcfe/it's"
        session = await store.create_session(cwd=folder, title="nul \0 end")
        assert (session.cwd, session.title) == (folder, "nul \0 end")
        call = ToolCall("1", "read", '{"path": "a\udcff"}')
        outcome = ToolResult("1", "read", (TextPart("a\udcff: \0 fine"),), {"pa\udcffth": ["a\udcff", 1]})
        stored = await store.append(session.session_id, "r", [AssistantMessage((call,)), ToolMessage(outcome)])
        assert [entry.message for entry in stored] == [
            AssistantMessage((ToolCall("1", "read", '{"path": "a\\udcff"}'),)),
            ToolMessage(ToolResult("1", "read", (TextPart("a\\udcff: \0 fine"),), {"pa\\udcffth": ["a\\udcff", 1]})),
        ]
        assert await store.path(session.session_id) == stored
        await store.start_run(Run("r", session.session_id, "user", "p/m", "prompt \udcff \0", START))
        assert (await store.run("r")).prompt == "prompt \\udcff \0"

    run_story(tmp_path, story)


def test_a_prompt_of_a_megabyte_is_kept(tmp_path: Path) -> None:
    async def story(store: Store) -> None:
        session = await store.create_session(cwd="/")
        prompt = "wörter " * 150_000
        await store.append(session.session_id, None, [user(prompt)])
        assert texts(await store.path(session.session_id)) == [prompt]
        assert [hit.entry_id for hit in await store.search("wörter wör")] == [1]

    run_story(tmp_path, story)


def test_runs_and_calls_are_recorded_from_start_to_end(tmp_path: Path) -> None:
    async def story(store: Store) -> None:
        session_id = (await store.create_session(cwd="/")).session_id
        begun = Run("r1", session_id, "schedule", "p/m", "go", START)
        await store.start_run(begun)
        assert await store.run("r1") == begun
        first, second, third = (ToolCall(name, "read", "{}") for name in "abc")
        await store.append(session_id, "r1", [AssistantMessage((first, second, third))], started_calls=[first])
        await store.start_call("r1", session_id, second)
        await store.start_call("r1", session_id, second)
        await store.append(session_id, "r1", [result("a")])
        await store.append(session_id, "r1", [result("a"), result("of no call")])
        await store.append(session_id, "r1", [], finished_calls=["b"])
        assert await store.calls("r1") == [
            CallRow("a", "r1", session_id, "read", "{}", moment(1), moment(4), "done"),
            CallRow("b", "r1", session_id, "read", "{}", moment(2), moment(6), "done"),
        ]
        assert len(await store.path(session_id)) == 2
        spent = Usage(1, 2, 3, None)
        await store.finish_run("r1", stop_reason="model_error", error="no \udcff", error_code="x", usage=spent, turns=2)
        await store.finish_run("r1", stop_reason="end_turn", usage=NO_USAGE, turns=9)
        ended = await store.run("r1")
        how = (moment(7), "model_error", "no \\udcff", "x", spent, 2)
        assert ended == Run("r1", session_id, "schedule", "p/m", "go", START, *how)
        other = (await store.create_session(cwd="/")).session_id
        await store.start_run(Run("r2", other, "user", "", "", moment(5)))
        assert [run.run_id for run in await store.runs()] == ["r2", "r1"]
        assert [run.run_id for run in await store.runs(limit=1)] == ["r2"]
        assert await store.runs(session_id) == [ended]
        with pytest.raises(UsageError, match="There is no run 'r3'"):
            await store.run("r3")

    run_story(tmp_path, story)


def test_one_unknown_price_makes_the_cost_of_a_session_unknown(tmp_path: Path) -> None:
    async def story(store: Store) -> None:
        session_id = (await store.create_session(cwd="/")).session_id

        async def cost() -> float | None:
            return (await store.session(session_id)).cost_usd

        assert await cost() == 0.0
        await store.append(session_id, "r", [AssistantMessage((), "p/m", usage=Usage(1, 0, 1, 0.5))])
        assert await cost() == 0.5
        reply = AssistantMessage((), "p/m", usage=Usage(1, 0, 1, 9.0))
        await store.append(session_id, "r", [reply], usage=Usage(1, 0, 1, 0.25), model="p/other")
        assert await cost() == 0.75
        await store.record_usage(session_id, "r", "p/m", Usage(5, 0, 5, None))
        assert await cost() is None

    run_story(tmp_path, story)


def test_a_branch_shares_entries_and_goes_its_own_way(tmp_path: Path) -> None:
    async def story(store: Store) -> None:
        trunk = await store.create_session(cwd="/w", title="T", model="p/m")
        entries = await store.append(trunk.session_id, None, [user("1"), user("2"), user("3")])
        branch = await store.branch(trunk.session_id[:10], entries[1].entry_id)
        assert (branch.title, branch.cwd, branch.model) == ("T", "/w", "p/m")
        assert (branch.parent_session_id, branch.head_id, branch.message_count) == (
            trunk.session_id,
            entries[1].entry_id,
            2,
        )
        await store.append(branch.session_id, None, [user("other")])
        twig = await store.branch(branch.session_id)
        await store.append(twig.session_id, None, [user("twig")])
        assert texts(await store.path(trunk.session_id)) == ["1", "2", "3"]
        assert texts(await store.path(branch.session_id)) == ["1", "2", "other"]
        assert texts(await store.path(twig.session_id)) == ["1", "2", "other", "twig"]
        with pytest.raises(UsageError, match=f"Entry {entries[2].entry_id} is not in this session"):
            await store.branch(branch.session_id, entries[2].entry_id)
        empty = await store.create_session(cwd="/")
        assert (await store.branch(empty.session_id)).head_id is None

    run_story(tmp_path, story)


def test_a_branch_never_parts_a_call_from_its_results(tmp_path: Path) -> None:
    async def story(store: Store) -> None:
        session_id = (await store.create_session(cwd="/")).session_id
        batch = AssistantMessage((ToolCall("a", "read", "{}"), ToolCall("b", "read", "{}")))
        messages = [user("1"), batch, result("b"), NoteMessage("between"), result("a"), user("2"), batch, result("a")]
        ids = [entry.entry_id for entry in await store.append(session_id, None, messages)]
        cuts = {at: (await store.branch(session_id, at)).head_id for at in ids}
        last, whole = ids[4], ids[5]
        assert cuts == dict(zip(ids, [ids[0], last, last, last, last, whole, whole, whole], strict=True))
        assert (await store.branch(session_id)).head_id == whole

    run_story(tmp_path, story)


def test_a_long_session_is_read_in_pages(tmp_path: Path) -> None:
    async def story(store: Store) -> None:
        trunk = (await store.create_session(cwd="/")).session_id
        await store.append(trunk, None, [user(str(n)) for n in range(7)])
        session_id = (await store.branch(trunk)).session_id
        await store.append(session_id, None, [user(str(n)) for n in range(7, 10)])
        pages: list[list[Entry]] = [await store.entries(session_id, limit=4)]
        while pages[0]:
            pages.insert(0, await store.entries(session_id, before=pages[0][0].entry_id, limit=4))
        assert [texts(page) for page in pages[1:]] == [["0", "1"], ["2", "3", "4", "5"], ["6", "7", "8", "9"]]
        assert [entry for page in pages for entry in page] == await store.path(session_id)

    run_story(tmp_path, story)


def test_many_appends_at_once_make_one_chain(tmp_path: Path) -> None:
    async def story(store: Store) -> None:
        sessions = [(await store.create_session(cwd="/")).session_id for _ in range(3)]
        pairs = [(sessions[n % 3], n) for n in range(90)]
        await asyncio.gather(*(store.append(one, None, [user(f"{n}a"), user(f"{n}b")]) for one, n in pairs))
        for at, session_id in enumerate(sessions):
            expected = [f"{n}{half}" for n in range(at, 90, 3) for half in "ab"]
            path = await store.path(session_id)
            assert texts(path) == expected
            assert [entry.parent_id for entry in path[1:]] == [entry.entry_id for entry in path[:-1]]

    run_story(tmp_path, story)


def test_an_append_whose_waiting_was_cancelled_is_stored_all_the_same(tmp_path: Path) -> None:
    async def story(store: Store) -> None:
        session_id = (await store.create_session(cwd="/")).session_id
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await store.append(session_id, None, [user("patient")])
        assert texts(await store.path(session_id)) == ["patient"]

    run_story(tmp_path, story)


def test_a_pinned_session_stands_above_the_others(tmp_path: Path) -> None:
    async def story(store: Store) -> None:
        first, second, third = [(await store.create_session(cwd="/")).session_id for _ in range(3)]
        assert (await store.pin(first, True)).pinned_at is not None
        assert [s.session_id for s in await store.sessions(pinned_first=True)] == [first, third, second]
        assert [s.session_id for s in await store.sessions()] == [third, second, first]
        assert (await store.pin(first, False)).pinned_at is None
        assert [s.session_id for s in await store.sessions(pinned_first=True)] == [third, second, first]

    run_story(tmp_path, story)


def test_the_runs_of_a_path_are_read_by_their_ids(tmp_path: Path) -> None:
    async def story(store: Store) -> None:
        session = await store.create_session(cwd="/")
        for run_id in ("r1", "r2", "r3"):
            await store.start_run(Run(run_id, session.session_id, "user", "m", "p", datetime.now(UTC)))
        assert {run.run_id for run in await store.runs_of(["r1", "r3", "\udcff"])} == {"r1", "r3"}
        assert await store.runs_of([]) == []

    run_story(tmp_path, story)
