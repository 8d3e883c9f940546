"""What the store uses of an apsw connection, typed.

WORKAROUND(apsw 3.54.1): its type stubs import `Buffer` from `collections.abc`, which Python 3.11 has not, so that a
strict checker sees unknown types wherever a value is bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol


class Rows(Protocol):
    """The rows of one statement, read as they are asked for."""

    @property
    def get(self) -> Any:
        """The first value of a row of one column, the row itself of more, or None without a row."""
        ...

    def fetchone(self) -> Any:
        """The next row, or None."""
        ...

    def fetchall(self) -> list[Any]:
        """The remaining rows."""
        ...

    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """An open database. Belongs to one thread; see `database.Database`. Raises `apsw.Error`."""

    @property
    def in_transaction(self) -> bool:
        """A transaction is open."""
        ...

    def execute(self, statements: str, bindings: Sequence[Any] | Mapping[str, Any] | None = None) -> Rows:
        """Run SQL; values go into `bindings`, never into the text."""
        ...

    def executemany(self, statements: str, sequenceofbindings: Iterable[Sequence[Any]]) -> Rows:
        """Run SQL once for each set of values."""
        ...

    def pragma(self, name: str, value: str | int | None = None) -> Any:
        """Read or set a PRAGMA."""
        ...

    def last_insert_rowid(self) -> int:
        """The row id that the last INSERT made."""
        ...
