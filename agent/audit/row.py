"""One row of the audit: what is in it, in one canonical form, and the seal that binds it to the row before.

`mac = HMAC-SHA256(key, seq ‖ prev_mac ‖ canonical row)` (RFC 2104): a row that is changed, moved, put in or left out
breaks the chain, and without the key nobody can mend it.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, cast

import msgspec

from agent.storage.connection import Connection
from agent.storage.records import clean, from_micros, to_micros

NO_MAC = bytes(32)
"""What the first row of a chain follows."""
MAX_BODY = 16_384
"""Bytes of a row's body as JSON; of a larger one the texts are cut."""
MAX_ITEMS = 200
"""Of a list in a body; the rest is counted."""
_MAX_DEPTH = 8
_TEXT_CUTS = (2_000, 300, 60)
COLUMNS = "seq, at, kind, run_id, session_id, call_id, body, prev_mac, mac"
INSERT = f"INSERT INTO audit ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - constants only


class Draft(msgspec.Struct, frozen=True):
    """A row that is not yet in the chain."""

    at: int
    """Microseconds since 1970, UTC."""
    kind: str
    run_id: str
    """Empty: of no run."""
    session_id: str
    call_id: str
    body: str
    """Canonical JSON."""


class Row(msgspec.Struct, frozen=True):
    """A row as stored."""

    seq: int
    draft: Draft
    prev_mac: bytes
    mac: bytes

    @property
    def kind(self) -> str:
        """What happened, for instance `call.intent`; see docs/audit.md."""
        return self.draft.kind

    @property
    def at(self) -> datetime:
        """When, UTC."""
        return from_micros(self.draft.at)

    @property
    def body(self) -> dict[str, Any]:
        """What is told of it; empty if it cannot be read, which only happens to a row that somebody changed."""
        try:
            return msgspec.json.decode(self.draft.body, type=dict[str, Any])
        except msgspec.DecodeError:
            return {}

    def is_sealed_by(self, key: bytes) -> bool:
        """Whether the seal fits everything in the row."""
        return hmac.compare_digest(seal(key, self.seq, self.prev_mac, self.draft), self.mac)


def draft_of(
    at: datetime,
    kind: str,
    run_id: str | None,
    session_id: str | None,
    body: Mapping[str, Any],
    hide: Callable[[str], str],
) -> Draft:
    """Make a row: texts that are too long cut, known keys hidden, the body in canonical form."""
    call_id, text = str(body.get("call_id", "")), _canonical(body)
    hidden = hide(text)
    if hidden != text or call_id not in text:  # else it holds none either
        call_id = hide(call_id)
    return Draft(to_micros(at), kind, clean(run_id or ""), clean(session_id or ""), clean(call_id), hidden)


def seal(key: bytes, seq: int, prev_mac: bytes, draft: Draft) -> bytes:
    """The mac of a row at this place of the chain."""
    plain = [draft.at, draft.kind, draft.run_id, draft.session_id, draft.call_id, draft.body]
    return hmac.digest(key, seq.to_bytes(8, "big") + prev_mac + msgspec.json.encode(plain), "sha256")


def columns_of(seq: int, draft: Draft, prev_mac: bytes, mac: bytes) -> tuple[Any, ...]:
    """The values of COLUMNS."""
    return (seq, draft.at, draft.kind, draft.run_id, draft.session_id, draft.call_id, draft.body, prev_mac, mac)


def row_of(values: tuple[Any, ...]) -> Row:
    """Read the values of COLUMNS."""
    seq, *plain, prev_mac, mac = values
    return Row(seq, Draft(*plain), prev_mac, mac)


def read_rows(connection: Connection, where: str, bindings: Mapping[str, Any]) -> list[Row]:
    """Read rows; `where` is SQL of this package, values are bound."""
    return [row_of(values) for values in connection.execute(f"SELECT {COLUMNS} FROM audit {where}", bindings)]  # noqa: S608


def _canonical(body: Mapping[str, Any]) -> str:
    with suppress(TypeError, UnicodeEncodeError):  # an odd name, half a character: below is a way for each
        text = msgspec.json.encode(body, order="sorted")
        if _is_small(text):
            return text.decode()
    for most in _TEXT_CUTS:
        text = msgspec.json.encode(_bounded(body, most, _MAX_DEPTH), order="sorted")
        if len(text) <= MAX_BODY:
            return text.decode()
    small = {name: _bounded(value, 60, 1) for name, value in body.items() if isinstance(value, str | int | float)}
    text = msgspec.json.encode({**small, "cut": True}, order="sorted")
    return text.decode() if len(text) <= MAX_BODY else '{"cut":true}'


def _is_small(text: bytes) -> bool:
    """Whether no bound can be passed in a JSON text: it is too short, with too few commas and brackets for that."""
    return (
        len(text) <= _TEXT_CUTS[0]
        and text.count(b",") < MAX_ITEMS
        and text.count(b"[") + text.count(b"{") <= _MAX_DEPTH
    )


def _bounded(value: Any, most: int, depth: int) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return clean(value if len(value) <= most else f"{value[:most]}… ({len(value):,} characters)")
    if depth == 0:
        return "…"
    if isinstance(value, Mapping):
        plain = cast("Mapping[Any, Any]", value)
        return {_bounded(str(name), most, 0): _bounded(held, most, depth - 1) for name, held in plain.items()}
    if isinstance(value, list | tuple):
        items = cast("list[Any]", value)
        kept = [_bounded(held, most, depth - 1) for held in items[:MAX_ITEMS]]
        return [*kept, f"… and {len(items) - MAX_ITEMS} more"] if len(items) > MAX_ITEMS else kept
    return _bounded(msgspec.to_builtins(value, str_keys=True), most, depth)
