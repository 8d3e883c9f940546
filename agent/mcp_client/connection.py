"""One live connection to a server: the SDK's client in a task of its own, from the handshake to the end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import msgspec

from agent import __version__
from agent.errors import HomardError, ToolFailed, ToolRetry
from agent.mcp_client.outcome import outcome_of
from agent.mcp_client.pin import MAX_TOOLS, PROMPTS, RESOURCES, Pin, pin_of
from agent.mcp_client.question import CONVERSATION, Conversation, elicited, sampled
from agent.mcp_client.state import Said
from agent.mcp_client.way import PASS
from agent.skills.hidden import one_line, visible
from agent.tasks import spawn

if TYPE_CHECKING:
    from mcp import Client

ANSWER_S: Final = 20.0
"""For everything but a call of a tool."""
CLOSE_S: Final = 2.0
CANCEL_S: Final = 0.7
"""How long the SDK has to take a call back."""
MAX_PAGES: Final = 100
MAX_LISTED: Final = 500
"""Resources or prompts of one server."""
MAX_LISTING_CHARS: Final = 2_000_000
"""Of all tools of a server, with their descriptions and arguments."""
MAX_ERROR_CHARS: Final = 2_000

T = TypeVar("T")
_log = logging.getLogger(__name__)
_RESOURCE_PIN: Final = Pin(
    "List what this server has to read, or read one of it by its uri.",
    {"type": "object", "properties": {"uri": {"type": "string"}}, "additionalProperties": False},
    "Resources",
    {"readOnlyHint": True},
)
_PROMPT_PIN: Final = Pin(
    "List the prompts that this server offers, or get one by its name.",
    {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "arguments": {"type": "object", "additionalProperties": {"type": "string"}},
        },
        "additionalProperties": False,
    },
    "Prompts",
    {"readOnlyHint": True},
)


class Broken(ToolFailed):
    """The connection ended, or never came to be; the words say how."""


class Expired(Broken):
    """The server does not know this session any more, and did nothing."""


class Connection:
    """Made by `open`, ended by `close`; to be used on one event loop."""

    def __init__(self, name: str, roots: Sequence[str], client: Callable[[Connection], Client]) -> None:
        self.name = name
        self.stale = False
        """The server says that its tools are others now."""
        self.said = Said()
        self._roots, self._new_client = roots, client
        self._stop = asyncio.Event()
        self._client: Client | None = None
        self._task: asyncio.Task[None] | None = None
        self._under_way: list[Conversation] = []

    @classmethod
    async def open(
        cls,
        name: str,
        channel: AbstractAsyncContextManager[Any],
        *,
        roots: Sequence[str],
        legacy: bool,
        within_s: float,
    ) -> Connection:
        """Shake hands and list the tools. `legacy`: without asking for the newer era first. Raises Broken.

        `channel` is ended with the connection. Import the SDK before.
        """
        from mcp import Client
        from mcp_types import Implementation

        def client(self: Connection) -> Client:
            sampling: Any = self._on_sampling
            elicitation: Any = self._on_elicitation
            roots_of: Any = self._on_roots if roots else None
            return Client(
                channel,
                mode="legacy" if legacy else "auto",
                read_timeout_seconds=ANSWER_S,
                client_info=Implementation(name="homard", version=__version__),
                sampling_callback=sampling,
                elicitation_callback=elicitation,
                list_roots_callback=roots_of,
                message_handler=self._on_message,
                cache=None,
            )

        connection = cls(name, roots, client)
        opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        # What the connection does for itself is not done in the name of the call that happens to open it.
        passing, talking = PASS.set(None), CONVERSATION.set(None)
        connection._task = spawn(connection._serve(opened), f"mcp-{name}")
        PASS.reset(passing)
        CONVERSATION.reset(talking)
        try:
            async with asyncio.timeout(within_s):
                await opened
                connection.said = await connection.listing()
        except TimeoutError:
            await connection.close()
            raise Broken(f"The server {name} did not say hello within {within_s:g} s.") from None
        except BaseException:
            await connection.close()
            raise
        return connection

    @property
    def alive(self) -> bool:
        """Whether it can still be used."""
        return self._task is not None and not self._task.done() and self._client is not None

    @property
    def idle(self) -> bool:
        """Whether no call is under way."""
        return not self._under_way

    async def close(self) -> None:
        """End it, within about two seconds; the channel with it. Once is enough."""
        self._stop.set()
        task = self._task
        if task is None or task is asyncio.current_task():
            return
        await asyncio.wait({task}, timeout=CLOSE_S)
        if not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=CLOSE_S)

    async def _serve(self, opened: asyncio.Future[None]) -> None:
        try:
            async with self._new_client(self) as client:
                self._client = client
                opened.set_result(None)
                await self._stop.wait()
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001 the SDK raises groups of whatever a server caused
            if opened.done():
                _log.debug("the connection to %s ended: %s", self.name, _innermost(error))
            else:
                inner = _innermost(error)
                words = f"The server {self.name} could not be spoken with: {_words(error)}."
                opened.set_exception(inner if isinstance(inner, HomardError) else Broken(words))
                opened.exception()
        finally:
            self._client = None
            if not opened.done():
                opened.cancel()

    async def listing(self) -> Said:
        """Ask the server what it has. Raises Broken."""
        client = self._connected()
        tools: dict[str, Pin] = {}
        unusable: list[str] = []
        room = MAX_LISTING_CHARS
        has = client.server_capabilities
        if has.tools is not None:
            async for page in self._pages(lambda cursor: client.list_tools(cursor=cursor)):
                for own, pin, chars in await asyncio.to_thread(_pins, page.tools):
                    room -= chars
                    if isinstance(pin, str):
                        unusable.append(pin)
                    elif len(tools) >= MAX_TOOLS or room < 0:
                        raise ToolFailed(
                            f"The server {self.name} has more tools than can be used: {MAX_TOOLS:,} at most."
                        )
                    else:
                        tools[own] = pin
        # Many servers say that they have such things because their library can; a tool for none costs tokens.
        tools |= {RESOURCES: _RESOURCE_PIN} if has.resources is not None and await self._any(self.resources) else {}
        tools |= {PROMPTS: _PROMPT_PIN} if has.prompts is not None and await self._any(self.prompts) else {}
        self.stale = False
        who = client.server_info
        name, version = (one_line(who.name)[:100], one_line(who.version or "")[:40]) if who else ("", "")
        return Said(tools, tuple(unusable[:50]), name, version, client.protocol_version, datetime.now(UTC))

    async def _any(self, lines: Callable[[], Awaitable[list[str]]]) -> bool:
        try:
            return bool(await lines())
        except ToolRetry:
            return False
        except ToolFailed as error:
            if isinstance(error, Broken):
                raise
            return False

    async def _pages(self, ask: Callable[[str | None], Awaitable[Any]]) -> AsyncGenerator[Any]:
        cursor: str | None = None
        for _ in range(MAX_PAGES):
            page = await self._asked(ask(cursor))
            yield page
            cursor = page.next_cursor
            if not cursor:
                return

    async def answers(self) -> bool:
        """Whether the server still answers, within two seconds."""
        try:
            async with asyncio.timeout(2.0):
                await self._asked(self._connected().list_tools())
        except (TimeoutError, ToolFailed, ToolRetry):
            return False
        return True

    async def call_tool(self, conversation: Conversation) -> Any:
        """Call a tool; gives the SDK's result. Raises ToolRetry, ToolFailed, Broken."""
        call = conversation.call
        client = self._connected()
        return await self._in_call(
            conversation,
            client.call_tool(call.tool.own_name, dict(call.arguments), 86_400.0, self._progress(conversation)),
        )

    async def read(self, conversation: Conversation, uri: str) -> Any:
        """Read a resource."""
        return await self._in_call(conversation, self._connected().read_resource(uri))

    async def prompt(self, conversation: Conversation, name: str, arguments: dict[str, str]) -> Any:
        """Get a prompt."""
        return await self._in_call(conversation, self._connected().get_prompt(name, arguments))

    async def resources(self) -> list[str]:
        """List what there is to read, a line each."""
        client = self._connected()
        lines: list[str] = []
        async for page in self._pages(lambda cursor: client.list_resources(cursor=cursor)):
            lines += [_line(one.uri, one.title or one.name, one.description) for one in page.resources]
        async for page in self._pages(lambda cursor: client.list_resource_templates(cursor=cursor)):
            lines += [
                _line(one.uri_template, one.title or one.name, one.description) for one in page.resource_templates
            ]
        return lines[:MAX_LISTED]

    async def prompts(self) -> list[str]:
        """List the prompts, a line each."""
        client = self._connected()
        lines: list[str] = []
        async for page in self._pages(lambda cursor: client.list_prompts(cursor=cursor)):
            for one in page.prompts:
                wanted: list[Any] = one.arguments or []
                names = ", ".join(f"{arg.name}{'' if arg.required else '?'}" for arg in wanted)
                lines.append(_line(one.name, f"({names})" if names else "", one.description))
        return lines[:MAX_LISTED]

    def _connected(self) -> Client:
        if self._client is None:
            raise Broken(f"The connection to the server {self.name} has ended.")
        return self._client

    async def _in_call(self, conversation: Conversation, work: Awaitable[T]) -> T:
        """Wait for it; broken off, the server is told, and nobody waits longer than the SDK needs for that."""
        self._under_way.append(conversation)
        before = CONVERSATION.set(conversation)
        task = spawn(outcome_of(self._asked(work)), f"mcp-{self.name}-call")
        try:
            return (await asyncio.shield(task)).get()
        except asyncio.CancelledError:
            task.cancel()
            await asyncio.wait({task}, timeout=CANCEL_S)
            raise
        finally:
            CONVERSATION.reset(before)
            self._under_way.remove(conversation)

    async def _asked(self, work: Awaitable[T]) -> T:
        """Await an answer; what the SDK raises becomes ours. Raises ToolRetry, ToolFailed, Broken."""
        from mcp import MCPError
        from mcp_types import CONNECTION_CLOSED, INVALID_PARAMS, INVALID_REQUEST

        try:
            return await work
        except (HomardError, asyncio.CancelledError):
            raise
        except MCPError as error:
            words = visible(str(error))[:MAX_ERROR_CHARS]
            if not self.alive or (error.code == CONNECTION_CLOSED and words == "Connection closed"):
                raise Broken(f"The server {self.name} ended the connection before it had answered.") from None
            if error.code == INVALID_REQUEST and words == "Session terminated":  # how the SDK says 404
                raise Expired(f"The server {self.name} has forgotten the session.") from None
            if error.code == INVALID_PARAMS:
                raise ToolRetry(f"The server {self.name} did not take the arguments: {words}") from None
            raise ToolFailed(f"The server {self.name} says: {words}") from None
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt | SystemExit):
                raise
            if isinstance(inner := _innermost(error), HomardError):
                raise inner from None
            raise ToolFailed(f"The server {self.name} gave an answer that is not MCP: {_words(error)}.") from None

    def _progress(self, conversation: Conversation) -> Any:
        async def show(progress: float, total: float | None, message: str | None) -> None:
            share = f"{progress:g}/{total:g}" if total else f"{progress:g}"
            conversation.call.progress(f"{share} {visible(message or '')[:300]}".strip())

        return show

    def _conversation(self) -> Conversation | None:
        """In whose name a request of the server is: said by its context, or the only call that is under way."""
        if (known := CONVERSATION.get()) is not None and known in self._under_way:
            return known
        return self._under_way[0] if len(self._under_way) == 1 else None

    async def _on_sampling(self, _context: Any, params: Any) -> Any:
        return await sampled(self.name, self._conversation(), params)

    async def _on_elicitation(self, _context: Any, params: Any) -> Any:
        return await elicited(self.name, self._conversation(), params)

    async def _on_roots(self, _context: Any) -> Any:
        from mcp_types import ListRootsResult, Root
        from pydantic import FileUrl

        return ListRootsResult(
            roots=[Root(uri=FileUrl(Path(one).as_uri()), name=Path(one).name) for one in self._roots]
        )

    async def _on_message(self, message: Any) -> None:
        if getattr(message, "method", "") == "notifications/tools/list_changed":
            self.stale = True


def _pins(tools: Sequence[Any]) -> list[tuple[str, Pin | str, int]]:
    """What a page of a listing says of each tool, and about how many characters that is."""
    found: list[tuple[str, Pin | str, int]] = []
    for tool in tools:
        hints: Any = tool.annotations.model_dump(by_alias=True) if tool.annotations else {}
        pin = pin_of(tool.name, tool.description or "", tool.input_schema, tool.title or "", hints)
        chars = 500 if isinstance(pin, str) else len(pin.description) + len(msgspec.json.encode(pin.schema))
        found.append((tool.name, pin, chars))
    return found


def _line(*words: str | None) -> str:
    return " · ".join(" ".join(visible(str(word)).split())[:300] for word in words if word)


def _innermost(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = cast("BaseExceptionGroup[BaseException]", error).exceptions[0]
    return error


def _words(error: BaseException) -> str:
    inner = _innermost(error)
    return visible(" ".join(str(inner).split()))[:300].rstrip(".") or type(inner).__name__
