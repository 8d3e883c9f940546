"""What a person can do about jobs, as commands to the runtime; all raise HomardError."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from agent.commands import AnyCommand, DeleteJob, PauseJob, ResolveApproval, ResolveSlot, ResumeJob, RunJob, SaveJob
from agent.errors import UsageError
from agent.events import Scope
from agent.jobs import Job, JobRow


class JobActs:
    """`submit` is the runtime's."""

    def __init__(self, submit: Callable[[AnyCommand], Awaitable[Any]]) -> None:
        self._submit = submit

    async def run_now(self, job_id: str) -> None:
        """Start a job, paused or not."""
        await self._submit(RunJob(job_id))

    async def pause(self, job_id: str) -> None:
        """Let a job start nothing."""
        await self._submit(PauseJob(job_id))

    async def resume(self, job_id: str) -> None:
        """Let a job start again."""
        await self._submit(ResumeJob(job_id))

    async def delete(self, job_id: str) -> None:
        """Remove a job."""
        await self._submit(DeleteJob(job_id))

    async def restore(self, row: JobRow) -> None:
        """Take back a job that was removed, paused if it was; where its old row is gone for good, as a new job."""
        review = row.paused == "review"
        try:
            receipt = await self._submit(SaveJob(row.job, row.job_id, review))
        except UsageError:
            receipt = await self._submit(SaveJob(row.job, review=review))
        if row.paused and not review:
            await self._submit(PauseJob(receipt.job_id))

    async def add_to_review(self, job: Job) -> str:
        """Add a job that starts nothing before somebody has looked at it; its id."""
        receipt = await self._submit(SaveJob(job, review=True))
        return str(receipt.job_id)

    async def answer(self, slot_id: int, *, run: bool) -> None:
        """Say whether a slot that waits shall run, or go on."""
        await self._submit(ResolveSlot(slot_id, run))

    async def allow(self, approval_id: str, note: str, scope: Scope) -> None:
        """Give a permission: the run goes on."""
        await self._submit(ResolveApproval(approval_id, True, note, scope))

    async def refuse(self, approval_id: str, note: str) -> None:
        """Refuse a permission: the run goes on without it."""
        await self._submit(ResolveApproval(approval_id, False, note))
