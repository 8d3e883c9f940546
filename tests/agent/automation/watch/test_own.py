"""What Homard writes itself starts no job; what a person writes does, even in the same place."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from agent.automation.watch.own import JournalWrites
from agent.safety.folders import Folders, Located
from agent.undo.cover import covering
from agent.undo.journal import Journal, RunJournal
from agent.undo.limits import UndoLimits
from agent.undo.survey import survey
from tests.helpers.watching import Told, Watching


class Hand:
    """Writes as the agent's tools do."""

    def __init__(self, one: Watching) -> None:
        self.journal = Journal(one.database, one.home / "undo", UndoLimits(), own=[one.home / "data"])
        self.run: RunJournal = self.journal.of_run("s1", "r1").for_call("c1")
        self.folders = Folders([one.folder], [one.folder])

    def located(self, path: Path) -> Located:
        return Located(str(path), str(path), path.name)

    def write(self, path: Path, text: str) -> None:
        with self.run.writing(self.located(path), text.encode()):
            part = path.with_name(f".{path.name}.tmp")
            part.write_text(text)
            part.replace(path)

    def delete(self, path: Path) -> None:
        with self.run.deleting(self.located(path), survey(self.journal.door, str(path), self.journal.limits)):
            path.unlink()

    def move(self, source: Path, target: Path) -> None:
        found = survey(self.journal.door, str(source), self.journal.limits, moving=True)
        with self.run.moving(self.located(source), self.located(target), found):
            source.rename(target)


def drive(home: Path, work: Any) -> None:
    async def run() -> None:
        one = Watching(home)
        stores: list[JournalWrites] = []
        await one.open(
            lambda database: stores.append(JournalWrites(Journal(database, home / "undo").store)) or stores[0]
        )
        try:
            await work(one, Hand(one))
        finally:
            await one.close()

    asyncio.run(run())


def test_writes_deletes_and_moves_of_tools_are_no_news(tmp_path: Path) -> None:
    async def work(one: Watching, hand: Hand) -> None:
        old, goes = one.write("old.txt"), one.write("goes.txt", "goes")
        await one.begin()

        def act() -> None:
            hand.write(one.folder / "new.txt", "by the agent")
            hand.write(old, "by the agent too")
            hand.move(one.folder / "new.txt", one.folder / "moved.txt")
            hand.delete(goes)

        await asyncio.to_thread(act)
        assert await one.after() == []
        await one.becomes(3, of=lambda state: state.files)
        one.write("moved.txt", "by a person")
        old.write_text("by a person too")
        assert await one.until("moved.txt", "old.txt") == [Told("changed", "moved.txt"), Told("changed", "old.txt")]
        old.write_text("by the agent too")
        assert await one.until("old.txt") == [Told("changed", "old.txt")]

    drive(tmp_path, work)


def test_a_file_that_a_person_changes_right_after_the_agent_is_news(tmp_path: Path) -> None:
    async def work(one: Watching, hand: Hand) -> None:
        await one.begin()

        def act() -> None:
            hand.write(one.folder / "new.txt", "by the agent")
            (one.folder / "new.txt").write_text("and by a person")

        await asyncio.to_thread(act)
        assert await one.until("new.txt") == [Told("created", "new.txt")]

    drive(tmp_path, work)


def test_what_a_command_changes_is_no_news_and_what_came_elsewhere_meanwhile_is(tmp_path: Path) -> None:
    async def work(one: Watching, hand: Hand) -> None:
        inside = one.folder / "build"
        inside.mkdir()
        await one.begin()
        async with covering(hand.run, [inside]):
            one.write("build/out.txt", "by a command")
            one.write("beside.txt", "by a person")
            assert await one.until("beside.txt") == [Told("created", "beside.txt")]
        assert await one.after() == []
        one.write("build/by-hand.txt", "by a person")
        assert await one.until("build/by-hand.txt") == [Told("created", "build/by-hand.txt")]
        await one.becomes(4, of=lambda state: state.files)

    drive(tmp_path, work)
