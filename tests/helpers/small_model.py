"""A stand-in for a tiny model, and runs of the constrained profile over it with the real file tools."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from agent.errors import ToolError
from agent.messages import AssistantMessage, Message, TextPart, ToolCall, ToolMessage, ToolResult, Usage, UserMessage
from agent.models.constrained import ConstrainedGateway
from agent.ports import ModelEvent, ModelGateway, ModelRequest, ReplyFinished, TextDelta
from agent.settings import ModelProfile
from agent.tools.arguments import parse_arguments
from agent.tools.edit import EditTool
from agent.tools.find import FindTool
from agent.tools.read import ReadTool
from agent.tools.registry import spec_of
from agent.tools.tool import Tool
from agent.tools.write import WriteTool
from tests.helpers.tool_context import tool_context

TOOLS: dict[str, Tool[Any]] = {tool.name: tool for tool in (FindTool(), ReadTool(), WriteTool(), EditTool())}
USAGE = Usage(input_tokens=10, output_tokens=2, cost_usd=0.0)


class SmallModel:
    """Answers with what `reply` makes of a small request; by default the first choice of a schema, else nothing."""

    def __init__(self, reply: Callable[[ModelRequest], str] | None = None) -> None:
        self.requests: list[ModelRequest] = []
        self._reply = reply or first_choice

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        self.requests.append(request)
        text = self._reply(request)
        for piece in text.splitlines(keepends=True):
            yield TextDelta(piece)
        yield ReplyFinished(AssistantMessage((TextPart(text),), usage=USAGE))


class Ended(NamedTuple):
    """A run to its last word."""

    text: str
    calls: list[tuple[str, dict[str, Any]]]
    messages: tuple[Message, ...]
    deltas: str
    """All text that was streamed."""


def first_choice(request: ModelRequest) -> str:
    """What a model does that has no idea."""
    return json.dumps(request.response_schema["enum"][0]) if request.response_schema else ""


def asked(request: ModelRequest) -> str:
    """The last words of a request."""
    last = request.messages[-1]
    return last.text if isinstance(last, UserMessage) else ""


def profile(**more: Any) -> ModelProfile:
    """A tiny model, as the catalogue resolves it."""
    return ModelProfile("local", "tiny", **{"tool_style": "constrained", "window": 4096, "file": __file__, **more})


def request_of(*messages: Message, **more: Any) -> ModelRequest:
    """A request of the loop."""
    specs = tuple(spec_of(tool) for tool in TOOLS.values())
    return ModelRequest(**{"model": profile(), "system": "Be Homard.", "messages": messages, "tools": specs, **more})


def user(ask: str, folder: Path) -> UserMessage:
    """What a person says in a folder."""
    return UserMessage((TextPart(ask),), f"time: Sunday 2026-11-22 07:04 (UTC+0000)\nfolder: {folder}")


def run(folder: Path, ask: str, base: ModelGateway | None = None, before: Sequence[Message] = ()) -> Ended:
    """One run: replies and their calls, each through the tool's own schema, until a reply without a call."""
    return asyncio.run(_run(folder, (*before, user(ask, folder)), base or SmallModel()))


async def _run(folder: Path, messages: tuple[Message, ...], base: ModelGateway) -> Ended:
    made: list[tuple[str, dict[str, Any]]] = []
    streamed = ""
    for _turn in range(8):
        # A gateway of its own for each reply: what it must know is in the messages.
        async for event in ConstrainedGateway(base).stream(request_of(*messages)):
            if isinstance(event, TextDelta):
                streamed += event.text
            else:
                messages = (*messages, event.message)
        reply = messages[-1]
        assert isinstance(reply, AssistantMessage)
        if not reply.tool_calls:
            return Ended(reply.text, made, messages, streamed)
        for call in reply.tool_calls:
            made.append((call.name, json.loads(call.arguments)))
            messages = (*messages, ToolMessage(await _execute(call, folder)))
    raise AssertionError("the run does not end")


async def _execute(call: ToolCall, folder: Path) -> ToolResult:
    tool = TOOLS[call.name]
    args: msgspec.Struct = parse_arguments(call.arguments, tool.arguments)  # an invalid call fails the test
    context = tool_context(folder)
    try:
        tool.effects(args, context)
        output = await tool.run(args, context)
    except ToolError as error:
        return ToolResult(call.call_id, call.name, (TextPart(str(error)),), is_error=True)
    return ToolResult(call.call_id, call.name, (TextPart(output.content),))
