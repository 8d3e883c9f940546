# ruff: noqa: S608 - only constants of this package are put into the text of a query; values are bound
"""The tree of entries, as functions over a connection; each runs inside the caller's transaction."""

from __future__ import annotations

import os
from collections.abc import Sequence
from operator import itemgetter

from agent.errors import DatabaseCorrupt, UsageError
from agent.messages import AssistantMessage, Entry, Message, ToolMessage
from agent.storage.connection import Connection
from agent.storage.records import (
    ENTRY_COLUMNS,
    SESSION_COLUMNS,
    Session,
    clean,
    dump_calls,
    encode_message,
    entry_of,
    from_micros,
    kind_of,
    load_calls,
    session_of,
)

_PATH = f"""
    WITH RECURSIVE up (entry_id, parent_id) AS (
        SELECT entry_id, parent_id FROM entries WHERE entry_id = :head
        UNION ALL
        SELECT e.entry_id, e.parent_id FROM up CROSS JOIN entries e
        ON e.entry_id = up.parent_id AND e.entry_id < up.entry_id LIMIT :limit
    )
    SELECT {ENTRY_COLUMNS} FROM up CROSS JOIN entries e ON e.entry_id = up.entry_id
"""  # the ids must fall: a damaged file with a circle in it would never end


def insert_session(connection: Connection, session: Session, now: int) -> None:
    """Store a new session whose path ends at `head_id`."""
    connection.execute(
        "INSERT INTO sessions (session_id, title, cwd, model, created_at, updated_at, head_id, parent_session_id)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            session.session_id,
            clean(session.title),
            os.fsencode(session.cwd),
            clean(session.model),
            now,
            now,
            session.head_id,
            session.parent_session_id,
        ),
    )


def find_session(connection: Connection, session_id: str) -> Session:
    """Read a session by its id or a prefix that fits one only, undeleted ones first. Raises UsageError."""
    wanted = clean(session_id)
    query = f"SELECT {SESSION_COLUMNS} FROM sessions s WHERE "
    row = connection.execute(query + "s.session_id = ?", (wanted,)).fetchone()
    if row is not None:
        return session_of(row)
    for deleted in ("s.deleted_at IS NULL", "s.deleted_at IS NOT NULL") if wanted else ():
        rows = connection.execute(
            f"{query} substr(s.session_id, 1, ?) = ? AND {deleted} LIMIT 2", (len(wanted), wanted)
        ).fetchall()
        if len(rows) == 1:
            return session_of(rows[0])
        if rows:
            raise UsageError(
                f"Several sessions begin with {session_id!r}; nothing was done. "
                "Give more of the id: `homard sessions list` shows them."
            )
    raise _no_such_session(session_id)


def head_of(connection: Connection, session_id: str) -> tuple[int | None, list[str]]:
    """The last entry of a session's path and the calls on it that have no result. Raises UsageError."""
    row = connection.execute("SELECT head_id, open_calls FROM sessions WHERE session_id = ?", (session_id,)).fetchone()
    if row is None:
        raise _no_such_session(session_id)
    return row[0], load_calls(row[1])


def _no_such_session(session_id: str) -> UsageError:
    return UsageError(f"There is no session {session_id!r}; nothing was done. `homard sessions list` shows them all.")


def append(
    connection: Connection, session_id: str, run_id: str | None, messages: Sequence[Message], now: int
) -> list[Entry]:
    """Chain messages on the head and move it; a result of a call that is not open is left out."""
    head, open_calls = head_of(connection, session_id)
    depth = connection.execute("SELECT depth FROM entries WHERE entry_id = ?", (head,)).get or 0
    entries: list[Entry] = []
    for given in messages:
        message, body = encode_message(given)
        if not _note_calls(open_calls, message):
            continue
        depth += 1
        connection.execute(
            "INSERT INTO entries (parent_id, depth, session_id, run_id, created_at, kind, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (head, depth, session_id, run_id, now, kind_of(message), body),
        )
        parent, head = head, connection.last_insert_rowid()
        entries.append(Entry(head, parent, session_id, run_id, from_micros(now), message))
    connection.execute(
        "UPDATE sessions SET head_id = ?, open_calls = ?, updated_at = max(updated_at, ?) WHERE session_id = ?",
        (head, dump_calls(open_calls), now, session_id),
    )
    return entries


def _note_calls(open_calls: list[str], message: Message) -> bool:
    """Keep the list of open calls; False: a result for a call that is not open, which must not be stored."""
    if isinstance(message, AssistantMessage):
        open_calls.extend(call.call_id for call in message.tool_calls)
    elif isinstance(message, ToolMessage):
        if message.result.call_id not in open_calls:
            return False
        open_calls.remove(message.result.call_id)
    return True


def path_up(connection: Connection, head: int | None, limit: int = -1) -> list[Entry]:
    """The last `limit` entries (negative: all) of the path that ends at `head`, root first. Raises DatabaseCorrupt."""
    if head is None:
        return []
    rows = connection.execute(_PATH, {"head": head, "limit": limit}).fetchall()
    rows.sort(key=itemgetter(0))  # a child's id is always above its parent's
    path = [entry_of(row) for row in rows]
    if len(path) != limit and (not path or path[0].parent_id is not None):
        first = path[0].entry_id if path else head
        raise DatabaseCorrupt(
            f"The history before entry {first} is missing in the database; the file was left as it is. "
            "Run `homard doctor`, or restore the newest backup."
        )
    return path


def find_cut(path: Sequence[Entry], at_entry_id: int) -> int | None:
    """The entry at which a branch may begin: at the wish, but never between a call and its results.

    Inside a batch of calls the cut moves on to the last result, or, if one is missing, back before the reply that made
    the calls. Raises UsageError if the entry is not on the path.
    """
    position = next((n for n, entry in enumerate(path) if entry.entry_id == at_entry_id), None)
    if position is None:
        raise UsageError(
            f"Entry {at_entry_id} is not in this session; nothing was done. `homard sessions show ID --json` lists its "
            "entries."
        )
    open_calls: list[str] = []
    whole: int | None = None
    for n, entry in enumerate(path):
        _note_calls(open_calls, entry.message)
        if open_calls:
            continue
        whole = entry.entry_id
        if n >= position:
            break
    return whole
