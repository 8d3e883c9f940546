"""What a call carries when it reaches out: where it leads is judged by the run's gate, each request is written down."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Protocol
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace

from agent.audit import body
from agent.safety.effects import Effect
from agent.safety.web_address import WebAddress
from agent.tools.act import Act, Admission
from agent.tools.egress_pass import EgressPass, EgressRecord


class Gate(Protocol):
    """The part of a `RunGate` that is needed here."""

    principals: tuple[str, ...]

    @property
    def run_id(self) -> str:
        """Of the run."""
        ...

    async def admit(self, act: Act, again: Callable[[], Awaitable[Act]]) -> Admission:
        """Let a call pass. Raises ToolDenied."""
        ...

    def refuse_denied(self, act: Act, effect: Effect) -> None:
        """Raise ToolDenied for what is denied by itself."""
        ...

    def refuse_host(self, act: Act, host: str, port: int, *, named: bool = False) -> None:
        """Raise ToolDenied for a host that a command, or a provider's process, must not reach. `named`: by a person."""
        ...

    def record(self, kind: str, words: Mapping[str, object]) -> int:
        """Add a row to the audit."""
        ...


def pass_for(gate: Gate, act: Act) -> EgressPass:
    """Make the pass of one call that was let through."""
    sites = {_site(effect.target) for effect in act.effects if effect.verb == "net.fetch"}

    async def on_redirect(address: WebAddress) -> None:
        effect = Effect("net.fetch", str(address))
        if _site(effect.target) in sites:  # the server tidies its own addresses
            gate.refuse_denied(act, effect)
            return
        arguments = msgspec.json.encode({"redirected_to": effect.target}).decode()
        further = replace(act, arguments=arguments, effects=(effect,), identities=())

        async def again() -> Act:
            return further

        await gate.admit(further, again)
        sites.add(_site(effect.target))

    fetches = any(effect.verb == "net.fetch" for effect in act.effects)

    def permit(host: str, port: int, *, named: bool = False) -> None:
        if act.by or not fetches:  # a fetch of ours is judged by its whole address
            gate.refuse_host(act, host, port, named=named)

    def listener(record: EgressRecord) -> None:
        words = body.egress(act.call.call_id, record.url, bytes_sent=record.sent, bytes_received=record.received)
        gate.record(body.EGRESS, words)

    whose = act.by or gate.principals[-1]
    return EgressPass(whose, gate.run_id, permit, on_redirect, listener, partial(permit, named=True))


def _site(url: str) -> str:
    """The host, whatever the scheme; a port of its own makes it another one."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    return f"{(parts.hostname or '').removeprefix('www.')}{port}"
