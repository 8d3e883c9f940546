from __future__ import annotations

import asyncio
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from agent.errors import DatabaseCorrupt, DatabaseNewer, HomardError, StorageError
from agent.storage.blobs import Blobs
from agent.storage.connection import Connection
from agent.storage.database import Database
from agent.storage.schema import MIGRATIONS
from agent.storage.sessions import Store
from tests.agent.storage.test_sessions import texts, user

ROOT = Path(__file__).parents[3]
PAGE = 4096


async def fill(path: Path, count: int = 300) -> str:
    database = await Database.open(path)
    store = Store(database, Blobs(path.parent / "blobs"))
    session = await store.create_session(cwd="/")
    await store.append(session.session_id, None, [user(f"{n} " + "text " * 100) for n in range(count)])
    await store.index_pending()
    await database.close()
    return session.session_id


async def use(path: Path, session_id: str) -> None:
    """Read and write everything that a start would."""
    database = await Database.open(path)
    try:
        store = Store(database, Blobs(path.parent / "blobs"))
        for session in await store.sessions():
            await store.path(session.session_id)
        await store.search("text")
        await store.append(session_id, None, [user("more")])
    finally:
        await database.close()


def damage(path: Path, change: Callable[[bytearray], None]) -> bytes:
    data = bytearray(path.read_bytes())
    change(data)
    path.write_bytes(data)
    return bytes(data)


def zero_header(data: bytearray) -> None:
    data[:100] = b"not a database".ljust(100, b"\0")


def cut_short(data: bytearray) -> None:
    del data[len(data) * 6 // 10 :]


def spoil_pages(data: bytearray) -> None:
    for start in range(PAGE, len(data), PAGE):
        data[start : start + 8] = b"\xff" * 8


def spoil_entries(data: bytearray) -> None:
    """Leave the schema whole, so that the file opens and the damage is found later."""
    for start in range(len(data) // PAGE // 2 * PAGE, len(data), PAGE):
        data[start : start + 8] = b"\xff" * 8


@pytest.mark.parametrize("change", [zero_header, cut_short, spoil_pages])
def test_a_damaged_file_is_said_to_be_so_and_left_as_it_is(tmp_path: Path, change: Callable[[bytearray], None]) -> None:
    path = tmp_path / "homard.db"
    session_id = asyncio.run(fill(path))
    damaged = damage(path, change)
    with pytest.raises(DatabaseCorrupt) as caught:
        asyncio.run(use(path, session_id))
    said = str(caught.value)
    assert str(path) in said
    assert "was left as it is and there is no backup yet" in said
    assert "homard doctor" in said
    assert path.read_bytes() == damaged


def test_the_newest_backup_is_named_when_a_file_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "homard.db"
    asyncio.run(fill(path))
    (tmp_path / "backups").mkdir()
    shutil.copy(path, tmp_path / "backups" / "homard-v1-20260101T000000.db")
    damage(path, zero_header)
    with pytest.raises(DatabaseCorrupt, match=r"the newest backup is .*homard-v1-20260101T000000"):
        asyncio.run(use(path, ""))


def test_after_damage_was_found_nothing_is_written_any_more(tmp_path: Path) -> None:
    path = tmp_path / "homard.db"
    session_id = asyncio.run(fill(path))
    damaged = damage(path, spoil_entries)

    async def story() -> None:
        database = await Database.open(path)
        store = Store(database, Blobs(tmp_path / "blobs"))
        with pytest.raises(DatabaseCorrupt):
            await store.path(session_id)
        with pytest.raises(DatabaseCorrupt):
            await store.create_session(cwd="/")
        await database.close()

    asyncio.run(story())
    assert path.read_bytes() == damaged


def test_flipped_bits_are_found_or_harmless(tmp_path: Path) -> None:
    path = tmp_path / "homard.db"
    session_id = asyncio.run(fill(path, 60))
    sound = path.read_bytes()
    dice = random.Random(7)
    found = 0
    for _ in range(60):

        def flip(data: bytearray) -> None:
            for _ in range(20):
                data[dice.randrange(100, len(data))] ^= 1 << dice.randrange(8)

        path.write_bytes(sound)
        for leftover in tmp_path.glob("homard.db-*"):
            leftover.unlink()
        damaged = damage(path, flip)
        try:
            asyncio.run(use(path, session_id))
        except DatabaseCorrupt:
            found += 1
            assert path.read_bytes() == damaged
        except HomardError:
            found += 1
    assert found > 20


def test_a_newer_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "homard.db"

    def from_the_future(connection: Connection) -> None:
        connection.pragma("user_version", 99)

    async def prepare() -> None:
        database = await Database.open(path)
        await database.call(from_the_future)
        await database.close()

    asyncio.run(prepare())
    before = path.read_bytes()
    with pytest.raises(
        DatabaseNewer, match=rf"newer Homard \(version 99, this one knows {len(MIGRATIONS)}\); it was left as it is"
    ):
        asyncio.run(use(path, ""))
    assert path.read_bytes() == before


def test_a_step_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    async def story() -> None:
        database = await Database.open(tmp_path / "homard.db")

        def half(connection: Connection) -> None:
            connection.execute("UPDATE search_state SET indexed_to = 7")
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await database.call(half)
        assert (
            await database.read(lambda connection: connection.execute("SELECT indexed_to FROM search_state").get) == 0
        )
        with pytest.raises(StorageError, match="no such table"):
            await database.call(lambda connection: connection.execute("DELETE FROM nowhere"))
        await database.close()
        await database.close()
        with pytest.raises(StorageError, match="already closed"):
            await database.read(lambda connection: None)

    asyncio.run(story())


def test_another_program_that_holds_the_file_is_named(tmp_path: Path) -> None:
    async def story() -> None:
        first = await Database.open(tmp_path / "homard.db")
        second = await Database.open(tmp_path / "homard.db")
        await second.read(lambda connection: connection.pragma("busy_timeout", 1))
        loop = asyncio.get_running_loop()
        held, release = asyncio.Event(), asyncio.Event()

        def hold(connection: Connection) -> None:
            loop.call_soon_threadsafe(held.set)
            asyncio.run_coroutine_threadsafe(release.wait(), loop).result()

        async def interfere() -> None:
            await held.wait()
            with pytest.raises(StorageError, match=r"Another program keeps .* locked"):
                await second.call(lambda connection: connection.execute("UPDATE search_state SET indexed_to = 0"))
            release.set()

        await asyncio.gather(first.call(hold), interfere())
        await second.close()
        await first.close()

    asyncio.run(story())


FULL_DISK = """
import asyncio, sys
from pathlib import Path
from agent.errors import StorageError
from agent.messages import TextPart, UserMessage
from agent.storage.blobs import Blobs
from agent.storage.database import Database
from agent.storage.sessions import Store

async def main(home, limit, unlimit):
    database = await Database.open(home / "homard.db")
    store = Store(database, Blobs(home / "blobs"))
    session = await store.create_session(cwd="/")
    print(session.session_id)
    limit()
    stored = 0
    try:
        while stored < 10_000:
            await store.append(session.session_id, None, [UserMessage((TextPart(str(stored) + "x" * 20_000),))])
            stored += 1
    except StorageError as error:
        print(error)
    try:
        store.blobs.put(b"x" * 2_000_000)
    except StorageError as error:
        print(error)
    unlimit()
    await store.append(session.session_id, None, [UserMessage((TextPart("room again"),))])
    print(stored)
    await database.close()
"""

LIMITED = (
    FULL_DISK
    + """
import resource
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
asyncio.run(main(
    Path(sys.argv[1]),
    lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard)),
    lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard)),
))
"""
)

SMALL_MOUNT = (
    FULL_DISK
    + """
home = Path(sys.argv[1])
asyncio.run(main(
    home, lambda: (home / "ballast").write_bytes(b"x" * 1_000_000), lambda: (home / "ballast").unlink()
))
import shutil
for file in home.glob("homard.db*"):  # on so small a disk the -wal may have had no room to be merged
    shutil.copy(file, sys.argv[2])
"""
)


def in_mounts(mount: str, *argv: str) -> list[str]:
    """A command that sees a mount of its own; needs Linux with user namespaces, or root."""
    command = f'{mount} && shift && exec "$@"'
    return ["unshare", "--map-root-user", "--mount", "sh", "-c", command, "sh", *argv]


def may_mount(folder: Path) -> bool:
    if sys.platform != "linux" or shutil.which("unshare") is None:
        return False
    probe = in_mounts('mount -t tmpfs -o size=64k none "$1"', str(folder), "true")
    return subprocess.run(probe, capture_output=True, timeout=20, check=False).returncode == 0


def output_of(argv: list[str]) -> list[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(argv, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


async def texts_of(path: Path, session_id: str) -> list[str]:
    database = await Database.open(path)
    assert await database.read(lambda connection: connection.execute("PRAGMA integrity_check").get) == "ok"
    found = texts(await Store(database, Blobs(path.parent / "blobs")).path(session_id))
    await database.close()
    return found


def check_full_disk(said: list[str], path: Path) -> None:
    session_id, step, blob, stored = said
    assert "everything stored before is kept, this step is not" in step
    assert "free space" in step or "Free some space" in step
    assert "everything stored before is kept" in blob
    assert int(stored) > 5
    kept = asyncio.run(texts_of(path, session_id))
    assert kept == [str(n) + "x" * 20_000 for n in range(int(stored))] + ["room again"]


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files")
def test_a_file_that_cannot_grow_loses_nothing_acknowledged(tmp_path: Path) -> None:
    check_full_disk(output_of([sys.executable, "-c", LIMITED, str(tmp_path)]), tmp_path / "homard.db")


def test_a_full_disk_loses_nothing_acknowledged(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if not may_mount(disk):
        pytest.skip("needs a mount of its own")
    program = [sys.executable, "-c", SMALL_MOUNT, str(disk), str(tmp_path)]
    said = output_of(in_mounts('mount -t tmpfs -o size=4m none "$1"', str(disk), *program))
    assert "is full" in said[1]
    check_full_disk(said, tmp_path / "homard.db")


READ_ONLY = """
import asyncio, sys
from pathlib import Path
from agent.errors import StorageError
from agent.paths import Paths
from agent.storage.database import Database
from agent.storage.owner import Owner
home = Path(sys.argv[1])
async def main():
    for name in ("homard.db", "new/homard.db"):
        try:
            await Database.open(home / name)
        except StorageError as error:
            print(error)
    try:
        Owner.acquire(Paths(home, home, home, home))
    except StorageError as error:
        print(error)
asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="folders have no read-only mode there")
def test_a_read_only_home_is_said_to_be_so(tmp_path: Path) -> None:
    home = tmp_path / "home"
    asyncio.run(fill(home / "homard.db", 3))
    before = (home / "homard.db").read_bytes()
    argv = [sys.executable, "-c", READ_ONLY, str(home)]
    if os.geteuid() == 0:
        if not may_mount(tmp_path):
            pytest.skip("needs a mount of its own: root may write everywhere")
        argv = in_mounts('mount --bind "$1" "$1" && mount -o remount,ro,bind "$1"', str(home), *argv)
    else:
        home.chmod(0o500)
        (home / "homard.db").chmod(0o400)
    said = output_of(argv)
    home.chmod(0o700)
    assert len(said) == 3
    for line in said:
        assert line.startswith(f"The data folder {home}")
        assert "nothing was changed. Make it writable, or set HOMARD_HOME to another folder." in line
    assert (home / "homard.db").read_bytes() == before


def test_work_is_done_in_the_order_in_which_it_was_asked_for(tmp_path: Path) -> None:
    order: list[int] = []

    def step(number: int) -> Callable[[Connection], None]:
        return lambda _connection: order.append(number)

    async def story() -> None:
        database = await Database.open(tmp_path / "homard.db")
        work: list[Awaitable[None]] = [database.call(step(n)) if n % 3 else database.read(step(n)) for n in range(50)]
        await asyncio.gather(*work)
        await database.close()

    asyncio.run(story())
    assert order == list(range(50))


def test_what_is_posted_is_done_before_all_that_is_asked_later_and_a_failure_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        database = await Database.open(tmp_path / "homard.db")
        database.post(lambda connection: connection.execute("UPDATE search_state SET indexed_to = 7"))
        database.post(lambda connection: connection.execute("UPDATE search_state SET no_such_column = 7"))
        assert await database.read(lambda connection: connection.execute("SELECT * FROM search_state").get) == 7
        await database.close()
        database.post(lambda connection: connection.execute("UPDATE search_state SET indexed_to = 8"))

    asyncio.run(story())
    assert "a step that nobody waited for was not stored" in caplog.text
