"""Why an act could not be undone, in words for the person who is asked about it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from agent.safety.effects import Effect
from agent.safety.printable import from_printable
from agent.undo.limits import UndoLimits, size_words

if TYPE_CHECKING:
    from agent.undo.coverage import ShellCoverage


def undo_note(effect: Effect, limits: UndoLimits, coverage: ShellCoverage | None = None) -> str:
    """Say why an effect on files or a command cannot be undone; empty: it can, or there is nothing to undo.

    `coverage`: of a command, what `RunJournal.coverage_of` gave. Looks at the disk, so call it in a thread.
    """
    if effect.reversible or effect.verb not in ("fs.write", "fs.delete", "proc.run"):
        return ""
    if effect.verb == "proc.run":
        return f"not undoable: {_command(effect, coverage)}"
    return f"not undoable: {_file(effect, limits)}"


def _command(effect: Effect, coverage: ShellCoverage | None) -> str:
    if coverage is not None and coverage.why:
        return coverage.why
    if effect.network:
        return "what a command sends cannot be taken back"
    return "what the command changes is not kept"


def _file(effect: Effect, limits: UndoLimits) -> str:
    from agent.safety.folders import system_door
    from agent.undo.survey import survey
    from agent.undo.tree import TooMany

    path = from_printable(effect.target)
    try:
        if effect.verb == "fs.delete":
            why = survey(system_door(), path, limits).why_not
        else:
            large = os.lstat(path).st_size > limits.file_bytes
            why = f"it is larger than {size_words(limits.file_bytes)}" if large else ""
    except (OSError, TooMany):
        why = ""
    return why or "what stands there now is not kept"
