"""What a run may use is looked up once, when it begins."""

from __future__ import annotations

import asyncio
from pathlib import Path

from agent.commands import ActsAs
from agent.jobs import Permission
from agent.safety.approvals import ApprovalBroker, RunApprover
from agent.safety.profile import capabilities_of
from tests.helpers.house import open_house


def test_the_leave_of_a_job_is_that_of_the_moment_when_its_folders_were_looked_up(tmp_path: Path) -> None:
    async def story() -> None:
        async with open_house(tmp_path, []) as house:
            out = house.folder / "out"
            out.mkdir()
            allow = (Permission(what="fs.write", to=(str(out),)),)
            acts_as = ActsAs(job_id="j", slot_id=1, run_id="r1", allow=allow)
            place, then = house.runtime._workplace, capabilities_of(allow)
            context = await asyncio.to_thread(place.context, house.folder, (), None, "schedule", acts_as)
            out.rmdir()
            out.symlink_to(tmp_path)
            assert capabilities_of(allow) != then
            approver = RunApprover("s", "r1", ApprovalBroker(), lambda event: None, attended=False)
            assert place.gate(context, approver, "schedule", None, acts_as=acts_as).capabilities == {"job:j": then}

    asyncio.run(story())
