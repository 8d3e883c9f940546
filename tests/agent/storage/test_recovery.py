from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from agent.messages import (
    NO_USAGE,
    AssistantMessage,
    Message,
    TextPart,
    ToolCall,
    ToolMessage,
    ToolResult,
    UserMessage,
)
from agent.storage.blobs import Blobs
from agent.storage.database import Database
from agent.storage.owner import Owner
from agent.storage.recovery import INTERRUPTED, MISSING, NOT_RUN, UNKNOWN, Recovered, close_parked, recover, well_formed
from agent.storage.sessions import Run, Store
from tests.helpers import storage_child as child
from tests.helpers.history import strict_problems
from tests.helpers.kill_loop import KILLED, kill_at_each

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


def program(mode: str, home: Path) -> list[str]:
    return [sys.executable, str(ROOT / "tests/helpers/storage_child.py"), mode, str(home)]


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


async def examine(home: Path) -> None:
    """Recover a home whose owner was killed, and check all that was promised."""
    owner = Owner.acquire(child.paths_of(home))
    assert owner is not None
    database = await Database.open(home / "homard.db")
    store = Store(database, Blobs(home / "blobs"))
    await recover(store)
    assert await database.read(lambda connection: connection.execute("PRAGMA integrity_check").get) == "ok"
    sessions = await store.sessions()
    acks = lines(home / "acks")
    named = [ack.split()[1] for ack in acks if ack.startswith("session")]
    assert {session.session_id for session in sessions} >= set(named)
    assert len(sessions) <= 1
    for session in sessions:
        await examine_session(store, session.session_id, acks, lines(home / "effects"))
    for ack in acks:
        if ack.startswith("blob"):
            with store.blobs.open(ack.split()[1]) as blob:
                assert blob.read() == b"x" * 100
    assert not list((home / "blobs").glob("unfinished/*"))
    before = [await store.path(session.session_id) for session in sessions]
    assert await recover(store) == []
    assert [await store.path(session.session_id) for session in sessions] == before
    await database.close()
    owner.release()


async def examine_session(store: Store, session_id: str, acks: list[str], effects: list[str]) -> None:
    messages: list[Message] = [entry.message for entry in await store.path(session_id)]
    made_up = [message for message in messages if isinstance(message, ToolMessage) and message.result.outcome != "done"]
    kept = messages[: len(messages) - len(made_up)]
    assert messages == kept + made_up
    assert kept == child.script()[: len(kept)]
    assert len(kept) >= acks.count("entry")
    assert strict_problems(messages) == []
    assert well_formed(messages) == messages

    outcomes = {message.result.call_id: message.result for message in messages if isinstance(message, ToolMessage)}
    assert len(effects) == len(set(effects))
    assert all(outcomes[call_id].outcome in ("done", "unknown") for call_id in effects)
    for message in made_up:
        unknown = message.result.outcome == "unknown"
        assert message.result.text == (UNKNOWN if unknown else NOT_RUN)
        assert message.result.is_error

    runs = await store.runs()
    assert len(runs) >= acks.count("run")
    for run in runs:
        replies = sum(isinstance(message, AssistantMessage) for message in messages)
        if run.stop_reason == "end_turn":
            assert kept == child.script()
        else:
            assert "finished" not in acks
            assert (run.stop_reason, run.error, run.turns) == ("interrupted", INTERRUPTED, replies)
            assert run.usage.output_tokens == replies * child.SPENT.output_tokens
            assert run.finished_at is not None
        assert all(call.outcome and call.finished_at for call in await store.calls(run.run_id))


def test_killed_at_each_step_of_a_run_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    def home(at: int) -> Path:
        return tmp_path / str(at)

    at = 0

    def fresh(number: int) -> dict[str, str]:
        nonlocal at
        at = number
        home(at).mkdir()
        return {"PYTHONPATH": str(ROOT), "CHILD_HOME": str(home(at))}

    launcher = (
        "import os, runpy, sys; sys.argv = ['child', 'run', os.environ['CHILD_HOME']];"
        "runpy.run_module('tests.helpers.storage_child', run_name='__main__')"
    )
    killed = kill_at_each([sys.executable, "-c", launcher], fresh, lambda number: asyncio.run(examine(home(number))))
    asyncio.run(examine(home(at)))
    assert killed > 40
    assert lines(home(at) / "acks")[-1] == "finished"


def test_killed_at_each_step_of_a_recovery_the_next_one_completes_it(tmp_path: Path) -> None:
    wreck = tmp_path / "wreck"
    wreck.mkdir()
    env = {**os.environ, "PYTHONPATH": str(ROOT), "HOMARD_FAILPOINT": "storage.start_call.after"}
    done = subprocess.run(program("run", wreck), env=env, timeout=60, check=False)
    assert done.returncode in KILLED
    home = tmp_path / "home"

    def fresh(_number: int) -> dict[str, str]:
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(wreck, home)
        return {"PYTHONPATH": str(ROOT)}

    killed = kill_at_each(program("recover", home), fresh, lambda _number: asyncio.run(examine(home)))
    assert killed == 5  # the lock, its card, and before, in and after the one transaction of the run
    asyncio.run(examine(home))


async def a_store(home: Path) -> Store:
    return Store(await Database.open(home / "homard.db"), Blobs(home / "blobs"), now=lambda: NOW)


def test_recovery_tells_what_is_known_of_each_call(tmp_path: Path) -> None:
    first, second, third = (ToolCall(name, "shell", "{}") for name in ("a", "b", "c"))
    done = ToolMessage(ToolResult("a", "shell", (TextPart("fine"),)))

    async def story() -> None:
        store = await a_store(tmp_path)
        session_id = (await store.create_session(cwd="/")).session_id
        await store.start_run(Run("r", session_id, "user", "", "go", NOW))
        await store.append(session_id, "r", [AssistantMessage((first, second, third))], started_calls=[first, second])
        await store.append(session_id, "r", [done])
        orphan = ToolCall("tool-run", "shell", "{}")
        await store.start_call("r", session_id, orphan)

        assert await recover(store) == [Recovered(session_id, "r", (second, orphan), (third,))]
        assert [entry.message for entry in await store.path(session_id)][1:] == [
            done,
            ToolMessage(ToolResult("b", "shell", (TextPart(UNKNOWN),), is_error=True, outcome="unknown")),
            ToolMessage(ToolResult("c", "shell", (TextPart(NOT_RUN),), is_error=True, outcome="not_run")),
        ]
        assert [(call.call_id, call.outcome) for call in await store.calls("r")] == [
            ("a", "done"),
            ("b", "unknown"),
            ("tool-run", "unknown"),
        ]
        assert await recover(store) == []
        await store.database.close()

    asyncio.run(story())


def test_what_a_parked_run_waits_with_stays_open_and_is_closed_alone(tmp_path: Path) -> None:
    waits, talks = ToolCall("c", "write", "{}"), ToolCall("c", "read", "{}")

    async def story() -> None:
        store = await a_store(tmp_path)
        session_id = (await store.create_session(cwd="/")).session_id
        await store.start_run(Run("job", session_id, "schedule", "", "go", NOW))
        await store.append(session_id, "job", [AssistantMessage((waits,))], started_calls=[waits])
        await store.finish_run("job", stop_reason="parked", usage=NO_USAGE, turns=1)
        await store.start_run(Run("chat", session_id, "user", "", "and?", NOW))
        await store.append(session_id, "chat", [UserMessage((TextPart("And?"),)), AssistantMessage((talks,))])
        assert await recover(store) == [Recovered(session_id, "chat", (), (talks,))]
        assert await recover(store) == []
        await close_parked(store, "job", "nobody answered", now=NOW)
        results = [entry for entry in await store.path(session_id) if isinstance(entry.message, ToolMessage)]
        assert [(entry.run_id, entry.message.result.text) for entry in results] == [  # pyright: ignore
            ("chat", NOT_RUN),
            ("job", "Not run: nobody answered"),
        ]
        await store.database.close()

    asyncio.run(story())


def test_a_parked_run_is_given_up_while_somebody_s_run_works_in_its_session(tmp_path: Path) -> None:
    waits, talks = ToolCall("a", "write", "{}"), ToolCall("b", "shell", "{}")

    async def story() -> None:
        store = await a_store(tmp_path)
        session_id = (await store.create_session(cwd="/")).session_id
        await store.start_run(Run("job", session_id, "schedule", "", "go", NOW))
        await store.append(session_id, "job", [AssistantMessage((waits,))])
        await store.finish_run("job", stop_reason="parked", usage=NO_USAGE, turns=1)
        await store.start_run(Run("chat", session_id, "user", "", "and?", NOW))
        await store.append(session_id, "chat", [AssistantMessage((talks,))], started_calls=[talks])
        await close_parked(store, "job", "nobody answered", now=NOW)
        fine = ToolMessage(ToolResult("b", "shell", (TextPart("fine"),)))
        assert [entry.message for entry in await store.append(session_id, "chat", [fine])] == [fine]
        await store.database.close()

    asyncio.run(story())


def test_recovery_finds_missing_results_without_a_run_too(tmp_path: Path) -> None:
    call = ToolCall("a", "read", "{}")

    async def story() -> None:
        store = await a_store(tmp_path)
        session_id = (await store.create_session(cwd="/")).session_id
        quiet = [UserMessage((TextPart(str(n)),)) for n in range(120)]
        await store.append(session_id, None, [AssistantMessage((call,)), *quiet])
        assert await recover(store) == [Recovered(session_id, None, (), (call,))]
        assert strict_problems(well_formed([entry.message for entry in await store.path(session_id)])) == []
        assert await recover(store) == []
        await store.database.close()

    asyncio.run(story())


def test_a_broken_history_is_repaired_in_call_order() -> None:
    def result(call_id: str, text: str) -> ToolMessage:
        return ToolMessage(ToolResult(call_id, "read", (TextPart(text),)))

    one, two = ToolCall("1", "read", "{}"), ToolCall("2", "read", "{}")
    question, reply, later = UserMessage((TextPart("?"),)), AssistantMessage((one, two)), AssistantMessage((one,))
    made_up = ToolMessage(ToolResult("1", "read", (TextPart(MISSING),), is_error=True, outcome="unknown"))
    broken = [result("9", "of no call"), question, reply, result("2", "b"), question, later, result("1", "c")]
    assert well_formed([*broken, result("1", "a"), result("1", "again")]) == [
        question,
        reply,
        result("1", "a"),
        result("2", "b"),
        question,
        later,
        result("1", "c"),
    ]
    assert well_formed([later]) == [later, made_up]


PLANS = st.lists(st.integers(0, 3), max_size=8)


@settings(max_examples=150, deadline=None)
@given(plan=PLANS, data=st.data())
def test_any_history_is_repaired_and_a_good_one_left_alone(plan: list[int], data: st.DataObject) -> None:
    good: list[Message] = []
    for turn, count in enumerate(plan):
        calls = [ToolCall(f"{turn}.{n}", "read", "{}") for n in range(count)]
        good += [UserMessage((TextPart("?"),)), AssistantMessage(tuple(calls))]
        good += [ToolMessage(ToolResult(call.call_id, "read", (TextPart("!"),))) for call in calls]
    assert well_formed(good) == good
    broken = [message for message in good if not isinstance(message, ToolMessage) or data.draw(st.booleans())]
    for message in [message for message in good if isinstance(message, ToolMessage) and data.draw(st.booleans())]:
        broken.insert(data.draw(st.integers(0, len(broken))), message)
    repaired = well_formed(broken)
    assert strict_problems(repaired) == []
    assert well_formed(repaired) == repaired
    others = [message for message in broken if not isinstance(message, ToolMessage)]
    assert [message for message in repaired if not isinstance(message, ToolMessage)] == others
