"""What wakes the automation: files, the machine, and trouble that is over."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent.automation.service import Automation
from agent.automation.watch.watcher import Watcher
from agent.clock import SystemClock
from agent.commands import PauseJob, ResumeJob
from agent.events import SlotChanged
from agent.jobs import Watch
from agent.models.scripted import Reply
from tests.helpers.automation import EACH_MINUTE, Office, open_office
from tests.helpers.house import open_house


def checked(tmp_path: Path, check: Callable[[Office], Awaitable[None]], **more: Any) -> None:
    async def run() -> None:
        async with open_office(tmp_path, lambda request: Reply("All is well."), **more) as office:
            await check(office)

    asyncio.run(run())


def test_only_jobs_that_are_not_paused_are_listened_for(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        assert office.ear is None, "nothing is opened where nothing is watched"
        watch = Watch(folder=str(office.folder))
        job_id = await office.save(triggers=(watch,))
        await office.turn()
        assert office.ear is not None and office.ear.watches == {job_id: (watch,)}
        await office.house.runtime.submit(PauseJob(job_id))
        await office.turn()
        assert office.ear.watches == {}
        await office.house.runtime.submit(ResumeJob(job_id))
        await office.turn()
        assert office.ear.watches == {job_id: (watch,)}
        await office.automation.stop()
        office.ear = None
        await office.automation.start()
        await office.turn()
        assert office.ear is not None, "after a stop and a start too"

    checked(tmp_path, check)


def test_nothing_waits_for_anything_where_nothing_is_to_come(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        assert office.alarm.at is None
        job_id = await office.save(triggers=(EACH_MINUTE,))
        await office.turn()
        assert office.alarm.at is not None
        await office.house.runtime.submit(PauseJob(job_id))
        await office.turn()
        assert office.alarm.at is None, "a paused job causes no wake-up"

    checked(tmp_path, check)


def test_after_a_sleep_that_no_clock_tells_of_the_machine_does(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        await office.save(triggers=(EACH_MINUTE,))
        await office.turn()
        await office.clock.advance(600)
        office.machine_changed("woke")
        slots = await office.all_ended(2)
        assert next(slot.reason for slot in slots if slot.state == "missed") == "caught_up"

    checked(tmp_path, check)


def test_the_real_clock_and_the_real_ear_start_runs(tmp_path: Path) -> None:
    async def check() -> None:
        async with open_house(tmp_path, lambda request: Reply("Seen."), clock=SystemClock()) as house:  # pyright: ignore[reportArgumentType]
            watched = tmp_path / "in"
            watched.mkdir()
            office = Office(house, None)  # pyright: ignore[reportArgumentType]
            job = office.job("files", triggers=(Watch(folder=str(watched), settle_s=0.1),))
            automation = house.runtime.automation
            row = await automation.ledger.save(job)
            with house.runtime.subscribe() as events:
                await automation.start()
                async with asyncio.timeout(30):
                    while not followed(automation, row.job_id):  # noqa: ASYNC110 - nobody tells of it
                        await asyncio.sleep(0.01)
                    await asyncio.to_thread((watched / "a.pdf").write_text, "hello")
                    async for event in events:
                        if isinstance(event, SlotChanged) and event.slot.state == "done":
                            break
            (slot,) = await automation.slots(row.job_id)
            assert slot.origin == "file_watch"
            assert await automation.files(slot.slot_id) == [(str(watched / "a.pdf"), "created")]

    asyncio.run(check())


def followed(automation: Automation, job_id: str) -> bool:
    """Whether the folder was looked at: what comes from now on is new."""
    ear = automation._pulse._ear
    return isinstance(ear, Watcher) and job_id in ear._following


def test_a_turn_that_fails_is_tried_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def check(office: Office) -> None:
        broken = True

        def settings() -> Any:
            if broken:
                raise OSError("no settings")
            return msgspec.structs.replace(office.house.runtime.settings, automation=office.settings)

        ports = replace(office.automation._ports, settings=settings)
        office.automation = office.house.runtime._jobs.__dict__["automation"] = Automation(ports)
        await office.automation.start()
        await office.save(triggers=(EACH_MINUTE,))
        await office.clock.advance(60)
        async with asyncio.timeout(10):
            while "a turn failed" not in caplog.text or office.alarm.at is None:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        broken = False
        await office.clock.advance(60)
        office.alarm.look()
        assert (await office.until(lambda slot: slot.state == "done")).summary == "All is well."

    checked(tmp_path, check, start=False)
