# ruff: noqa: S608 - only constants of this package are put into the text of a query; values are bound
"""Searching the texts of entries.

An FTS5 trigram index finds pieces of text in any script, Chinese too. It is filled in idle moments, not when an entry
is appended (10,000 characters cost 5 ms there); what is not in it yet, and words too short for trigrams, are looked
for in the entries themselves, a piece at a time, so that nobody waits long for the database's thread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from agent.storage.connection import Connection
from agent.storage.database import Database
from agent.storage.records import Hit, decode_message, from_disk, from_micros, text_of

SCAN_PIECE = 1_000
"""Entries read in one go while looking without the index."""
INDEX_PIECE_CHARS = 200_000
"""Characters indexed in one transaction (about 50 ms), at least one entry."""
SCAN_AT_MOST = 5_000
"""With more entries than this outside the index, a search indexes first."""
SNIPPET_BEFORE, SNIPPET_AFTER = 40, 120

_FROM = "FROM entries e JOIN sessions s ON s.session_id = e.session_id"
_COLUMNS = "e.entry_id, e.session_id, s.title, e.created_at, e.kind, e.body"
_ON_PATH = """e.entry_id IN (
    WITH RECURSIVE up (entry_id, parent_id) AS (
        SELECT e.entry_id, e.parent_id FROM sessions s JOIN entries e ON e.entry_id = s.head_id
        WHERE s.session_id = :session
        UNION ALL
        SELECT e.entry_id, e.parent_id FROM up CROSS JOIN entries e
        ON e.entry_id = up.parent_id AND e.entry_id < up.entry_id
    ) SELECT entry_id FROM up)"""


async def search(database: Database, text: str, *, limit: int, session_id: str | None) -> list[Hit]:
    """Find entries that hold all words of `text`, upper and lower case alike, newest first."""
    words = [word.lower() for word in text.replace("\0", " ").split()]
    if not words or limit < 1:
        return []
    wanted = _Wanted(words, session_id)
    long_words = [word for word in words if len(word) >= 3]
    if not long_words:
        return await _scan(database, wanted, limit, down_to=0)
    await _catch_up(database)
    indexed_to = await database.read(_indexed_to)
    hits = await _scan(database, wanted, limit, down_to=indexed_to)
    if len(hits) < limit:
        hits += await _look_up(database, wanted, long_words, limit - len(hits), indexed_to)
    return hits


async def index_pending(database: Database) -> int:
    """Index all entries that are not in the index yet; returns how many."""
    total = 0
    while taken := await database.call(_index_piece, step="index"):
        total += taken
    return total


class _Wanted:
    """What a search looks for, and how a row becomes a hit."""

    def __init__(self, words: Sequence[str], session_id: str | None) -> None:
        self.words = words
        self.condition = "s.deleted_at IS NULL" if session_id is None else _ON_PATH
        self.bindings: dict[str, Any] = {} if session_id is None else {"session": session_id}

    def hit(self, row: tuple[Any, ...]) -> Hit | None:
        """The hit a row of _COLUMNS makes, None if a word is missing in it."""
        entry_id, session_id, title, created, kind, text = _text_row(row)
        lower = text.lower()
        if not all(word in lower for word in self.words):
            return None
        snippet = _snippet(text, lower.find(self.words[0]), len(self.words[0]))
        return Hit(session_id, title, entry_id, from_micros(created), kind, snippet)


@from_disk
def _text_row(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*row[:-1], text_of(decode_message(row[-1])))


async def _catch_up(database: Database) -> None:
    pending = await database.read(
        lambda connection: (
            connection.execute(
                "SELECT COUNT(*) FROM"
                " (SELECT 1 FROM entries WHERE entry_id > (SELECT indexed_to FROM search_state) LIMIT ?)",
                (SCAN_AT_MOST + 1,),
            ).get
        )
    )
    if pending > SCAN_AT_MOST:
        await index_pending(database)


def _indexed_to(connection: Connection) -> int:
    return connection.execute("SELECT indexed_to FROM search_state").get


async def _scan(database: Database, wanted: _Wanted, limit: int, *, down_to: int) -> list[Hit]:
    hits: list[Hit] = []
    below = await database.read(lambda connection: connection.execute("SELECT MAX(entry_id) FROM entries").get)
    below = (below or 0) + 1
    while len(hits) < limit and below > down_to + 1:
        floor = max(down_to + 1, below - SCAN_PIECE)
        query = (
            f"SELECT {_COLUMNS} {_FROM} WHERE e.entry_id >= :floor AND e.entry_id < :below AND {wanted.condition}"
            " ORDER BY e.entry_id DESC"
        )
        bindings = {"floor": floor, "below": below, **wanted.bindings}
        hits += await database.read(_collector(query, bindings, wanted, limit - len(hits)))
        below = floor
    return hits


async def _look_up(
    database: Database, wanted: _Wanted, long_words: Sequence[str], limit: int, indexed_to: int
) -> list[Hit]:
    match = " AND ".join('"' + word.replace('"', '""') + '"' for word in long_words)
    query = (
        f"SELECT {_COLUMNS} FROM entry_text t JOIN entries e ON e.entry_id = t.rowid"
        " JOIN sessions s ON s.session_id = e.session_id"
        f" WHERE t.entry_text MATCH :match AND t.rowid <= :indexed_to AND {wanted.condition} ORDER BY t.rowid DESC"
    )
    bindings = {"match": match, "indexed_to": indexed_to, **wanted.bindings}
    return await database.read(_collector(query, bindings, wanted, limit))


def _collector(query: str, bindings: dict[str, Any], wanted: _Wanted, limit: int) -> Callable[[Connection], list[Hit]]:
    def collect(connection: Connection) -> list[Hit]:
        hits: list[Hit] = []
        for row in connection.execute(query, bindings):
            if (hit := wanted.hit(row)) is not None:
                hits.append(hit)
                if len(hits) == limit:
                    break
        return hits

    return collect


def _index_piece(connection: Connection) -> int:
    start = end = _indexed_to(connection)
    taken = chars = 0
    rows = connection.execute(
        "SELECT entry_id, body FROM entries WHERE entry_id > ? ORDER BY entry_id LIMIT ?", (start, SCAN_PIECE)
    )
    for entry_id, text in map(_text_row, rows.fetchall()):
        text = text.replace("\0", " ")
        connection.execute("INSERT INTO entry_text (rowid, text) VALUES (?, ?)", (entry_id, text))
        end, taken, chars = entry_id, taken + 1, chars + len(text)
        if chars >= INDEX_PIECE_CHARS:
            break
    if taken:
        connection.execute("UPDATE search_state SET indexed_to = ?", (end,))
    return taken


def _snippet(text: str, at: int, length: int) -> str:
    at = max(at, 0)
    start, end = max(0, at - SNIPPET_BEFORE), min(len(text), at + length + SNIPPET_AFTER)
    middle = " ".join(text[start:end].replace("\0", " ").split())
    return ("…" if start else "") + middle + ("…" if end < len(text) else "")
