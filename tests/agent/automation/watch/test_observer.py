"""The ear of other systems, over whatever observer watchdog has here."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from queue import Queue

import pytest

from agent.automation.watch.observer import STORM, ObserverEar, Storm
from tests.helpers.watching import Told, watching

Heard = Queue[tuple[str, bool]]


@pytest.fixture
def heard() -> Heard:
    return Queue()


@pytest.fixture
def ear(heard: Heard) -> Iterator[ObserverEar]:
    one = ObserverEar(lambda place, deep: heard.put((place, deep)))
    yield one
    one.close()


def test_the_folder_of_a_change_is_told(tmp_path: Path, ear: ObserverEar, heard: Heard) -> None:
    (tmp_path / "a").mkdir()
    ear.begin(str(tmp_path), recursive=True)
    ear.begin(str(tmp_path), recursive=True)
    ear.begin(str(tmp_path / "nothing"), recursive=True)
    (tmp_path / "a" / "file").write_text("x")
    assert heard.get(timeout=20) == (str(tmp_path / "a"), False)
    ear.forget(str(tmp_path))
    ear.forget(str(tmp_path))


def test_a_storm_is_answered_by_looking_everywhere() -> None:
    storm = Storm()
    assert [storm.counts() for _ in range(STORM + 2)] == [False] * STORM + [True] * 2


def test_a_watcher_hears_with_it(tmp_path: Path) -> None:
    async def work() -> None:
        async with watching(tmp_path, open_ear=ObserverEar) as one:
            one.write("a/old.txt")
            await one.begin()
            for number in range(300):
                one.write(f"{number % 5}/{number}.txt")
            await one.when(lambda: len(one.told) == 300)
            (one.folder / "a").rename(one.folder / "b")
            assert await one.until("b/old.txt") == [Told("moved", "b/old.txt", "a/old.txt")]

    asyncio.run(work())
