"""Homard behind the public SDKs' own clients, over real processes."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any, cast

import mcp_types as types
from acp import schema, spawn_agent_process
from acp.client.connection import ClientSideConnection
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from agent.interfaces.serving.desk import Desk
from agent.interfaces.serving.home import HomeDoor
from tests.helpers.command_line import HOMARD, environment
from tests.helpers.house import home as places

PATIENCE_S = 30.0

Elicit = Callable[[types.ElicitRequestFormParams], types.ElicitResult]


@asynccontextmanager
async def mcp_client(
    home: Path, cwd: Path, *flags: str, mode: str = "auto", elicit: Elicit | None = None
) -> AsyncGenerator[Client]:
    """The MCP SDK's client, connected to a `homard mcp` of its own."""

    async def asked(context: Any, params: Any) -> types.ElicitResult:
        del context
        assert elicit is not None
        return elicit(params)

    parameters = StdioServerParameters(
        command=HOMARD[0], args=[*HOMARD[1:], "mcp", *flags], env=environment(home), cwd=str(cwd)
    )
    with open(os.devnull, "w") as nowhere:  # noqa: ASYNC230 nothing is waited for
        transport = stdio_client(parameters, errlog=nowhere)
        async with Client(transport, mode=mode, elicitation_callback=asked if elicit is not None else None) as client:
            yield client


async def call(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    """Call a tool; its structured answer, or the sentence of its failure as `failed`."""
    result = await client.call_tool(tool, arguments)
    if result.structured_content is None:
        return {"failed": result.content[0].text}  # type: ignore[union-attr]
    return result.structured_content


class Editor:
    """An ACP client: keeps what it is shown, answers what it is asked with the first option that `choose` names."""

    def __init__(self, *choose: str) -> None:
        self.choose = choose
        self.shown: list[dict[str, Any]] = []
        self.asked: list[Any] = []
        self.changed = asyncio.Event()

    def on_connect(self, conn: Any) -> None:
        """Nothing to do."""

    async def session_update(self, session_id: str, update: Any, **_more: Any) -> None:
        self.shown.append(update.model_dump(exclude_none=True, exclude_unset=True))
        self.changed.set()

    async def request_permission(
        self, session_id: str, tool_call: Any, options: list[Any], **_more: Any
    ) -> schema.RequestPermissionResponse:
        self.asked.append((tool_call, options))
        self.changed.set()
        offered = [option.option_id for option in options]
        chosen = next((one for one in self.choose if one in offered), None)
        if chosen is None:
            return schema.RequestPermissionResponse(outcome=schema.DeniedOutcome(outcome="cancelled"))
        return schema.RequestPermissionResponse(outcome=schema.AllowedOutcome(outcome="selected", option_id=chosen))

    def text(self, kind: str = "agent_message_chunk") -> str:
        """What was said, put together."""
        return "".join(one["content"]["text"] for one in self.shown if one["session_update"] == kind)

    async def until(self, held: Callable[[], bool]) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(PATIENCE_S):
            while not held():
                self.changed.clear()
                await self.changed.wait()


@asynccontextmanager
async def acp_client(home: Path, cwd: Path, editor: Editor) -> AsyncGenerator[ClientSideConnection]:
    """The ACP SDK's client, connected to a `homard acp` of its own and initialized."""
    command = (*HOMARD, "acp")
    transport = {"stderr": subprocess.DEVNULL}
    async with spawn_agent_process(
        cast("Any", editor),
        *command,
        env=environment(home),
        cwd=str(cwd),
        transport_kwargs=transport,  # type: ignore[arg-type]
    ) as (connection, _process):
        await connection.initialize(protocol_version=1, client_capabilities=schema.ClientCapabilities())
        yield connection


@asynccontextmanager
async def home_desk(tmp_path: Path) -> AsyncGenerator[Desk]:
    """A desk of this process at the home in `tmp_path`, whoever owns it."""
    door = HomeDoor(places(tmp_path))
    try:
        async with door.desk() as desk:
            yield desk
    finally:
        await door.close()


class Raw:
    """A client that writes what it likes."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process

    def write(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, **message: Any) -> None:
        self.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")

    def receive(self) -> dict[str, Any]:
        """The next line, which is JSON: nothing else may stand there."""
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def answer(self, number: int) -> dict[str, Any]:
        """The answer to a request; what comes before it is passed over."""
        while True:
            frame = self.receive()
            if frame.get("id") == number:
                return frame


@contextmanager
def raw(home: Path, cwd: Path, *argv: str) -> Generator[Raw]:
    """`homard mcp` or `homard acp` with bare pipes; killed at the end if it still runs."""
    process = subprocess.Popen(
        [*HOMARD, *argv],
        cwd=cwd,
        env=environment(home),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield Raw(process)
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            assert stream is not None
            with suppress(OSError):
                stream.close()
