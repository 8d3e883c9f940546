from __future__ import annotations

import asyncio
from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from agent.comparison.estimate import Estimate
from agent.comparison.service import Point
from app.viewmodels.usage_sellers import ComparisonPort, SellersViewModel
from tests.helpers.settings_home import on_loop, until
from tests.helpers.usage import NOW, PlayedComparison, answers, seller


async def names() -> Sequence[str]:
    return ["a/m", "b/m", "c/x"]


async def used() -> Sequence[str]:
    return ["b/m", "a/m"]


async def agreed(_wanted: Estimate) -> bool:
    return True


async def refused(_wanted: Estimate) -> bool:
    return False


def made(owner: QObject, comparison: ComparisonPort | None) -> tuple[SellersViewModel, list[object]]:
    model = SellersViewModel(lambda: comparison, names, used, lambda: NOW, owner)
    told: list[object] = []
    model.failed.connect(told.append)
    model.ended.connect(told.append)
    return model, told


def test_it_lists_what_was_probed_and_what_was_used(qapp: QApplication) -> None:
    played = PlayedComparison(seller(answers("a/m", 3, 3)))
    played.points["a/m"] = [Point(NOW, 1.0, 2.0, 0.0, 1.0, None)]

    async def main(owner: QObject) -> None:
        model, told = made(owner, played)
        model.refresh()
        model.refresh()
        await until(lambda: model.was_read)
        assert [row.model for row in model.rows] == ["a/m", "b/m"]
        assert (model.histories, model.same("z/m"), model.same("z/?")) == ({"a/m": played.points["a/m"]}, ["a/m"], [])
        assert (await model.names(), told) == (["a/m", "b/m", "c/x"], [])

    on_loop(qapp, main)


def test_a_probe_asks_first_and_says_how_far_it_is(qapp: QApplication) -> None:
    played = PlayedComparison()
    go = asyncio.Event()
    played.wait = go.wait

    async def main(owner: QObject) -> None:
        model, told = made(owner, played)
        model.probe(["a/m", "b/m"], refused)
        await until(lambda: told == [None] and not model.is_probing)
        model.probe(["a/m"], agreed)
        model.probe(["b/m"], agreed)  # one at a time
        await until(lambda: model.progress is not None)
        assert model.progress is not None and (model.progress.done, model.progress.of) == (1, 3)
        go.set()
        await until(lambda: not model.is_probing and [row.model for row in model.rows] == ["a/m", "b/m"])
        assert played.asked == [("a/m", "b/m"), ("a/m",)]

    on_loop(qapp, main)


def test_what_a_cap_does_not_hold_is_told_and_a_probe_can_be_stopped(qapp: QApplication) -> None:
    played = PlayedComparison()

    async def main(owner: QObject) -> None:
        model, told = made(owner, played)
        played.refuses = "The day's cap leaves less."
        model.probe(["a/m"], agreed)
        await until(lambda: not model.is_probing)
        assert told == ["The day's cap leaves less.", None]
        played.refuses, played.wait = "", asyncio.Event().wait
        model.probe(["a/m"], agreed)
        await until(lambda: model.progress is not None)
        model.stop()
        await until(lambda: not model.is_probing)
        assert told[2:] == [None]

    on_loop(qapp, main)


def test_without_a_service_nothing_is_compared(qapp: QApplication) -> None:
    async def main(owner: QObject) -> None:
        model, told = made(owner, None)
        model.refresh()
        await until(lambda: model.was_read)
        assert (model.possible, model.rows, model.same("a/m")) == (False, [], [])
        model.probe(["a/m"], agreed)
        await until(lambda: not model.is_probing)
        assert told == [None]

    on_loop(qapp, main)
