"""Taking up the chain where it was left: which key, which last row, and whether that is what it should be."""

from __future__ import annotations

import asyncio
from datetime import datetime

import msgspec

from agent.audit.anchor import Anchor, AnchorFile
from agent.audit.chain import Chain, Head, break_row
from agent.audit.key import Kept, Key, KeyPlace
from agent.audit.row import NO_MAC, Draft, Row, draft_of, read_rows
from agent.storage.connection import Connection
from agent.storage.database import Database

KEY_CHANGED = "audit.key"
"""Kind of the row that names the key of the rows from itself on."""


class Announced(msgspec.Struct, frozen=True):
    """The body of a row KEY_CHANGED."""

    fingerprint: str
    kept: Kept
    why: str = ""


class Stored(msgspec.Struct, frozen=True):
    """What the table says."""

    last: Row | None
    announced: Announced | None
    """The key of the last row."""
    had_keyring: bool
    """Some row was sealed with a key of the keyring: it is tried again after it was away."""


class Opened(msgspec.Struct, frozen=True):
    """What was found at the start."""

    key: Key
    keyring_anchor: Anchor | None


async def take_up(chain: Chain, database: Database, places: KeyPlace, anchors: AnchorFile, now: datetime) -> Opened:
    """Give the chain its key and its place; rows that should be there and are not become a row that says so.

    Raises StorageError.
    """
    stored = await database.read(_stored)
    key = await places.load(from_file=stored.announced is not None and not stored.had_keyring)
    keyring = await places.read_anchor(key)
    older = await asyncio.to_thread(places.file_keys) if key.kept == "keyring" else []
    there, anchor = await asyncio.to_thread(anchors.read, key.value, *(other.value for other in older))
    if not there and stored.last is None and keyring is None:
        await asyncio.to_thread(anchors.write, Anchor(0, NO_MAC, key.fingerprint), key.value, sync=True)
        there = True
    last = stored.last
    first: list[Draft] = []
    known = [one for one in (anchor, keyring) if one is not None]
    expected = max((one.seq for one in known), default=0)
    why = await _why(database, last, anchor, keyring, there=there, same_key=_same(stored.announced, key))
    if why:
        first.append(break_row(now, expected=expected, found=last.seq if last else 0, why=why))
    if not _same(stored.announced, key):
        announced = Announced(key.fingerprint.hex(), key.kept, key.why)
        first.append(draft_of(now, KEY_CHANGED, None, None, msgspec.to_builtins(announced), str))
    head = Head(last.seq, last.mac, last.seq) if last is not None else Head()
    chain.begin(key, head._replace(seq=max(head.seq, expected)), first)
    return Opened(key, keyring)


async def _why(
    database: Database, last: Row | None, anchor: Anchor | None, keyring: Anchor | None, *, there: bool, same_key: bool
) -> str:
    """A key of `check.MEANINGS`, or nothing when all is as it should be."""
    found = last.seq if last else 0
    if anchor is not None and not await _holds(database, anchor, found):
        return "truncated" if anchor.seq > found else "replaced"
    if keyring is not None and not await _holds(database, keyring, found):
        return "rolled_back" if keyring.seq > found else "replaced"
    if anchor is None and found and same_key:
        return "anchor_forged" if there else "anchor_missing"
    return ""


async def _holds(database: Database, anchor: Anchor, found: int) -> bool:
    """Whether the row that an anchor names is there, or was cleaned away by age."""
    if anchor.seq > found:
        return False

    def look(connection: Connection) -> bool:
        mac = connection.execute("SELECT mac FROM audit WHERE seq = ?", (anchor.seq,)).get
        first = connection.execute("SELECT MIN(seq) FROM audit").get
        return mac == anchor.mac or (mac is None and first is not None and anchor.seq < first)

    return anchor.seq == 0 or await database.read(look)


def _same(announced: Announced | None, key: Key) -> bool:
    return announced is not None and announced.fingerprint == key.fingerprint.hex()


def _stored(connection: Connection) -> Stored:
    last = next(iter(read_rows(connection, "ORDER BY seq DESC LIMIT 1", {})), None)
    rows = read_rows(connection, "WHERE kind = :kind ORDER BY seq DESC", {"kind": KEY_CHANGED})
    named = [announced for row in rows if (announced := announced_in(row)) is not None]
    return Stored(last, named[0] if named else None, any(one.kept == "keyring" for one in named))


def announced_in(row: Row) -> Announced | None:
    """The key that a row names; None: it names none that can be read."""
    try:
        return msgspec.convert(row.body, Announced)
    except msgspec.ValidationError:
        return None
