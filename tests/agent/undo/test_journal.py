"""Races between what is kept and what is done: never is something replaced that was not kept."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pytest

from agent.errors import ToolError, ToolFailed
from agent.safety.folders import Folders
from agent.safety.openat import PosixDoor
from agent.tools.edit import EditTool
from agent.tools.tool import ToolContext
from agent.tools.write import WriteTool
from agent.undo.rows import of_run
from agent.undo.service import UndoService
from tests.helpers.racer import swapping
from tests.helpers.tool_context import call, tool_context
from tests.helpers.undo import tree, undo_service


class MeddlingDoor(PosixDoor):
    """Somebody else acts just before new content gets its name: as late as can be."""

    def __init__(self, meddle: Callable[[], object]) -> None:
        super().__init__()
        self.meddle = meddle

    def replace(self, path: str, data: bytes, expected: str | None, commit: Callable[[], None], temp: str = "") -> bool:
        def late() -> None:
            commit()
            self.meddle()

        return super().replace(path, data, expected, late, temp)


def meddled(undo: UndoService, folder: Path, meddle: Callable[[], object]) -> None:
    folders = Folders((folder,), door=MeddlingDoor(meddle))
    context = ToolContext(folder, folders, folder, journal=undo.of_run("s", "r1"))
    call(WriteTool(), context, path="a.txt", text="new")


def test_a_file_that_changed_after_it_was_kept_is_not_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    path = folder / "a.txt"
    path.write_text("alpha")
    with undo_service(tmp_path / "home") as undo:
        with pytest.raises(ToolFailed, match="changed while it was used"):
            meddled(undo, folder, lambda: path.write_text("by a person"))
        assert path.read_text() == "by a person" and asyncio.run(undo.runs())[0].paths == 1
        path.unlink()
        with pytest.raises(ToolFailed, match="changed while it was used"):
            meddled(undo, folder, lambda: path.write_text("made by a person"))
        assert path.read_text() == "made by a person"
        assert os.listdir(folder) == ["a.txt"]
        report = asyncio.run(undo.apply(asyncio.run(undo.plan("r1"))))
        assert [one.result for one in report.outcomes] == ["kept"] and path.read_text() == "made by a person"


def test_writes_against_another_writer_lose_nothing(tmp_path: Path) -> None:
    """Whatever was replaced had been kept."""
    folder = tmp_path / "folder"
    folder.mkdir()
    path, stop = folder / "a.txt", threading.Event()
    wrote: list[bytes] = []

    def other() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            (folder / "b.tmp").write_bytes(b"other %d" % number)
            os.replace(folder / "b.tmp", path)
            wrote.append(b"other %d" % number)
            stop.wait(0.002 * (number % 16))  # also for long enough that ours get through on a busy machine

    with undo_service(tmp_path / "home") as undo:
        context = tool_context(folder, journal=undo.of_run("s", "r1"))
        thread = threading.Thread(target=other)
        thread.start()
        results = {"done": 0, "refused": 0}
        for number in range(60):
            try:
                call(WriteTool(), context, path="a.txt", text=f"ours {number}")
                results["done"] += 1
            except ToolError:
                results["refused"] += 1
        stop.set()
        thread.join()
        assert results["done"] > 0, results
        kept = {undo.journal.store.path(one.digest).read_bytes() for one in undo.journal.store.all()}
        changes = asyncio.run(undo.journal.database.read(lambda connection: of_run(connection, "r1")))
        replaced = [change for change in changes if change.before.kind == "file" and change.state == "done"]
        assert all(change.kept == change.before.digest for change in replaced)
        assert path.read_bytes() in {*kept, *wrote[-1:], *(f"ours {number}".encode() for number in range(60))}


def test_keeping_against_a_racer_never_leaves_the_folder(tmp_path: Path) -> None:
    folder, outside = tmp_path / "folder", tmp_path / "outside"
    (folder / "sub").mkdir(parents=True)
    outside.mkdir()
    (folder / "sub/a.txt").write_text("inside")
    (outside / "a.txt").write_text("outside")
    with undo_service(tmp_path / "home") as undo:
        journal, seen = undo.of_run("s", "r1"), {"kept": 0, "other": 0}
        with swapping(folder / "sub", outside):
            for _ in range(3_000):
                with suppress(OSError):
                    seen["other" if journal.keep(str(folder / "sub/a.txt"))[1] is None else "kept"] += 1
        assert min(seen.values()) > 0, seen
        assert [one.digest for one in undo.journal.store.all()] == [sha256(b"inside").hexdigest()]


def test_an_edit_of_what_changed_since_it_was_read_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.txt").write_text("alpha")
    before = tree(folder)
    with undo_service(tmp_path / "home") as undo:
        context = tool_context(folder, journal=undo.of_run("s", "r1"))
        assert call(EditTool(), context, path="a.txt", old="alpha", new="omega").content == "Edited a.txt, line 1."
        assert asyncio.run(undo.apply(asyncio.run(undo.plan("r1")))).complete
        assert tree(folder) == before


def test_a_journal_that_cannot_be_written_lets_nothing_happen(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.txt").write_text("alpha")
    with undo_service(tmp_path / "home") as undo:
        context = tool_context(folder, journal=undo.of_run("s", "r1"))
        asyncio.run(undo.journal.database.close())
        with pytest.raises(ToolFailed, match="database is already closed"):
            call(WriteTool(), context, path="a.txt", text="new")
    assert (folder / "a.txt").read_text() == "alpha"
