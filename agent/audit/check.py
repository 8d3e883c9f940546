"""Verification: the whole chain read again, every seal and every link, and its end held against the anchors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from agent.audit.anchor import Anchor
from agent.audit.chain import BREAK
from agent.audit.key import Key
from agent.audit.row import NO_MAC, Row
from agent.audit.start import KEY_CHANGED, announced_in

CLEANED = "audit.cleaned"
"""Kind of the row that says up to where rows were removed because of their age."""
MAX_FINDINGS = 100
"""Told one by one; the rest is counted."""

MEANINGS: Mapping[str, str] = {
    "changed": "{rows} {were} changed after being written, or written by somebody who does not have the key",
    "unlinked": "{rows} {do} not follow the row before: rows were reordered, put in or replaced",
    "missing": "{rows} {are} missing: deleted",
    "truncated": "{rows} {are} missing at the end: deleted, or an older database was put in place of this one",
    "replaced": "{rows} {are} not what the anchor names: the rows around were replaced",
    "rolled_back": "{rows} {are} missing: database and anchor were replaced by older copies (says the keyring)",
    "changed_while_running": "{rows} {were} taken away or put in by another program while Homard was running",
    "other_key": "{rows} {were} sealed with a key that is no longer there: only the order could be checked",
    "anchor_missing": "the anchor beside the database was gone at row {seq}: rows may be missing before it",
    "anchor_forged": "the anchor beside the database was changed before row {seq}: rows may be missing before it",
}
_ONE = {"are": "is", "were": "was", "do": "does"}
_MANY = {"are": "are", "were": "were", "do": "do"}


class Finding(msgspec.Struct, frozen=True):
    """One thing that is wrong."""

    what: str
    """A key of MEANINGS."""
    seq: int
    """The first row it is about."""
    last_seq: int
    meaning: str
    """A sentence for a person."""


class Verification(msgspec.Struct, frozen=True):
    """What a verification found."""

    rows: int
    first_seq: int
    last_seq: int
    findings: tuple[Finding, ...] = ()
    """In the order of the rows; empty: all is as it was written."""
    more_findings: int = 0
    notes: tuple[str, ...] = ()
    """What is no fault but limits what the verification can say."""

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


class Walk:
    """A walk along the chain, page by page."""

    def __init__(self, keys: Sequence[Key]) -> None:
        """`keys`: all that rows may be sealed with."""
        self._keys = list(keys)
        self._previous: Row | None = None
        self._rows = self._first = 0
        self._foreign_from = 0
        """First of the rows at hand that were sealed with a key that is not there; 0: none."""
        self._unknown = False
        self._cleaned: dict[int, bytes] = {}
        self._start: Row | None = None
        self._wanted: dict[int, bytes] = {}
        self._seen: dict[int, bytes] = {}
        self.findings: list[Finding] = []
        self.notes: list[str] = []

    def expect(self, anchor: Anchor) -> None:
        """Hold this anchor against the rows as they come."""
        if anchor.seq:
            self._wanted[anchor.seq] = anchor.mac

    def take(self, rows: Sequence[Row]) -> None:
        """Check the next rows, in the order of their numbers."""
        for row in rows:
            self._link(row)
            self._seal(row)
            if row.seq in self._wanted:
                self._seen[row.seq] = row.mac
            if row.kind == CLEANED and isinstance(row.body.get("to"), int):
                self._cleaned[row.body["to"]] = _bytes(row.body.get("mac"))
            self._rows += 1
            self._previous = row

    def result(self) -> Verification:
        """What was found, once all rows were taken."""
        self._foreign_ends()
        self._check_start()
        last = self._previous.seq if self._previous else 0
        for seq, mac in self._wanted.items():
            if seq > last:
                self.found("truncated", last + 1, seq)
            elif seq in self._seen and self._seen[seq] != mac:
                self.found("replaced", seq)
        ordered = sorted(dict.fromkeys(self.findings), key=lambda finding: finding.seq)
        kept = ordered[:MAX_FINDINGS]
        return Verification(
            self._rows, self._first, last, tuple(kept), len(ordered) - len(kept), tuple(dict.fromkeys(self.notes))
        )

    def found(self, what: str, seq: int, last_seq: int = 0) -> None:
        """Note that something is wrong."""
        last_seq = max(seq, last_seq)
        rows = f"row {seq}" if seq == last_seq else f"rows {seq} to {last_seq}"
        verbs = _ONE if seq == last_seq else _MANY
        sentence = MEANINGS[what].format(rows=rows, seq=seq, **verbs)
        self.findings.append(Finding(what, seq, last_seq, f"{sentence[0].upper()}{sentence[1:]}."))

    def _link(self, row: Row) -> None:
        before = self._previous
        if before is None:
            self._first, self._start = row.seq, row
        if self._tells_break(row) or before is None:
            return
        if row.seq != before.seq + 1:
            self.found("missing", before.seq + 1, row.seq - 1)
        elif row.prev_mac != before.mac:
            self.found("unlinked", row.seq)

    def _tells_break(self, row: Row) -> bool:
        """Take a row that tells of a break found earlier, if it is one."""
        if row.kind != BREAK or not any(row.is_sealed_by(key.value) for key in self._keys):
            return False
        body = row.body
        why, expected, found = str(body.get("why")), body.get("expected"), body.get("found")
        if why not in MEANINGS or not isinstance(expected, int) or not isinstance(found, int):
            return False
        if why.startswith("anchor_"):
            self.found(why, row.seq)
        elif why == "replaced":
            self.found(why, expected)
        else:
            self.found(why, min(expected, found) + 1, max(expected, found))
        return True

    def _seal(self, row: Row) -> None:
        for key in self._keys:
            if row.is_sealed_by(key.value):
                if key is not self._keys[0]:
                    self._keys.remove(key)
                    self._keys.insert(0, key)
                self._foreign_ends()
                self._note_key(row)
                return
        announced = announced_in(row) if row.kind == KEY_CHANGED else None
        if announced is not None:
            self._unknown = all(key.fingerprint.hex() != announced.fingerprint for key in self._keys)
        if self._unknown:
            self._foreign_from = self._foreign_from or row.seq
        else:
            self.found("changed", row.seq)

    def _note_key(self, row: Row) -> None:
        self._unknown = False
        announced = announced_in(row) if row.kind == KEY_CHANGED else None
        if announced is not None and announced.kept == "file":
            self.notes.append(
                f"From row {row.seq} on the key lay in a file of the data folder and not in a keyring: what a program "
                "of your own account changed after reading that file cannot be told, nor that older copies of "
                "everything were put back."
            )

    def _foreign_ends(self) -> None:
        if self._foreign_from and self._previous is not None:
            self.found("other_key", self._foreign_from, self._previous.seq)
        self._foreign_from = 0

    def _check_start(self) -> None:
        """The first row begins the chain, or follows rows that were cleaned away, or rows are missing before it."""
        start = self._start
        if start is None or start.kind == BREAK:
            return
        if start.seq == 1 and start.prev_mac == NO_MAC:
            return
        if start.seq - 1 in self._cleaned and self._cleaned[start.seq - 1] == start.prev_mac:
            self.notes.append(f"Rows 1 to {start.seq - 1} were removed because of their age.")
        elif start.seq > 1:
            self.found("missing", 1, start.seq - 1)
        else:
            self.found("unlinked", start.seq)


def _bytes(text: object) -> bytes:
    try:
        return bytes.fromhex(str(text))
    except ValueError:
        return b""
