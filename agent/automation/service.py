"""Work that starts by itself: what the runtime, the app and the command line see of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from agent.automation import check as checks
from agent.automation.desk import Desk, acts_as
from agent.automation.dispatcher import Dispatcher
from agent.automation.ending import call_off
from agent.automation.ledger import JobVersion, Ledger
from agent.automation.planner import Planner
from agent.automation.plugin_slots import Told, wanted
from agent.automation.ports import Ports
from agent.automation.pulse import Pulse
from agent.automation.state import JobState, states_of
from agent.automation.upcoming import upcoming
from agent.automation.variables import rendered
from agent.automation.work import expanded, granted, limits_of
from agent.commands import DeleteJob, PauseJob, ResolveSlot, ResumeJob, RunJob, SaveJob, SendMessage
from agent.errors import HomardError, UsageError
from agent.events import ApprovalRequested
from agent.jobs import Change, Job, JobRow, Slot
from agent.labels import Label
from agent.machine.state import MachineState
from agent.messages import TextPart
from agent.runner import new_run_id

if TYPE_CHECKING:
    from agent.automation.forecast import Forecast
    from agent.automation.templates import Template

_log = logging.getLogger(__name__)

JobCommand = SaveJob | PauseJob | ResumeJob | DeleteJob | RunJob | ResolveSlot

REVIEW = "It was made for you, and starts nothing until you have looked at it and resumed it."
PAUSED = "You paused it. Resume it when it shall start again."


class JobReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a command about a job."""

    job_id: str
    slot_id: int = 0
    session_id: str = ""
    run_id: str = ""
    """The run that has begun; empty: none has, and what the slot waits for, or why it ended, is on the slot."""


class Automation:
    """Jobs, their slots, and, once started, the clock and the ear that make them due. To be made on the loop.

    Everything can be asked and changed without `start`; then nothing starts by itself and nothing is recorded.
    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self.ledger = Ledger(ports.store.database, ports.clock, ports.publish, zone=ports.zone)
        self._desk = Desk(ports, self.ledger)
        self._dispatcher = Dispatcher(self._desk, self._machine)
        planner = Planner(
            self.ledger,
            ports.clock,
            lambda: self._desk.zone,
            spread_s=lambda: ports.settings().automation.spread_s,
            **({"chance": ports.random} if ports.random is not None else {}),
        )
        self._pulse = Pulse(self._desk, planner, self._dispatcher)
        self._dispatcher.on_free = self._pulse.wake

    @property
    def running(self) -> bool:
        """Clock and ear work here."""
        return self._pulse.beats

    async def start(self) -> None:
        """Take up what the last process left, then listen to clock, folders and machine. Twice is once."""
        if not self.running:
            self._dispatcher.closing = False
            await self._pulse.start()

    async def stop(self) -> None:
        """Start nothing more, before sessions are closed. Runs that are stopped from now on go on at the next start."""
        self._dispatcher.closing = True
        await self._pulse.stop()

    async def close(self) -> None:
        """Write down what came of the runs, after their sessions were closed and before the database is."""
        await self._dispatcher.close()

    async def submit(self, command: JobCommand) -> JobReceipt:
        """Carry out a command. Raises UsageError when it cannot be: nothing was done then."""
        try:
            return await self._carry_out(command)
        finally:
            self._pulse.wake(plan=True)

    async def _carry_out(self, command: JobCommand) -> JobReceipt:
        match command:
            case SaveJob():
                return await self._save(command)
            case PauseJob():
                row = await self.ledger.set_paused(command.job_id, "person", PAUSED)
                return JobReceipt(job_id=row.job_id)
            case ResumeJob():
                row = await self.ledger.set_paused(command.job_id, "")
                return JobReceipt(job_id=row.job_id)
            case DeleteJob():
                return await self._delete(command)
            case RunJob():
                return await self._run(command)
            case ResolveSlot():
                return await self._resolve(command)

    async def _save(self, command: SaveJob) -> JobReceipt:
        await self.check(command.job, command.job_id)
        paused, note = ("review", REVIEW) if command.review else ("", "")
        row = await self.ledger.save(command.job, command.job_id, paused=paused, note=note, version=command.version)
        return JobReceipt(job_id=row.job_id)

    async def _delete(self, command: DeleteJob) -> JobReceipt:
        waiting = [slot for slot in await self.ledger.open_slots() if slot.job_id == command.job_id]
        row = await self.ledger.delete(command.job_id)
        for slot in waiting:
            if slot.state == "parked":
                await call_off(self._desk, slot)
        return JobReceipt(job_id=row.job_id)

    async def _run(self, command: RunJob) -> JobReceipt:
        row = await self.ledger.row(command.job_id)
        if row.deleted_at is not None:
            raise UsageError(f"The job “{row.job.name}” was deleted; nothing was done. Add it again to run it.")
        if command.dry_run:
            return await self._try(row, command.files)
        if row.paused == "review":
            raise UsageError(
                f"Nobody has looked at “{row.job.name}” yet, so it does not run; nothing was done. "
                f"`homard jobs resume {row.job_id}` shows what it may do, and lets it run."
            )
        slot = await self._dispatcher.run_now(row, command.files)
        return JobReceipt(job_id=row.job_id, slot_id=slot.slot_id, session_id=slot.session_id, run_id=slot.run_id)

    async def _try(self, row: JobRow, files: tuple[str, ...]) -> JobReceipt:
        """Make a dry run: no slot, so that neither the schedule nor the failures know of it.

        What the job is allowed to fetch is fetched then too, which carries words out; not before somebody has looked.
        """
        job, now = row.job, self._desk.local(self._desk.now)
        session = await self._ports.store.create_session(
            cwd=expanded(job.folder),
            title=f"{job.name}, tried {now:%Y-%m-%d %H:%M}",
            model=job.model,
            job_id=row.job_id,
        )
        acts = acts_as(row, 0, new_run_id(), await self._desk.label_of(files))
        if row.paused == "review":
            acts = msgspec.structs.replace(acts, allow=tuple(one for one in acts.allow if one.what != "net.fetch"))
        message = SendMessage(
            session.session_id,
            (TextPart(rendered(job, files, now)),),
            model=job.model,
            grants=granted(job),
            attended=False,
            limits=limits_of(job, job.limits.max_usd),
            typed=False,
            dry_run=True,
            acts_as=acts,
        )
        sent = await self._ports.submit(message)
        return JobReceipt(job_id=row.job_id, session_id=sent.session_id, run_id=sent.run_id)

    async def _resolve(self, command: ResolveSlot) -> JobReceipt:
        slot = await self.ledger.answered(command.slot_id, command.run)
        if slot is None:
            found = await self.ledger.slot(command.slot_id)
            raise UsageError(
                f"Slot {found.slot_id} waits for no such answer: it is {found.state}. Nothing was changed."
            )
        return JobReceipt(job_id=slot.job_id, slot_id=slot.slot_id)

    async def approval_answered(self, run_id: str) -> None:
        """Go on with the parked run whose answer is stored now; without `start` that happens at the next start."""
        del run_id  # the rows say which it is
        self._pulse.wake()

    async def plugin_event(self, plugin: str, trigger: str, key: str, text: str, label: Label | None = None) -> None:
        """Start the jobs that wait for this trigger of a plugin; the same key once for each job.

        `text` stands for `{event}` in their prompts, and has the `label`; None: a stranger's words. Nothing is done
        unless clock and ear work here. Raises StorageError.
        """
        if not self.running:
            return
        source = Label("external", "private", (f"plugin:{plugin}",))
        if await self.ledger.add_plugin_event(Told(plugin, trigger, key, text, label or source)):
            self._pulse.wake()

    async def jobs(self, deleted: bool = False) -> list[JobRow]:
        """List the jobs, by name; deleted ones too if wanted."""
        return await self.ledger.rows(deleted=deleted)

    async def find(self, named: str) -> JobRow:
        """Find a job by its id, the beginning of it, or its name. Raises UsageError that says which there are."""
        return await self.ledger.find(named)

    async def versions(self, job_id: str) -> list[JobVersion]:
        """List what the job has been, the first version first."""
        return await self.ledger.versions(job_id)

    async def slots(
        self, job_id: str = "", *, before: datetime | None = None, below_id: int = 0, limit: int = 100
    ) -> list[Slot]:
        """Read a page of the history, of one job or all, the newest first.

        The next page: `before` and `below_id` of the last slot of this one.
        """
        return await self.ledger.slots(job_id, before=before, below_id=below_id, limit=limit)

    async def slot(self, slot_id: int) -> Slot:
        """Read a slot. Raises UsageError."""
        return await self.ledger.slot(slot_id)

    async def files(self, slot_id: int) -> list[tuple[str, Change]]:
        """List the files a slot is about."""
        return await self.ledger.files(slot_id)

    async def upcoming(self, *, job_id: str = "", until: datetime, most: int = 500) -> list[Slot]:
        """List the slots to come, of one job or all that are not paused, the next first; state `scheduled`, id 0."""
        rows = [row for row in await self.ledger.rows() if not row.paused and job_id in ("", row.job_id)]
        return await asyncio.to_thread(upcoming, rows, self._desk.now, until, most, self._desk.zone)

    async def why(self, job_id: str, at: datetime | None = None) -> list[str]:
        """Say in sentences why the job ran, or did not, at a moment; None: lately. Raises UsageError."""
        from agent.automation.why import why

        return await why(self.ledger, await self.ledger.row(job_id), at, self._desk.now, self._desk.zone)

    async def state(self, job_id: str) -> JobState:
        """Say how a job stands. Raises UsageError."""
        row = await self.ledger.row(job_id)
        return (await states_of(self._desk, [row], self._pulse.states()))[row.job_id]

    async def states(self) -> dict[str, JobState]:
        """Say how all jobs stand, by job id, however many there are."""
        return await states_of(self._desk, await self.ledger.rows(), self._pulse.states())

    async def forecast(self, job: Job, job_id: str = "") -> Forecast:
        """Say what a job will probably cost; `job_id`: the stored one, whose last runs say more than an estimate."""
        from agent.automation.forecast import MONTH, Past, forecast

        now, past = self._desk.now, None
        if job_id:
            since = max(now - MONTH, (await self.ledger.versions(job_id))[-1].at)
            usage = await self.ledger.usage(job_id, since)
            past = Past(usage.runs, usage.usd, (now - since) / timedelta(days=1))
        try:
            model = self._ports.resolve_model(job.model)
        except HomardError:
            model = None
        return await asyncio.to_thread(forecast, job, now, self._desk.zone, model, past)

    async def parked(self) -> list[ApprovalRequested]:
        """List the approvals for which runs wait, the oldest first."""
        return [one.event for one in await self._ports.parked.open()]

    async def check(self, job: Job, job_id: str = "") -> list[str]:
        """Look whether a job can work; gives warnings. Raises UsageError for what cannot be. Reads the disk.

        `job_id`: the stored one that it shall change.
        """
        same = bool(job_id) and (await self.ledger.row(job_id)).job.triggers == job.triggers
        look = checks.check
        zone, own = self._desk.zone, self._ports.own_folders
        warnings = await asyncio.to_thread(look, job, self._desk.now, zone, own, old_triggers=same)
        if self._ports.plugin_triggers is not None and wanted([job]):
            there = await asyncio.to_thread(self._ports.plugin_triggers)
            warnings += checks.plugin_warnings(job, there)
        if job.report.to == "plugin":
            warnings += checks.output_warnings(job.report, await self._outputs())
        try:
            return [*warnings, *checks.model_warnings(job, self._ports.resolve_model(job.model))]
        except UsageError as error:
            return [*warnings, f"It cannot run as things are. {error}"]

    async def outputs(self) -> list[str]:
        """List the outputs of plugins that answers can go to, as `Report.plugin` names them. Reads the disk."""
        there = await self._outputs()
        return [f"{plugin}:{output}" for plugin in sorted(there) for output in there[plugin]]

    async def templates(self, language: str) -> list[Template]:
        """List the jobs that one can begin with: Homard's own, then those of packs that are on. Reads the disk."""
        return await asyncio.to_thread(self._templates, language)

    def _templates(self, language: str) -> list[Template]:
        from agent.automation.templates import templates

        own, more = templates(language), self._ports.more_templates
        try:
            return [*own, *(more(language) if more is not None else ())]
        except HomardError as error:
            _log.warning("job templates of packs are left out: %s", error)
            return list(own)

    async def _outputs(self) -> Mapping[str, Sequence[str]]:
        look = self._ports.plugin_outputs
        try:
            return await asyncio.to_thread(look) if look is not None else {}
        except HomardError as error:
            _log.warning("outputs of plugins are left out: %s", error)
            return {}

    async def _machine(self) -> MachineState:
        machine = self._pulse.machine
        return await machine.refresh() if machine is not None else MachineState()
