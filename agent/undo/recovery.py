"""Putting the journal in order after the process died: each change under way is looked at, and told as it is."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import NamedTuple

from agent.undo import rows
from agent.undo.cover import recover_cover
from agent.undo.journal import Journal, settled
from agent.undo.rows import Change


class RecoveredChanges(NamedTuple):
    """What was found unfinished."""

    changes: int = 0
    """File changes that were under way."""
    commands: int = 0
    """Commands that were under way."""


def recover_journal(journal: Journal) -> RecoveredChanges:
    """Settle what was under way; only the owner may, at start, when no command of before runs any more. Blocks.

    Dying in here only leaves the rest for the next start.
    """
    journal.store.sweep()
    database = journal.database
    changes, covers = database.call_from_thread(
        lambda connection: (rows.intended(connection), rows.covers(connection)), step="undo.recover"
    )
    for change in changes:
        _remove_temp(journal, change)
    ends = [settled(journal.door, change) for change in changes]
    if ends:
        database.call_from_thread(lambda connection: rows.settle(connection, ends), step="undo.settle")
    for cover in covers:
        recover_cover(journal, cover)
    return RecoveredChanges(len(changes), len(covers))


def _remove_temp(journal: Journal, change: Change) -> None:
    if not change.temp:
        return
    with suppress(OSError), journal.door.open_place(os.path.join(os.path.dirname(change.path), change.temp)) as place:
        place.remove(folder=False)
