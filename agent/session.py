"""A session: an inbox and at most one run at a time."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import msgspec

from agent.breaker import Breaker
from agent.commands import SendMessage
from agent.context.intake import take_in
from agent.conversation import Inbox
from agent.runner import Job, Runner, Services, cancelled_before_start, new_run_id
from agent.settings import ModelProfile
from agent.tasks import spawn


class Session:
    """Takes messages: the first starts a run, further ones steer it or wait for its end."""

    def __init__(self, session_id: str, services: Services) -> None:
        self.session_id = session_id
        self._services = services
        self._inbox = Inbox()
        self._breaker = Breaker()
        self._waiting: deque[Job] = deque()
        self._current: Job | None = None
        self._task: asyncio.Task[None] | None = None
        self._entered = False

    @property
    def running(self) -> str | None:
        """The id of the run that works now."""
        return self._current.run_id if self._current else None

    async def send(self, command: SendMessage, model: ModelProfile, cwd: Path) -> str:
        """Start a run, steer the one that works, or queue behind it. Returns the id of the run that will answer."""
        if self._current is None or command.follow_up:
            job = Job(self.session_id, new_run_id(), command, model, self._services.context(cwd, command.grants))
            self._waiting.append(job)
            self._next()
            return job.run_id
        job, services = self._current, self._services
        self._inbox.steering.append(await take_in(command, services.blobs, services.clock, cwd, model))
        self._answer_leftovers(job)
        return self.running or job.run_id

    def cancel(self, run_id: str) -> bool:
        """Stop a run, working or waiting; False: it is not here."""
        if self._current and self._current.run_id == run_id and self._task:
            self._stop(self._current, self._task)
            return True
        for job in [job for job in self._waiting if job.run_id == run_id]:
            self._waiting.remove(job)
            self._services.bus.publish(cancelled_before_start(job))
            return True
        return False

    def _stop(self, job: Job, task: asyncio.Task[None]) -> None:
        task.cancel()
        if not self._entered:  # a task cancelled before its first step never runs at all
            self._services.bus.publish(cancelled_before_start(job))
            self._current = None
            self._next()

    async def close(self) -> None:
        """Cancel what works and wait until its end is stored."""
        for job in tuple(self._waiting):
            self.cancel(job.run_id)
        task = self._task
        if self._current and task and not task.done():
            self._stop(self._current, task)
            with suppress(asyncio.CancelledError):
                await task

    def _next(self) -> None:
        if self._current is None and self._waiting:
            self._current = self._waiting.popleft()
            self._entered = False
            self._task = spawn(self._work(self._current), f"run {self._current.run_id}")

    async def _work(self, job: Job) -> None:
        self._entered = True
        try:
            await Runner(self._services, job, self._inbox, self._breaker).run()
        finally:
            self._current = None
            self._answer_leftovers(job)
            self._next()

    def _answer_leftovers(self, job: Job) -> None:
        """What was said after the last model call deserves a run of its own."""
        if self._current is not None or not self._inbox.steering:
            return
        said, self._inbox.steering = self._inbox.steering, []
        parts = tuple(part for message in said for part in message.parts)
        again = msgspec.structs.replace(job.command, parts=parts)
        self._waiting.appendleft(replace(job, run_id=new_run_id(), command=again))
        self._next()
