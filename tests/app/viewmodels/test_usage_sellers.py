from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from agent.comparison.estimate import Estimate
from agent.comparison.service import Point
from agent.errors import UsageError
from agent.tasks import spawn
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
        await model.probe(["a/m", "b/m"], refused)
        assert (told, model.is_probing) == ([None], False)
        probing = spawn(model.probe(["a/m"], agreed), "probe")
        await until(lambda: model.progress is not None)
        await model.probe(["b/m"], agreed)  # one at a time
        assert model.progress is not None and (model.progress.done, model.progress.of) == (1, 3)
        assert model.is_probing
        go.set()
        await probing
        await until(lambda: [row.model for row in model.rows] == ["a/m", "b/m"])
        assert (played.asked, model.is_probing) == ([("a/m", "b/m"), ("a/m",)], False)

    on_loop(qapp, main)


def test_what_a_cap_does_not_hold_is_told_and_a_probe_can_be_stopped(qapp: QApplication) -> None:
    played = PlayedComparison()

    async def main(owner: QObject) -> None:
        model, told = made(owner, played)
        played.refuses = "The day's cap leaves less."
        with pytest.raises(UsageError, match="leaves less"):
            await model.probe(["a/m"], agreed)
        with pytest.raises(UsageError, match="leaves less"):
            await model.repeat(["a/m"], agreed)
        played.refuses, played.wait = "", asyncio.Event().wait
        probing = spawn(model.probe(["a/m"], agreed), "probe")
        await until(lambda: model.progress is not None)
        model.stop()
        await until(probing.done)
        assert (told, model.is_probing, model.progress, probing.cancelled()) == ([], False, None, True)
        model.stop()

    on_loop(qapp, main)


def test_it_is_repeated_after_asking_and_no_more(qapp: QApplication) -> None:
    played = PlayedComparison()

    async def main(owner: QObject) -> None:
        model, _told = made(owner, played)
        assert not await model.repeat(["a/m"], refused) and model.plan is None
        assert await model.repeat(["a/m", "b/m"], agreed) and model.plan is not None
        assert (model.plan.models, model.plan.most_usd, model.plan.every_s) == (("a/m", "b/m"), 0.5, 604_800.0)
        model.plan = None
        model.refresh()
        await until(lambda: model.was_read)
        assert model.plan == played.regular.kept
        await model.repeat_no_more()
        assert (model.plan, played.regular.kept, played.asked) == (None, None, [])

    on_loop(qapp, main)


def test_without_a_service_nothing_is_compared(qapp: QApplication) -> None:
    async def main(owner: QObject) -> None:
        model, told = made(owner, None)
        model.refresh()
        await until(lambda: model.was_read)
        assert (model.possible, model.rows, model.same("a/m")) == (False, [], [])
        await model.probe(["a/m"], agreed)
        await model.repeat_no_more()
        assert (told, await model.repeat(["a/m"], agreed)) == ([], False)

    on_loop(qapp, main)
