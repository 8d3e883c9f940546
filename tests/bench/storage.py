"""What the store costs: `python -m tests.bench.storage`. Prints a table, fails nothing."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from agent.messages import AssistantMessage, Message, TextPart, ToolCall, ToolMessage, ToolResult, UserMessage
from agent.storage.blobs import Blobs
from agent.storage.database import Database
from agent.storage.recovery import well_formed
from agent.storage.sessions import Run, Store

STEPS = 200
MESSAGES = 10_000


async def timed(work: Callable[[], Awaitable[object]], times: int = 1) -> str:
    """Median and 95th percentile in milliseconds."""
    spent: list[float] = []
    for _ in range(times):
        begun = time.perf_counter()
        await work()
        spent.append((time.perf_counter() - begun) * 1000)
    spent.sort()
    tail = f", p95 {spent[int(0.95 * (times - 1))]:.2f}" if times > 1 else ""
    return f"{statistics.median(spent):.2f}{tail} ms"


class Steps:
    """The steps of a chain of tool calls."""

    def __init__(self, store: Store, session_id: str) -> None:
        self.store = store
        self.session_id = session_id
        self.number = 0

    def next(self) -> tuple[ToolCall, AssistantMessage, ToolMessage]:
        self.number += 1
        call = ToolCall(f"call-{self.number}", "read", '{"path": "notes.txt"}')
        result = ToolResult(call.call_id, call.name, (TextPart("y" * 3000),))
        return call, AssistantMessage((TextPart("x" * 200), call), "p/m", "tool_calls"), ToolMessage(result)

    async def apart(self) -> None:
        call, reply, result = self.next()
        await self.store.append(self.session_id, "r", [reply])
        await self.store.start_call("r", self.session_id, call)
        await self.store.append(self.session_id, "r", [result])

    async def together(self) -> None:
        call, reply, result = self.next()
        await self.store.append(self.session_id, "r", [reply], started_calls=[call])
        await self.store.append(self.session_id, "r", [result])


def long_history() -> list[Message]:
    messages: list[Message] = []
    for n in range(MESSAGES // 4):
        call = ToolCall(f"long-{n}", "read", "{}")
        messages += [
            UserMessage((TextPart(f"question {n} " + "lorem ipsum " * 40),)),
            AssistantMessage((call,)),
            ToolMessage(ToolResult(call.call_id, "read", (TextPart("z" * 800),))),
            AssistantMessage((TextPart(f"answer 可以搜索中文 {n}"),)),
        ]
    return messages


async def measure(home: Path) -> None:
    path = home / "homard.db"
    print("create a database               ", await timed(lambda: _open_and_close(path)))
    print("open and close it               ", await timed(lambda: _open_and_close(path), 20))
    database = await Database.open(path)
    store = Store(database, Blobs(home / "blobs"))
    session_id = (await store.create_session(cwd="/")).session_id
    await store.start_run(Run("r", session_id, "cli", "p/m", "hi", datetime.now(UTC)))
    steps = Steps(store, session_id)
    print("a step in three commits         ", await timed(steps.apart, STEPS))
    print("a step in two commits           ", await timed(steps.together, STEPS))
    long_id = (await store.create_session(cwd="/")).session_id
    await store.append(long_id, None, long_history())
    print(f"open a session of {MESSAGES:,} messages", await timed(lambda: store.path(long_id), 5))
    messages = [entry.message for entry in await store.path(long_id)]
    begun = time.perf_counter()
    well_formed(messages)
    print(f"repair its history               {(time.perf_counter() - begun) * 1000:.2f} ms")
    print("its last page of 200            ", await timed(lambda: store.entries(long_id), 5))
    print("index all                       ", await timed(store.index_pending))
    print("search                          ", await timed(lambda: store.search("question 17"), 5))
    print("search Chinese                  ", await timed(lambda: store.search("搜索中文 24"), 5))
    print("search two characters, no hit   ", await timed(lambda: store.search("曨曨"), 5))
    await database.close()


async def _open_and_close(path: Path) -> None:
    await (await Database.open(path)).close()


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        asyncio.run(measure(Path(folder)))
