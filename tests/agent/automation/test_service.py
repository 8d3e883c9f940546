"""What the app and the command line ask of jobs, and how they change them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.commands import DeleteJob, PauseJob, ResumeJob, RunJob, SaveJob
from agent.errors import UsageError
from agent.events import JobChanged, RunFinished
from agent.jobs import Cron, JobLimits, Once, Permission, Watch
from agent.messages import Usage
from agent.models.scripted import Reply
from agent.tools.registry import built_in_tools
from tests.helpers.automation import EACH_MINUTE, Office, open_office

SPENT = Reply("All is well.", usage=Usage(100, 0, 10, 0.25))


def checked(tmp_path: Path, check: Callable[[Office], Awaitable[None]], *, start: bool = True) -> None:
    async def run() -> None:
        async with open_office(tmp_path, lambda request: SPENT, start=start) as office:
            await check(office)

    asyncio.run(run())


def test_a_job_is_made_changed_paused_resumed_and_deleted_and_each_is_told(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        submit = office.house.runtime.submit
        job_id = await office.save("mail")
        await office.save("post", job_id)
        await submit(PauseJob(job_id))
        await submit(ResumeJob(job_id))
        await submit(DeleteJob(job_id))
        await office.turn()
        rows = [event.row for event in office.seen if isinstance(event, JobChanged)]
        assert [(row.job.name, row.version, row.paused, row.deleted_at is not None) for row in rows] == [
            ("mail", 1, "", False),
            ("post", 2, "", False),
            ("post", 2, "person", False),
            ("post", 2, "", False),
            ("post", 2, "", True),
        ]
        assert [version.job.name for version in await office.automation.versions(job_id)] == ["mail", "post"]
        assert await office.automation.jobs() == []
        assert [row.job_id for row in await office.automation.jobs(deleted=True)] == [job_id]
        with pytest.raises(UsageError, match="deleted"):
            await submit(RunJob(job_id))
        with pytest.raises(UsageError):
            await submit(PauseJob("nothing"))

    checked(tmp_path, check)


def test_what_an_agent_made_starts_nothing_before_somebody_has_looked(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        receipt = await office.house.runtime.submit(SaveJob(office.job(triggers=(EACH_MINUTE,)), review=True))
        await office.pass_to(60)
        assert await office.slots() == []
        assert (await office.automation.find(receipt.job_id)).paused == "review"
        await office.house.runtime.submit(ResumeJob(receipt.job_id))
        await office.pass_to(60)
        assert [slot.state for slot in await office.all_ended(2)] == ["skipped", "done"]

    checked(tmp_path, check)


def test_what_nobody_has_looked_at_does_not_run_by_hand_and_reaches_nothing_when_it_is_tried(tmp_path: Path) -> None:
    fetch = ("fetch", {"url": "https://site.example/?q=private"})
    leave = Permission(what="net.fetch", to=("https://site.example",))

    async def check() -> None:
        script = [Reply(calls=[fetch]), Reply("So."), Reply("Done.")]
        async with open_office(tmp_path, script, tools=built_in_tools(), start=False) as office:
            submit = office.house.runtime.submit
            job_id = (await submit(SaveJob(office.job(allow=(leave,)), review=True))).job_id
            with pytest.raises(UsageError, match="Nobody has looked"):
                await submit(RunJob(job_id))
            with office.house.runtime.subscribe() as events:
                await submit(RunJob(job_id, dry_run=True))
                ends = (event async for event in events if isinstance(event, RunFinished))
                assert [call.needs for call in (await anext(ends)).tool_calls] == [(leave,)]
            assert await office.slots() == []
            await submit(ResumeJob(job_id))
            assert (await office.run(job_id)).state == "done"

    asyncio.run(check())


def test_a_job_in_a_folder_below_home_is_tried_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def check(office: Office) -> None:
        job_id = await office.save(folder="~/folder")
        tried = await office.house.runtime.submit(RunJob(job_id, dry_run=True))
        assert (await office.house.runtime.store.session(tried.session_id)).cwd == str(office.folder)

    monkeypatch.setenv("HOME", str(tmp_path))
    checked(tmp_path, check, start=False)


def test_a_job_that_cannot_be_is_not_saved(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        with pytest.raises(UsageError, match="fiel"):
            await office.save(prompt="{fiel}")
        own = str(office.house.runtime.paths.data)
        with pytest.raises(UsageError, match="own data"):
            await office.save(triggers=(Watch(folder=own),))
        assert await office.automation.jobs() == []

    checked(tmp_path, check, start=False)


def test_how_jobs_stand(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        paid = await office.save("paid", triggers=(EACH_MINUTE,))
        watch = Watch(folder=str(office.folder))
        watches = await office.save("watches", triggers=(watch,))
        paused = await office.save("paused", triggers=(EACH_MINUTE,))
        await office.house.runtime.submit(PauseJob(paused))
        await office.pass_to(60)
        (slot,) = await office.all_ended(1, paid)
        states = await office.automation.states()
        assert set(states) == {paid, watches, paused}
        state = states[paid]
        assert (state.spent_today_usd, state.spent_month_usd) == (0.25, 0.25)
        assert state.last is not None and state.last.slot_id == slot.slot_id
        assert state.next == office.clock.now() + timedelta(seconds=60)
        assert states[paused].next is None and states[watches].last is None
        assert [one.folder for one in states[watches].watches] == [watch.folder]
        assert await office.automation.state(paid) == state

    checked(tmp_path, check)


def test_the_slots_to_come_of_all_jobs_stand_in_order_and_are_bounded(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        first = await office.save("first", triggers=(Cron("0 * * * *"),))
        second = await office.save("second", triggers=(Cron("30 * * * *"), Once(datetime(2027, 1, 1, tzinfo=UTC))))
        paused = await office.save("paused", triggers=(EACH_MINUTE,))
        await office.house.runtime.submit(PauseJob(paused))
        until = office.clock.now() + timedelta(hours=2)
        slots = await office.automation.upcoming(until=until)
        assert [(slot.job_id, slot.state, slot.slot_id) for slot in slots] == [
            (job_id, "scheduled", 0) for job_id in (second, first, second, first)
        ]
        assert len(await office.automation.upcoming(job_id=second, until=until + timedelta(days=90), most=7)) == 7

    checked(tmp_path, check, start=False)


def test_a_forecast_follows_from_what_the_last_runs_cost(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        job_id = await office.save(triggers=(Cron("0 9 * * *"),), limits=JobLimits())
        job = (await office.automation.find(job_id)).job
        for _ in range(3):
            await office.run(job_id)
        found = await office.automation.forecast(job, job_id)
        assert found.runs_per_month == 30 and found.usd_per_month == pytest.approx(7.5)
        assert found.words.startswith("about $7.50 a month")
        assert (await office.automation.forecast(office.job(triggers=(EACH_MINUTE,)))).runs_per_month == 43_200

    checked(tmp_path, check, start=False)


def test_why_it_ran_or_did_not(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        job_id = await office.save(triggers=(EACH_MINUTE,))
        await office.pass_to(60)
        await office.all_ended(1)
        told = await office.automation.why(job_id, office.clock.now())
        assert told and all(sentence.endswith(".") for sentence in told)
        assert await office.automation.why(job_id)

    checked(tmp_path, check)


def test_a_start_twice_is_one_and_after_a_stop_nothing_starts(tmp_path: Path) -> None:
    async def check(office: Office) -> None:
        await office.save(triggers=(EACH_MINUTE,))
        await office.automation.start()
        assert office.automation.running
        await office.automation.stop()
        assert not office.automation.running and office.alarm.closed
        await office.clock.advance(600)
        assert await office.slots() == []

    checked(tmp_path, check)
