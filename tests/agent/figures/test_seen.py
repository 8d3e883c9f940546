"""How model calls went: noted behind them, added up by model."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import msgspec

from agent.figures.seen import KEPT, ModelFigures, SeenCall
from agent.messages import Usage
from agent.models.scripted import Reply
from tests.helpers.house import House, open_house

USED = Usage(1_000, 800, 50, 0.01)


async def seen(house: House) -> list[SeenCall]:
    runs = await house.runtime.store.runs(house.session_id)
    return [call for run in reversed(runs) for call in await house.runtime.seen.of_run(run.run_id)]


def test_each_call_of_a_run_is_noted_with_how_it_ended(tmp_path: Path) -> None:
    async def main() -> None:
        script = [Reply(calls=[("look", {})], usage=USED), Reply(error="bad_key"), Reply("hello", usage=USED)]
        async with open_house(tmp_path, script) as house:
            await house.finish("one")
            await house.finish("two")
            calls = await seen(house)
            assert [(call.error, call.first_ms is None, call.cached_tokens) for call in calls] == [
                ("", False, 800),
                ("bad_key", True, 0),
                ("", False, 800),
            ]
            assert {(call.model, call.purpose, call.session_id) for call in calls} == {
                ("scripted/hello", "turn", house.session_id)
            }

    asyncio.run(main())


def test_they_outlive_the_process_and_go_when_they_are_old(tmp_path: Path) -> None:
    async def main() -> None:
        async with open_house(tmp_path, [Reply("hello", usage=USED)]) as house:
            await house.finish("one")
            now = house.clock.now()
        async with open_house(tmp_path, []) as house:
            (figures,) = await house.runtime.seen.figures(now)
            assert figures == ModelFigures("scripted/hello", 1, 0, figures.first_ms, None, None)
            await house.runtime.seen.clean(now + KEPT)
            assert await house.runtime.seen.figures(now) != []
            await house.runtime.seen.clean(now + KEPT + timedelta(seconds=1))
            assert await house.runtime.seen.figures(now) == []

    asyncio.run(main())


def test_figures_are_medians_and_a_person_s_cancelling_is_no_failure(tmp_path: Path) -> None:
    async def main() -> None:
        async with open_house(tmp_path, []) as house:
            note, now = house.runtime.seen.note, house.clock.now()
            call = SeenCall(
                session_id="s", model="a/x", purpose="turn", at=now, first_ms=200, took_ms=1_200,
                input_tokens=1_000, output_tokens=100,
            )  # fmt: skip
            note(call)
            note(msgspec.structs.replace(call, first_ms=300, took_ms=2_300, cached_tokens=900))
            note(msgspec.structs.replace(call, first_ms=900, took_ms=1_900, cached_tokens=500))
            note(msgspec.structs.replace(call, first_ms=None, error="overloaded", input_tokens=0, output_tokens=0))
            note(msgspec.structs.replace(call, first_ms=None, error="cancelled", input_tokens=0, output_tokens=0))
            note(msgspec.structs.replace(call, model="b/y", at=now - timedelta(days=15)))
            note(msgspec.structs.replace(call, model="c/z", session_id="", first_ms=None, error="unreachable"))
            found = await house.runtime.seen.figures(now)
            assert found == [
                ModelFigures("a/x", 5, 1, 300.0, 100.0, 0.7),
                ModelFigures("c/z", 1, 1, None, None, None),
            ]

    asyncio.run(main())
