# ruff: noqa: S608 - only constants of this package are put into the text of a query; values are bound
"""The store: sessions, their entries, runs and calls, each step committed before the call returns."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import msgspec

from agent.errors import UsageError
from agent.events import StopReason
from agent.messages import AssistantMessage, Entry, Message, ToolCall, ToolMessage, ToolResult, Usage
from agent.storage import entries as tree
from agent.storage import runs as ledger
from agent.storage import search as finder
from agent.storage.blobs import Blobs
from agent.storage.connection import Connection
from agent.storage.database import Database
from agent.storage.records import (
    CALL_COLUMNS,
    RUN_COLUMNS,
    SESSION_COLUMNS,
    CallRow,
    Hit,
    Run,
    Session,
    call_of,
    clean,
    run_of,
    session_of,
    to_micros,
)

__all__ = ["CallRow", "Hit", "Run", "Session", "Store", "new_id"]


def new_id() -> str:
    """Make a new session or run id: 16 hexadecimal digits, so that a few of them are enough to name one."""
    return os.urandom(8).hex()


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Store:
    """All that is remembered. Methods raise StorageError when the disk or the file fails; then nothing was changed.

    Images are kept inside the message's JSON (base64); keep them under 8 MiB. Larger data belongs into `blobs`.
    """

    def __init__(
        self, database: Database, blobs: Blobs, *, now: Callable[[], datetime] = _utc_now, metered: bool = False
    ) -> None:
        """`metered`: whoever makes the model calls records what they took (agent.budget), so that this does not."""
        self.database = database
        self.blobs = blobs
        self._now = now
        self._metered = metered

    async def create_session(self, *, cwd: str, title: str = "", model: str = "", job_id: str | None = None) -> Session:
        """Begin a session in the folder `cwd`, absolute; where a link in it leads now is kept.

        With `job_id` it holds a run of that job and is not listed among the chats.
        """
        return await self._new_session(
            lambda _connection, session_id: _blank(session_id, os.path.realpath(cwd), title, model), job_id
        )

    async def session(self, session_id: str) -> Session:
        """Read a session, a deleted one too, by its id or a prefix that fits one only. Raises UsageError."""
        return await self.database.read(lambda connection: tree.find_session(connection, session_id))

    async def latest_session(self) -> Session | None:
        """The session in which something happened last."""
        return next(iter(await self.sessions(limit=1)), None)

    async def sessions(
        self, *, limit: int = 50, include_deleted: bool = False, pinned_first: bool = False
    ) -> list[Session]:
        """List sessions, the one in which something happened last first; pinned ones above all others if wanted.

        Those of jobs are not among them, unless a person has pinned one.
        """
        query = (
            f"SELECT {SESSION_COLUMNS} FROM sessions s WHERE (s.deleted_at IS NULL OR :deleted)"
            " AND (s.job_id IS NULL OR s.pinned_at IS NOT NULL)"
            " ORDER BY :pinned AND s.pinned_at IS NOT NULL DESC, s.updated_at DESC, s.rowid DESC LIMIT :limit"
        )
        bindings = {"deleted": include_deleted, "pinned": pinned_first, "limit": limit}
        return await self.database.read(
            lambda connection: [session_of(row) for row in connection.execute(query, bindings)]
        )

    async def search(self, text: str, *, limit: int = 20, session_id: str | None = None) -> list[Hit]:
        """Find entries that hold all words of `text` (each as a piece of text), newest first.

        Without `session_id`: in all sessions that are not deleted; with it: on that session's path.
        """
        return await finder.search(self.database, text, limit=limit, session_id=session_id)

    async def index_pending(self) -> int:
        """Bring the search index up to date, a piece at a time; for idle moments. Returns how many entries it took."""
        return await finder.index_pending(self.database)

    async def rename(self, session_id: str, title: str) -> Session:
        """Give a session another title. Raises UsageError."""
        return await self._change(session_id, "title = ?", clean(title))

    async def set_model(self, session_id: str, model: str) -> Session:
        """Give a session another model (`provider/model`). Raises UsageError."""
        return await self._change(session_id, "model = ?", clean(model))

    async def pin(self, session_id: str, pinned: bool) -> Session:
        """Put a session above the others, or back among them. Raises UsageError."""
        return await self._change(session_id, "pinned_at = ?", to_micros(self._now()) if pinned else None)

    async def set_cwd(self, session_id: str, cwd: str) -> Session:
        """Give a session another absolute working folder. Raises UsageError."""
        return await self._change(session_id, "cwd = ?", os.fsencode(await asyncio.to_thread(os.path.realpath, cwd)))

    async def delete_session(self, session_id: str) -> Session:
        """Hide a session; nothing is erased. Raises UsageError."""
        return await self._change(session_id, "deleted_at = COALESCE(deleted_at, ?)", to_micros(self._now()))

    async def restore_session(self, session_id: str) -> Session:
        """Take back a deletion. Raises UsageError."""
        return await self._change(session_id, "deleted_at = ?", None)

    async def branch(self, session_id: str, at_entry_id: int | None = None) -> Session:
        """Begin a session that shares the entries up to `at_entry_id` (None: all), title, folder and model.

        A call is never parted from its results: see `entries.find_cut`. Raises UsageError.
        """

        def fork(connection: Connection, new_session_id: str) -> Session:
            parent = tree.find_session(connection, session_id)
            path = tree.path_up(connection, parent.head_id)
            at = parent.head_id if at_entry_id is None else at_entry_id
            head = None if at is None else tree.find_cut(path, at)
            return Session(
                new_session_id,
                parent.title,
                parent.cwd,
                parent.model,
                parent.created_at,
                parent.updated_at,
                head,
                parent.session_id,
            )

        return await self._new_session(fork)

    async def append(
        self,
        session_id: str,
        run_id: str | None,
        messages: Sequence[Message],
        *,
        finished_calls: Sequence[str] = (),
        started_calls: Sequence[ToolCall] = (),
        usage: Usage | None = None,
        model: str = "",
    ) -> list[Entry]:
        """Store messages at the end of a session's path, in one transaction; returns their entries, as stored.

        The calls of ToolMessages are marked finished, `finished_calls` too; `started_calls` are marked started (needs
        `run_id`). A result of a call that has one already, or that nobody made, is not stored: the first counts.
        Usage: one row for `usage` and `model` if given, else one for each AssistantMessage; none if it is metered.
        Surrogates in texts are written as `\\udcff`. Raises UsageError for an unknown session (full id wanted).
        """
        now = to_micros(self._now())

        def work(connection: Connection) -> list[Entry]:
            stored = tree.append(connection, session_id, run_id, messages, now)
            results = [entry.message.result for entry in stored if isinstance(entry.message, ToolMessage)]
            results += [ToolResult(call_id, "", ()) for call_id in finished_calls]
            ledger.close_calls(connection, session_id, results, now)
            if started_calls:
                ledger.open_calls(connection, session_id, _needed(run_id), started_calls, now)
            spent = [(model, usage)] if usage is not None else _spent(stored)
            for name, amount in () if self._metered else spent:
                ledger.insert_usage(connection, session_id, run_id, name, amount, now)
            return stored

        return await self.database.call(work, step="append")

    async def path(self, session_id: str) -> list[Entry]:
        """Read all entries of a session, root first, over branches too. Raises UsageError (full id wanted)."""
        return await self.database.read(
            lambda connection: tree.path_up(connection, tree.head_of(connection, session_id)[0])
        )

    async def entries(self, session_id: str, *, before: int | None = None, limit: int = 200) -> list[Entry]:
        """Read a page of the path: the last `limit` entries, or those before the entry `before`; root first."""

        def work(connection: Connection) -> list[Entry]:
            head = tree.head_of(connection, session_id)[0]
            if before is not None:
                head = connection.execute("SELECT parent_id FROM entries WHERE entry_id = ?", (before,)).get
            return tree.path_up(connection, head, limit)

        return await self.database.read(work)

    async def start_run(self, run: Run) -> None:
        """Record that a run begins, before anything else of it happens."""
        await self.database.call(lambda connection: ledger.insert_run(connection, run), step="start_run")

    async def finish_run(
        self,
        run_id: str,
        *,
        stop_reason: StopReason,
        error: str | None = None,
        error_code: str | None = None,
        usage: Usage,
        turns: int,
    ) -> None:
        """Record how a run ended. A run that has ended already stays as it is."""
        now = to_micros(self._now())
        await self.database.call(
            lambda connection: ledger.close_run(
                connection,
                run_id,
                now,
                stop_reason=stop_reason,
                error=error,
                error_code=error_code,
                usage=usage,
                turns=turns,
            ),
            step="finish_run",
        )

    async def start_call(self, run_id: str, session_id: str, call: ToolCall) -> None:
        """Record the intent to run a call; await it before the tool starts."""
        now = to_micros(self._now())
        await self.database.call(
            lambda connection: ledger.open_calls(connection, session_id, run_id, [call], now), step="start_call"
        )

    async def record_usage(self, session_id: str, run_id: str | None, model: str, usage: Usage) -> None:
        """Record a model call that left no message (a summary), unless it is metered."""
        if self._metered:
            return
        now = to_micros(self._now())
        await self.database.call(
            lambda connection: ledger.insert_usage(connection, session_id, run_id, model, usage, now),
            step="record_usage",
        )

    async def runs(self, session_id: str | None = None, limit: int = 50) -> list[Run]:
        """List runs, of one session (full id) or all, the latest first."""
        query = (
            f"SELECT {RUN_COLUMNS} FROM runs WHERE session_id = :session OR :session IS NULL"
            " ORDER BY started_at DESC, rowid DESC LIMIT :limit"
        )
        return await self.database.read(
            lambda connection: [
                run_of(row) for row in connection.execute(query, {"session": session_id, "limit": limit})
            ]
        )

    async def runs_of(self, run_ids: Sequence[str]) -> list[Run]:
        """Read the runs of these ids that there are, in no order: those of a path, over branches too."""
        wanted = msgspec.json.encode([clean(run_id) for run_id in run_ids]).decode()
        query = f"SELECT {RUN_COLUMNS} FROM runs WHERE run_id IN (SELECT value FROM json_each(?))"
        return await self.database.read(
            lambda connection: [run_of(row) for row in connection.execute(query, (wanted,))]
        )

    async def run(self, run_id: str) -> Run:
        """Read a run. Raises UsageError."""
        row = await self.database.read(
            lambda connection: connection.execute(
                f"SELECT {RUN_COLUMNS} FROM runs WHERE run_id = ?", (clean(run_id),)
            ).fetchone()
        )
        if row is None:
            raise UsageError(f"There is no run {run_id!r}; nothing was done. `homard audit show` lists the runs.")
        return run_of(row)

    async def calls(self, run_id: str) -> list[CallRow]:
        """List the calls of a run that were started, in that order."""
        query = f"SELECT {CALL_COLUMNS} FROM calls WHERE run_id = ? ORDER BY call_row"
        return await self.database.read(
            lambda connection: [call_of(row) for row in connection.execute(query, (clean(run_id),))]
        )

    async def reopen_run(self, run_id: str) -> Run:
        """Take up a parked run: it has no end any more. Gives it as it was. Raises UsageError for any other."""
        before = await self.run(run_id)
        reopened = await self.database.call(
            lambda connection: ledger.reopen_run(connection, before.run_id), step="reopen_run"
        )
        if not reopened:
            raise UsageError(f"Run {run_id} does not wait for anything; it was not taken up.")
        return before

    async def _new_session(self, make: Callable[[Connection, str], Session], job_id: str | None = None) -> Session:
        session_id, now = new_id(), to_micros(self._now())

        def work(connection: Connection) -> Session:
            tree.insert_session(connection, make(connection, session_id), now)
            if job_id is not None:
                connection.execute("UPDATE sessions SET job_id = ? WHERE session_id = ?", (job_id, session_id))
            return tree.find_session(connection, session_id)

        return await self.database.call(work, step="create_session")

    async def _change(self, session_id: str, assignment: str, value: str | bytes | int | None) -> Session:
        def work(connection: Connection) -> Session:
            found = tree.find_session(connection, session_id)
            connection.execute(f"UPDATE sessions SET {assignment} WHERE session_id = ?", (value, found.session_id))
            return tree.find_session(connection, found.session_id)

        return await self.database.call(work, step="change_session")


def _blank(session_id: str, cwd: str, title: str, model: str) -> Session:
    epoch = datetime.fromtimestamp(0, UTC)
    return Session(session_id, title, cwd, model, epoch, epoch)


def _needed(run_id: str | None) -> str:
    if run_id is None:
        raise ValueError("started_calls need a run_id")
    return run_id


def _spent(stored: Sequence[Entry]) -> list[tuple[str, Usage]]:
    replies = [entry.message for entry in stored if isinstance(entry.message, AssistantMessage)]
    return [(reply.model, reply.usage) for reply in replies]
