"""A server's tools for runs: what a person agreed to, called through the connection, contained when it misbehaves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

from agent.errors import StorageError, ToolFailed, UsageError
from agent.mcp_client.connection import Broken, Connection, Expired
from agent.mcp_client.content import prompt_of, resource_of, result_of
from agent.mcp_client.house import House
from agent.mcp_client.live import LiveServer
from agent.mcp_client.offer import capabilities_of, offers_of
from agent.mcp_client.outcome import outcome_of
from agent.mcp_client.pin import PROMPTS, RESOURCES, Pin, same
from agent.mcp_client.question import Conversation
from agent.mcp_client.state import Said
from agent.mcp_client.way import PASS
from agent.safety.request import Capability
from agent.settings import ServerSettings
from agent.tasks import spawn
from agent.tools.foreign import ForeignCall, ForeignResult, ToolOffer

LOOK_S: Final = 0.5
"""How often the clock of a call looks whether a person is being asked."""
GIVE_UP_S: Final = 1.0


class ServerProvider:
    """`agent.tools.foreign.ToolProvider` of one MCP server."""

    ours = False

    def __init__(
        self,
        live: LiveServer,
        pins: dict[str, Pin],
        house: House,
        on_said: Callable[[str, Said], Awaitable[None]],
        on_used: Callable[[str], None],
        why_not: Callable[[LiveServer], str] = lambda _live: "",
    ) -> None:
        """`pins`: what a person agreed to and is unchanged as far as is known. `on_said`: told of each listing.

        `why_not`: says why it is not used any more; called in a thread.
        """
        self.live = live
        self._pins, self._house, self._on_said, self._on_used = pins, house, on_said, on_used
        self._why_not = why_not
        self._offers = offers_of(live.name, live.settings, pins)
        self._listed: tuple[Connection, dict[str, Pin]] | None = None

    @property
    def principal(self) -> str:
        """`mcp:<name>`."""
        return f"mcp:{self.live.name}"

    @property
    def exchange(self) -> Path:
        """Where its program gets copies of files."""
        return self._house.exchange(self.live.name)

    @property
    def reads(self) -> tuple[str, ...]:
        """Folders that its program can read at any time, real."""
        return tuple(
            str(Path(one).expanduser().resolve()) for one in (*self._settings.folders, *self._settings.writable)
        )

    @property
    def _settings(self) -> ServerSettings:
        return self.live.settings

    def offers(self) -> tuple[ToolOffer, ...]:
        """The tools that may be used. Starts nothing."""
        return self._offers

    def capabilities(self) -> tuple[Capability, ...]:
        """What it may do at all."""
        hosts = self._house.state.load().of(self.live.name).sign_in_hosts
        return capabilities_of(self._settings, self._offers, hosts)

    async def call(self, call: ForeignCall) -> ForeignResult:
        """Make a call. Raises ToolRetry, ToolFailed, ToolDenied."""
        if why := await asyncio.to_thread(self._why_not, self.live):
            raise ToolFailed(f"The server {self.live.name} is not used. {why} Go on without it.")
        conversation = Conversation(call)
        token = PASS.set(call.egress)
        work = spawn(outcome_of(self._make(conversation)), f"mcp-{self.live.name}-call")
        PASS.reset(token)
        try:
            await self._clock(work, conversation)
        except asyncio.CancelledError:
            await self._give_up(work)
            raise
        if not work.done():
            await self._give_up(work)
            raise ToolFailed(await self._out_of_time())
        result = work.result().get()
        self.live.health.worked()
        self._on_used(self.live.name)
        return result

    async def _clock(self, work: asyncio.Task[Any], conversation: Conversation) -> None:
        """Wait for it as long as the settings say, without the time in which it starts or a person is asked."""
        rest = self._settings.timeout_s
        loop = asyncio.get_running_loop()
        while rest > 0 and not work.done():
            began = loop.time()
            await asyncio.wait({work}, timeout=min(rest, LOOK_S))
            rest -= 0.0 if conversation.waiting else loop.time() - began

    async def _give_up(self, work: asyncio.Task[Any]) -> None:
        """Take a call back; what is not taken back within a second ends with the connection."""
        work.cancel()
        await asyncio.wait({work}, timeout=GIVE_UP_S)
        if not work.done():
            spawn(self.live.end(), f"mcp-{self.live.name}-end")

    async def _out_of_time(self) -> str:
        words = f"The server {self.live.name} did not answer within {self._settings.timeout_s:g} s, so it was given up."
        connection = self.live.connection
        if connection is not None and await connection.answers():
            return f"{words} It still runs; what it does may be done all the same."
        await self.live.failed()
        return f"{words} It answers nothing any more and was ended; it is started again when it is needed."

    async def _make(self, conversation: Conversation) -> ForeignResult:
        try:
            try:
                return await self._try(conversation)
            except Expired:
                await self.live.end()
                return await self._try(conversation)
        except UsageError as error:
            raise ToolFailed(str(error)) from None
        except Broken as error:
            words = await self.live.told(str(error))
            if self.live.needs_sign_in:
                raise ToolFailed(words) from None
            await self.live.failed()
            raise ToolFailed(f"{words} It is started again at the next call; a person sees more in its log.") from None

    async def _try(self, conversation: Conversation) -> ForeignResult:
        conversation.waiting += 1  # a start has a limit of its own
        try:
            connection = await self.live.connected()
        finally:
            conversation.waiting -= 1
        await self._check(connection, conversation.call.tool.own_name)
        if self.live.process is not None and conversation.call.egress is not None:
            self.live.process.egress = conversation.call.egress
        try:
            return await self._answer(connection, conversation)
        finally:
            if self.live.process is not None and connection.idle:
                self.live.process.egress = self.live.own_pass

    async def _check(self, connection: Connection, own: str) -> None:
        """Refuse what is not what a person agreed to. Raises ToolFailed."""
        if self._listed is None or self._listed[0] is not connection or connection.stale:
            if connection.stale:
                connection.said = await connection.listing()
            self._listed = connection, same(self._pins, connection.said.tools)
            try:
                await self._on_said(self.live.name, connection.said)
            except StorageError as error:
                raise ToolFailed(str(error)) from None
        if own not in self._listed[1]:
            name = self.live.name
            raise ToolFailed(
                f"The server {name} says something else of {own} now than what was agreed to, so it is not called. "
                f"A person can look at it with `homard mcp show {name}`, and agree with `homard mcp trust {name}`."
            )

    async def _answer(self, connection: Connection, conversation: Conversation) -> ForeignResult:
        call = conversation.call
        arguments = dict(call.arguments)
        if call.tool.own_name == RESOURCES:
            if uri := str(arguments.get("uri") or ""):
                return await asyncio.to_thread(resource_of, await connection.read(conversation, uri))
            return _listed(await connection.resources())
        if call.tool.own_name == PROMPTS:
            if name := str(arguments.get("name") or ""):
                given: Any = arguments.get("arguments") or {}
                texts = {str(key): str(value) for key, value in given.items()}
                return await asyncio.to_thread(prompt_of, await connection.prompt(conversation, name, texts))
            return _listed(await connection.prompts())
        return await asyncio.to_thread(result_of, await connection.call_tool(conversation))


def _listed(lines: list[str]) -> ForeignResult:
    return ForeignResult("\n".join(lines) or "There is none.")
