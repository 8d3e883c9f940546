"""Covering a command: what it could change is kept before it runs, what it changed is journalled after."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from agent.errors import StorageError, ToolFailed
from agent.failpoints import hit
from agent.safety.file_notes import Written
from agent.tasks import uninterrupted
from agent.undo import rows
from agent.undo.coverage import Estimate, ShellCoverage
from agent.undo.journal import Journal, RunJournal
from agent.undo.manifest import Compared, Manifest, compare, decoded, encoded, keep_all, survey_roots
from agent.undo.rows import Change, Cover
from agent.undo.state import same
from agent.undo.store import Damaged
from agent.undo.tree import TooMany

REMEMBERED_S = 5.0
"""How long an estimate holds."""


def coverage_of(run: RunJournal, roots: Sequence[Path]) -> ShellCoverage:
    """Say whether a command that may write there could be undone. Blocks: a walk, at most once in a while."""
    real, last = _real(roots), run.journal.estimate
    if last is None or last.roots != real or time.monotonic() - last.at_s >= REMEMBERED_S:
        coverage = survey_roots(run.journal, real).coverage
        last = run.journal.estimate = Estimate(real, time.monotonic(), coverage)
    run.last_coverage = last.coverage
    return last.coverage


@asynccontextmanager
async def covering(run: RunJournal, roots: Sequence[Path]) -> AsyncGenerator[ShellCoverage]:
    """Keep what stands in the folders, let the block run a command, and journal what changed, also when it fails.

    Raises ToolFailed when it cannot be kept (the disk is full, say): then the block is not entered. Past the limits it
    is entered all the same, and the coverage says what cannot be undone.
    """
    coverage, cover = await asyncio.to_thread(_begin, run, _real(roots))
    try:
        yield coverage
    finally:
        if cover is not None:
            await uninterrupted(asyncio.to_thread(_end, run, *cover), "journal what a command changed")


def _begin(run: RunJournal, roots: Sequence[str]) -> tuple[ShellCoverage, tuple[int, Manifest, str, int] | None]:
    journal = run.journal
    surveyed = survey_roots(journal, roots)
    if surveyed.too_many:
        _note_below(run, roots, during="")
        return surveyed.coverage, None
    try:
        manifest = keep_all(journal, surveyed, roots)
        kept = journal.store.put_bytes(encoded(manifest))
        at = journal.now()
        open_cover = partial(
            rows.open_cover,
            run_id=run.run_id,
            session_id=run.session_id,
            call_id=run.call_id,
            manifest=kept,
            at=at,
        )
        cover_id = journal.database.call_from_thread(open_cover, step="undo.cover")
    except StorageError as error:
        raise _not_run(error) from error
    try:
        _note_below(run, roots, during=_name_of(run))
    except ToolFailed:
        _close(journal, cover_id, [], kept)
        raise
    hit("undo.covered")
    return surveyed.coverage, (cover_id, manifest, kept, at)


def _note_below(run: RunJournal, roots: Sequence[str], *, during: str) -> None:
    """Note that a tainted command may write anything in its folders, before it does. Raises ToolFailed."""
    if run.label is None or run.journal.labels is None:
        return
    try:
        run.journal.labels.note_below(roots, run.label, during=during)
    except StorageError as error:
        raise _not_run(error) from error


def _not_run(error: StorageError) -> ToolFailed:
    return ToolFailed(f"The command was not run. {error}")


def _name_of(run: RunJournal) -> str:
    return f"{run.run_id}/{run.call_id}"


def _end(run: RunJournal, cover_id: int, manifest: Manifest, kept: str, at: int) -> None:
    hit("undo.ended")
    try:
        found = compare(run, manifest)
    except TooMany:
        found = None
    _write_down(run, found, cover_id, kept, at)


def _write_down(run: RunJournal, found: Compared | None, cover_id: int, kept: str, at: int) -> int:
    """Note what a command has changed, first its label; None: nobody can tell. Gives how many paths."""
    changes = _own(run, found.changes, at) if found is not None else []
    if run.journal.labels is not None:
        written = [_written(change) for change in changes if change.act != "touch" and change.after.kind != "absent"]
        run.journal.labels.settle(_name_of(run), written, found.unseen if found is not None else None)
    _close(run.journal, cover_id, changes, kept)
    return len(changes)


def _written(change: Change) -> Written:
    after = change.after
    return Written(change.path, after.size, bytes.fromhex(after.digest)) if after.digest else Written(change.path)


def _own(run: RunJournal, changes: Sequence[Change], at: int) -> list[Change]:
    """Leave out what another run did meanwhile and has in its own journal."""
    others = run.journal.database.call_from_thread(
        partial(rows.by_others_since, run_id=run.run_id, at=at), step="undo.others"
    )
    return [change for change in changes if change.path not in others or not same(others[change.path], change.after)]


def recover_cover(journal: Journal, cover: Cover) -> int:
    """Journal what a command had changed when Homard died, and whatever else has since; how many paths."""
    run = journal.of_run(cover.session_id, cover.run_id).for_call(cover.call_id)
    try:
        with journal.store.open(cover.manifest) as file:
            found = compare(run, decoded(file.read()))
    except (Damaged, ValueError, TooMany, OSError):
        found = None
    return _write_down(run, found, cover.cover_id, cover.manifest, cover.at)


def _close(journal: Journal, cover_id: int, changes: Sequence[Change], kept: str) -> None:
    close = partial(rows.close_cover, cover_id=cover_id, changes=changes)
    journal.database.call_from_thread(close, step="undo.uncover")
    journal.store.remove(kept, unused_for_s=0)  # the manifest of this one command


def _real(roots: Sequence[Path]) -> tuple[str, ...]:
    return tuple(os.path.realpath(root) for root in roots)
