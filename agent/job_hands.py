"""What a job does without a model: conditions, and reports into files. The same gate, sandbox and undo as any call."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from agent.commands import ActsAs
from agent.errors import ToolFailed, UsageError
from agent.jobs import JobRow, Permission
from agent.messages import ToolCall, ToolResult
from agent.runner import Services, new_run_id
from agent.safety.approvals import RunApprover
from agent.safety.profile import bounds_of, profile_of
from agent.tools.tool import ToolContext
from agent.workplace import Workplace

CONDITION_S = 60
"""Longest that a condition may take, seconds."""


@dataclass(frozen=True)
class JobHands:
    """Runs tools on behalf of jobs."""

    workplace: Workplace
    services: Services

    def reads_only(self, tool: str) -> bool:
        """Whether a tool of this name changes nothing."""
        found = self.services.executor.registry.get(tool)
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
        self, acts_as: ActsAs, name: str, arguments: Mapping[str, Any], *, session_id: str, cwd: str
    ) -> ToolResult:
        """Run one tool; nobody is asked, and nothing waits."""
        context = await asyncio.to_thread(self._context, acts_as, cwd)
        services, place = self.services, self.workplace
        approver = RunApprover(session_id, acts_as.run_id, services.broker, services.bus.publish, attended=False)
        gate = place.gate(context, approver, "schedule", None, acts_as=acts_as)
        context = place.with_journal(context, session_id, acts_as.run_id)
        call = ToolCall(f"call_{new_run_id()}", name, msgspec.json.encode(dict(arguments)).decode())
        return await services.executor.execute(call, context, gate, _unstored)

    def _context(self, acts_as: ActsAs, cwd: str) -> ToolContext:
        folder = Path(cwd).expanduser()
        if not folder.is_dir():
            raise UsageError(f"The working folder {cwd} is not there. Nothing was run. Put it back, or edit the job.")
        readable = tuple(path for path in bounds_of(acts_as.allow).readable if Path(path).is_dir())
        return self.workplace.context(folder.resolve(), readable, None, "schedule", acts_as)


async def _unstored(_call: ToolCall) -> None:
    """It belongs to no reply of a model: there is no intent to store."""
