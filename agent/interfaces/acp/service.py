"""`homard acp`: the Agent Client Protocol, so that an editor drives Homard. With the public SDK."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from acp import schema
from acp.exceptions import RequestError
from acp.helpers import update_agent_message_text, update_agent_thought_text
from acp.interfaces import Client
from acp.meta import PROTOCOL_VERSION

from agent import __version__
from agent.commands import Limits, SendMessage
from agent.context.intake import title_of
from agent.errors import HomardError, UsageError
from agent.events import RunFinished
from agent.interfaces.acp.content import parts_of
from agent.interfaces.acp.history import replayed
from agent.interfaces.acp.mode import ASK, MODEL, MODES, PLAN, YES, Options, mode_state, model_option
from agent.interfaces.acp.turn import Turn
from agent.interfaces.control.queries import (
    BeginSession,
    FindSession,
    ListEntries,
    ListModels,
    ListSessions,
    NameSession,
    UsualLimits,
)
from agent.interfaces.serving.desk import Desk
from agent.interfaces.serving.home import HomeDoor
from agent.messages import Entry, TextPart
from agent.storage.records import Session

INVALID_PARAMS, INTERNAL_ERROR = -32602, -32603
PAGE: Final = 200
_STOPS: Final[dict[str, schema.StopReason]] = {
    "end_turn": "end_turn",
    "cancelled": "cancelled",
    "max_tokens": "max_tokens",
    "output_limit": "max_tokens",
}
_FAULTS: Final = frozenset({"model_error", "internal_error", "interrupted"})


@dataclass
class OpenSession:
    """A session that the editor works in."""

    cwd: str
    grants: tuple[str, ...] = ()
    mode: str = ASK
    model: str = ""
    """Chosen in the editor; empty: the session's own, or the default."""
    titled: bool = True
    turns: list[Turn] = field(default_factory=list[Turn])


class HomardAgent:
    """The agent's side of one connection."""

    def __init__(self, door: HomeDoor) -> None:
        self._door = door
        self._sessions: dict[str, OpenSession] = {}
        self._able = schema.ClientCapabilities()
        self._client: Client | None = None

    def on_connect(self, conn: Client) -> None:
        """Learn whom to talk to."""
        self._client = conn

    async def initialize(
        self,
        protocol_version: int,
        client_capabilities: schema.ClientCapabilities | None = None,
        client_info: schema.Implementation | None = None,
        **_more: Any,
    ) -> schema.InitializeResponse:
        """Agree on the protocol."""
        del protocol_version, client_info  # there is one version
        self._able = client_capabilities or schema.ClientCapabilities()
        return schema.InitializeResponse(
            protocol_version=PROTOCOL_VERSION,
            agent_info=schema.Implementation(name="homard", title="Homard", version=__version__),
            agent_capabilities=schema.AgentCapabilities(
                load_session=True,
                prompt_capabilities=schema.PromptCapabilities(image=True, audio=False, embedded_context=False),
                mcp_capabilities=schema.McpCapabilities(http=False, sse=False),
                session_capabilities=schema.SessionCapabilities(
                    list=schema.SessionListCapabilities(),
                    resume=schema.SessionResumeCapabilities(),
                    close=schema.SessionCloseCapabilities(),
                    additional_directories=schema.SessionAdditionalDirectoriesCapabilities(),
                ),
            ),
            auth_methods=[],
        )

    async def authenticate(self, method_id: str, **_more: Any) -> schema.AuthenticateResponse:
        """Nothing is needed: the editor is started by the person."""
        raise RequestError(INVALID_PARAMS, f"There is no way to log in named {method_id}, and none is needed.")

    async def new_session(
        self, cwd: str, additional_directories: list[str] | None = None, mcp_servers: Any = None, **_more: Any
    ) -> schema.NewSessionResponse:
        """Begin a session. Servers of the editor are not connected: Homard has its own, pinned and sandboxed."""
        del mcp_servers
        with _as_request_errors():
            await _require_folders([cwd, *(additional_directories or ())])
            async with self._door.desk() as desk:
                session = await desk.ask(BeginSession(cwd), Session)
                known = OpenSession(cwd, tuple(additional_directories or ()), titled=False)
                self._sessions[session.session_id] = known
                options = await self._options(desk, session.model)
        return schema.NewSessionResponse(
            session_id=session.session_id, modes=mode_state(known.mode), config_options=options
        )

    async def load_session(
        self,
        cwd: str,
        session_id: str,
        mcp_servers: Any = None,
        additional_directories: list[str] | None = None,
        **_more: Any,
    ) -> schema.LoadSessionResponse:
        """Go on with a session: what was said and done in it is shown again."""
        del mcp_servers
        with _as_request_errors():
            async with self._door.desk() as desk:
                known, options = await self._open(desk, session_id, cwd, additional_directories)
                entries = await _all_entries(desk, session_id)
            for update in replayed(entries, cwd):
                await self._screen.session_update(session_id, update)
        return schema.LoadSessionResponse(modes=mode_state(known.mode), config_options=options)

    async def resume_session(
        self,
        session_id: str,
        cwd: str,
        additional_directories: list[str] | None = None,
        mcp_servers: Any = None,
        **_more: Any,
    ) -> schema.ResumeSessionResponse:
        """Go on with a session that the editor still shows."""
        del mcp_servers
        with _as_request_errors():
            async with self._door.desk() as desk:
                known, options = await self._open(desk, session_id, cwd, additional_directories)
        return schema.ResumeSessionResponse(modes=mode_state(known.mode), config_options=options)

    async def close_session(self, session_id: str, **_more: Any) -> schema.CloseSessionResponse:
        """Stop what works in a session, and forget that it was open. It stays a chat."""
        await self.cancel(session_id)
        self._sessions.pop(session_id, None)
        return schema.CloseSessionResponse()

    async def fork_session(
        self,
        session_id: str,
        cwd: str,
        additional_directories: list[str] | None = None,
        mcp_servers: Any = None,
        **_more: Any,
    ) -> schema.ForkSessionResponse:
        """Refuse: a chat is branched in Homard, where one sees at which message."""
        del session_id, cwd, additional_directories, mcp_servers
        raise RequestError.method_not_found("session/fork")

    async def _open(self, desk: Desk, session_id: str, cwd: str, more: list[str] | None) -> tuple[OpenSession, Options]:
        await _require_folders([cwd, *(more or ())])
        session = await desk.ask(FindSession(session_id), Session)
        if session.session_id != session_id:
            raise UsageError(f"There is no session {session_id!r}; nothing was done.")
        known = self._sessions.setdefault(session_id, OpenSession(cwd))
        known.cwd, known.grants = cwd, tuple(more or ())
        return known, await self._options(desk, known.model or session.model)

    async def list_sessions(
        self, cwd: str | None = None, cursor: str | None = None, **_more: Any
    ) -> schema.ListSessionsResponse:
        """List the chats, the latest first, of one folder if it is named."""
        del cursor  # all that are listed fit one page
        with _as_request_errors():
            async with self._door.desk() as desk:
                found = await desk.ask(ListSessions(limit=PAGE), list[Session])
        return schema.ListSessionsResponse(
            sessions=[
                schema.SessionInfo(
                    session_id=one.session_id,
                    cwd=one.cwd,
                    title=one.title or None,
                    updated_at=one.updated_at.isoformat(),
                )
                for one in found
                if cwd in (None, one.cwd) and one.message_count
            ]
        )

    async def set_session_mode(self, session_id: str, mode_id: str, **_more: Any) -> schema.SetSessionModeResponse:
        """Ask, plan, or yes beforehand; for what is said from now on."""
        if mode_id not in [mode.id for mode in MODES]:
            raise RequestError(INVALID_PARAMS, f"There is no mode {mode_id!r}.")
        self._known(session_id).mode = mode_id
        return schema.SetSessionModeResponse()

    async def set_config_option(
        self, config_id: str, session_id: str, value: str | bool, **_more: Any
    ) -> schema.SetSessionConfigOptionResponse:
        """Choose the model; for what is said from now on."""
        known = self._known(session_id)
        if config_id != MODEL or not isinstance(value, str):
            raise RequestError(INVALID_PARAMS, f"There is no option {config_id!r} with such a value.")
        known.model = value
        with _as_request_errors():
            async with self._door.desk() as desk:
                options = await self._options(desk, value)
        return schema.SetSessionConfigOptionResponse(config_options=options)

    async def prompt(self, session_id: str, prompt: list[Any], **_more: Any) -> schema.PromptResponse:
        """Do what the person wants, and show how it goes."""
        known = self._known(session_id)
        turn = Turn(self._screen, session_id, known.cwd, forms=_can_show_forms(self._able))
        known.turns.append(turn)
        try:
            with _as_request_errors():
                end = await self._work(session_id, known, turn, prompt)
        finally:
            known.turns.remove(turn)
        return await self._ended(session_id, end)

    async def cancel(self, session_id: str, **_more: Any) -> None:
        """Stop what works in a session."""
        known = self._sessions.get(session_id)
        for turn in known.turns if known is not None else ():
            await turn.cancel()

    async def ext_method(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """Refuse what the protocol does not know."""
        del params
        raise RequestError.method_not_found(method)

    async def ext_notification(self, method: str, params: dict[str, Any]) -> None:
        """Hear nothing of what the protocol does not know."""

    async def _work(self, session_id: str, known: OpenSession, turn: Turn, prompt: list[Any]) -> RunFinished:
        parts, attached = parts_of(prompt)
        async with self._door.desk() as desk:
            words = next((part.text for part in parts if isinstance(part, TextPart)), "")
            if words and not known.titled:
                await desk.ask(NameSession(session_id, title_of(words)), Session)
                known.titled = True
            message = SendMessage(
                session_id,
                parts,
                origin="acp",
                model=known.model,
                cwd=known.cwd,
                grants=known.grants,
                approve_all=known.mode == YES,
                limits=await desk.ask(UsualLimits(), Limits),
                dry_run=known.mode == PLAN,
                attached=attached,
            )
            return await turn.work(desk, message)

    async def _ended(self, session_id: str, end: RunFinished) -> schema.PromptResponse:
        if end.stop_reason in _FAULTS:
            raise RequestError(INTERNAL_ERROR, end.error or "The run failed; its work is kept.")
        if end.label is not None and end.label.tainted:
            sources = ", ".join(source.removeprefix("external:") for source in end.label.sources)
            words = f"\n\nStrangers wrote some of what this rests on: {sources}."
            await self._screen.session_update(session_id, update_agent_thought_text(words))
        stop = _STOPS.get(end.stop_reason, "max_turn_requests")
        if end.error and stop != "cancelled":
            await self._screen.session_update(session_id, update_agent_message_text(f"\n\n{end.error}"))
        usage = end.usage
        return schema.PromptResponse(
            stop_reason=stop,
            usage=schema.Usage(
                input_tokens=usage.input_tokens,
                output_tokens=usage.output_tokens,
                cached_read_tokens=usage.cached_tokens,
                total_tokens=usage.input_tokens + usage.output_tokens,
            ),
        )

    async def _options(self, desk: Desk, current: str) -> Options:
        found = await desk.ask(ListModels(), dict[str, Any])
        return model_option(current or found["default"], found["models"])

    def _known(self, session_id: str) -> OpenSession:
        known = self._sessions.get(session_id)
        if known is None:
            raise RequestError(INVALID_PARAMS, f"The session {session_id!r} is not open here. Begin or load it first.")
        return known

    @property
    def _screen(self) -> Client:
        if self._client is None:
            raise AssertionError("the SDK connects before it calls")
        return self._client


def _can_show_forms(able: schema.ClientCapabilities) -> bool:
    return able.elicitation is not None and able.elicitation.form is not None


async def _require_folders(folders: Sequence[str]) -> None:
    """Raise UsageError unless all are absolute folders that are there."""
    for folder in folders:
        if not os.path.isabs(folder) or not await asyncio.to_thread(os.path.isdir, folder):
            raise UsageError(f"{folder!r} is no absolute path of a folder that is there. Nothing was done.")


async def _all_entries(desk: Desk, session_id: str) -> list[Entry]:
    """The whole path of a session, the oldest first."""
    pages = [await desk.ask(ListEntries(session_id, None, PAGE), list[Entry])]
    while len(pages[0]) == PAGE:
        pages.insert(0, await desk.ask(ListEntries(session_id, pages[0][0].entry_id, PAGE), list[Entry]))
    return [entry for page in pages for entry in page]


@contextmanager
def _as_request_errors() -> Generator[None]:
    """Let the editor show our sentence."""
    try:
        yield
    except HomardError as error:
        raise RequestError(INVALID_PARAMS if isinstance(error, UsageError) else INTERNAL_ERROR, str(error)) from None
