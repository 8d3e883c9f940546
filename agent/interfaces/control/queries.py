"""What programs may ask of the owner beside giving commands: plain questions, plain answers, nothing changed.

`BeginSession` and `NameSession` are the exception: a message is sent to a session, so a program needs one first.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import msgspec

from agent.errors import UsageError
from agent.interfaces.control.clients import ClientSessions

if TYPE_CHECKING:
    from agent.runtime import Runtime
    from agent.storage.sessions import Session


class Query(msgspec.Struct, frozen=True, tag_field="query", tag=True):
    """Base of all queries."""


class BeginSession(Query, frozen=True):
    """Begin a session in a folder; answered by a Session."""

    cwd: str
    """Absolute."""
    title: str = ""
    model: str = ""
    client: str = ""
    """The program that it belongs to; empty: it is a person's."""


class FindSession(Query, frozen=True):
    """Answered by a Session; by an error if there is none, it was deleted, or it is not that program's."""

    session_id: str
    client: str = ""


class NameSession(Query, frozen=True):
    """Give a session that has no title one; answered by the Session."""

    session_id: str
    title: str


class ListSessions(Query, frozen=True):
    """Answered by Sessions, the latest first: of a program, or all that are chats."""

    client: str = ""
    limit: int = 50


class ListEntries(Query, frozen=True):
    """Answered by the last Entries of a session, the oldest first."""

    session_id: str
    before: int | None = None
    """Only those before this entry."""
    limit: int = 200


class FindRun(Query, frozen=True):
    """Answered by a Run."""

    run_id: str


class ListRuns(Query, frozen=True):
    """Answered by the Runs of a session, the latest first."""

    session_id: str
    limit: int = 50


class ListJobs(Query, frozen=True):
    """Answered by JobRows, by name."""


class FindJob(Query, frozen=True):
    """Answered by a JobRow: by its id, the beginning of it, or its name."""

    named: str


class ListSlots(Query, frozen=True):
    """Answered by the Slots of a job, the latest first."""

    job_id: str
    limit: int = 20


class ListModels(Query, frozen=True):
    """Answered by `{"default": name, "models": [names]}`."""


class UsualLimits(Query, frozen=True):
    """Answered by the Limits of the settings."""


AnyQuery = (
    BeginSession
    | FindSession
    | NameSession
    | ListSessions
    | ListEntries
    | FindRun
    | ListRuns
    | ListJobs
    | FindJob
    | ListSlots
    | ListModels
    | UsualLimits
)


class Answers:
    """Answers queries about one runtime."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._clients = ClientSessions(runtime.paths.data)

    async def answer(self, query: AnyQuery) -> Any:
        """Answer with values that msgspec can write. Raises HomardError."""
        runtime, store = self._runtime, self._runtime.store
        match query:
            case BeginSession():
                return await self._begin(query)
            case FindSession():
                return await self._session(query.session_id, query.client)
            case NameSession():
                session = await self._session(query.session_id, "")
                return session if session.title else await store.rename(session.session_id, query.title)
            case ListSessions():
                return await self._sessions(query)
            case ListEntries():
                return await store.entries(query.session_id, before=query.before, limit=query.limit)
            case FindRun():
                return await store.run(query.run_id)
            case ListRuns():
                return await store.runs(query.session_id, query.limit)
            case ListJobs():
                return await runtime.automation.jobs()
            case FindJob():
                return await runtime.automation.find(query.named)
            case ListSlots():
                return await runtime.automation.slots(query.job_id, limit=query.limit)
            case ListModels():
                return await asyncio.to_thread(self._models)
            case UsualLimits():
                return runtime.limits()

    async def _begin(self, query: BeginSession) -> Session:
        self._runtime.model(query.model)  # a session is not begun for a model that is not there
        session = await self._runtime.store.create_session(cwd=query.cwd, title=query.title, model=query.model)
        if query.client:
            await self._clients.add(query.client, session.session_id)
        return session

    async def _session(self, session_id: str, client: str) -> Session:
        session = await self._runtime.store.session(session_id)
        if session.deleted_at is not None:
            raise UsageError(f"Session {session.session_id} was deleted; nothing was done.")
        if client and session.session_id not in await self._clients.of(client):
            raise UsageError(f"There is no session {session_id!r} of yours; nothing was done. List them first.")
        return session

    async def _sessions(self, query: ListSessions) -> list[Session]:
        if not query.client:
            return await self._runtime.store.sessions(limit=query.limit)
        found: list[Session] = []
        for session_id in (await self._clients.of(query.client))[: query.limit]:
            session = await self._runtime.store.session(session_id)
            if session.deleted_at is None:
                found.append(session)
        return found

    def _models(self) -> dict[str, Any]:
        from agent.models.catalogue import default_model, model_names  # programs import this module, and ask only

        settings = self._runtime.settings
        try:
            default = default_model(settings)
        except UsageError:
            default = ""
        return {"default": default, "models": model_names(settings)}
