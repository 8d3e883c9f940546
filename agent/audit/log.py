"""The audit: what was about to be done, why it was allowed, what came of it, and what left this machine.

Rows are chained and sealed (`row.py`); `homard audit verify` finds what was changed since.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from agent.audit.act import Act, acts_of
from agent.audit.anchor import ANCHOR_FILE, Anchor, AnchorFile
from agent.audit.body import RECEIVED, RUN_BEGUN, RUN_ENDED, SENT
from agent.audit.chain import Chain
from agent.audit.check import CLEANED, Verification, Walk
from agent.audit.key import KeyPlace
from agent.audit.ledger import Ledger, ledger_of, sent_body
from agent.audit.row import Row, draft_of, read_rows
from agent.audit.start import Opened, take_up
from agent.errors import StorageError, UsageError
from agent.models.sent import SentRecord
from agent.paths import Paths
from agent.ports import Clock
from agent.run_name import LAST, find_run
from agent.safety.known_keys import KnownKeys
from agent.safety.secrets import KeyringSecrets
from agent.storage.connection import Connection
from agent.storage.database import Database
from agent.storage.records import to_micros
from agent.tasks import spawn

FLUSH_S = 0.1
"""Rows that no step of a run took along are written after so long."""
KEYRING_ROWS, KEYRING_S = 200, 300.0
"""The anchor in the keyring is renewed after so many rows or seconds with new ones, and at the end."""
_PAGE = 500
"""Rows at once: the database is never held for longer than some milliseconds."""

_log = logging.getLogger(__name__)


class AuditLog:
    """The audit of one home. Opens nothing before the first row.

    Methods raise StorageError when the database, the key or the disk fails.
    """

    def __init__(
        self, database: Database, secrets: KeyringSecrets, paths: Paths, clock: Clock, known_keys: KnownKeys
    ) -> None:
        self._database = database
        self._clock = clock
        self._keys = known_keys
        self._places = KeyPlace(secrets, paths.data)
        self._anchors = AnchorFile(paths.data / ANCHOR_FILE)
        self._chain = Chain(self._anchors)
        self._opening: asyncio.Task[Opened] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._keyring_seq = 0
        self._keyring_at = time.monotonic()
        self._running: dict[str, str] = {}
        """The run under way of each session."""
        self._told: dict[str, set[str]] = {}
        """Sources that rows of a run have named already: a request repeats the ones before it."""
        database.join(self._chain.write)

    def record(self, kind: str, run_id: str | None, session_id: str | None, body: Mapping[str, Any]) -> int:
        """Add a row; it is on the disk with the next step that is stored, or a moment later. Does not block.

        `body` is plain JSON data; its `call_id`, if any, finds the row again. Returns the row's number for `settle`.
        """
        number = self._chain.add(draft_of(self._clock.now(), kind, run_id, session_id, body, self._keys.hide))
        if self._opening is None:
            self._opening = spawn(self._open(), "open the audit")
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(FLUSH_S, self._late)
        return number

    def sent(self, sent: SentRecord) -> None:
        """Add a row about a request to a model; an `OnSent`."""
        run_id = sent.run_id or self._running.get(sent.session_id, "")
        told = self._told.setdefault(run_id, set()) if run_id else set[str]()
        new = [source for source in sent.sources if source not in told]
        told.update(new)
        kind = SENT if sent.bytes_received is None else RECEIVED
        self.record(kind, run_id, sent.session_id, sent_body(sent, new))

    def run_begun(self, run_id: str, session_id: str, body: Mapping[str, Any]) -> int:
        """Add the first row of a run. What the session's models are sent from now on belongs to it."""
        self._running[session_id] = run_id
        return self.record(RUN_BEGUN, run_id, session_id, body)

    def run_ended(self, run_id: str, session_id: str, body: Mapping[str, Any]) -> int:
        """Add the last row of a run."""
        if self._running.get(session_id) == run_id:
            del self._running[session_id]
        self._told.pop(run_id, None)
        return self.record(RUN_ENDED, run_id, session_id, body)

    async def intent(self, kind: str, run_id: str | None, session_id: str | None, body: Mapping[str, Any]) -> int:
        """Add a row and wait until it is on the disk: for what is about to be done."""
        number = self.record(kind, run_id, session_id, body)
        await self.settle(number)
        return number

    async def settle(self, number: int) -> None:
        """Wait until a recorded row is on the disk; costs nothing if a step that was stored took it along."""
        if self._chain.is_written(number):
            return
        await self.opened()
        if not self._chain.is_written(number):
            await self._database.call(_nothing, step="audit")

    async def opened(self) -> Opened:
        """Wait until key and place of the chain are known."""
        if self._opening is None or (self._opening.done() and self._opening.exception() is not None):
            self._opening = spawn(self._open(), "open the audit")
        return await asyncio.shield(self._opening)

    async def flush(self) -> None:
        """Bring all rows to the disk."""
        if self._chain.waiting:
            await self.opened()
            await self._database.call(_nothing, step="audit")

    async def close(self) -> None:
        """Bring all rows to the disk, and the anchor to the keyring. Call it before the database is closed.

        Does not raise StorageError: what cannot be written any more is told in the log.
        """
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._opening is None:
            return
        try:
            await self.flush()
            await self._anchor_keyring()
            await asyncio.to_thread(self._chain.anchor, sync=True)
        except StorageError as error:
            _log.error("%d rows of the audit were not written: %s", self._chain.waiting, error)
        finally:
            self._anchors.close()

    async def verify(self) -> Verification:
        """Read the whole chain again and check it; what is written meanwhile is not looked at."""
        opened = await self.opened()
        await self._database.call(_nothing, step="audit")
        keys = [opened.key, *await self._places.others(opened.key)]
        walk = Walk(keys)
        there, anchor = await asyncio.to_thread(self._anchors.read, *(key.value for key in keys))
        for known in (anchor, await self._places.read_anchor(opened.key)):
            if known is not None:
                walk.expect(known)
        head = self._chain.head.seq  # after the anchors were read: they are never ahead of it
        if anchor is None and head:
            walk.found("anchor_forged" if there else "anchor_missing", head)
        if anchor is not None and anchor.seq < head:
            walk.notes.append(f"{head - anchor.seq} rows are newer than the anchor; their chain is whole.")
        seq = 0
        while rows := await self._page("WHERE seq > :seq AND seq <= :head", seq=seq, head=head):
            walk.take(rows)
            seq = rows[-1].seq
        return walk.result()

    async def rows(
        self, run_id: str | None = None, *, since: datetime | None = None, call_id: str | None = None
    ) -> Sequence[Row]:
        """Read rows, oldest first: of a run, of a call, since a moment, or all."""
        await self.flush()
        where = "WHERE seq > :seq AND at >= :since"
        where += " AND run_id = :run" if run_id is not None else ""
        where += " AND call_id = :call" if call_id is not None else ""
        since_micros = to_micros(since) if since is not None else 0
        found: list[Row] = []
        seq = 0
        while page := await self._page(where, seq=seq, since=since_micros, run=run_id, call=call_id):
            found += page
            seq = page[-1].seq
        return found

    async def why(self, call_or_run: str) -> list[Act]:
        """Say why each call of this run, named as in `agent.run_name`, or of this id was allowed or not.

        Raises UsageError if there is none, or several runs are called so.
        """
        found = await self.rows(call_or_run)
        if not found and call_or_run != LAST:  # a model calls its calls what it likes
            found = await self.rows(call_id=call_or_run)
        if not found and (run_id := await find_run(self._database, call_or_run)):
            found = await self.rows(run_id)
        if not found:
            raise UsageError(
                f"The audit has no call and no run {call_or_run!r}. `homard audit show` lists what it has."
            )
        return acts_of(found)

    async def ledger(self, run_id: str | None = None, *, since: datetime | None = None) -> Ledger:
        """Say what left this machine and what came: in a run, since a moment, or ever."""
        return ledger_of(await self.rows(run_id, since=since))

    async def clean(self, before: datetime) -> int:
        """Remove rows older than a moment, so that what is left can still be verified; returns how many.

        The last row always stays.
        """
        limit = to_micros(before)
        if await self._database.read(lambda connection: _cut(connection, limit)) is None:
            return 0  # without a look for the key, which may ask the person to unlock the keyring
        await self.flush()
        await self.opened()
        found = await self._database.read(lambda connection: _cut(connection, limit))
        if found is None:
            return 0
        seq, mac, count = found
        number = self.record(CLEANED, None, None, {"to": seq, "mac": mac.hex(), "rows": count, "before": limit})
        # In the transaction of the row that tells of it: never the one without the other.
        await self._database.call(
            lambda connection: connection.execute("DELETE FROM audit WHERE seq <= ?", (seq,)), step="audit_clean"
        )
        await self.settle(number)
        return count

    async def _page(self, where: str, **bindings: Any) -> list[Row]:
        clause = f"{where} ORDER BY seq LIMIT {_PAGE}"
        return await self._database.read(
            lambda connection: read_rows(connection, clause, {k: v for k, v in bindings.items() if f":{k}" in clause})
        )

    async def _open(self) -> Opened:
        opened = await take_up(self._chain, self._database, self._places, self._anchors, self._clock.now())
        self._keyring_seq = opened.keyring_anchor.seq if opened.keyring_anchor else 0
        return opened

    def _late(self) -> None:
        self._timer = None
        if self._chain.waiting:
            spawn(self._flush_late(), "write the audit")

    async def _flush_late(self) -> None:
        try:
            await self.flush()
            behind = self._chain.head.seq - self._keyring_seq
            if behind >= KEYRING_ROWS or (behind and time.monotonic() - self._keyring_at > KEYRING_S):
                await self._anchor_keyring()
        except StorageError:
            return  # the rows still wait; whoever acts next is told

    async def _anchor_keyring(self) -> None:
        opened = await self.opened()
        here: Anchor = self._chain.here(opened.key)
        if here.seq != self._keyring_seq and await self._places.write_anchor(opened.key, here):
            self._keyring_seq = here.seq
        self._keyring_at = time.monotonic()


def _nothing(_connection: Connection) -> None:
    return


def _cut(connection: Connection, limit: int) -> tuple[int, bytes, int] | None:
    """The last row that may go, its seal, and how many rows go with it."""
    seq = connection.execute("SELECT MAX(seq) FROM audit WHERE at < ? AND seq < (SELECT MAX(seq) FROM audit)", (limit,))
    last = seq.get
    if last is None:
        return None
    young = connection.execute("SELECT MIN(seq) FROM audit WHERE at >= ? AND seq <= ?", (limit, last)).get
    last = last if young is None else young - 1
    count = connection.execute("SELECT COUNT(*) FROM audit WHERE seq <= ?", (last,)).get
    mac = connection.execute("SELECT mac FROM audit WHERE seq = ?", (last,)).get
    return (last, mac, count) if count else None
