"""Sessions that are open: a message is made ready and reaches the one it is for."""

from __future__ import annotations

import asyncio

import msgspec

from agent.commands import SendMessage
from agent.errors import UsageError
from agent.figures.seen import Seen
from agent.messages import ImagePart
from agent.models.routing import Routing
from agent.roots import standing_folder, unled
from agent.runner import Services
from agent.session import Session
from agent.skill_door import SkillDoor

MAX_SESSIONS = 200
"""Kept in memory; beyond that, idle ones are forgotten (the store has them), the longest unused first."""


class Chats:
    """Opens a session when something is said in it."""

    def __init__(self, services: Services, routing: Routing, seen: Seen, skills: SkillDoor) -> None:
        self._services = services
        self._routing = routing
        self._seen = seen
        self._skills = skills
        self._sessions: dict[str, Session] = {}
        self.stopping = False
        """No message is taken any more."""

    async def send(self, command: SendMessage) -> tuple[str, str]:
        """Hand a message over; gives the session's full id and the id of the run that answers. Raises UsageError."""
        if not command.parts and not command.retry and not command.resume:
            raise UsageError("The message is empty. Say what you want done.")
        services, routing = self._services, self._routing
        stored = await services.store.session(command.session_id)
        if command.retry and not command.dry_run:
            last = await services.store.runs(stored.session_id, limit=1)
            command = msgspec.structs.replace(command, dry_run=any(run.dry_run for run in last))
        if routing.wants_figures:
            found = await self._seen.figures(services.clock.now())
            routing.figures = {one.model: one for one in found}
        model = routing.model(command.model or stored.model, "chat" if command.acts_as is None else "job")
        if any(isinstance(part, ImagePart) for part in command.parts):
            model = routing.for_images(model)
        cwd = standing_folder(str(unled(command.cwd or stored.cwd)))
        command = await self._skills.chosen(command, cwd, model)
        await services.workplace.safeguards.policy_in_force()  # read in a thread: nothing waits for it later
        if command.model and command.model != stored.model:
            await services.store.set_model(stored.session_id, command.model)
        session = self._session(stored.session_id)
        return stored.session_id, await session.send(command, model, cwd)

    def cancel(self, run_id: str) -> str:
        """Cancel a run; gives its session's id. Raises UsageError if it is not under way."""
        cancelled = [session for session in self._sessions.values() if session.cancel(run_id)]
        if not cancelled:
            raise UsageError(f"No run {run_id} is under way.")
        return cancelled[0].session_id

    async def close(self) -> None:
        """Cancel all runs and wait for their ends."""
        await asyncio.gather(*(session.close() for session in self._sessions.values()))

    def _session(self, session_id: str) -> Session:
        if self.stopping:
            raise UsageError("Homard is stopping; the message was not taken. Start it again and send it then.")
        session = self._sessions.pop(session_id, None) or Session(session_id, self._services)
        idle = [key for key, other in self._sessions.items() if other.running is None]
        for key in idle[: max(0, len(self._sessions) + 1 - MAX_SESSIONS)]:
            del self._sessions[key]
        self._sessions[session_id] = session
        return session
