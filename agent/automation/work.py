"""The one place where a slot starts: what must hold, the row, the message, and then its run to the end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from agent.automation.conditions import unmet
from agent.automation.desk import Desk, acts_as
from agent.automation.ending import Ending, settle
from agent.automation.inputs import digest
from agent.automation.recovery import cut_off
from agent.automation.variables import rendered
from agent.commands import Limits, SendMessage
from agent.errors import HomardError, StorageError
from agent.events import Origin, RunFinished
from agent.failpoints import hit
from agent.jobs import Job, JobRow, Slot, SlotOrigin, SlotReason, Watch
from agent.labels import Label
from agent.messages import TextPart
from agent.runner import new_run_id
from agent.storage.recovery import close_parked

_ORIGINS: dict[SlotOrigin, Origin] = {
    "schedule": "schedule",
    "file_watch": "file_watch",
    "manual": "user",
    "plugin": "plugin",
}

_log = logging.getLogger(__name__)


@dataclass
class Work:
    """A slot from the moment that nothing keeps it. `run` must not be called twice."""

    desk: Desk
    slot: Slot
    row: JobRow
    ceiling_usd: float | None = None
    """What the slot may cost in all, with what an earlier run of it has; None: no bound."""
    spent_usd: float = 0.0
    """What an earlier run of it has cost."""
    closing: Callable[[], bool] = lambda: False
    """Whether runs are being stopped because Homard ends."""
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once its run was taken, or it came to another end."""
    taken: bool = False
    """Its run was taken: an end of it will be told."""
    _digest: str = ""
    _trying: SlotReason = "run_failed"
    _resumes: bool = False

    @property
    def job(self) -> Job:
        """What is to be done."""
        return self.row.job

    async def run(self) -> None:
        """Start it and see it through. Raises StorageError: what is stored then is taken up later."""
        try:
            await self._run()
        except StorageError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the slot must not come again and again
            if not isinstance(error, HomardError):
                _log.exception("slot %d of job %s failed", self.slot.slot_id, self.row.job_id)
            await self._fail(error)
        finally:
            self.begun.set()

    async def _run(self) -> None:
        if self.slot.state == "parked":
            await self._resume()
        elif self.slot.session_id:
            await self._continue()
        elif not await self._needless():
            await self._begin()

    async def _needless(self) -> bool:
        """Look whether no model needs to be called; then the slot is skipped. What a person wants now is done."""
        if self.slot.origin == "manual":
            return False
        self._trying = "condition"
        why = await unmet(self.row, self.desk.ports.run_command)
        self._trying = "run_failed"
        if why:
            await self.desk.ledger.end(self.slot.slot_id, "skipped", "condition", why)
            return True
        if self.job.policies.unchanged == "run" or not await self._inputs():
            return False
        if self._digest != await self.desk.ledger.last_done_inputs(self.row.job_id):
            return False
        await self.desk.ledger.end(self.slot.slot_id, "skipped", "unchanged")
        return True

    async def _inputs(self) -> str:
        files = [path for path, _ in await self.desk.ledger.files(self.slot.slot_id)]
        model = self.desk.ports.resolve_model(self.job.model).label
        self._digest = await asyncio.to_thread(digest, self.job, files, model)
        return self._digest

    async def _begin(self) -> None:
        """Begin anew, in a session of its own."""
        self.desk.ports.resolve_model(self.job.model)
        if self.job.policies.unchanged == "skip" and not self._digest:
            await self._inputs()
        moment = self.desk.local(self.slot.due_at)
        store = self.desk.ports.store
        session = await store.create_session(
            cwd=expanded(self.job.folder),
            title=f"{self.job.name}, {moment:%Y-%m-%d %H:%M}",
            model=self.job.model,
            job_id=None if self.job.report.to == "chat" else self.row.job_id,
        )
        await self._start(session.session_id, retry=False)

    async def _continue(self) -> None:
        """Go on where an interrupted run was; where nothing had been said yet, say it."""
        said = await self.desk.ports.store.entries(self.slot.session_id, limit=1)
        await self._start(self.slot.session_id, retry=bool(said))

    async def _start(self, session_id: str, *, retry: bool) -> None:
        run_id = new_run_id()
        hit("automation.begin")
        slot = await self.desk.ledger.begin(
            self.slot.slot_id, session_id=session_id, run_id=run_id, inputs=self._digest, known=self.row
        )
        if slot is None:  # called off meanwhile, or its job is another one: then it is judged anew
            return
        self.slot = slot
        files = [path for path, _ in await self.desk.ledger.files(slot.slot_id)]
        event = await self.desk.ledger.event(slot.slot_id)
        text = rendered(self.job, files, self.desk.local(slot.due_at), event.text if event else "")
        if retry:
            message = self._message(run_id, retry=True)
        else:
            label = await self.desk.label_of(files)
            if event is not None:
                label = event.label if label is None else label.join(event.label)
            message = self._message(run_id, parts=(TextPart(text),), label=label)
        await self._follow(message)

    async def _resume(self) -> None:
        """Go on with the same run: its question was answered."""
        slot = await self.desk.ledger.unpark(self.slot.slot_id)
        if slot is not None:
            self.slot, self._resumes = slot, True
            await self._follow(self._message(slot.run_id, resume=True))

    def _message(
        self,
        run_id: str,
        *,
        parts: tuple[TextPart, ...] = (),
        label: Label | None = None,
        retry: bool = False,
        resume: bool = False,
    ) -> SendMessage:
        return SendMessage(
            self.slot.session_id,
            parts,
            origin=_ORIGINS[self.slot.origin],
            model=self.job.model,
            cwd=expanded(self.job.folder),
            grants=granted(self.job),
            attended=False,
            limits=limits_of(self.job, self._left(resume)),
            retry=retry,
            typed=False,
            acts_as=acts_as(self.row, self.slot.slot_id, run_id, label),
            resume=resume,
        )

    def _left(self, resume: bool) -> float | None:
        """A run that was parked goes on counting where it was, a new one begins at nothing."""
        if self.ceiling_usd is None:
            return None
        return self.ceiling_usd if resume else max(0.0, self.ceiling_usd - self.spent_usd)

    async def _follow(self, message: SendMessage) -> None:
        """Submit the message and see its run to the end."""
        with self.desk.ports.subscribe(message.session_id) as events:
            hit("automation.submit")
            sent = await self.desk.ports.submit(message)
            self.taken = True
            self.begun.set()
            async for event in events:
                if isinstance(event, RunFinished) and event.run_id == sent.run_id:
                    return await self._ended(event)

    async def _ended(self, event: RunFinished) -> None:
        hit("automation.finished")
        if event.stop_reason == "cancelled" and self.closing():
            await cut_off(self.desk, self.slot, "Homard was closed while it worked.")
        else:
            if event.stop_reason != "parked":
                await self._close_parked()
            await settle(self.desk, self.slot, self.row, Ending.of(event))

    async def _fail(self, error: Exception) -> None:
        """End the slot as failed, which counts, so that a job that can never begin pauses in the end."""
        if self.closing():
            if self._resumes:
                await cut_off(self.desk, self.slot, "Homard was closed before it went on.")
            else:
                await self.desk.ledger.requeue(self.slot.slot_id, "Homard was closed before its run had begun.")
            return
        await self._close_parked()
        fault = f"An unexpected fault ({type(error).__name__}: {error}). The log has the details."
        note = str(error) if isinstance(error, HomardError) else fault
        if not self.slot.attempts:
            await self.desk.ledger.begin(self.slot.slot_id, session_id="", run_id="")
        await self.desk.ledger.end(self.slot.slot_id, "failed", self._trying, note, tell=True)

    async def _close_parked(self) -> None:
        """Close a run that was answered and could not be taken up: nothing will take it up any more."""
        if self._resumes:
            await close_parked(self.desk.ports.store, self.slot.run_id, "the run could not go on", now=self.desk.now)


def granted(job: Job) -> tuple[str, ...]:
    """The folders besides its own that a job's run may look into."""
    watched = [trigger.folder for trigger in job.triggers if isinstance(trigger, Watch)]
    found = (expanded(folder) for folder in (*job.folders, *watched, job.output) if folder)
    return tuple(dict.fromkeys(found))


def limits_of(job: Job, max_usd: float | None) -> Limits:
    """How far one run of the job may go."""
    limits = job.limits
    return Limits(
        max_turns=limits.max_turns,
        max_tokens=limits.max_tokens,
        max_time_s=limits.max_time_s,
        max_usd=max_usd,
        max_calls=limits.max_calls,
    )


def expanded(folder: str) -> str:
    """The folder where `~` stands for the home folder, as a job may have it."""
    return str(Path(folder).expanduser())
