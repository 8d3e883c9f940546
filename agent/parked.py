"""Questions of runs that nobody watches: a run ends as parked, its question waits in the database, over restarts too.

The answer holds for exactly the request that was asked about: the run goes on with the calls it had left, each is
judged anew, and only one with the same digest finds its answer here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from agent.commands import ActsAs, ResolveApproval
from agent.errors import UsageError
from agent.events import AnyEvent, ApprovalRequested, ApprovalResolved
from agent.ports import Clock
from agent.safety.approvals import Answer, answer_of
from agent.storage.connection import Connection
from agent.storage.database import Database
from agent.storage.records import to_micros

_NO_ANSWER = Answer(False, "nobody", refusal="Nobody answered. It was not done.")


class Parked(msgspec.Struct, frozen=True):
    """A question that waits, or whose answer the run has not had yet."""

    slot_id: int
    event: ApprovalRequested
    answer: Answer | None = None

    @property
    def run_id(self) -> str:
        """Of the run that asked."""
        return self.event.run_id


class ParkedQuestions:
    """All of a home. Methods raise StorageError."""

    def __init__(self, database: Database, clock: Clock, publish: Callable[[AnyEvent], None]) -> None:
        self._database = database
        self._clock = clock
        self._publish = publish

    async def keep(self, slot_id: int, event: ApprovalRequested) -> None:
        """Store a question; its event carries until when it waits."""
        now = self._clock.now()
        row = (event.approval_id, slot_id, event.run_id, event.digest, msgspec.json.encode(event).decode())

        def work(connection: Connection) -> None:
            connection.execute(
                "INSERT INTO parked (approval_id, slot_id, run_id, digest, event, at, expires_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*row, to_micros(now), to_micros(event.parked_until or now)),
            )

        await self._database.call(work, step="park")

    async def open(self) -> list[Parked]:
        """Those that wait for an answer, the oldest first."""
        query = "SELECT slot_id, event, answer FROM parked WHERE answer IS NULL ORDER BY at, rowid"
        return await self._database.read(lambda connection: [_read(row) for row in connection.execute(query)])

    async def answers(self, run_id: str) -> list[Parked]:
        """What a run that goes on has been answered and has not used, the oldest first."""
        query = (
            "SELECT slot_id, event, answer FROM parked WHERE run_id = ? AND answer IS NOT NULL AND used_at IS NULL"
            " ORDER BY at, rowid"
        )
        rows = await self._database.read(lambda connection: connection.execute(query, (run_id,)).fetchall())
        return [_read(row) for row in rows]

    async def used(self, approval_id: str) -> None:
        """Note that the run has had the answer: it counts once."""
        now = to_micros(self._clock.now())
        await self._database.call(
            lambda connection: connection.execute(
                "UPDATE parked SET used_at = ? WHERE approval_id = ?", (now, approval_id)
            ),
            step="use_answer",
        )

    async def resolve(self, command: ResolveApproval) -> Parked | None:
        """Store a person's answer and tell it; None: this is no parked question. Raises UsageError: it is too late."""
        now = self._clock.now()

        def work(connection: Connection) -> Parked | str | None:
            row = connection.execute(
                "SELECT slot_id, event, answer, expires_at FROM parked WHERE approval_id = ?", (command.approval_id,)
            ).fetchone()
            if row is None:
                return None
            if row[2] is not None:
                return "it was answered before"
            if row[3] <= to_micros(now):
                return "it waited too long, and the run was given up"
            parked = _read(row[:3])
            answer = answer_of(command, parked.event.scopes)
            connection.execute(
                "UPDATE parked SET answer = ? WHERE approval_id = ?",
                (msgspec.json.encode(answer).decode(), command.approval_id),
            )
            return msgspec.structs.replace(parked, answer=answer)

        found = await self._database.call(work, step="answer")
        if isinstance(found, str):
            raise UsageError(f"Approval {command.approval_id} cannot be answered: {found}. Nothing was changed.")
        if found is not None and (answer := found.answer) is not None:
            self._tell(found.event, "person", answer)
        return found

    async def give_up(self, slot_id: int | None = None) -> list[Parked]:
        """Close what has waited too long, or, of one slot, all that waits; nobody will answer it any more."""
        now = to_micros(self._clock.now())
        closed = msgspec.json.encode(_NO_ANSWER).decode()

        def work(connection: Connection) -> list[Parked]:
            which = "expires_at <= ?" if slot_id is None else "slot_id = ?"
            rows = connection.execute(
                f"SELECT slot_id, event, answer FROM parked WHERE answer IS NULL AND {which}",  # noqa: S608 - constants
                (now if slot_id is None else slot_id,),
            ).fetchall()
            found = [_read(row) for row in rows]
            for parked in found:
                connection.execute(
                    "UPDATE parked SET answer = ?, used_at = ? WHERE approval_id = ?",
                    (closed, now, parked.event.approval_id),
                )
            return found

        found = await self._database.call(work, step="expire")
        for parked in found:
            self._tell(parked.event, "expired" if slot_id is None else "cancelled")
        return found

    def _tell(
        self,
        event: ApprovalRequested,
        by: Literal["person", "expired", "cancelled"],
        answer: Answer = _NO_ANSWER,
    ) -> None:
        ids = (event.session_id, event.run_id, event.approval_id)
        self._publish(ApprovalResolved(*ids, answer.allowed, by, answer.note, answer.scope))


def _read(row: tuple[int, str, str | None]) -> Parked:
    slot_id, event, answer = row
    return Parked(
        slot_id,
        msgspec.json.decode(event, type=ApprovalRequested),
        None if answer is None else msgspec.json.decode(answer, type=Answer),
    )


class RunParking:
    """Where the questions of one run wait, and the answers that it has got; `Parking` of its approver."""

    def __init__(self, questions: ParkedQuestions, clock: Clock, hours: Callable[[], float], acts_as: ActsAs) -> None:
        self._questions = questions
        self._clock = clock
        self._wait = timedelta(hours=hours())
        self._acts_as = acts_as
        self._answers: list[Parked] | None = None
        self._reading = asyncio.Lock()

    @property
    def until(self) -> datetime:
        """How long a question asked now waits."""
        return self._clock.now() + self._wait

    async def answered(self, digest: str) -> Answer | None:
        """Give the answer to exactly this request, once; None: there is none."""
        async with self._reading:  # calls that only read ask side by side, perhaps all the same
            if self._answers is None:
                self._answers = await self._questions.answers(self._acts_as.run_id)
        found = next((one for one in self._answers if one.event.digest == digest), None)
        if found is None:
            return None
        self._answers.remove(found)
        await self._questions.used(found.event.approval_id)
        return found.answer

    async def keep(self, event: ApprovalRequested) -> None:
        """Store a question. Raises StorageError."""
        await self._questions.keep(self._acts_as.slot_id, event)
