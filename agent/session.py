"""A session: an inbox and at most one run at a time."""

from __future__ import annotations

import asyncio
from collections import deque
from functools import partial
from pathlib import Path

import msgspec
from msgspec.structs import replace

from agent.breaker import Breaker
from agent.commands import Attached, SendMessage
from agent.context.intake import take_in
from agent.conversation import Inbox
from agent.errors import UsageError
from agent.messages import UserMessage
from agent.runner import Order, Runner, Services, cancelled_before_start, new_run_id
from agent.settings import ModelProfile
from agent.tasks import spawn
from agent.workplace import principals_of

CLOSE_S = 10.0
"""Longest wait for the end of a run at closing; what it leaves unfinished is found at the next start."""


class Session:
    """Takes messages: the first starts a run, further ones steer it or wait for its end."""

    def __init__(self, session_id: str, services: Services) -> None:
        self.session_id = session_id
        self._services = services
        self._inbox = Inbox()
        self._breaker = Breaker()
        self._waiting: deque[Order] = deque()
        self._went_with: list[tuple[UserMessage, tuple[Attached, ...]]] = []
        """What was said while the run works, each with the skill that it names."""
        self._current: Order | None = None
        self._task: asyncio.Task[None] | None = None
        self._naming: asyncio.Task[None] | None = None
        self._entered = False
        self._stopping = False
        self._closed = False

    @property
    def running(self) -> str | None:
        """The id of the run that works now."""
        return self._current.run_id if self._current else None

    async def send(self, command: SendMessage, model: ModelProfile, cwd: Path) -> str:
        """Start a run, steer the one that works, or queue behind it. Returns the id of the run that will answer.

        Raises UsageError when the session is closing.
        """
        if command.retry and self._current is not None:
            raise UsageError("A run is under way in this session. Wait for its end, or stop it, then try again.")
        if self._takes_steering(command):
            said = await take_in(command, self._services.blobs, self._services.clock, cwd, model)
            if self._current and self._takes_steering(command):  # still: a long text takes a moment to store
                self._inbox.steering.append(said)
                self._went_with.append((said, command.attached))
                return self._current.run_id
        make = partial(self._services.workplace.context, cwd, command.grants, model, command.origin, command.acting)
        # What persons say stays in order; each slot of a job has a session of its own.
        context = make() if command.acting is None else await asyncio.to_thread(make)
        if self._closed:
            raise UsageError("Homard is stopping; the message was not taken. Start it again and send it then.")
        run_id = command.acts_as.run_id if command.acts_as is not None else new_run_id()
        order = Order(self.session_id, run_id, command, model, context)
        self._waiting.append(order)
        self._next()
        return order.run_id

    def _takes_steering(self, command: SendMessage) -> bool:
        current = self._current.command if self._current is not None else None
        if current is None or not self._inbox.open or command.follow_up or command.resume:
            return False
        # What is steered acts as the run does: never for somebody else, and never for real what was to be tried only.
        return command.dry_run == current.dry_run and _principals(command) == _principals(current)

    def cancel(self, run_id: str) -> bool:
        """Stop a run, working or waiting; False: it is not here."""
        if self._current and self._current.run_id == run_id and self._task:
            if not self._stopping:
                self._stop(self._current, self._task)
            return True
        for order in [order for order in self._waiting if order.run_id == run_id]:
            self._waiting.remove(order)
            self._services.bus.publish(cancelled_before_start(order))
            return True
        return False

    def _stop(self, order: Order, task: asyncio.Task[None]) -> None:
        self._stopping = True
        self._inbox.open = False
        self._name_no_more()
        task.cancel()
        if not self._entered:  # a task cancelled before its first step never runs at all
            self._services.bus.publish(cancelled_before_start(order))
            self._current = None
            self._next()

    async def close(self) -> None:
        """Take nothing more, cancel what works and wait until its end is stored."""
        self._closed = True
        for order in tuple(self._waiting):
            self.cancel(order.run_id)
        if self._current:
            self.cancel(self._current.run_id)
        self._name_no_more()
        if tasks := {task for task in (self._task, self._naming) if task is not None}:
            await asyncio.wait(tasks, timeout=CLOSE_S)

    def _name_no_more(self) -> None:
        if self._naming is not None:
            self._naming.cancel()

    def _next(self) -> None:
        if self._current is None and self._waiting and not self._closed:
            self._current = self._waiting.popleft()
            self._entered = self._stopping = False
            self._inbox.open = True
            self._task = spawn(self._work(self._current), f"run {self._current.run_id}")

    async def _work(self, order: Order) -> None:
        self._entered = True
        if self._services.titles is not None:
            self._naming = spawn(self._services.titles.name(order.command, order.model, order.account), "title")
        try:
            await Runner(self._services, order, self._inbox, self._breaker).run()
        finally:
            self._current = None
            self._answer_leftovers(order)
            self._next()

    def _answer_leftovers(self, order: Order) -> None:
        """What was said too late for the run, because a limit or an error ended it, deserves a run of its own."""
        said, self._inbox.steering = self._inbox.steering, []
        with_it, self._went_with = self._went_with, []
        if not said or self._closed:
            return
        parts = tuple(part for message in said for part in message.parts)
        typed = all(message.typed for message in said)
        late = {id(message) for message in said}
        attached = tuple(one for message, bodies in with_it if id(message) in late for one in bodies)
        again = msgspec.structs.replace(
            order.command, parts=parts, retry=False, resume=False, typed=typed, skill="", attached=attached
        )
        self._waiting.appendleft(replace(order, run_id=new_run_id(), command=again))


def _principals(command: SendMessage) -> tuple[str, ...]:
    return principals_of(command.origin, command.acting)
