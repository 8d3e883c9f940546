"""What settles in a folder is told, each (path, content) once, whatever programs, disks and kills do meanwhile."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import apsw
import pytest

from agent.automation.watch.heard import EarFull, Heard
from agent.automation.watch.inotify import InotifyEar
from agent.automation.watch.place import Mount
from tests.helpers.clock import HeldClock
from tests.helpers.kill_loop import KILLED
from tests.helpers.unprivileged import ordinary_user
from tests.helpers.watching import Told, Watching, watching

linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux's file systems and its inotify")


def run(home: Path, work: Any, **more: Any) -> None:
    async def drive() -> None:
        async with watching(home, **more) as one:
            await work(one)

    asyncio.run(drive())


def test_files_that_come_change_move_and_go_are_told_once(tmp_path: Path) -> None:
    async def work(one: Watching) -> None:
        one.write("old.txt")
        await one.begin()
        one.write("new.txt")
        one.write("a/b/deep.txt", "deep")
        assert await one.until("new.txt", "a/b/deep.txt") == [
            Told("created", "a/b/deep.txt"), Told("created", "new.txt"),
        ]  # fmt: skip
        one.write("old.txt", "another")
        (one.folder / "a").rename(one.folder / "z")
        assert await one.until("old.txt", "z/b/deep.txt") == [
            Told("changed", "old.txt"), Told("moved", "z/b/deep.txt", "a/b/deep.txt"),
        ]  # fmt: skip
        (one.folder / "new.txt").unlink()
        assert await one.until("new.txt") == [Told("removed", "new.txt")]
        assert await one.after() == []
        await one.becomes(3, of=lambda state: state.files)

    run(tmp_path, work)


def test_what_stands_there_already_and_what_was_only_touched_is_no_news(tmp_path: Path) -> None:
    async def work(one: Watching) -> None:
        for number in range(20):
            one.write(f"sub/{number}.txt", "same")
        await one.begin()
        os.utime(one.folder / "sub/1.txt", (1, 1))
        one.write("sub/2.txt", "same")
        one.write("other", "same").replace(one.folder / "sub/3.txt")
        assert await one.after() == []

    run(tmp_path, work)


def test_an_edit_with_vim_is_one_change(tmp_path: Path) -> None:
    async def work(one: Watching) -> None:
        document = one.write("doc.txt", "one")
        await one.begin()
        one.write("4913", "").unlink()
        one.write(".doc.txt.swp", "swap")
        document.rename(one.folder / "doc.txt~")
        document.write_text("two")
        (one.folder / "doc.txt~").unlink()
        assert await one.until("doc.txt") == [Told("changed", "doc.txt")]
        assert await one.after() == []

    run(tmp_path, work)


def test_an_atomic_save_under_a_name_that_matches_is_one_change_of_the_document(tmp_path: Path) -> None:
    async def work(one: Watching) -> None:
        document = one.write("doc.txt", "one")
        await one.begin()
        for text in ("two", "three"):
            one.write("doc-new.txt", text).replace(document)
        assert await one.until("doc.txt") == [Told("changed", "doc.txt")]
        assert await one.after() == []

    run(tmp_path, work)


def test_a_slow_copy_is_told_when_it_keeps_still(tmp_path: Path) -> None:
    clock = HeldClock()

    async def work(one: Watching) -> None:
        one.watcher.apply({"job": [one.watch(settle_s=1.0)]})
        await one.known()
        with (one.folder / "film.mp4").open("wb", buffering=0) as file:
            for _ in range(8):
                file.write(b"block" * 1_000)
                seen = clock.monotonic()
                while await one.database.read(_pages) and clock.monotonic() < seen + 0.9:
                    await clock.advance(0.1)
        assert one.told == []
        while not one.told:
            await clock.advance(0.1)
            await asyncio.to_thread(os.sched_yield)
        assert one.told == [Told("created", "film.mp4")]

    def _pages(connection: Any) -> bool:
        return connection.execute("SELECT 1").get == 1

    run(tmp_path, work, clock=clock)


def test_a_tree_that_is_moved_in_is_found_to_the_bottom(tmp_path: Path) -> None:
    async def work(one: Watching) -> None:
        await one.begin()
        outside = tmp_path / "outside"
        names = [f"{number}/x/y/z/file-{number}.txt" for number in range(30)]
        for name in names:
            path = outside / name
            path.parent.mkdir(parents=True)
            path.write_text(name)
        outside.rename(one.folder / "in")
        inside = [f"in/{name}" for name in names]
        assert await one.until(*inside) == sorted(Told("created", name) for name in inside)

    run(tmp_path, work)


def test_a_root_that_goes_and_comes_back_removes_nothing(tmp_path: Path) -> None:
    async def work(one: Watching) -> None:
        for number in range(50):
            one.write(f"{number}.txt")
        await one.begin()
        one.folder.rename(tmp_path / "aside")
        assert await one.when(lambda: bool(one.notices)) == []
        assert one.notices == [
            ("job", f"A job waits for its folder: {one.folder} is not there (No such file or directory). It is looked "
             "for.")
        ]  # fmt: skip
        await one.becomes(("away", 50), of=lambda state: (state.how, state.files))
        (tmp_path / "aside" / "3.txt").write_text("changed meanwhile")
        (tmp_path / "aside").rename(one.folder)
        assert await one.until("3.txt") == [Told("changed", "3.txt")]
        await one.becomes(("events", ""), of=lambda state: (state.how, state.note))

    run(tmp_path, work)


@linux
def test_a_folder_in_whose_place_a_link_is_put_is_away_and_what_it_leads_to_is_not_told(tmp_path: Path) -> None:
    secret = tmp_path / "keys"
    secret.mkdir()
    (secret / "id.txt").write_text("key")

    async def work(one: Watching) -> None:
        one.write("1.txt")
        await one.begin()
        one.folder.rename(tmp_path / "aside")
        one.folder.symlink_to(secret)
        assert await one.when(lambda: bool(one.notices)) == []
        await one.becomes(("away", 1), of=lambda state: (state.how, state.files))
        assert f"{one.folder} on the way there is a link" in one.states()[0].note
        (secret / "later.txt").write_text("key")
        one.folder.unlink()
        (tmp_path / "aside").rename(one.folder)
        assert await one.after() == []

    run(tmp_path, work)


def test_a_root_that_is_made_anew_begins_anew(tmp_path: Path) -> None:
    async def work(one: Watching) -> None:
        one.write("one.txt")
        one.write("two.txt")
        await one.begin()
        one.folder.rename(tmp_path / "gone")
        await one.when(lambda: bool(one.notices))
        one.write("two.txt")
        one.write("three.txt")
        assert await one.until("three.txt") == [Told("created", "three.txt")]
        await one.becomes(2, of=lambda state: state.files)
        assert await one.after() == []
        one.write("one.txt")
        assert await one.after("later.txt") == []
        one.write("one.txt", "another")
        assert await one.until("one.txt") == [Told("changed", "one.txt")]

    run(tmp_path, work)


@linux
def test_a_disk_that_is_not_mounted_any_more_removes_nothing(tmp_path: Path) -> None:
    shared = Path("/dev/shm")
    if not os.access(shared, os.W_OK) or shared.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second file system to write to")
    other = shared / f"homard-test-{os.getpid()}"
    other.mkdir()
    link = tmp_path / "disk"

    async def work(one: Watching) -> None:
        for number in range(20):
            one.write(f"{number}.txt")
        link.symlink_to(one.folder)
        await one.begin(job=[one.watch(folder=str(link))])
        link.unlink()
        link.symlink_to(other)
        one.write("hint.txt")
        await one.when(lambda: bool(one.notices))
        await one.becomes(("away", 20), of=lambda state: (state.how, state.files))
        (state,) = one.states()
        assert state.note == f"{link} is empty, and on another disk than before: its own is not mounted."

    try:
        run(tmp_path, work, real=os.path.realpath)  # a link stands for the place where a disk is mounted
    finally:
        other.rmdir()


def test_names_of_any_bytes_links_pipes_and_hidden_files(tmp_path: Path) -> None:
    async def work(one: Watching) -> None:
        await one.begin()
        odd = os.fsdecode(b"caf\xe9 \n.txt")
        one.write(f"{odd}-dir/{odd}")
        (one.folder / "loop").symlink_to(one.folder)
        (one.folder / "self").symlink_to("self")
        (one.folder / "link.txt").symlink_to(tmp_path / "data" / "homard.db")
        os.mkfifo(one.folder / "pipe.txt")
        one.write(".hidden/file.txt")
        one.write("download.pdf.crdownload")
        one.write("~$letter.docx")
        assert await one.until(f"{odd}-dir/{odd}") == [Told("created", f"{odd}-dir/{odd}")]
        assert await one.after() == []

    run(tmp_path, work)


@linux
def test_a_folder_that_may_not_be_read_is_told_of_and_its_files_stay_known() -> None:
    with ordinary_user() as home:

        async def work(one: Watching) -> None:
            one.write("open.txt")
            one.write("shut/inside.txt")
            await one.begin()
            (one.folder / "shut").chmod(0)
            one.write("open.txt", "other")
            assert await one.until("open.txt") == [Told("changed", "open.txt")]
            assert await one.after() == []
            await one.becomes(f"{one.folder / 'shut'} cannot be read.", of=lambda state: state.note)
            (one.folder / "shut").chmod(0o700)
            one.write("shut/inside.txt", "other")
            assert await one.until("shut/inside.txt") == [Told("changed", "shut/inside.txt")]

        run(home, work)


@linux
def test_a_root_that_may_not_be_read_for_a_time_is_away_and_loses_nothing() -> None:
    with ordinary_user() as home:

        async def work(one: Watching) -> None:
            one.write("known.txt")
            await one.begin()
            one.folder.chmod(0)
            await one.when(lambda: bool(one.notices))
            await one.becomes(("away", 1), of=lambda state: (state.how, state.files))
            one.folder.chmod(0o700)
            one.write("new.txt")
            assert await one.until("new.txt") == [Told("created", "new.txt")]

        run(home, work)


def test_watches_that_overlap_tell_each_job_once(tmp_path: Path) -> None:
    async def work(one: Watching) -> None:
        one.write("in/old.txt")
        await one.begin(
            twice=[one.watch(), one.watch(folder=str(one.folder / "in"), patterns=("*.txt",))],
            alone=[one.watch(recursive=False)],
            inside=[one.watch(folder=str(one.folder / "in"))],
        )
        one.write("in/new.txt")
        one.write("top.txt")
        assert await one.when(lambda: len(one.told) >= 4) == [
            Told("created", "in/new.txt", job="inside"), Told("created", "in/new.txt", job="twice"),
            Told("created", "top.txt", job="alone"), Told("created", "top.txt", job="twice"),
        ]  # fmt: skip
        one.write("in/last.txt")
        told = await one.when(lambda: len(one.told) >= 2)
        assert told == [Told("created", "in/last.txt", job="inside"), Told("created", "in/last.txt", job="twice")]

    run(tmp_path, work)


def test_fifty_watches_at_once(tmp_path: Path) -> None:
    async def work(one: Watching) -> None:
        jobs = {}
        for number in range(50):
            one.write(f"{number}/old.txt")
            jobs[f"job-{number}"] = [one.watch(folder=str(one.folder / str(number)))]
        await one.begin(**jobs)
        expected = sorted(Told("created", f"{number}/new.txt", job=f"job-{number}") for number in range(50))
        for number in range(50):
            one.write(f"{number}/new.txt")
        assert await one.when(lambda: len(one.told) >= 50) == expected

    run(tmp_path, work)


def test_a_batch_is_all_that_settled_together(tmp_path: Path) -> None:
    async def work(one: Watching) -> None:
        await one.begin(job=[one.watch(per="batch")])
        for number in range(600):
            one.write(f"{number % 7}/{number}.txt")
        await one.when(lambda: len(one.told) >= 600)
        assert [len(batch) for batch in one.batches] == [600]

    run(tmp_path, work)


def test_what_changed_while_nobody_watched_is_told_late_and_together(tmp_path: Path) -> None:
    async def first(one: Watching) -> None:
        one.write("stays.txt")
        one.write("changes.txt")
        one.write("goes.txt")
        one.write("moves.txt", "moves")
        await one.begin()

    async def second(one: Watching) -> None:
        await one.begin()
        await one.when(lambda: len(one.told) >= 4)
        assert len(one.batches) == 1
        assert [one.path for one in one.settled if one.change == "removed"] == [str(one.folder / "goes.txt")]

    async def third(one: Watching) -> None:
        await one.begin(job=[one.watch(catch_up=False)])
        await one.becomes(5, of=lambda state: state.files)
        assert await one.after() == []

    run(tmp_path, first)
    folder = tmp_path / "folder"
    (folder / "changes.txt").write_text("other")
    (folder / "new.txt").write_text("new")
    (folder / "goes.txt").unlink()
    (folder / "moves.txt").rename(folder / "moved.txt")
    run(tmp_path, second)
    (folder / "changes.txt").write_text("third")
    (folder / "newer.txt").write_text("newer")
    run(tmp_path, third)


def test_other_patterns_take_what_is_there_as_known_and_lose_nothing_of_before(tmp_path: Path) -> None:
    async def work(one: Watching) -> None:
        one.write("old.csv")
        await one.begin(job=[one.watch(patterns=("*.pdf",))])
        one.write("just.pdf")
        one.watcher.apply({"job": [one.watch(patterns=("*.pdf", "*.csv", "last.txt"))]})
        assert await one.until("just.pdf") == [Told("created", "just.pdf")]
        one.write("new.csv")
        assert await one.until("new.csv") == [Told("created", "new.csv")]
        one.watcher.apply({"job": [one.watch(patterns=("last.txt",))]})
        one.write("newer.pdf")
        assert await one.after() == []
        await one.becomes(1, of=lambda state: state.files)

    run(tmp_path, work)


class DeafEar(InotifyEar):
    """The system has no watch left."""

    def listen(self, folder: str) -> None:
        raise EarFull("There are no watches left.")


def test_where_the_system_has_no_watches_left_folders_are_looked_through(tmp_path: Path) -> None:
    async def work(one: Watching) -> None:
        await one.begin()
        one.write("a/new.txt")
        assert await one.until("a/new.txt") == [Told("created", "a/new.txt")]
        await one.becomes(("scanning", "There are no watches left."), of=lambda state: (state.how, state.note))
        assert one.notices == [("job", "There are no watches left.")]

    run(tmp_path, work, open_ear=DeafEar, scan_s=0.2)


def test_a_network_drive_is_looked_through_without_listening(tmp_path: Path) -> None:
    def no_ear(_heard: Heard) -> Any:
        class Ear:
            def listen(self, _folder: str) -> None:
                raise AssertionError("it listens")

            def forget(self, _folder: str) -> None: ...
            def close(self) -> None: ...

        return Ear()

    async def work(one: Watching) -> None:
        await one.begin()
        one.write("new.txt")
        assert await one.until("new.txt") == [Told("created", "new.txt")]
        (state,) = one.states()
        assert state.how == "scanning"
        assert "network drive" in state.note

    mounts = [Mount("/", "ext4"), Mount(str(tmp_path), "nfs4")]
    run(tmp_path, work, open_ear=no_ear, mounts=lambda: mounts, scan_s=0.2)


def test_homards_own_folder_is_not_looked_at(tmp_path: Path) -> None:
    async def work(one: Watching) -> None:
        await one.begin(job=[one.watch(folder=str(tmp_path))])
        one.write("new.txt")
        assert await one.until("new.txt") == [Told("created", "new.txt")]
        await one.becomes(1, of=lambda state: state.files)

    run(tmp_path, work)


def test_a_kill_at_any_point_neither_loses_nor_doubles_a_file(tmp_path: Path) -> None:
    store, folder = tmp_path / "data" / "homard.db", tmp_path / "folder"
    folder.mkdir()
    one = [sys.executable, "-m", "tests.helpers.watch_child", str(store), str(folder), "0.05"]
    begin(store, folder)
    names = [f"{number}/{number}.txt" for number in range(12)]
    for name in names:
        (folder / name).parent.mkdir()
        (folder / name).write_text(name)
    killed = 0
    for step in range(9, 30, 3):  # the earlier ones open the store
        done = subprocess.run(
            [*one, str(len(names))], env={**os.environ, "HOMARD_FAILPOINT": str(step)}, timeout=60, check=False,
            capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode in (0, *KILLED), done.stderr
        killed += done.returncode != 0
        names.append(f"later-{step}.txt")
        (folder / names[-1]).write_text(names[-1])
    assert killed > 4
    subprocess.run([*one, str(len(names))], timeout=60, check=True)
    assert handled(store, folder) == sorted(names)


def begin(store: Path, folder: Path) -> None:
    """Watch an empty folder for the first time."""

    async def work() -> None:
        watcher = Watching(folder.parent)
        await watcher.open()
        await watcher.begin(job=[watcher.watch(on=("created", "changed"), settle_s=0.05)])
        await watcher.close()

    asyncio.run(work())


def handled(store: Path, folder: Path) -> list[str]:
    connection = apsw.Connection(str(store))
    rows = [os.fsdecode(path) for (path,) in connection.execute("SELECT path FROM handled")]
    connection.close()
    return sorted(os.path.relpath(path, os.path.realpath(folder)) for path in rows)
