"""Where jobs meet the rest: what makes them due submits messages, what they do goes through the gate of any call."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cached_property, reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from agent.commands import ActsAs, AnyCommand, SaveJob
from agent.context.seen import label_of
from agent.errors import ToolFailed, UsageError
from agent.jobs import JobRow, Permission
from agent.labels import USER, Label
from agent.messages import ToolCall, ToolResult
from agent.parked import ParkedQuestions
from agent.runner import Services, new_run_id
from agent.safety.approvals import RunApprover
from agent.safety.profile import bounds_of, profile_of
from agent.settings import ModelProfile, Settings
from agent.tools.ports import JobMaker
from agent.tools.tool import ToolContext

if TYPE_CHECKING:
    from agent.automation.service import Automation
    from agent.budget.standing import Standing
    from agent.extensions import Extensions

CONDITION_S = 60
"""Longest that a condition may take, seconds."""


class Sent(Protocol):
    """What the runtime answers to a command."""

    @property
    def session_id(self) -> str:
        """The session, if it is about one."""
        ...

    @property
    def run_id(self) -> str:
        """The run, if there is one."""
        ...


class JobDoors:
    """Builds `Automation` when it is first wanted, and gives it and the runs of jobs what they need of each other."""

    def __init__(
        self,
        services: Services,
        *,
        submit: Callable[[AnyCommand], Awaitable[Sent]],
        settings: Callable[[], Settings],
        model: Callable[[str], ModelProfile],
        parked: ParkedQuestions,
        caps: Callable[[], Awaitable[Sequence[Standing]]],
        own_folders: Sequence[str],
        extensions: Extensions,
    ) -> None:
        self._extensions = extensions
        self._services = services
        self._submit = submit
        self._settings = settings
        self._model = model
        self._parked = parked
        self._caps = caps
        self._own_folders = own_folders

    @cached_property
    def automation(self) -> Automation:
        """What makes jobs due, once it is started."""
        from agent.automation.ports import Ports
        from agent.automation.service import Automation
        from agent.automation.watch.own import JournalWrites

        services = self._services
        return Automation(
            Ports(
                store=services.store,
                clock=services.clock,
                publish=services.bus.publish,
                submit=self._submit,
                subscribe=services.bus.subscribe,
                settings=self._settings,
                pause=services.pause,
                parked=self._parked,
                resolve_model=self._model,
                run_command=self.run_command,
                run_tool=self.run_tool,
                label_of=self.label_of,
                reads_only=self.reads_only,
                caps=self._caps,
                own_folders=self._own_folders,
                own_writes=JournalWrites(services.workplace.safeguards.undo.journal.store),
                want_plugins=self._extensions.want_plugins,
                plugin_triggers=self._extensions.plugin_triggers,
                give_report=self._extensions.give_report,
                plugin_outputs=self._extensions.plugin_outputs,
                more_templates=self._extensions.job_templates,
            )
        )

    async def stop(self) -> None:
        """Start nothing more; before the sessions are closed."""
        if "automation" in vars(self):
            await self.automation.stop()

    async def close(self) -> None:
        """Write down what came of the runs; after the sessions were closed."""
        if "automation" in vars(self):
            await self.automation.close()

    def maker(self) -> JobMaker:
        """Give what makes jobs out of a chat. In any thread."""
        from agent.automation.from_chat import JobsFromChat
        from agent.automation.zone import here

        return JobsFromChat(lambda: self.automation, self._services.clock.now, here, self._own_folders)

    async def plugin_event(self, plugin: str, trigger: str, key: str, text: str, label: Label) -> None:
        """Start the jobs that wait for a trigger of a plugin; the same key once. `label`: of the text."""
        await self.automation.plugin_event(plugin, trigger, key, text, label)

    async def extend(self, job_id: str, permissions: tuple[Permission, ...]) -> None:
        """Add permissions to a job: a person said so. Raises HomardError."""
        row = await self.automation.find(job_id)
        if row.deleted_at is not None:  # saving it would bring it back
            raise UsageError(f"The job “{row.job.name}” was deleted.")
        allow = tuple(dict.fromkeys((*row.job.allow, *permissions)))
        job = msgspec.structs.replace(row.job, allow=allow)
        await self._submit(SaveJob(job, row.job_id, version=row.version))

    def label_of(self, paths: Sequence[str]) -> Label:
        """Join the labels of files. Reads the disk."""
        label_of = self._services.workplace.safeguards.taint.labels.label_of
        return reduce(Label.join, (label_of(os.path.realpath(path)) for path in paths), USER)

    def reads_only(self, tool: str) -> bool:
        """Whether a tool of this name changes nothing."""
        found = self._services.executor.registry.get(tool)
        return found is not None and found.reading

    async def run_command(self, row: JobRow, command: str) -> int:
        """Run a condition in the job's folder: its exit code. Raises ToolFailed when it could not be run.

        Who wrote the condition has allowed it: commands in the working folder, without the network, inside the profile.
        """
        here = Permission(what="proc.run", to=(row.job.folder,))
        acts_as = ActsAs(job_id=row.job_id, slot_id=0, run_id=new_run_id(), allow=(*profile_of(row.job), here))
        arguments = {"cmd": command, "timeout_s": CONDITION_S}
        result = await self.run_tool(acts_as, "shell", arguments, session_id="", cwd=row.job.folder)
        code = result.details.get("exit_code")
        if not isinstance(code, int):
            raise ToolFailed(f"The condition could not be tried: {result.text}")
        return code

    async def run_tool(
        self, acts_as: ActsAs, name: str, arguments: Mapping[str, Any], *, session_id: str, cwd: str, quotes: str = ""
    ) -> ToolResult:
        """Run one tool; nobody is asked, and nothing waits. See `agent.automation.ports.RunTool`."""
        context = await asyncio.to_thread(self._context, acts_as, cwd)
        services = self._services
        place = services.workplace
        approver = RunApprover(session_id, acts_as.run_id, services.broker, services.bus.publish, attended=False)
        gate = place.gate(context, approver, "schedule", None, acts_as=acts_as)
        gate.packs = await asyncio.to_thread(services.packs)
        if session_id:  # what a run has read stands in what it writes
            gate.label = await asyncio.to_thread(label_of, await services.store.path(session_id))
        if quotes:
            there = await asyncio.to_thread(lambda: context.label_of_file(os.path.realpath(quotes)))
            gate.label = gate.label.join(there)
        context = place.with_journal(context, session_id, acts_as.run_id)
        call = ToolCall(f"call_{new_run_id()}", name, msgspec.json.encode(dict(arguments)).decode())
        return await services.executor.execute(call, context, gate, _unstored)

    def _context(self, acts_as: ActsAs, cwd: str) -> ToolContext:
        folder = Path(cwd).expanduser()
        if not folder.is_dir():
            raise UsageError(f"The working folder {cwd} is not there. Nothing was run. Put it back, or edit the job.")
        readable = tuple(path for path in bounds_of(acts_as.allow).readable if Path(path).is_dir())
        return self._services.workplace.context(folder.resolve(), readable, None, "schedule", acts_as)


async def _unstored(_call: ToolCall) -> None:
    """It belongs to no reply of a model: there is no intent to store."""
