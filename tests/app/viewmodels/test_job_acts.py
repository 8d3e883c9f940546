"""What a person does about jobs goes out as commands."""

import asyncio

import pytest

from agent.commands import (
    DeleteJob,
    PauseJob,
    ResolveApproval,
    ResolveSlot,
    ResumeJob,
    RunJob,
    SaveJob,
)
from agent.errors import UsageError
from app.viewmodels.job_acts import JobActs
from tests.helpers.job_desk import JobDesk, job, row


def test_each_wish_is_one_command() -> None:
    desk = JobDesk(row())

    async def wish(acts: JobActs) -> None:
        await acts.run_now("j1")
        await acts.pause("j1")
        await acts.resume("j1")
        await acts.answer(3, run=True)
        await acts.allow("a", "go", "run")
        await acts.refuse("a", "no")
        await acts.delete("j1")

    asyncio.run(wish(JobActs(desk.submit)))
    assert desk.done == [
        RunJob("j1"), PauseJob("j1"), ResumeJob("j1"), ResolveSlot(3, True), ResolveApproval("a", True, "go", "run"),
        ResolveApproval("a", False, "no"), DeleteJob("j1"),
    ]  # fmt: skip


def test_what_is_imported_waits_for_a_look() -> None:
    desk = JobDesk()
    made = asyncio.run(JobActs(desk.submit).add_to_review(job()))
    assert (desk.done, desk.rows[made].paused) == ([SaveJob(job(), review=True)], "review")


@pytest.mark.parametrize(
    ("paused", "commands"),
    [
        ("", [SaveJob(job(), "j1")]),
        ("review", [SaveJob(job(), "j1", True)]),
        ("person", [SaveJob(job(), "j1"), PauseJob("j1")]),
    ],
)
def test_a_job_that_was_removed_comes_back_as_it_was(paused: str, commands: list[object]) -> None:
    desk = JobDesk()
    asyncio.run(JobActs(desk.submit).restore(row(paused=paused)))
    assert desk.done == commands


def test_where_the_old_row_is_gone_it_is_a_new_job() -> None:
    class Gone(JobDesk):
        async def submit(self, command: object) -> object:
            if isinstance(command, SaveJob) and command.job_id:
                raise UsageError("This job was deleted.")
            return await super().submit(command)

    desk = Gone()
    asyncio.run(JobActs(desk.submit).restore(row(paused="person")))
    assert desk.done == [SaveJob(job()), PauseJob("new0")]
