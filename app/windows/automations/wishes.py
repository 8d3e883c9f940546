"""What a person wants done about a job, carried out."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from agent.events import Scope
from agent.jobs import JobRow
from app.viewmodels.automations import JobsViewModel
from app.viewmodels.job_acts import JobActs
from app.viewmodels.teller import Teller
from app.windows.automations.details import Wish

Start = Callable[[Coroutine[Any, Any, Any], str], None]
"""Carries out an intent; what goes wrong is told in a sentence."""


class JobWishes(Teller):
    """One for the page; dialogs belong to its window."""

    edit_wanted = Signal(str)
    """A job id."""
    deleted = Signal(object)
    """A `JobRow` that was just removed."""
    imported = Signal(str)
    """The id of a job that came from a file."""

    def __init__(self, model: JobsViewModel, acts: JobActs, start: Start, page: QWidget) -> None:
        super().__init__(page)
        self._model = model
        self._acts = acts
        self._start = start
        self._page = page

    def do(self, wish: Wish, job_id: str) -> None:
        """Do something about a job; about one that is gone, nothing."""
        item = self._model.find(job_id)
        if item is None:
            return
        match wish:
            case "run":
                self._start(self._acts.run_now(job_id), "run a job")
            case "pause":
                self._start(self._acts.pause(job_id), "pause a job")
            case "resume":
                self._start(self._acts.resume(job_id), "resume a job")
            case "edit":
                self.edit_wanted.emit(job_id)
            case "export":
                self._start(self._export(item.row), "export a job")
            case "delete":
                self._start(self._delete(item.row), "delete a job")

    def allow(self, approval_id: str, note: str, scope: Scope) -> None:
        """Give a permission."""
        self._start(self._acts.allow(approval_id, note, scope), "allow")

    def refuse(self, approval_id: str, note: str) -> None:
        """Refuse a permission."""
        self._start(self._acts.refuse(approval_id, note), "refuse")

    def answer(self, slot_id: int, run: bool) -> None:
        """Say whether a slot shall run, or go on."""
        self._start(self._acts.answer(slot_id, run=run), "answer a slot")

    def import_job(self) -> None:
        """Ask for a job's file; the job starts nothing before it was looked at."""
        self._start(self._import(), "import a job")

    async def _delete(self, row: JobRow) -> None:
        await self._acts.delete(row.job_id)
        self.tell(self.deleted, row)

    async def _export(self, row: JobRow) -> None:
        from app.windows.automations.transfer import export_job

        await export_job(self._page.window(), self._model, row)

    async def _import(self) -> None:
        from app.windows.automations.transfer import import_job

        job = await import_job(self._page.window())
        if job is not None:
            self.tell(self.imported, await self._acts.add_to_review(job))
