"""The one database of a home: one connection, used only by one dedicated thread.

Durable: WAL with `synchronous=FULL`, so a committed transaction survives a power cut. Never open the live file by other
means in this process: closing any other descriptor of it drops SQLite's POSIX locks.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import apsw

from agent.errors import DatabaseCorrupt, DatabaseNewer, HomardError, StorageError
from agent.failpoints import hit
from agent.storage.connection import Connection
from agent.storage.schema import MIGRATIONS, migrate, newest_backup, transact, version_of

T = TypeVar("T")

BUSY_TIMEOUT_MS = 5_000

_log = logging.getLogger(__name__)

Participant = Callable[[Connection], Callable[[], None]]
"""Adds rows of its own to a transaction, last before the commit; what it returns is called after the commit.

Both run in the database's thread. When the transaction is rolled back, what it returned is not called.
"""


class Database:
    """A connection and its thread. Work runs one after the other, in the order in which it was asked for."""

    def __init__(self, path: Path, executor: ThreadPoolExecutor, connection: apsw.Connection) -> None:
        self.path = path
        self._executor = executor
        self._connection = connection
        self._broken: DatabaseCorrupt | None = None
        self._closed = False
        self._participants: list[Participant] = []

    @classmethod
    async def open(cls, path: Path, *, migrations: Sequence[str] = MIGRATIONS) -> Database:
        """Open the file, creating (folder 0700, file 0600) or migrating it (with a backup first) if need be.

        Raises DatabaseCorrupt or DatabaseNewer, both leaving the file as it is, or StorageError.
        """
        executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")
        try:
            connection = await asyncio.get_running_loop().run_in_executor(executor, _open, path, migrations)
        except BaseException:
            executor.shutdown(wait=False)
            raise
        return cls(path, executor, connection)

    async def call(self, work: Callable[[Connection], T], *, step: str = "call") -> T:
        """Run `work` in one IMMEDIATE transaction; when this returns, it is on the disk.

        All or nothing. Cancelling the waiting does not undo the work: it is done in its turn all the same.
        `step` names the failpoints. Raises StorageError (DatabaseCorrupt: nothing is written any more).
        """
        return await self._submit(lambda: self._transact(work, step))

    def post(self, work: Callable[[Connection], T], *, step: str = "call") -> None:
        """Do the same as `call` without waiting: it is done before all that is asked for later. A failure is logged."""
        if not self._closed:
            waiting = self._executor.submit(self._guarded, lambda: self._transact(work, step))
            waiting.add_done_callback(_log_failure)

    def join(self, participant: Participant) -> None:
        """Let somebody take part in every transaction from now on, so that its rows cost no commit of their own."""
        self._participants.append(participant)

    def call_from_thread(self, work: Callable[[Connection], T], *, step: str = "call") -> T:
        """Do the same as `call` from a worker thread, which waits. Never call it on the event loop."""
        try:
            waiting = self._executor.submit(self._guarded, lambda: self._transact(work, step))
        except RuntimeError:  # the executor is shut down
            raise StorageError("The database is already closed; what was stored is kept. Start Homard again.") from None
        return waiting.result()

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work`, which must only read. Raises StorageError."""
        return await self._submit(lambda: work(self._connection))

    async def close(self) -> None:
        """Finish what was asked for and close the file. May be called twice."""
        if self._closed:
            return
        self._closed = True
        with contextlib.suppress(apsw.Error):
            await asyncio.get_running_loop().run_in_executor(self._executor, self._connection.close)
        self._executor.shutdown(wait=True)

    async def _submit(self, work: Callable[[], T]) -> T:
        if self._closed:
            raise StorageError("The database is already closed; what was stored is kept. Start Homard again.")
        # A future of the loop itself: `run_in_executor` chains three, each of which takes a turn of the loop. Who is
        # cancelled while waiting cancels this one, never the work.
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        self._executor.submit(self._answer, loop, answer, work)
        return await answer

    def _answer(self, loop: asyncio.AbstractEventLoop, answer: asyncio.Future[T], work: Callable[[], T]) -> None:
        try:
            result = self._guarded(work)
        except BaseException as error:  # noqa: BLE001 - whatever it is, the one that waits must hear it
            tell = partial(_fail, answer, error)
        else:
            tell = partial(_fulfil, answer, result)
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(tell)

    def _guarded(self, work: Callable[[], T]) -> T:
        try:
            return work()
        except (apsw.Error, UnicodeDecodeError) as error:
            told = explain(error, self.path)
            if isinstance(told, DatabaseCorrupt):
                self._broken = told
                _keep_as_is(self._connection)
            raise told from error

    def _transact(self, work: Callable[[Connection], T], step: str) -> T:
        if self._broken is not None:
            raise self._broken
        hit(f"storage.{step}.before")
        committed: list[Callable[[], None]] = []

        def together(connection: Connection) -> T:
            result = work(connection)
            committed.extend([participant(connection) for participant in self._participants])
            return result

        result = transact(self._connection, together, step)
        for tell in committed:
            tell()
        hit(f"storage.{step}.after")
        return result


def _fulfil(answer: asyncio.Future[T], result: T) -> None:
    if not answer.done():
        answer.set_result(result)


def _fail(answer: asyncio.Future[Any], error: BaseException) -> None:
    if not answer.done():
        answer.set_exception(error)


def _log_failure(done: Future[Any]) -> None:
    if (error := done.exception()) is not None:
        _log.error("a step that nobody waited for was not stored: %s", error)


def backups_of(path: Path) -> Path:
    """Name the folder that holds the backups of a database."""
    return path.parent / "backups"


def explain(error: apsw.Error | UnicodeDecodeError, path: Path) -> StorageError:
    """Turn an error of SQLite, or a stored text that is no UTF-8, into an error for a person."""
    if isinstance(error, apsw.NotADBError | apsw.CorruptError | UnicodeDecodeError):
        backup = newest_backup(backups_of(path))
        copy = f"the newest backup is {backup}" if backup else "there is no backup yet"
        return DatabaseCorrupt(
            f"The database {path} is damaged ({error}); it was left as it is and {copy}. "
            "Run `homard doctor`, or move the file and its -wal aside to begin anew."
        )
    if isinstance(error, apsw.FullError):
        return StorageError(
            f"The disk that holds {path} is full; everything stored before is kept, this step is not. "
            "Free some space and try again."
        )
    if isinstance(error, apsw.ReadOnlyError | apsw.CantOpenError | apsw.PermissionsError | apsw.AuthError):
        return _cannot_write(path, str(error))
    if isinstance(error, apsw.BusyError | apsw.LockedError):
        return StorageError(
            f"Another program keeps {path} locked; everything stored before is kept, this step is not. "
            "Close the other program and try again."
        )
    return StorageError(
        f"The database {path} could not be read or written ({error}); everything stored before is kept, this step is "
        "not. Check the disk and its free space, then try again."
    )


def _cannot_write(path: Path, reason: str) -> StorageError:
    return StorageError(
        f"The data folder {path.parent} cannot be written ({reason}); nothing was changed. "
        "Make it writable, or set HOMARD_HOME to another folder."
    )


def _open(path: Path, migrations: Sequence[str]) -> apsw.Connection:
    try:
        _create(path)
    except OSError as error:
        raise _cannot_write(path, error.strerror or type(error).__name__) from error
    connection: apsw.Connection | None = None
    try:
        connection = apsw.Connection(str(path))
        _prepare(connection, path, migrations)
    except (apsw.Error, UnicodeDecodeError, OSError, HomardError) as error:
        if connection is not None:
            _keep_as_is(connection)
            connection.close()
        if isinstance(error, apsw.Error | UnicodeDecodeError):
            raise explain(error, path) from error
        if isinstance(error, OSError):
            raise _cannot_write(path, error.strerror or type(error).__name__) from error
        raise
    return connection


def _create(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        # Only a file that was not there is opened here: see the module's docstring.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return
    sync_folder(path.parent)
    hit("storage.create.after")


def _prepare(connection: apsw.Connection, path: Path, migrations: Sequence[str]) -> None:
    connection.set_busy_timeout(BUSY_TIMEOUT_MS)
    version = version_of(connection)
    if version > len(migrations):
        raise DatabaseNewer(
            f"The database {path} was written by a newer Homard (version {version}, this one knows {len(migrations)}); "
            "it was left as it is. Install the newer Homard, or let HOMARD_HOME name another folder."
        )
    if connection.readonly("main"):
        raise _cannot_write(path, "the file is read-only")
    _configure(connection)
    migrate(connection, migrations, backups_of(path))


def _configure(connection: Connection) -> None:
    connection.pragma("journal_mode", "wal")
    connection.pragma("synchronous", "full")
    connection.pragma("checkpoint_fullfsync", True)
    connection.pragma("foreign_keys", True)
    connection.pragma("cell_size_check", True)
    # A checkpoint takes as long as ten steps of a run, so it comes every sixtieth step, not every fifteenth.
    connection.pragma("wal_autocheckpoint", 4_000)
    connection.pragma("journal_size_limit", 16 * 1024 * 1024)


def _keep_as_is(connection: apsw.Connection) -> None:
    """Leave file and -wal untouched by closing: a damaged or unknown file must not be written to."""
    connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)


def sync_folder(folder: Path) -> None:
    """Make a rename or creation in `folder` durable, where the system knows such a thing."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
