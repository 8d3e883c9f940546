"""A program that drives the store as a run would, to be killed: `storage_child.py MODE HOME`.

Each step that was acknowledged (its await returned) is a line in HOME/acks; each effect of a call one in HOME/effects.
"""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from agent.messages import (
    AssistantMessage,
    Message,
    NoteMessage,
    TextPart,
    ToolCall,
    ToolMessage,
    ToolResult,
    Usage,
    UserMessage,
)
from agent.paths import Paths
from agent.storage.blobs import Blobs
from agent.storage.database import Database
from agent.storage.owner import Owner
from agent.storage.recovery import recover
from agent.storage.sessions import Run, Store

RUN_ID = "run-1"
TURNS = 2
SPENT = Usage(10, 4, 2, 0.5)


def calls_of(turn: int) -> tuple[ToolCall, ToolCall]:
    return ToolCall(f"call-{turn}-a", "write", "{}"), ToolCall(f"call-{turn}-b", "write", "{}")


def reply_of(turn: int) -> AssistantMessage:
    return AssistantMessage((TextPart(f"turn {turn}"), *calls_of(turn)), "p/m", "tool_calls", SPENT)


def result_of(call: ToolCall) -> ToolMessage:
    return ToolMessage(ToolResult(call.call_id, call.name, (TextPart(f"did {call.call_id}"),)))


QUESTION = UserMessage((TextPart("do it"),))
NOTE = NoteMessage("steering")
ANSWER = AssistantMessage((TextPart("all done"),), "p/m", "stop", SPENT)


def script() -> list[Message]:
    """All messages of an undisturbed run, in order."""
    messages: list[Message] = [QUESTION]
    for turn in range(TURNS):
        messages += [reply_of(turn), *(result_of(call) for call in calls_of(turn)), NOTE]
    return [*messages, ANSWER]


def paths_of(home: Path) -> Paths:
    return Paths(home, home, home / "cache", home / "logs")


class Child:
    def __init__(self, home: Path, store: Store) -> None:
        self.home = home
        self.store = store
        self.session_id = ""

    def note(self, file: str, line: str) -> None:
        descriptor = os.open(self.home / file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(descriptor, f"{line}\n".encode())
        os.close(descriptor)

    async def say(self, message: Message, *, started: tuple[ToolCall, ...] = ()) -> None:
        await self.store.append(self.session_id, RUN_ID, [message], started_calls=started)
        self.note("acks", "entry")

    async def run(self) -> None:
        self.session_id = (await self.store.create_session(cwd=str(self.home))).session_id
        self.note("acks", f"session {self.session_id}")
        await self.store.start_run(Run(RUN_ID, self.session_id, "user", "p/m", "do it", datetime.now(UTC)))
        self.note("acks", "run")
        await self.say(QUESTION)
        for turn in range(TURNS):
            await self.turn(turn)
        await self.say(ANSWER)
        self.note("acks", f"blob {await asyncio.to_thread(self.store.blobs.put, b'x' * 100)}")
        await self.store.finish_run(RUN_ID, stop_reason="end_turn", usage=SPENT, turns=TURNS + 1)
        self.note("acks", "finished")

    async def turn(self, turn: int) -> None:
        together = turn == 0  # calls that only read start with the reply, others one after the other
        await self.say(reply_of(turn), started=calls_of(turn) if together else ())
        for call in calls_of(turn):
            if not together:
                await self.store.start_call(RUN_ID, self.session_id, call)
            self.note("effects", call.call_id)
            await self.say(result_of(call))
        await self.say(NOTE)


async def main(mode: str, home: Path) -> None:
    owner = Owner.acquire(paths_of(home), "nowhere")
    assert owner is not None
    database = await Database.open(home / "homard.db")
    store = Store(database, Blobs(home / "blobs"))
    await recover(store)
    if mode == "run":
        await Child(home, store).run()
    await database.close()
    owner.release()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
