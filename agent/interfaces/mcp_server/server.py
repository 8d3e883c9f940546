"""`homard mcp`: a Model Context Protocol server over the standard streams, of both eras, with the public SDK.

In the handshake era (up to 2025-11-25) questions go to the person as `elicitation/create` while a call waits; in the
era without sessions (2026-07-28) the call comes back as `input_required`, and is made again with the answer.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any, Final, cast

import anyio
import mcp_types as types
import msgspec
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel.server import Server
from mcp.shared.exceptions import MCPError
from mcp.shared.message import SessionMessage
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import ValidationError

from agent import __version__
from agent.errors import HomardError
from agent.interfaces.mcp_server import offered, report
from agent.interfaces.mcp_server.answers import form_of, meaning_of, message_of, unanswered
from agent.interfaces.mcp_server.grant import Grant
from agent.interfaces.mcp_server.tools import Toolbox
from agent.interfaces.mcp_server.watch import Open, RunWatch
from agent.interfaces.serving.wire import StandardWire, TooLong
from agent.tasks import spawn

TICK_S: Final = 5.0
"""Between two signs of life for a program that waits."""
MOST_ROUNDS: Final = 8
"""Questions in one call of the era without sessions; programs give up after ten."""
LARGE_BYTES: Final = 1 << 18
"""A longer message is read in a thread."""

Context = ServerRequestContext[Any, Any]
Result = types.CallToolResult | types.InputRequiredResult


class _Asked(Exception):
    """The call has to come back with the answer to a question."""

    def __init__(self, result: types.InputRequiredResult) -> None:
        self.result = result


class McpService:
    """The tools of one grant as MCP tools."""

    def __init__(self, toolbox: Toolbox, grant: Grant) -> None:
        self._toolbox = toolbox
        self._grant = grant
        self._offers = {one.name: one for one in offered.offers_for(grant)}
        self.server: Server[Any] = Server(
            "homard",
            version=__version__,
            title="Homard",
            instructions=offered.instructions(grant),
            on_list_tools=self._list,
            on_call_tool=self._call,
        )

    async def _list(self, _context: Context, _params: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_tool(one) for one in self._offers.values()])

    async def _call(self, context: Context, params: types.CallToolRequestParams) -> Result:
        offer = self._offers.get(params.name)
        if offer is None:
            raise MCPError(types.INVALID_PARAMS, f"There is no tool {params.name!r}.")
        following = _Following(context, params, self._attended(context))
        try:
            arguments = msgspec.convert(params.arguments or {}, offer.arguments)
            answer = await self._answered(arguments, following)
        except _Asked as asked:
            return asked.result
        except msgspec.ValidationError as error:
            return _failed(f"These arguments do not fit: {error}.")
        except HomardError as error:
            return _failed(str(error))
        return _result(answer)

    async def _answered(self, arguments: offered.Arguments, following: _Following) -> dict[str, Any]:
        """Do it; or go on with a call that comes back with an answer."""
        before = following.before
        watch = self._toolbox.watch(before[0]) if before is not None else None
        if before is None or watch is None or not isinstance(arguments, offered.Ask | offered.Wait):
            return await self._toolbox.call(arguments, following.follow, attended=following.attended)
        await following.take_answer(watch, before[1])
        try:
            await following.follow(watch, arguments.wait_s)
        except asyncio.CancelledError:
            await asyncio.shield(watch.cancel())
            raise
        return report.of_watch(watch)

    def _attended(self, context: Context) -> bool:
        able = context.session.client_capabilities
        if not self._grant.questions or able is None or able.elicitation is None:
            return False
        return able.elicitation.form is not None or able.elicitation.url is None


class _Following:
    """One call that waits for a run."""

    def __init__(self, context: Context, params: types.CallToolRequestParams, attended: bool) -> None:
        self._context = context
        self._params = params
        self.attended = attended
        self._modern = context.protocol_version in MODERN_PROTOCOL_VERSIONS
        self._round = 0
        self._ticks = 0
        self.before = self._read_state()
        """Of a call that comes back: the run, and the question that was asked."""

    def _read_state(self) -> tuple[str, str] | None:
        parts = (self._params.request_state or "").split(" ")
        if len(parts) != 3 or not parts[2].isdecimal():
            return None
        self._round = int(parts[2][:3])
        return parts[0], parts[1]

    async def take_answer(self, watch: RunWatch, question_id: str) -> None:
        """Pass on what the call brought with it; what brings nothing is no yes."""
        question = watch.waiting.get(question_id)
        if question is None:
            return
        came = (self._params.input_responses or {}).get("answer")
        if isinstance(came, types.ElicitResult):
            await watch.answer(meaning_of(question, came.action, came.content))
        else:
            await watch.answer(unanswered(question))

    async def follow(self, watch: RunWatch, wait_s: float) -> None:
        """Wait until the run is over, or so long; a person who is being asked may take their time."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + wait_s
        asking: asyncio.Task[None] | None = None
        try:
            while not watch.over:
                watch.changed.clear()
                if asking is not None and asking.done():
                    asking = None
                if asking is None and self.attended and watch.question is not None:
                    asking = self._begin_asking(watch, *watch.question)
                left = deadline - loop.time()
                if asking is None and left <= 0:
                    return
                await self._tell(watch)
                await _first_of(watch.changed, asking, TICK_S if asking is not None else min(TICK_S, left))
        finally:
            if asking is not None:
                asking.cancel()

    def _begin_asking(self, watch: RunWatch, question_id: str, question: Open) -> asyncio.Task[None] | None:
        if not self._modern:
            return spawn(self._elicit(watch, question), "elicit")
        if self._round >= MOST_ROUNDS:
            return None
        params = types.ElicitRequestFormParams(message=message_of(question), requested_schema=form_of(question))
        state = f"{watch.run_id} {question_id} {self._round + 1}"
        ask = types.ElicitRequest(params=params)
        raise _Asked(types.InputRequiredResult(input_requests={"answer": ask}, request_state=state))

    async def _elicit(self, watch: RunWatch, question: Open) -> None:
        """Ask in the handshake era. A program that cannot, or answers nonsense, has said no."""
        try:
            came = await self._context.session.elicit_form(
                message_of(question), form_of(question), related_request_id=self._context.request_id
            )
        except (MCPError, ValidationError, anyio.ClosedResourceError):
            await watch.answer(unanswered(question))
        else:
            await watch.answer(meaning_of(question, came.action, came.content))
        watch.changed.set()

    async def _tell(self, watch: RunWatch) -> None:
        self._ticks += 1
        doing = "waits for your answer" if watch.waiting else watch.doing
        await self._context.session.report_progress(self._ticks, None, f"step {watch.steps}: {doing}")


async def _first_of(changed: asyncio.Event, asking: asyncio.Task[None] | None, timeout_s: float) -> None:
    waiting: set[asyncio.Task[Any]] = {spawn(changed.wait(), "wait for a change")}
    try:
        await asyncio.wait(waiting | ({asking} if asking is not None else set()), timeout=timeout_s,
                           return_when=asyncio.FIRST_COMPLETED)  # fmt: skip
    finally:
        for task in waiting:
            task.cancel()


async def serve_mcp(wire: StandardWire, service: McpService) -> None:
    """Serve one program until it closes its end; calls that it still waits for are given up then."""
    feed, read = anyio.create_memory_object_stream[SessionMessage | Exception](16)
    write, drain = anyio.create_memory_object_stream[SessionMessage](16)
    server = service.server
    writer = spawn(_write(wire, drain), "mcp writer")
    reader = spawn(_read(wire, feed), "mcp reader")
    try:
        await server.run(read, write, server.create_initialization_options())
    finally:
        reader.cancel()
        write.close()
        await asyncio.wait({writer}, timeout=2)
        writer.cancel()


async def _read(wire: StandardWire, feed: Any) -> None:
    async with feed:
        while True:
            try:
                line = await wire.receive()
            except TooLong:
                await wire.send(_error(None, types.INVALID_REQUEST, "The message is too long."))
                continue
            if line is None:
                return
            try:
                message = await _parsed(line)
            except (ValueError, RecursionError):
                await wire.send(_error(_id_of(line), types.INVALID_REQUEST, "This is no JSON-RPC message."))
            else:
                await feed.send(SessionMessage(message))


async def _parsed(line: bytes) -> types.JSONRPCMessage:
    def parse() -> types.JSONRPCMessage:
        return types.jsonrpc_message_adapter.validate_json(line, by_name=False)

    return parse() if len(line) <= LARGE_BYTES else await asyncio.to_thread(parse)


async def _write(wire: StandardWire, drain: Any) -> None:
    async with drain:
        async for message in drain:
            plain = cast("SessionMessage", message).message.model_dump(by_alias=True, exclude_unset=True)
            text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
            await wire.send(text.encode("utf-8", "replace"))  # half a character would void the message for many


def _id_of(line: bytes) -> str | int | None:
    """The id of something that is no message, so that whoever waits for its answer hears of it."""
    try:
        found = msgspec.json.decode(line, type=_Numbered).id if len(line) <= LARGE_BYTES else None
    except (msgspec.DecodeError, RecursionError):
        return None
    return found


class _Numbered(msgspec.Struct):
    id: str | int | None = None


def _error(number: str | int | None, code: int, words: str) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": number, "error": {"code": code, "message": words}}).encode()


def _tool(offer: offered.Offer) -> types.Tool:
    hints = types.ToolAnnotations(read_only_hint=offer.reading, destructive_hint=False, open_world_hint=True)
    return types.Tool(name=offer.name, description=offer.description, input_schema=offer.schema, annotations=hints)


def _result(answer: dict[str, Any]) -> types.CallToolResult:
    text = report.as_text(answer) if "state" in answer else json.dumps(answer, ensure_ascii=False, indent=1)
    content: list[Any] = [types.TextContent(type="text", text=text)]
    return types.CallToolResult(content=content, structured_content=answer, is_error=answer.get("state") == "failed")


def _failed(words: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(type="text", text=words)], is_error=True)
