"""The tables, as a list of migrations; `user_version` counts how many a file has had.

A migration is never edited once released: a change is a new one at the end.
Times are microseconds since 1970 in UTC; paths are bytes (`os.fsencode`), because file names need not be UTF-8.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from agent.failpoints import hit
from agent.storage.connection import Connection

T = TypeVar("T")

_SESSIONS_AND_RUNS = """
CREATE TABLE sessions (
    session_id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    cwd BLOB NOT NULL,
    model TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    head_id INTEGER REFERENCES entries (entry_id),
    parent_session_id TEXT REFERENCES sessions (session_id),
    deleted_at INTEGER,
    open_calls TEXT NOT NULL DEFAULT '[]' -- JSON list of the call ids on the path that have no result yet
) STRICT;
CREATE INDEX sessions_by_update ON sessions (updated_at);
CREATE INDEX sessions_with_open_calls ON sessions (session_id) WHERE open_calls <> '[]';

CREATE TABLE entries (
    entry_id INTEGER PRIMARY KEY AUTOINCREMENT,
    parent_id INTEGER REFERENCES entries (entry_id),
    depth INTEGER NOT NULL, -- 1 for a root
    session_id TEXT NOT NULL REFERENCES sessions (session_id),
    run_id TEXT,
    created_at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL -- the message as JSON
) STRICT;
CREATE INDEX entries_by_run ON entries (run_id) WHERE run_id IS NOT NULL;

CREATE TABLE runs (
    run_id TEXT PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (session_id),
    origin TEXT NOT NULL,
    model TEXT NOT NULL,
    prompt TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    stop_reason TEXT,
    error TEXT,
    error_code TEXT,
    input_tokens INTEGER NOT NULL,
    cached_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    cost_usd REAL, -- NULL: unknown
    turns INTEGER NOT NULL
) STRICT;
CREATE INDEX runs_by_session ON runs (session_id, started_at);
CREATE INDEX runs_unfinished ON runs (run_id) WHERE finished_at IS NULL;

CREATE TABLE calls (
    call_row INTEGER PRIMARY KEY,
    call_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    session_id TEXT NOT NULL REFERENCES sessions (session_id),
    name TEXT NOT NULL,
    arguments TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    outcome TEXT
) STRICT;
CREATE INDEX calls_by_id ON calls (session_id, call_id);
CREATE INDEX calls_by_run ON calls (run_id);
CREATE INDEX calls_in_flight ON calls (session_id) WHERE finished_at IS NULL;

CREATE TABLE usage (
    usage_id INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (session_id),
    run_id TEXT,
    model TEXT NOT NULL,
    at INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL,
    cached_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    cost_usd REAL -- NULL: unknown
) STRICT;
CREATE INDEX usage_by_session ON usage (session_id, cost_usd);
CREATE INDEX usage_by_run ON usage (run_id);
"""

_SEARCH_INDEX = """
CREATE VIRTUAL TABLE entry_text USING fts5 (text, content='', tokenize='trigram');
CREATE TABLE search_state (indexed_to INTEGER NOT NULL) STRICT;
INSERT INTO search_state VALUES (0);
"""

_PINS = """
ALTER TABLE sessions ADD COLUMN pinned_at INTEGER;
"""

_SPENDING = """
CREATE INDEX usage_by_time ON usage (at, cost_usd, input_tokens, output_tokens, run_id);
"""

_PAUSE = """
CREATE TABLE pause (
    only_one INTEGER PRIMARY KEY CHECK (only_one = 1), -- no row: nothing is paused
    until INTEGER -- NULL: until somebody resumes
) STRICT;
"""

_AUDIT = """
CREATE TABLE audit ( -- one chain: see agent/audit/row.py
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    run_id TEXT NOT NULL, -- empty: of no run; so for the next two
    session_id TEXT NOT NULL,
    call_id TEXT NOT NULL,
    body TEXT NOT NULL, -- canonical JSON
    prev_mac BLOB NOT NULL,
    mac BLOB NOT NULL
) STRICT;
CREATE INDEX audit_by_run ON audit (run_id, seq) WHERE run_id <> '';
CREATE INDEX audit_by_call ON audit (call_id) WHERE call_id <> '';
CREATE INDEX audit_by_time ON audit (at);
"""

_UNDO = """
CREATE TABLE file_changes (
    change_id INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    call_id TEXT NOT NULL,
    undoes TEXT, -- the run whose changes this one takes back; NULL: it is no undo
    path BLOB NOT NULL,
    act TEXT NOT NULL,
    before TEXT NOT NULL, -- JSON, see undo/state.py
    after TEXT NOT NULL, -- the same; while intended: what it will be
    kept TEXT, -- SHA-256 of the content of before, where it was stored
    temp TEXT NOT NULL, -- name under which new content is written before it gets the path's; empty: none
    state TEXT NOT NULL, -- intended, done, unclear, undone
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX file_changes_by_run ON file_changes (run_id, change_id);
CREATE INDEX file_changes_by_undo ON file_changes (undoes) WHERE undoes IS NOT NULL;
CREATE INDEX file_changes_by_path ON file_changes (path, change_id);
CREATE INDEX file_changes_intended ON file_changes (change_id) WHERE state = 'intended';
CREATE INDEX file_changes_by_time ON file_changes (at);

CREATE TABLE file_covers ( -- commands under way, with what stood in the writable folders before
    cover_id INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    call_id TEXT NOT NULL,
    manifest TEXT NOT NULL, -- SHA-256 of a kept content
    at INTEGER NOT NULL
) STRICT;
"""

_RULE_USE = """
CREATE TABLE rule_use (
    rule_id TEXT NOT NULL,
    day TEXT NOT NULL, -- of the person's calendar, ISO 8601
    count INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (rule_id, day)
) STRICT, WITHOUT ROWID;
"""

_FILE_LABELS = """
CREATE TABLE file_label (
    path BLOB PRIMARY KEY, -- real, as the system spells it
    size INTEGER NOT NULL, -- -1: the file was about to be written
    digest BLOB NOT NULL, -- SHA-256 of the content when it was written; empty: unknown
    label BLOB NOT NULL -- JSON
) STRICT, WITHOUT ROWID;
"""

_DRY_RUNS = """
ALTER TABLE runs ADD COLUMN dry_run INTEGER NOT NULL DEFAULT 0;
"""

_JOBS = """
CREATE TABLE jobs (
    job_id TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    paused TEXT NOT NULL, -- empty: it starts; else why not
    paused_note TEXT NOT NULL,
    failures INTEGER NOT NULL, -- in a row
    runs INTEGER NOT NULL, -- slots that ran to an end
    planned_to INTEGER NOT NULL, -- every slot of its schedule up to this moment has a row
    planned_in TEXT NOT NULL, -- the time zone of this machine then
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER
) STRICT;
CREATE TABLE job_versions (
    job_id TEXT NOT NULL REFERENCES jobs (job_id),
    version INTEGER NOT NULL,
    at INTEGER NOT NULL,
    body TEXT NOT NULL, -- the job as JSON
    PRIMARY KEY (job_id, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE slots (
    slot_id INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id TEXT NOT NULL REFERENCES jobs (job_id),
    key TEXT NOT NULL,
    origin TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    until INTEGER, -- of a row for many slots: the moment of the last
    count INTEGER NOT NULL,
    not_before INTEGER,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    note TEXT NOT NULL,
    version INTEGER NOT NULL, -- of the job
    session_id TEXT,
    run_id TEXT,
    attempts INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER,
    inputs TEXT NOT NULL, -- digest of what the work depended on; empty: not asked for
    summary TEXT NOT NULL,
    tokens INTEGER NOT NULL,
    cost_usd REAL,
    UNIQUE (job_id, key)
) STRICT;
CREATE INDEX slots_open ON slots (state, due_at) WHERE state IN ('due', 'running', 'parked');
CREATE INDEX slots_busy ON slots (slot_id) WHERE state IN ('running', 'parked');
CREATE INDEX slots_due ON slots (job_id, due_at, slot_id) WHERE state = 'due';
CREATE INDEX slots_by_time ON slots (job_id, due_at);
CREATE INDEX slots_by_run ON slots (run_id) WHERE run_id IS NOT NULL;
CREATE TABLE slot_files (
    slot_id INTEGER NOT NULL REFERENCES slots (slot_id),
    path BLOB NOT NULL,
    change TEXT NOT NULL,
    PRIMARY KEY (slot_id, path)
) STRICT, WITHOUT ROWID;
CREATE TABLE parked (
    approval_id TEXT PRIMARY KEY,
    slot_id INTEGER NOT NULL REFERENCES slots (slot_id),
    run_id TEXT NOT NULL,
    digest TEXT NOT NULL, -- of the request; the yes is for exactly this
    event TEXT NOT NULL, -- the ApprovalRequested as JSON
    at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    answer TEXT, -- NULL: none yet; else the Answer as JSON
    used_at INTEGER -- the run has had the answer
) STRICT;
CREATE INDEX parked_by_run ON parked (run_id);
CREATE INDEX parked_open ON parked (expires_at) WHERE answer IS NULL;
ALTER TABLE sessions ADD COLUMN job_id TEXT; -- of the job whose run it holds, unless that belongs among the chats
"""

_WATCHES = """
CREATE TABLE watches (
    watch_id INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id TEXT NOT NULL,
    body TEXT NOT NULL, -- the watch as JSON
    since INTEGER NOT NULL, -- what did not change after it is no news
    complete INTEGER NOT NULL, -- 1: all that was there then has a row
    device INTEGER, -- of the folder when it was seen last; NULL: never
    inode INTEGER
) STRICT;
CREATE INDEX watches_by_job ON watches (job_id);
CREATE TABLE watch_files ( -- as they were when they were handled last
    watch_id INTEGER NOT NULL REFERENCES watches (watch_id),
    folder BLOB NOT NULL, -- below the watched one; empty: that itself
    name BLOB NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    inode INTEGER NOT NULL,
    digest TEXT NOT NULL, -- SHA-256 of the content; empty: it was not read
    own INTEGER NOT NULL, -- last change_id of this path in file_changes that was taken into account
    PRIMARY KEY (watch_id, folder, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX watch_files_by_signature ON watch_files (watch_id, mtime_ns, size, inode);
CREATE TABLE watch_generation (last INTEGER NOT NULL) STRICT; -- one row
INSERT INTO watch_generation VALUES (0);
"""

_BUDGETS = """
CREATE TABLE usage_rebuilt ( -- one row for each model call, written before it is made
    usage_id INTEGER PRIMARY KEY,
    session_id TEXT, -- NULL: of no session
    run_id TEXT,
    job_id TEXT, -- of the job whose run it is
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    purpose TEXT NOT NULL, -- turn, summary, reading, trial
    at INTEGER NOT NULL, -- when it was allowed
    input_tokens INTEGER NOT NULL,
    cached_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    cost_usd REAL, -- NULL: unknown
    state TEXT NOT NULL -- reserved: the worst case of a call under way; settled; estimated; lost: its process died
) STRICT;
INSERT INTO usage_rebuilt
    SELECT usage_id, session_id, run_id,
        COALESCE((SELECT job_id FROM sessions s WHERE s.session_id = u.session_id),
            (SELECT job_id FROM slots t WHERE t.run_id = u.run_id)),
        substr(model, 1, max(instr(model, '/') - 1, 0)), model, 'turn', at,
        input_tokens, cached_tokens, output_tokens, cost_usd, 'settled'
    FROM usage u;
DROP TABLE usage;
ALTER TABLE usage_rebuilt RENAME TO usage;
CREATE INDEX usage_by_session ON usage (session_id, state, cost_usd);
CREATE INDEX usage_by_run ON usage (run_id);
CREATE INDEX usage_by_job ON usage (job_id, at) WHERE job_id IS NOT NULL;
CREATE INDEX usage_by_time ON usage (at, cost_usd, input_tokens, output_tokens, run_id, state, provider);
CREATE INDEX usage_reserved ON usage (usage_id) WHERE state = 'reserved';
"""

_MODEL_CALLS = """
CREATE TABLE model_calls ( -- how each call to a model went; written behind it
    call_id INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    model TEXT NOT NULL, -- as asked, provider/name
    purpose TEXT NOT NULL,
    at INTEGER NOT NULL, -- when it began
    first_ms INTEGER, -- until the first piece of the reply
    took_ms INTEGER NOT NULL,
    error TEXT NOT NULL, -- code; empty: the reply came whole
    input_tokens INTEGER NOT NULL,
    cached_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    cost_usd REAL,
    answered_by TEXT NOT NULL -- empty: by the one that was asked, as far as is known
) STRICT;
CREATE INDEX model_calls_by_run ON model_calls (run_id);
CREATE INDEX model_calls_by_time ON model_calls (at);
"""

_SLOT_EVENTS = """
CREATE TABLE slot_events ( -- what a plugin told, for the slots that it made due
    slot_id INTEGER PRIMARY KEY REFERENCES slots (slot_id),
    text TEXT NOT NULL,
    label TEXT NOT NULL -- of the text, as JSON
) STRICT;
"""

_COMPARISONS = """
CREATE TABLE comparisons ( -- probes of models, one row each
    comparison_id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL, -- when it began
    run_id TEXT NOT NULL, -- under which its calls stand in usage and model_calls
    stopped TEXT NOT NULL -- why it did not come to its end; empty: it did
) STRICT;
CREATE TABLE comparison_models (
    comparison_id INTEGER NOT NULL REFERENCES comparisons (comparison_id) ON DELETE CASCADE,
    model TEXT NOT NULL, -- as asked, provider/name
    body TEXT NOT NULL, -- the ModelResult as JSON
    PRIMARY KEY (comparison_id, model)
) STRICT, WITHOUT ROWID;
CREATE INDEX comparison_models_by_model ON comparison_models (model, comparison_id);
"""

_ECONOMY = """
ALTER TABLE model_calls ADD COLUMN expected_tokens INTEGER; -- what the cache should have given; NULL: unknown
CREATE TABLE prompt_prefixes ( -- how the last prompts of the last minutes began
    session_id TEXT NOT NULL,
    model TEXT NOT NULL, -- as asked, provider/name
    at INTEGER NOT NULL, -- when its reply had come
    body TEXT NOT NULL, -- the Prefix as JSON
    PRIMARY KEY (session_id, model)
) STRICT, WITHOUT ROWID;
CREATE INDEX prompt_prefixes_by_time ON prompt_prefixes (at);
CREATE TABLE kept_replies ( -- of models, to be given again to the very same request
    key BLOB PRIMARY KEY, -- SHA-256 of all that the reply depends on
    at INTEGER NOT NULL, -- when it was made
    used_at INTEGER NOT NULL,
    size INTEGER NOT NULL, -- bytes of the body
    body TEXT NOT NULL -- the AssistantMessage as JSON
) STRICT, WITHOUT ROWID;
CREATE INDEX kept_replies_by_use ON kept_replies (used_at, size);
CREATE TABLE reused_replies ( -- each time that one was given again
    reuse_id INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    job_id TEXT NOT NULL, -- empty: of no job
    model TEXT NOT NULL, -- that had made it
    purpose TEXT NOT NULL,
    at INTEGER NOT NULL,
    tokens INTEGER NOT NULL, -- that it took when it was made
    cost_usd REAL -- that it took then; NULL: unknown
) STRICT;
CREATE INDEX reused_replies_by_run ON reused_replies (run_id);
CREATE INDEX reused_replies_by_time ON reused_replies (at);
"""

_CLOCK = """
CREATE TABLE usage_moved ( -- calls that seem to lie in the future, and count from when that was seen
    usage_id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL, -- what usage said
    moved_at INTEGER NOT NULL
) STRICT;
"""

MIGRATIONS: tuple[str, ...] = (
    _SESSIONS_AND_RUNS, _SEARCH_INDEX, _PINS, _SPENDING, _PAUSE, _AUDIT, _UNDO, _RULE_USE, _FILE_LABELS,
    _DRY_RUNS, _JOBS, _WATCHES, _BUDGETS, _MODEL_CALLS, _SLOT_EVENTS, _COMPARISONS,
    _ECONOMY, _CLOCK,
)  # fmt: skip
"""SQL scripts; the n-th brings a file from `user_version` n-1 to n."""


def version_of(connection: Connection) -> int:
    """Read `user_version`; raises apsw.NotADBError or apsw.CorruptError for a damaged file."""
    return int(connection.pragma("user_version"))


def migrate(connection: Connection, migrations: Sequence[str], backups: Path) -> Path | None:
    """Bring the file to the newest version in one transaction; returns the backup made before, None for a new file."""
    version = version_of(connection)
    if version >= len(migrations):
        return None
    backup = back_up(connection, backups, version) if version else None
    hit("storage.migrate.before")
    transact(connection, lambda _: _apply(connection, migrations, version), "migrate")
    hit("storage.migrate.after")
    return backup


def transact(connection: Connection, work: Callable[[Connection], T], step: str) -> T:
    """Run `work` in one IMMEDIATE transaction, all or nothing; `step` names the failpoint before the commit."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        result = work(connection)
        hit(f"storage.{step}.commit")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite itself rolls back on some errors, a full disk among them
            connection.execute("ROLLBACK")
        raise
    return result


def _apply(connection: Connection, migrations: Sequence[str], version: int) -> None:
    for script in migrations[version:]:
        connection.execute(script)
    connection.pragma("user_version", len(migrations))


def back_up(connection: Connection, backups: Path, version: int) -> Path:
    """Write a copy of the whole database into `backups` through SQLite, durably and under its name only when whole."""
    import os
    from datetime import UTC, datetime

    backups.mkdir(mode=0o700, parents=True, exist_ok=True)
    for leftover in backups.glob("*.part"):
        leftover.unlink()
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    final = backups / f"homard-v{version}-{stamp}.db"
    part = final.with_suffix(".part")
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    hit("storage.backup.begun")
    connection.execute("VACUUM INTO ?", (str(part),))
    hit("storage.backup.written")
    descriptor = os.open(part, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    part.replace(final)
    hit("storage.backup.renamed")
    return final


def newest_backup(backups: Path) -> Path | None:
    """Find the backup that was written last."""
    found = list(backups.glob("homard-v*.db")) if backups.is_dir() else []
    return max(found, key=lambda path: path.stat().st_mtime, default=None)
