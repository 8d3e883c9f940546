"""The stored job behind a form: saved as another version, held back for a rehearsal, put back as it was."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from agent.commands import AnyCommand, DeleteJob, PauseJob, ResumeJob, SaveJob
from agent.errors import UsageError
from agent.jobs import Job, JobRow
from app.translation import translate
from app.viewmodels.job_editor_outlook import EditorService

Submit = Callable[[AnyCommand], Awaitable[Any]]


class StoredJob:
    """All methods raise HomardError."""

    def __init__(self, service: EditorService, submit: Submit, row: JobRow | None) -> None:
        self._service, self._submit = service, submit
        self.was = row
        """As it was when the form was opened; None: there was none."""
        self.row = row
        """As it is stored now."""
        self._held = False

    @property
    def job_id(self) -> str:
        """Empty: nothing is stored."""
        return self.row.job_id if self.row is not None else ""

    @property
    def was_paused(self) -> bool:
        """Whether it started nothing by itself when the form was opened."""
        return self.was is None or bool(self.was.paused)

    async def check(self) -> None:
        """Raise UsageError once if somebody else has changed or removed it."""
        if self.row is None:
            return
        now = await self._find(self.row.job_id)
        if now is None:
            self.row = self.was = None
            self._held = False
            raise UsageError(translate("JobEditor", "This job was deleted meanwhile. Save again to make it a new one."))
        if now.version != self.row.version:
            self.row = now
            raise UsageError(
                translate(
                    "JobEditor",
                    "It was changed meanwhile; version {number} is the last one. Your entries are kept here: look at "
                    "its versions, or save again to put yours in its place.",
                ).format(number=now.version)
            )

    async def save(self, job: Job, *, starts: bool) -> str:
        """Store it; its id. `starts`: of one that was paused, or is new: whether it may start by itself from now on."""
        receipt = await self._submit(SaveJob(job, self.job_id))
        job_id = str(receipt.job_id)
        paused = self._held or (self.was is not None and bool(self.was.paused))
        if not self.was_paused or starts:
            if paused:
                await self._submit(ResumeJob(job_id))
        elif self.was is None:
            await self._submit(PauseJob(job_id))
        self._held = False
        return job_id

    async def hold(self, job: Job) -> str:
        """Store it so that it starts nothing; its id. One that is paused already stays so for the reason it has."""
        if self.row is None or job != self.row.job:
            paused = self.was is not None and bool(self.was.paused)
            receipt = await self._submit(SaveJob(job, self.job_id, review=not paused))
            self._held = True
            self.row = await self._find(str(receipt.job_id))
        return self.job_id

    async def put_back(self) -> None:
        """Take back what `hold` has done."""
        if not self._held or self.row is None:
            return
        self._held = False
        if self.was is None:
            await self._submit(DeleteJob(self.row.job_id))
            return
        await self._submit(SaveJob(self.was.job, self.was.job_id))
        if not self.was.paused:
            await self._submit(ResumeJob(self.was.job_id))

    async def _find(self, job_id: str) -> JobRow | None:
        return next((row for row in await self._service.jobs() if row.job_id == job_id), None)
