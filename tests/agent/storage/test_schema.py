from __future__ import annotations

import asyncio
import stat
import sys
from datetime import UTC, datetime
from pathlib import Path

from agent.storage import entries as tree
from agent.storage.blobs import Blobs
from agent.storage.connection import Connection
from agent.storage.database import Database
from agent.storage.records import Session, to_micros
from agent.storage.schema import MIGRATIONS, newest_backup
from agent.storage.sessions import Store
from tests.agent.storage.test_sessions import texts, user
from tests.helpers.kill_loop import kill_at_each

ROOT = Path(__file__).parents[3]


def version(connection: Connection) -> int:
    return connection.pragma("user_version")


async def make_old(path: Path) -> str:
    """A database of the first schema with one session in it."""
    database = await Database.open(path, migrations=MIGRATIONS[:1])
    now = datetime.now(UTC)

    def fill(connection: Connection) -> None:
        tree.insert_session(connection, Session("0123456789abcdef", "", "/", "", now, now), to_micros(now))
        tree.append(connection, "0123456789abcdef", None, [user("kept")], to_micros(now))

    await database.call(fill)
    await database.close()
    return "0123456789abcdef"


async def look(path: Path, session_id: str, migrations: tuple[str, ...]) -> int:
    """Check that a database is whole and holds the session; returns its version."""
    database = await Database.open(path, migrations=migrations)
    assert await database.read(lambda connection: connection.execute("PRAGMA integrity_check").get) == "ok"
    assert texts(await Store(database, Blobs(path.parent / "blobs")).path(session_id)) == ["kept"]
    found = await database.read(version)
    await database.close()
    return found


def test_a_new_database_is_private_and_needs_no_backup(tmp_path: Path) -> None:
    path = tmp_path / "some" / "home" / "homard.db"

    async def story() -> None:
        database = await Database.open(path)
        assert await database.read(version) == len(MIGRATIONS)
        if sys.platform != "win32":
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        await database.close()
        assert [file.name for file in path.parent.iterdir()] == ["homard.db"]

    asyncio.run(story())


def test_an_older_database_is_backed_up_and_brought_to_the_newest_schema(tmp_path: Path) -> None:
    path = tmp_path / "homard.db"

    async def story() -> None:
        session_id = await make_old(path)
        assert await look(path, session_id, MIGRATIONS) == len(MIGRATIONS)
        backup = newest_backup(tmp_path / "backups")
        assert backup is not None
        assert [file.name for file in backup.parent.iterdir()] == [backup.name]
        assert await look(backup, session_id, MIGRATIONS[:1]) == 1
        assert await look(path, session_id, MIGRATIONS) == len(MIGRATIONS)
        assert newest_backup(tmp_path / "backups") == backup

    asyncio.run(story())


MIGRATE = """
import asyncio, sys
from pathlib import Path
from agent.storage.database import Database
async def main():
    await (await Database.open(Path(sys.argv[1]))).close()
asyncio.run(main())
"""


def test_killed_at_each_step_of_a_migration_the_next_start_completes_it(tmp_path: Path) -> None:
    path = tmp_path / "homard.db"
    session_id = ""

    def fresh(_at: int) -> dict[str, str]:
        nonlocal session_id
        for file in (*tmp_path.glob("homard.db*"), *tmp_path.glob("backups/*")):
            file.unlink()
        session_id = asyncio.run(make_old(path))
        return {"PYTHONPATH": str(ROOT)}

    def check(_at: int) -> None:
        backups = list((tmp_path / "backups").glob("*.db"))
        assert asyncio.run(look(path, session_id, MIGRATIONS)) == len(MIGRATIONS)
        for backup in backups:
            assert asyncio.run(look(backup, session_id, MIGRATIONS[:1])) == 1

    assert kill_at_each([sys.executable, "-c", MIGRATE, str(path)], fresh, check) == 6
    check(0)


def test_what_calls_took_before_there_were_budgets_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "homard.db"

    def fill(connection: Connection) -> None:
        now = datetime.now(UTC)
        for session_id in ("a" * 16, "b" * 16):
            tree.insert_session(connection, Session(session_id, "", "/", "", now, now), to_micros(now))
        connection.execute("UPDATE sessions SET job_id = 'j' WHERE session_id = ?", ("b" * 16,))
        for row in (("a" * 16, "r1", "p/m", 1, 2, 0, 3, 0.5), ("b" * 16, None, "scripted", 2, 4, 1, 5, None)):
            connection.execute(
                "INSERT INTO usage (session_id, run_id, model, at, input_tokens, cached_tokens, output_tokens,"
                " cost_usd) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )

    async def story() -> None:
        before = await Database.open(path, migrations=MIGRATIONS[:12])
        await before.call(fill)
        await before.close()
        database = await Database.open(path)
        rows = await database.read(lambda connection: connection.execute("SELECT * FROM usage").fetchall())
        assert rows == [
            (1, "a" * 16, "r1", None, "p", "p/m", "turn", 1, 2, 0, 3, 0.5, "settled"),
            (2, "b" * 16, None, "j", "", "scripted", "turn", 2, 4, 1, 5, None, "settled"),
        ]
        assert await database.read(lambda connection: connection.execute("PRAGMA integrity_check").get) == "ok"
        await database.close()

    asyncio.run(story())
