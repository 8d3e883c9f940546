"""The journal's rows, as functions over a connection; each runs inside the caller's transaction."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any, Literal

import msgspec

from agent.storage.connection import Connection
from agent.undo.state import FileState

Act = Literal["write", "delete", "move", "shell", "undo", "touch"]
"""What changed it. `touch`: a folder whose time changed because something in it did."""
RowState = Literal["intended", "done", "unclear", "undone"]
"""`intended`: the act is under way, or was when Homard died; `unclear`: nobody can say whether it happened."""

_COLUMNS = "change_id, run_id, session_id, call_id, undoes, path, act, before, after, kept, temp, state, at"


class Change(msgspec.Struct, frozen=True):
    """One change of one path."""

    run_id: str
    session_id: str
    call_id: str
    path: str
    """Absolute and real; as Python's `os` functions take it."""
    act: Act
    before: FileState
    after: FileState
    """While intended: what it will be."""
    at: int
    """Microseconds since 1970."""
    undoes: str | None = None
    kept: str | None = None
    """SHA-256 of the content of `before` in the store; None: there is no content, or it was not kept."""
    temp: str = ""
    state: RowState = "intended"
    change_id: int = 0


class Cover(msgspec.Struct, frozen=True):
    """A command that was under way."""

    cover_id: int
    run_id: str
    session_id: str
    call_id: str
    manifest: str
    at: int


def insert(connection: Connection, changes: Sequence[Change]) -> list[Change]:
    """Store changes; they come back with their ids."""
    stored: list[Change] = []
    for change in changes:
        connection.execute(
            "INSERT INTO file_changes (run_id, session_id, call_id, undoes, path, act, before, after, kept, temp,"
            " state, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                change.run_id,
                change.session_id,
                change.call_id,
                change.undoes,
                os.fsencode(change.path),
                change.act,
                _encoded(change.before),
                _encoded(change.after),
                change.kept,
                change.temp,
                change.state,
                change.at,
            ),
        )
        stored.append(msgspec.structs.replace(change, change_id=connection.last_insert_rowid()))
    return stored


def touched(connection: Connection, run_id: str, path: str) -> bool:
    """Whether the run has noted the time of this folder already."""
    row = connection.execute(
        "SELECT 1 FROM file_changes WHERE path = ? AND run_id = ? AND act = 'touch' LIMIT 1",
        (os.fsencode(path), run_id),
    ).fetchone()
    return row is not None


def settle(connection: Connection, settled: Iterable[tuple[Change, RowState | None, FileState]]) -> None:
    """Write down how changes ended, and what stands there since; None as the state: it did not happen."""
    for change, state, after in settled:
        if state is None:
            connection.execute("DELETE FROM file_changes WHERE change_id = ?", (change.change_id,))
        else:
            connection.execute(
                "UPDATE file_changes SET state = ?, after = ? WHERE change_id = ?",
                (state, _encoded(after), change.change_id),
            )


def set_state(connection: Connection, run_id: str, paths: Iterable[str], state: RowState) -> None:
    """Mark what a run did to these paths as taken back, or as done again."""
    for path in paths:
        connection.execute(
            "UPDATE file_changes SET state = ? WHERE path = ? AND run_id = ? AND state <> 'intended'",
            (state, os.fsencode(path), run_id),
        )


def of_run(connection: Connection, run_id: str) -> list[Change]:
    """All changes of a run, the first one first."""
    return _read(connection, "run_id = ?", (run_id,))


def undoing(connection: Connection, run_id: str) -> list[Change]:
    """All changes by which a run was taken back."""
    return _read(connection, "undoes = ?", (run_id,))


def intended(connection: Connection) -> list[Change]:
    """What was under way when the process died."""
    return _read(connection, "state = 'intended'", ())


def later_run(connection: Connection, path: str, change_id: int) -> str | None:
    """The last run that changed a path after this change; None: no other did."""
    row = connection.execute(
        "SELECT run_id FROM file_changes WHERE path = ? AND change_id > ? AND act <> 'touch'"
        " ORDER BY change_id DESC LIMIT 1",
        (os.fsencode(path), change_id),
    ).fetchone()
    return None if row is None else row[0]


def by_others_since(connection: Connection, run_id: str, at: int) -> dict[str, FileState]:
    """What other runs left at paths that they changed since a moment."""
    found = connection.execute(
        "SELECT path, after FROM file_changes WHERE at >= ? AND run_id <> ? AND act <> 'touch' AND state = 'done'"
        " ORDER BY change_id",
        (at, run_id),
    )
    return {os.fsdecode(path): _DECODER.decode(after) for path, after in found}


def open_cover(connection: Connection, run_id: str, session_id: str, call_id: str, manifest: str, at: int) -> int:
    """Record that a command is about to run."""
    connection.execute(
        "INSERT INTO file_covers (run_id, session_id, call_id, manifest, at) VALUES (?, ?, ?, ?, ?)",
        (run_id, session_id, call_id, manifest, at),
    )
    return connection.last_insert_rowid()


def close_cover(connection: Connection, cover_id: int, changes: Sequence[Change]) -> None:
    """Record that it ended, and what it changed."""
    insert(connection, changes)
    connection.execute("DELETE FROM file_covers WHERE cover_id = ?", (cover_id,))


def anything_open(connection: Connection) -> bool:
    """Whether a change or a command was under way when the process died."""
    found = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM file_changes WHERE state = 'intended') OR EXISTS (SELECT 1 FROM file_covers)"
    )
    return bool(found.get)


def covers(connection: Connection) -> list[Cover]:
    """Commands that were under way when the process died."""
    rows = connection.execute(
        "SELECT cover_id, run_id, session_id, call_id, manifest, at FROM file_covers ORDER BY cover_id"
    )
    return [Cover(*row) for row in rows]


def _read(connection: Connection, where: str, bindings: Sequence[Any]) -> list[Change]:
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM file_changes WHERE {where} ORDER BY change_id",  # noqa: S608 - our own words
        bindings,
    )
    return [_change(row) for row in rows]


def _change(row: Sequence[Any]) -> Change:
    change_id, run_id, session_id, call_id, undoes, path, act, before, after, kept, temp, state, at = row
    return Change(
        run_id,
        session_id,
        call_id,
        os.fsdecode(path),
        act,
        _DECODER.decode(before),
        _DECODER.decode(after),
        at,
        undoes,
        kept,
        temp,
        state,
        change_id,
    )


def _encoded(state: FileState) -> str:
    return msgspec.json.encode(state).decode()


_DECODER = msgspec.json.Decoder(FileState)
