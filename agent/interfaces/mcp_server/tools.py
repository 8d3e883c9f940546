"""What the tools do: everything through the desk, in the name of one program and within its grant."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from agent.commands import Limits, RunJob, SendMessage
from agent.context.intake import title_of
from agent.errors import HomardError, UsageError
from agent.interfaces.control.queries import (
    BeginSession,
    FindJob,
    FindRun,
    FindSession,
    ListEntries,
    ListJobs,
    ListRuns,
    ListSessions,
    ListSlots,
    UsualLimits,
)
from agent.interfaces.mcp_server import offered, report
from agent.interfaces.mcp_server.grant import Grant
from agent.interfaces.mcp_server.watch import RunWatch
from agent.interfaces.serving.desk import Desk
from agent.interfaces.serving.home import HomeDoor
from agent.jobs import JobRow, Slot
from agent.messages import Entry, TextPart
from agent.storage.records import Run, Session
from agent.tasks import spawn

MOST_RUNS: Final = 8
"""Of one program at the same time."""
KEPT_RUNS: Final = 200
"""Finished ones whose end is remembered here; of others the store knows."""
POLL_S: Final = 0.5
MOST_S: Final = 86_400.0
OPEN_SLOTS: Final = ("due", "running")

Answer = dict[str, Any]
Following = Callable[[RunWatch, float], Awaitable[None]]
"""Waits until a run is over, or so long, and meanwhile tells and asks the person at the program."""


class Toolbox:
    """The tools of one connection."""

    def __init__(self, door: HomeDoor, grant: Grant, empty: Path) -> None:
        """`empty`: a folder with nothing in it, for a program that was granted none."""
        self._door = door
        self._grant = grant
        self._empty = empty
        self._watches: dict[str, RunWatch] = {}

    async def call(self, arguments: offered.Arguments, follow: Following, *, attended: bool) -> Answer:
        """Do what a call wants. Raises UsageError, StorageError."""
        match arguments:
            case offered.Ask():
                return await self._ask(arguments, follow, attended)
            case offered.Wait():
                return await self._wait(arguments.run, arguments.wait_s, follow)
            case offered.Cancel():
                return await self._cancel(arguments.run)
            case offered.Sessions():
                async with self._door.desk() as desk:
                    found = await desk.ask(ListSessions(self._grant.client, arguments.limit), list[Session])
                return {"sessions": [report.of_session(one) for one in found]}
            case offered.Results():
                return await self._results(arguments)
            case offered.Jobs():
                async with self._door.desk() as desk:
                    rows = await desk.ask(ListJobs(), list[JobRow])
                return {"jobs": [report.of_job(row) for row in rows if self._grant.may_start(row)]}
            case offered.StartJob():
                return await self._start_job(arguments)
            case offered.JobResults():
                return await self._job_results(arguments)

    async def _ask(self, arguments: offered.Ask, follow: Following, attended: bool) -> Answer:
        self._forget()
        if sum(not watch.over for watch in self._watches.values()) >= MOST_RUNS:
            raise UsageError(f"{MOST_RUNS} runs work for you already; this one was not begun. Wait for one of them.")
        async with self._door.desk() as desk:
            session = await self._session(desk, arguments)
            message = await self._message(desk, arguments, session, attended)
            watch = await RunWatch.begin(self._door, message)
        self._watches[watch.run_id] = watch
        try:
            await follow(watch, arguments.wait_s)
        except asyncio.CancelledError:
            await asyncio.shield(watch.cancel())
            raise
        return report.of_watch(watch)

    async def _session(self, desk: Desk, arguments: offered.Ask) -> Session:
        name = self._grant.client
        if arguments.session:
            return await desk.ask(FindSession(arguments.session, name), Session)
        folder = await asyncio.to_thread(self._grant.folder, arguments.folder) or str(self._empty)
        query = BeginSession(folder, title_of(arguments.prompt), self._grant.model, name)
        return await desk.ask(query, Session)

    async def _message(self, desk: Desk, arguments: offered.Ask, session: Session, attended: bool) -> SendMessage:
        usual = await desk.ask(UsualLimits(), Limits)
        cwd = ""
        if arguments.session and arguments.folder:
            cwd = await asyncio.to_thread(self._grant.folder, arguments.folder)
        return SendMessage(
            session.session_id,
            (TextPart(arguments.prompt),),
            origin="mcp",
            model=self._grant.model,
            cwd=cwd,
            grants=self._grant.folders,
            attended=attended,
            limits=self._grant.limits(usual),
            typed=False,
            program=self._grant.program,
        )

    def _forget(self) -> None:
        over = [run_id for run_id, watch in self._watches.items() if watch.over]
        for run_id in over[: max(0, len(over) - KEPT_RUNS)]:
            del self._watches[run_id]

    def watch(self, run_id: str) -> RunWatch | None:
        """A run that was begun over this connection."""
        return self._watches.get(run_id)

    async def _wait(self, run_id: str, wait_s: float, follow: Following) -> Answer:
        watch = self._watches.get(run_id)
        if watch is not None:
            await follow(watch, wait_s)
            return report.of_watch(watch)
        async with self._door.desk() as desk:
            run = await desk.ask(FindRun(run_id), Run)
            if await self._is_of_a_job(desk, run):
                run = await self._until_over(desk, run, wait_s)
            else:
                await desk.ask(FindSession(run.session_id, self._grant.client), Session)
                if run.origin != "mcp":  # what a person said there later is theirs
                    raise UsageError(f"There is no run {run_id!r} of yours; nothing was done.")
            return report.of_run(run, await desk.ask(ListEntries(run.session_id), list[Entry]))

    async def _is_of_a_job(self, desk: Desk, run: Run) -> bool:
        """Whether the run is one of a job that was granted."""
        rows = await desk.ask(ListJobs(), list[JobRow]) if self._grant.jobs else []
        for row in rows:
            if self._grant.may_start(row):
                slots = await desk.ask(ListSlots(row.job_id), list[Slot])
                if any(slot.run_id == run.run_id for slot in slots):
                    return True
        return False

    async def _until_over(self, desk: Desk, run: Run, wait_s: float) -> Run:
        deadline = asyncio.get_running_loop().time() + wait_s
        while run.finished_at is None and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(POLL_S)
            run = await desk.ask(FindRun(run.run_id), Run)
        return run

    async def _cancel(self, run_id: str) -> Answer:
        watch = self._watches.get(run_id)
        if watch is None:
            raise UsageError(f"No run {run_id!r} of yours is under way; nothing was stopped.")
        await watch.cancel()
        return {"run": run_id, "session": watch.session_id, "state": "cancelled"}

    async def _results(self, arguments: offered.Results) -> Answer:
        async with self._door.desk() as desk:
            session = await desk.ask(FindSession(arguments.session, self._grant.client), Session)
            runs = await desk.ask(ListRuns(session.session_id, arguments.limit), list[Run])
            entries = await desk.ask(ListEntries(session.session_id, limit=1_000), list[Entry])
        # What a person said there later is theirs.
        return {"runs": [report.of_run(run, entries) for run in reversed(runs) if run.origin == "mcp"]}

    async def _start_job(self, arguments: offered.StartJob) -> Answer:
        async with self._door.desk() as desk:
            row = await self._job(desk, arguments.job)
            receipt = await desk.submit(RunJob(row.job_id))
            deadline = asyncio.get_running_loop().time() + arguments.wait_s
            while True:
                slot = next(one for one in await self._slots(desk, row, 20) if one.slot_id == receipt.slot_id)
                if slot.state not in OPEN_SLOTS or asyncio.get_running_loop().time() > deadline:
                    if slot.state == "running":
                        spawn(self._stay_until_over(slot), "stay for a job")
                    return {"job": row.job_id, **(await self._told(desk, [slot]))[0]}
                await asyncio.sleep(POLL_S)

    async def _stay_until_over(self, slot: Slot) -> None:
        """Keep the owner there, who may be this process, as long as the job works."""
        with suppress(HomardError):
            async with self._door.desk() as desk:
                await self._until_over(desk, await desk.ask(FindRun(slot.run_id), Run), MOST_S)

    async def _job_results(self, arguments: offered.JobResults) -> Answer:
        async with self._door.desk() as desk:
            row = await self._job(desk, arguments.job)
            return {"job": row.job_id, "slots": await self._told(desk, await self._slots(desk, row, arguments.limit))}

    async def _job(self, desk: Desk, named: str) -> JobRow:
        rows = [row for row in await desk.ask(ListJobs(), list[JobRow]) if self._grant.may_start(row)]
        if not any(named in (row.job.name, row.job_id) for row in rows):
            names = ", ".join(row.job.name for row in rows) or "none"
            raise UsageError(f"There is no job {named!r} that you may start; nothing was done. There is: {names}.")
        return await desk.ask(FindJob(named), JobRow)

    async def _slots(self, desk: Desk, row: JobRow, limit: int) -> list[Slot]:
        return await desk.ask(ListSlots(row.job_id, limit), list[Slot])

    async def _told(self, desk: Desk, slots: Sequence[Slot]) -> list[Answer]:
        told: list[Answer] = []
        for slot in slots:
            run: Answer | None = None
            if slot.run_id and slot.session_id:
                entries = await desk.ask(ListEntries(slot.session_id), list[Entry])
                run = report.of_run(await desk.ask(FindRun(slot.run_id), Run), entries)
            told.append(report.of_slot(slot, run))
        return told
