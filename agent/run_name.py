"""Which run a person means: by its id, by a beginning that fits one only, or `last`."""

from __future__ import annotations

from collections.abc import Sequence

from agent.errors import UsageError
from agent.storage.connection import Connection
from agent.storage.database import Database
from agent.storage.records import clean

LAST = "last"
HELP = "The run's id or its beginning; `last`: the newest."

_NEWEST = "SELECT run_id FROM runs ORDER BY started_at DESC, rowid DESC LIMIT 1"
_BEGINS = "run_id >= :named AND run_id < :named || char(1114111)"  # an index finds these, unlike those of a LIKE
_NAMED = (
    f"SELECT run_id FROM runs WHERE {_BEGINS} UNION SELECT run_id FROM audit WHERE run_id <> '' AND {_BEGINS}"  # noqa: S608 - constants
    " ORDER BY run_id LIMIT 2"
)


async def find_run(database: Database, named: str) -> str | None:
    """The id of a run that the store or the audit knows; None if there is none. Raises UsageError: there are several,
    or nothing has run yet.
    """
    if named == LAST:
        newest = await database.read(lambda connection: connection.execute(_NEWEST).get)
        if newest is None:
            raise UsageError("Nothing has run yet. `homard ask` starts a run.")
        return newest
    return only_run(named, await database.read(lambda connection: _beginning(connection, named)), "homard audit show")


def only_run(named: str, found: Sequence[str], listing: str) -> str | None:
    """The one among runs whose ids begin as `named`; None if there is none.

    Raises UsageError: there are several, which the command `listing` lists.
    """
    if named in found:
        return named
    if len(found) > 1:
        raise UsageError(
            f"Several runs begin with {named!r}; nothing was done. Give more of the id: `{listing}` lists them."
        )
    return found[0] if found else None


def _beginning(connection: Connection, named: str) -> list[str]:
    """Two of them at most; the one that is called so itself comes first."""
    return [str(row[0]) for row in connection.execute(_NAMED, {"named": clean(named)})]
