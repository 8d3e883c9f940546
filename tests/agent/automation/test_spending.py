"""What counts against the budgets of a job."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec

from agent.automation.spending import spending_of
from agent.automation.work import Work
from agent.jobs import JobLimits
from agent.models.scripted import Reply
from agent.storage.sessions import Run
from tests.helpers.automation import open_office


def test_a_run_counts_once_before_and_after_it_has_its_row(tmp_path: Path) -> None:
    async def check() -> None:
        async with open_office(tmp_path, [Reply("Done.")], start=False) as office:
            store, desk = office.house.runtime.store, office.automation._desk
            job_id = await office.save(limits=JobLimits(runs_per_day=3))
            row = await office.automation.find(job_id)
            session = await store.create_session(cwd=str(office.folder), job_id=job_id)
            slot = await desk.ledger.add_manual(job_id)
            work = Work(desk, msgspec.structs.replace(slot, session_id=session.session_id, run_id="r1"), row)
            work.begun.set()  # its message was taken; the run has not come to store its row yet
            assert (await spending_of(desk, row, [work])).day_runs == 1
            await store.start_run(Run("r1", session.session_id, "user", "m", "", office.clock.now()))
            assert (await spending_of(desk, row, [work])).day_runs == 1
            assert (await spending_of(desk, row, [])).day_runs == 1

    asyncio.run(check())
