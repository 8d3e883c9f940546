"""A server that runs, or is reached: started on first use, ended when nobody needs it, given up when it fails."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Final

from agent.confined.bounds import Bounds
from agent.confined.health import Health
from agent.confined.process import ConfinedProcess
from agent.errors import HomardError, SecretUnavailable, ToolFailed, UsageError
from agent.mcp_client.channel import program_channel, web_channel
from agent.mcp_client.connection import Broken, Connection
from agent.mcp_client.house import House
from agent.mcp_client.offer import hosts_of
from agent.mcp_client.outcome import Outcome, outcome_of
from agent.mcp_client.plan import Program, program_of
from agent.mcp_client.sdk import import_sdk
from agent.mcp_client.sign_in import Visitor
from agent.mcp_client.state import command_of
from agent.mcp_client.way import Way, new_client, tls_context
from agent.settings import ServerSettings
from agent.tasks import spawn
from agent.tools.egress_pass import EgressPass
from agent.tools.shared_folder import SharedFolder

WAIT_S: Final = 6.0
"""A call waits at most so long until a server that failed may be started again."""
OPEN_END_S: Final = 4.0
MEMORY_MB: Final = 1_024
OFFLINE: Final = {"npm_config_prefer_offline": "true", "npm_config_update_notifier": "false", "UV_OFFLINE": "1"}

_log = logging.getLogger(__name__)


class LiveServer:
    """One server with these settings; to be used on one event loop."""

    def __init__(self, name: str, settings: ServerSettings, house: House, visitor: Visitor | None = None) -> None:
        """`visitor`: a person who signs in now; None: only what they did before counts."""
        self.name, self.settings = name, settings
        self.health = Health()
        self.connection: Connection | None = None
        self.process: ConfinedProcess | None = None
        self.needs_sign_in = False
        """It wants a person to sign in before it does anything."""
        self._house = house
        self._visitor = visitor
        self._lock = asyncio.Lock()
        self._opening: asyncio.Task[Outcome[Connection]] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._way: Way | None = None

    async def connected(self, *, fetching: bool = False) -> Connection:
        """The connection; the server is started if need be. Raises ToolFailed, ToolDenied, UsageError.

        `fetching`: it may reach any host this once, to bring itself from the internet.
        """
        async with self._lock:
            if self.connection is not None and self.connection.alive and self._running():
                self._stay()
                return self.connection
            await self._end()
            await self._wait()
            self.needs_sign_in = False
            self._house.tell(self.name, "starting")
            try:
                self.connection = await self._opened(fetching)
            except Broken as error:
                words = await self.told(str(error))
                await self._end()
                raise (UsageError(words) if self.needs_sign_in else Broken(words)) from None
            self._house.tell(self.name, "running")
            self._stay()
            return self.connection

    async def _opened(self, fetching: bool) -> Connection:
        """Open it in a task of its own, which `end` can break off without breaking off who waits for it."""
        await import_sdk()
        task = self._opening = spawn(outcome_of(self._open(fetching)), f"mcp-{self.name}-open")
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            task.cancel()
            await asyncio.wait({task}, timeout=OPEN_END_S)
            raise
        finally:
            self._opening = None
        if task.cancelled():
            raise ToolFailed(f"The server {self.name} was switched off while it started.")
        return task.result().get()

    def _running(self) -> bool:
        return self.process is None or self.process.alive

    async def _wait(self) -> None:
        if (rest := self.health.wait_s) > WAIT_S:
            raise ToolFailed(f"The server {self.name} failed just now. It can be tried again in {rest:.0f} s.")
        if rest:
            await asyncio.sleep(rest)

    async def _open(self, fetching: bool) -> Connection:
        if self.settings.url:
            return await self._shake(self._over_the_web(), (), legacy=False)
        program = await asyncio.to_thread(program_of, self.name, self.settings, self._house.own())
        if program.fetches and not self.settings.hosts and not fetching:
            await asyncio.to_thread(self._require_fetched)
        roots = tuple(dict.fromkeys((*program.folders, *program.writable)))
        try:
            return await self._shake(self._of_program(program, fetching), roots, legacy=False)
        except Broken:
            ended = self.process.ended if self.process is not None else None
            if fetching or ended is None or ended.reason != "exited":
                raise
            # Some older servers end when they are first asked for the newer era.
            return await self._shake(self._of_program(program, fetching), roots, legacy=True)

    def _require_fetched(self) -> None:
        if self._house.state.load().of(self.name).fetched != command_of(self.settings):
            raise UsageError(
                f"The server {self.name} is brought from the internet by {self.settings.command} when it is started, "
                f"and has no network. Bring it once: homard mcp install {self.name}"
            )

    async def _shake(
        self, channel: AbstractAsyncContextManager[Any], roots: tuple[str, ...], *, legacy: bool
    ) -> Connection:
        within_s = self._house.connect_s
        return await Connection.open(self.name, channel, roots=roots, legacy=legacy, within_s=within_s)

    @asynccontextmanager
    async def _of_program(self, program: Program, fetching: bool) -> AsyncGenerator[Any]:
        home = self._house.private(self.name)
        given = await self._values(self.settings.env)
        # Its own home, not the person's: where it may write.
        environment = {key: str(home / one[2:]) if one.startswith("~/") else one for key, one in given.items()}
        hosts = ("*",) if fetching else self.settings.hosts
        if program.fetches and not hosts:
            environment = {**OFFLINE, **environment}
        process = self.process = await ConfinedProcess.start(
            program.argv,
            name=f"mcp:{self.name}",
            bounds=await asyncio.to_thread(self._bounds, program, hosts),
            environment=environment,
            log=self._house.log(self.name),
            measured=self._house.measured,
            egress=self._house.egress,
        )
        process.egress = self.own_pass
        try:
            async with program_channel(process) as streams:
                yield streams
        finally:
            await process.end()

    def _bounds(self, program: Program, hosts: tuple[str, ...]) -> Bounds:
        home = self._house.private(self.name)
        try:
            SharedFolder.ready(self._house.exchange(self.name))  # it may have put something else there
        except OSError as error:
            raise ToolFailed(
                f"The server {self.name} cannot be started: {home} cannot be made ready ({error.strerror})."
            ) from None
        bundle = self._house.place(self.name) / "bundle"
        code = (*program.code, str(bundle)) if bundle.is_dir() else program.code
        return Bounds(
            home=home,
            readable=(*code, *program.folders),
            writable=program.writable,
            hidden=self._house.hidden_from(self.name),
            hosts=hosts,
            commands=True,
            memory_mb=MEMORY_MB,
            need=self._house.need(),
        )

    @property
    def own_pass(self) -> EgressPass:
        """Who reaches out while no call does."""
        return self._house.egress_pass(f"mcp:{self.name}")

    @asynccontextmanager
    async def _over_the_web(self) -> AsyncGenerator[Any]:
        hosts = {*hosts_of(self.settings), *self._house.state.load().of(self.name).sign_in_hosts}

        def allowed(host: str, port: int) -> bool:
            return f"{host}:{port}" in hosts or self._visitor is not None

        way = self._way = Way(
            self._house.egress, self.own_pass, allowed=allowed, private=frozenset(self.settings.hosts)
        )
        headers = await self._values(self.settings.headers)
        auth = None
        if not any(name.lower() == "authorization" for name in headers):
            from agent.mcp_client.sign_in import signed_in

            auth = await signed_in(self.name, self.settings.url, self._house, self._visitor, self._want_sign_in)
        client = new_client(way, await asyncio.to_thread(tls_context), headers, auth)
        async with client, web_channel(self.settings.url, client) as streams:
            yield streams

    async def _values(self, named: Any) -> dict[str, str]:
        """What the program or the address is given, keys among it. Raises UsageError where one is not to be had."""
        values: dict[str, str] = {}
        for key, value in named.items():
            try:
                is_key = value.startswith(("keyring:", "env:"))
                values[key] = await self._house.secrets.get(value) if is_key else value
            except SecretUnavailable as error:
                raise UsageError(f"The server {self.name} needs {key}. {error}") from None
        return values

    def _want_sign_in(self) -> None:
        self.needs_sign_in = True

    async def told(self, words: str) -> str:
        """How it failed, with what is known beside."""
        if self.needs_sign_in:
            return f"The server {self.name} wants you to sign in: homard mcp login {self.name}"
        why = self._way.refusal if self._way is not None else ""
        ended = self.process.ended if self.process is not None else None
        parts = [words]
        if why and why not in words:
            parts.append(why)
        if ended is not None and ended.reason != "killed":
            parts.append(f"Its program: {ended.words}.")
        if self.process is not None:
            last = [line.strip() for line in await self.process.tail(5) if line.strip()]
            parts += [f"It said last: {last[-1][:300].rstrip('.')}."] if last else []
        return " ".join(parts)

    async def failed(self) -> None:
        """Count a failure; at the third time it is switched off, and a person is told."""
        await self.end()
        # What is elsewhere may be out of reach for an hour, and hurts nobody: it is only tried later.
        if not self.health.failed() or self.settings.url:
            self._house.tell(self.name, "crashed")
            return
        self.health.reset()
        note = (
            f"The server {self.name} failed three times and was switched off. See `homard mcp logs {self.name}`, then"
        )
        note = f"{note} `homard mcp enable {self.name}`."
        try:
            await asyncio.to_thread(self._note_failed, note)
        except HomardError as error:
            _log.warning("%s", error)
        self._house.tell(self.name, "disabled", note, tell=True)

    def _note_failed(self, note: str) -> None:
        from msgspec.structs import replace

        self._house.state.change(self.name, lambda one: replace(one, failed=note))

    def _stay(self) -> None:
        """Put its end off."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(self._house.idle_s, self._tired)

    def _tired(self) -> None:
        self._timer = None
        if self.connection is not None and not self.connection.idle:
            self._stay()
        else:
            spawn(self.end(), f"mcp-{self.name}-end")

    async def end(self) -> None:
        """End it, if it runs or starts. It is started again when it is needed."""
        if self._opening is not None:
            self._opening.cancel()
        async with self._lock:
            was = self.connection is not None
            await self._end()
        if was:
            self._house.tell(self.name, "on")

    async def _end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        connection, self.connection = self.connection, None
        if connection is not None:
            await connection.close()
        if self.process is not None and self.process.alive:
            await self.process.end(0)
