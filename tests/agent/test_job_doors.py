"""Where jobs meet the rest of a real runtime."""

from __future__ import annotations

import asyncio
from pathlib import Path

from agent.commands import ResolveApproval
from agent.events import ApprovalRequested, RunFinished
from agent.jobs import Cron
from agent.models.scripted import Reply
from agent.tools.registry import built_in_tools
from tests.helpers.house import open_house


def test_a_chat_makes_the_first_job_of_a_process_in_which_nobody_has_asked_for_jobs_yet(tmp_path: Path) -> None:
    async def story() -> None:
        call = ("schedule", {"when": "every Monday at 9", "prompt": "Sum up my notes."})
        async with open_house(tmp_path, [Reply(calls=[call]), Reply("Done.")], built_in_tools()) as house:
            with house.runtime.subscribe() as events:
                await house.runtime.submit(house.message("Sum up my notes each Monday."))
                async for event in events:
                    if isinstance(event, ApprovalRequested):
                        await house.runtime.submit(ResolveApproval(event.approval_id, True))
                    if isinstance(event, RunFinished):
                        break
            (row,) = await house.runtime.automation.jobs()
            assert (row.job.prompt, row.job.triggers, row.paused) == ("Sum up my notes.", (Cron("0 9 * * 1"),), "")

    asyncio.run(story())
