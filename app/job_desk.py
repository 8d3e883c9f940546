"""Jobs all over the window: forms that are open, what waits for a person, and what starts next."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, QTimer
from shiboken6 import Shiboken

from agent.events import AnyEvent, JobChanged, SlotChanged
from app.viewmodels.rows import FooterRow, Row, UserRow
from app.viewmodels.status import Coming, Need, first_line

if TYPE_CHECKING:
    from agent.jobs import Job, JobRow
    from app.windows.automations.editor import EditorDialog
    from app.workspace import Workspace

SETTLE_MS = 1_000
"""What starts next is looked up again when nothing has changed for so long."""
AHEAD = timedelta(days=366)


class JobDesk(QObject):
    """What is heavy is imported when it is first wanted."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._forms: list[EditorDialog] = []
        self._loaded = False
        self._soon = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._soon.timeout.connect(self._look_ahead)

    async def load(self) -> None:
        """Show what waits for a person and what starts next, now that jobs can be asked for."""
        automation = self._workspace.runtime.automation
        names = {row.job_id: row.job.name for row in await automation.jobs()}
        opened = [(slot, names.get(slot.job_id, "")) for slot in await automation.ledger.open_slots()]
        self._workspace.status.load((), opened)
        self._loaded = True
        await self._read_ahead()

    def take(self, event: AnyEvent) -> None:
        """Follow what happens."""
        for form in self._forms:
            form.editor.take(event)
        if self._loaded and isinstance(event, JobChanged | SlotChanged):
            self._soon.start()

    # -- places

    def show(self, job_id: str, slot_id: int = 0) -> None:
        """Show a job, and of its history a slot."""
        from app.windows.automations.page import AutomationsPage

        self._workspace.show_automations(job_id)
        page = self._workspace.window.page_of("automations")
        if slot_id and isinstance(page, AutomationsPage):
            page.show_job(job_id, "history")
            page.details.history.show_slot(slot_id)

    async def show_need(self, need: Need) -> None:
        """Show what of a job waits."""
        from app.windows.automations.page import AutomationsPage

        job_id = need.job_id or (await self._workspace.runtime.automation.slot(need.slot_id)).job_id
        self._workspace.show_page("automations")
        page = self._workspace.window.page_of("automations")
        if isinstance(page, AutomationsPage):
            page.show_needs(job_id)

    # -- forms

    def make(self, template: str = "") -> None:
        """Open the form of a new job; `template`: the key of the one it begins with."""
        self._workspace.bridge.start(self._make(template), "new job")

    def edit(self, job_id: str) -> None:
        """Open the form of a job."""
        self._workspace.bridge.start(self._edit(job_id), "edit a job")

    def repeat(self, run_id: str) -> None:
        """Open the form of a new job that does what was asked for in a run of the open chat."""
        self._workspace.bridge.start(self._repeat(run_id), "do it again")

    async def _make(self, template: str) -> None:
        from app.viewmodels.chat import default_folder
        from app.viewmodels.job_editor_sources import empty

        await self._open(empty(default_folder(self._workspace.runtime.settings)), None, template)

    async def _edit(self, job_id: str) -> None:
        for form in self._forms:
            if form.editor.stored.job_id == job_id:
                form.raise_()
                form.activateWindow()
                return
        row = await self._workspace.runtime.automation.find(job_id)
        await self._open(row.job, row)

    async def _repeat(self, run_id: str) -> None:
        from app.viewmodels.job_editor_sources import of_chat

        chat = self._workspace.chat
        prompt = prompt_of(run_id, chat.transcript.rows)
        model = chat.session.model if chat.session is not None else ""
        await self._open(of_chat(prompt, chat.folder, model), None)

    async def _open(self, job: Job, row: JobRow | None, template: str = "") -> None:
        from agent.models.catalogue import model_names
        from app.viewmodels.job_editor import JobEditor
        from app.windows.automations.editor import EditorDialog, Offered

        workspace = self._workspace
        runtime = workspace.runtime
        models = await asyncio.to_thread(model_names, runtime.settings)
        outputs = await runtime.automation.outputs()
        language = QLocale().name().partition("_")[0]
        templates = await runtime.automation.templates(language)
        offered = Offered([(each.key, each.title) for each in templates], language, template)
        unknown = [job.model] if job.model and job.model not in models else []
        editor = JobEditor(runtime.automation, runtime.submit, job, row, [*models, *unknown], outputs)
        form = EditorDialog(editor, workspace.bridge.start, offered, parent=workspace.window)
        form.saved.connect(self._show_saved)
        form.finished.connect(lambda: self._forget(form))
        self._forms.append(form)
        form.open()

    def _forget(self, form: EditorDialog) -> None:
        if form in self._forms:
            self._forms.remove(form)

    def _show_saved(self, job_id: str) -> None:
        self._workspace.show_automations(job_id)

    # -- what starts next

    def _look_ahead(self) -> None:
        self._workspace.bridge.start(self._read_ahead(), "what starts next")

    async def _read_ahead(self) -> None:
        automation = self._workspace.runtime.automation
        coming = await automation.upcoming(until=datetime.now(UTC) + AHEAD, most=1)
        names = {row.job_id: row.job.name for row in await automation.jobs()} if coming else {}
        if not Shiboken.isValid(self):
            return
        found = [Coming(slot.job_id, first_line(names.get(slot.job_id, "")), slot.due_at) for slot in coming]
        self._workspace.status.set_coming(found[0] if found else None)


def prompt_of(run_id: str, rows: Sequence[Row]) -> str:
    """What the person asked for in a run, from the rows of its chat; empty if that is not there."""
    at = next((at for at, row in enumerate(rows) if isinstance(row, FooterRow) and row.key == run_id), 0)
    said: list[str] = []
    for row in reversed(rows[:at]):
        if isinstance(row, FooterRow):
            break
        if isinstance(row, UserRow):
            said.append(row.text)
    return "\n\n".join(reversed(said))
