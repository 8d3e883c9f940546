"""The manifest: what each watch knows of its files, as functions over a connection; see the schema's `_WATCHES`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from agent.automation.watch.state import Found
from agent.jobs import Watch
from agent.storage.connection import Connection

_PAGE = 5_000


class Known(NamedTuple):
    """A file as it was when it was handled last."""

    found: Found
    digest: str
    own: int
    """The last change of this path in the journal of our own writes that was taken into account."""


class Row(NamedTuple):
    """A watch that has, or had, a manifest."""

    watch_id: int
    job_id: str
    watch: Watch
    since: int
    """Microseconds since 1970: what did not change after it is no news."""
    complete: bool
    """All that was there at `since` is known."""
    identity: tuple[int, int] | None
    """Of the folder when it was seen last."""


def split(relative: str) -> tuple[str, str]:
    """The folder below the watched one (empty: itself), and the name in it."""
    folder, _, name = relative.rpartition("/")
    return folder, name


def watches(connection: Connection) -> list[Row]:
    """All of them, the oldest first."""
    found = connection.execute(
        "SELECT watch_id, job_id, body, since, complete, device, inode FROM watches ORDER BY watch_id"
    )
    return [
        Row(watch_id, job_id, _DECODER.decode(body), since, bool(complete), None if inode is None else (device, inode))
        for watch_id, job_id, body, since, complete, device, inode in found
    ]


def add(connection: Connection, job_id: str, watch: Watch, since: int) -> Row:
    """Begin a manifest."""
    connection.execute(
        "INSERT INTO watches (job_id, body, since, complete) VALUES (?, ?, ?, 0)", (job_id, _encoded(watch), since)
    )
    return Row(connection.last_insert_rowid(), job_id, watch, since, False, None)


def saved_at(connection: Connection, job_id: str) -> int:
    """When the job was saved as it is: a person expects that what comes from then on is noticed."""
    at = connection.execute("SELECT MAX(at) FROM job_versions WHERE job_id = ?", (job_id,)).get
    return (1 << 62) if at is None else int(at)


def change(connection: Connection, watch_id: int, watch: Watch, *, since: int | None = None) -> None:
    """Keep a manifest for a watch that reads differently now. `since`: it takes in other files, which are no news."""
    connection.execute("UPDATE watches SET body = ? WHERE watch_id = ?", (_encoded(watch), watch_id))
    if since is not None:
        connection.execute("UPDATE watches SET since = ?, complete = 0 WHERE watch_id = ?", (since, watch_id))


def forget(connection: Connection, watch_id: int) -> None:
    """Give a manifest up."""
    connection.execute("DELETE FROM watch_files WHERE watch_id = ?", (watch_id,))
    connection.execute("DELETE FROM watches WHERE watch_id = ?", (watch_id,))


def forget_deleted(connection: Connection) -> None:
    """Give up those of deleted jobs."""
    gone = connection.execute(
        "SELECT watch_id FROM watches WHERE job_id IN (SELECT job_id FROM jobs WHERE deleted_at IS NOT NULL)"
    ).fetchall()
    for (watch_id,) in gone:
        forget(connection, watch_id)


def complete(connection: Connection, watch_id: int) -> None:
    """Note that all that was there when the watch began is known."""
    connection.execute("UPDATE watches SET complete = 1 WHERE watch_id = ?", (watch_id,))


def identify(connection: Connection, watch_id: int, identity: tuple[int, int]) -> None:
    """Note which folder it was that was seen."""
    connection.execute("UPDATE watches SET device = ?, inode = ? WHERE watch_id = ?", (*identity, watch_id))


def folders(connection: Connection, watch_id: int) -> tuple[list[str], int]:
    """The folders in which files are known, and how many files."""
    found = connection.execute(
        "SELECT folder, SUM(size >= 0) FROM watch_files WHERE watch_id = ? GROUP BY folder", (watch_id,)
    )
    rows = found.fetchall()
    return [os.fsdecode(folder) for folder, _ in rows], sum(count for _, count in rows)


def page(connection: Connection, watch_id: int, folder: str, after: str) -> tuple[dict[str, tuple[int, int, int]], str]:
    """The signatures of some files of one folder by name, and the name to go on after; empty: that was all."""
    found = connection.execute(
        "SELECT name, size, mtime_ns, inode FROM watch_files WHERE watch_id = ? AND folder = ? AND name > ?"
        " ORDER BY name LIMIT ?",
        (watch_id, os.fsencode(folder), os.fsencode(after), _PAGE),
    ).fetchall()
    last = os.fsdecode(found[-1][0]) if len(found) == _PAGE else ""
    return {os.fsdecode(name): (size, mtime_ns, inode) for name, size, mtime_ns, inode in found}, last


def known(connection: Connection, watch_id: int, relative: str) -> Known | None:
    """What is known of one file."""
    folder, name = split(relative)
    row = connection.execute(
        "SELECT size, mtime_ns, inode, digest, own FROM watch_files WHERE watch_id = ? AND folder = ? AND name = ?",
        (watch_id, os.fsencode(folder), os.fsencode(name)),
    ).fetchone()
    return None if row is None else Known(Found(*row[:3]), row[3], row[4])


def alike(connection: Connection, watch_id: int, found: Found) -> list[tuple[str, str]]:
    """Paths, with digests, of files that had the same size, time and inode: under one of them it may have been."""
    rows = connection.execute(
        # Left alone, SQLite takes the primary key and reads all files of the watch.
        "SELECT folder, name, digest FROM watch_files INDEXED BY watch_files_by_signature"
        " WHERE watch_id = ? AND mtime_ns = ? AND size = ? AND inode = ? LIMIT 20",  # absent ones have another size
        (watch_id, found.mtime_ns, found.size, found.inode),
    )
    return [(join(os.fsdecode(folder), os.fsdecode(name)), digest) for folder, name, digest in rows]


def join(folder: str, name: str) -> str:
    """The path below the watched folder."""
    return f"{folder}/{name}" if folder else name


def put(connection: Connection, watch_id: int, files: Iterable[tuple[str, Known]]) -> None:
    """Note how files are now."""
    connection.executemany(
        "INSERT OR REPLACE INTO watch_files (watch_id, folder, name, size, mtime_ns, inode, digest, own)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (watch_id, os.fsencode(folder), os.fsencode(name), *of.found.signature, of.digest, of.own)
            for (folder, name), of in ((split(relative), of) for relative, of in files)
        ),
    )


def drop(connection: Connection, watch_id: int, paths: Sequence[str]) -> None:
    """Note that files are gone."""
    connection.executemany(
        "DELETE FROM watch_files WHERE watch_id = ? AND folder = ? AND name = ?",
        ((watch_id, *map(os.fsencode, split(relative))) for relative in paths),
    )


def generations(connection: Connection, count: int) -> int:
    """Take so many numbers that nobody had before; the first of them."""
    (last,) = connection.execute("SELECT last FROM watch_generation").fetchone()
    connection.execute("UPDATE watch_generation SET last = ?", (last + count,))
    return last + 1


def _encoded(watch: Watch) -> str:
    return msgspec.json.encode(watch).decode()


_DECODER = msgspec.json.Decoder(Watch)
