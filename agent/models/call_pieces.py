"""Puts native tool calls together from the pieces in which providers stream them, well or badly."""

from __future__ import annotations

import json
import os
from typing import Any, cast

import msgspec

from agent.messages import ToolCall

MAX_ARGUMENTS = 1 << 20
"""Characters of one call's arguments that are kept. What is longer ends in an ellipsis, so that it is no JSON any more:
the executor refuses it, nothing runs on half of it."""
MAX_ARGUMENTS_READ = 1 << 24
"""Characters of all arguments that are read before the reply counts as too large."""
MAX_CALLS = 4096


class _Call:
    def __init__(self, call_id: str) -> None:
        self.call_id = call_id
        self.name = ""
        self.pieces: list[str] = []
        self.size = 0

    def add(self, name: str, arguments: str) -> None:
        # Some servers stream a name in pieces, some repeat it whole with every piece, some let it grow.
        if name.startswith(self.name):
            self.name = name
        elif name != self.name:
            self.name += name
        kept = arguments[: max(0, MAX_ARGUMENTS - self.size)]
        if kept:
            self.pieces.append(kept)
        self.size += len(arguments)

    @property
    def arguments(self) -> str:
        text = "".join(self.pieces)
        return text + "…" if self.size > MAX_ARGUMENTS else text

    def is_whole(self) -> bool:
        """Whether the arguments are one complete JSON object already."""
        if not self.pieces or not self.pieces[-1].rstrip().endswith("}"):
            return False
        try:
            return isinstance(msgspec.json.decode(self.arguments), dict)
        except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
            return False


class CallPieces:
    """The calls of one reply, in the order in which they began."""

    def __init__(self) -> None:
        self._calls: list[_Call] = []
        self._by_index: dict[int, _Call] = {}
        self._read = 0

    def __len__(self) -> int:
        return len(self._calls)

    @property
    def too_large(self) -> bool:
        """Whether a bound is passed."""
        return self._read > MAX_ARGUMENTS_READ or len(self._calls) > MAX_CALLS

    @property
    def size(self) -> int:
        """Characters of arguments read so far."""
        return self._read

    def add(self, piece: object, position: int | None = None) -> None:
        """Take one element of `tool_calls`; `position` is its place where the list is whole (not a delta)."""
        if not isinstance(piece, dict):
            return
        fields = cast(dict[str, Any], piece)
        function = fields.get("function")
        if not isinstance(function, dict):
            return
        inner = cast(dict[str, Any], function)
        name, arguments = _string(inner.get("name")), _arguments(inner.get("arguments"))
        call_id = _string(fields.get("id"))
        index = position if position is not None else _index(fields.get("index"))
        call = self._of(index, call_id, name, arguments)
        call.add(name, arguments)
        self._read += len(arguments)

    def finish(self, taken: set[str]) -> tuple[ToolCall, ...]:
        """The calls, with ids that are unique among themselves and `taken`."""
        finished: list[ToolCall] = []
        for call in self._calls:
            call_id = call.call_id
            if not call_id or call_id in taken:
                call_id = new_call_id()
            taken.add(call_id)
            # A call of a tool without parameters often comes with no arguments at all.
            finished.append(ToolCall(call_id, mended(call.name), mended(call.arguments) or "{}"))
        return tuple(finished)

    def _of(self, index: int | None, call_id: str, name: str, arguments: str) -> _Call:
        """The call that a piece belongs to, a new one if to none."""
        known = self._known(index, call_id, name)
        begins = bool(name) and arguments.lstrip().startswith("{")
        if known is not None and call_id and known.call_id and call_id != known.call_id:
            known = None  # the server counts every call as index 0
        elif known is not None and not call_id and begins and known.is_whole():
            known = None  # the same, from a server that gives no ids
        if known is None:
            known = _Call(call_id)
            self._calls.append(known)
        if index is not None:
            self._by_index[index] = known
        known.call_id = known.call_id or call_id
        return known

    def _known(self, index: int | None, call_id: str, name: str) -> _Call | None:
        if index is not None:
            return self._by_index.get(index)
        if call_id:
            return next((call for call in reversed(self._calls) if call.call_id == call_id), None)
        return self._calls[-1] if self._calls and not name else None


def new_call_id() -> str:
    """An id for a call that came without one."""
    return f"call_{os.urandom(8).hex()}"


def mended(text: str) -> str:
    """Join surrogate halves into characters; a half alone becomes U+FFFD."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _index(value: object) -> int | None:
    if isinstance(value, str) and value.isdecimal():
        return int(value)
    return value if isinstance(value, int) else None


def _arguments(value: object) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
