"""Which manifest belongs to which watch, when jobs were changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from agent.automation.watch import manifest
from agent.automation.watch.manifest import Row
from agent.jobs import Watch
from agent.storage.connection import Connection


def match(
    connection: Connection, wanted: Mapping[str, Sequence[Watch]], since: int
) -> dict[str, list[tuple[Row, Watch | None]]]:
    """Find the manifest of each watch, or begin one; with what it was about until now, if that was something else."""
    manifest.forget_deleted(connection)
    rows: dict[str, list[Row]] = {}
    for row in manifest.watches(connection):
        rows.setdefault(row.job_id, []).append(row)
    return {
        job_id: _match_job(
            connection, job_id, of, rows.get(job_id, []), min(since, manifest.saved_at(connection, job_id))
        )
        for job_id, of in wanted.items()
    }


def _match_job(
    connection: Connection, job_id: str, wanted: Sequence[Watch], rows: list[Row], since: int
) -> list[tuple[Row, Watch | None]]:
    found: dict[int, tuple[Row, Watch | None]] = {}
    alike: tuple[Callable[[Watch, Watch], bool], ...] = (
        lambda one, other: one == other,
        same_files,
        lambda one, other: one.folder == other.folder,
    )
    for is_alike in alike:
        for number, watch in enumerate(wanted):
            row = next((row for row in rows if is_alike(row.watch, watch)), None)
            if number not in found and row is not None:
                rows.remove(row)
                found[number] = _adapted(connection, row, watch, since)
    for row in rows:
        manifest.forget(connection, row.watch_id)
    return [
        found.get(number) or (manifest.add(connection, job_id, watch, since), None)
        for number, watch in enumerate(wanted)
    ]


def _adapted(connection: Connection, row: Row, watch: Watch, since: int) -> tuple[Row, Watch | None]:
    if row.watch == watch:
        return row, None
    if same_files(row.watch, watch):
        manifest.change(connection, row.watch_id, watch)
        return row._replace(watch=watch), None
    manifest.change(connection, row.watch_id, watch, since=since)
    return row._replace(watch=watch, since=since, complete=False), row.watch


def same_files(one: Watch, other: Watch) -> bool:
    """Whether two watches are about the same files, whatever they make of them."""
    return (one.folder, one.patterns, one.ignore, one.recursive) == (
        other.folder,
        other.patterns,
        other.ignore,
        other.recursive,
    )
