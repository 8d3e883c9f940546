"""Plays a fault through a gateway and compares what came of it with what must. For every transport."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import aclosing
from typing import Any

from agent.errors import ModelError
from agent.messages import AssistantMessage
from agent.ports import ReplyFinished, SecretStore, TextDelta
from tests.helpers.fault_server import FAULTS, KEY, Fails, FaultServer, FixedKey, Flows, Reply, fault_request

Factory = Callable[[SecretStore], Any]
"""Makes a gateway with `stream` and `aclose`."""

LONGEST_S = 10.0
"""No fault may take longer, stalls with their half second among them."""
FLOW_S = 1.0
"""How long a reply that flows and flows is watched."""


async def play(gateway: Any, base_url: str, name: str, **settings: Any) -> tuple[list[str], Any]:
    """The text shown, and the message or the error that came of it; TimeoutError for what would have gone on."""
    shown: list[str] = []
    limit = FLOW_S if isinstance(FAULTS[name].outcome, Flows) else LONGEST_S
    request = fault_request(base_url, name, **settings)
    try:
        async with asyncio.timeout(limit), aclosing(gateway.stream(request)) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    shown.append(event.text)
                if isinstance(event, ReplyFinished):
                    return shown, event.message
        raise AssertionError("the stream ended without a message and without an error")
    except (ModelError, TimeoutError) as error:
        return shown, error


def judge(name: str, shown: list[str], result: Any) -> None:
    """Compare what `play` gave with what must come of the fault."""
    outcome = FAULTS[name].outcome
    match outcome:
        case Reply():
            assert isinstance(result, AssistantMessage), result
            calls = [(call.name, call.arguments) for call in result.tool_calls]
            assert (result.text, calls, result.finish) == (outcome.text, list(outcome.calls), outcome.finish)
            assert len({call.call_id for call in result.tool_calls}) == len(calls)
            assert "".join(shown) == outcome.text
        case Fails():
            assert type(result) is outcome.error, result
            assert result.retry_after_s == outcome.retry_after_s
            assert outcome.says in str(result)
            assert KEY not in str(result)
            assert "sk-" not in str(result)
            assert str(result).endswith(".")
        case Flows():
            assert isinstance(result, TimeoutError), result
            assert len(shown) > 3


def check_fault(factory: Factory, name: str, **settings: Any) -> None:
    """Play a fault through a gateway of its own, and judge: the outcome, the time, the one request."""

    async def run(base_url: str) -> tuple[list[str], Any]:
        gateway = factory(FixedKey())
        try:
            return await play(gateway, base_url, name, **settings)
        finally:
            await gateway.aclose()

    with FaultServer() as server:
        started = time.monotonic()
        shown, result = asyncio.run(run(server.base_url))
        assert time.monotonic() - started < LONGEST_S
        assert [seen.path for seen in server.requests] == ["/v1/chat/completions"]
        assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    judge(name, shown, result)
