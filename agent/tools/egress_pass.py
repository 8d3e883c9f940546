"""Who reaches out to the internet, what they may reach, and who is told of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import msgspec

from agent.safety.web_address import WebAddress


class EgressRecord(msgspec.Struct, frozen=True):
    """One request, or one tunnel of a command, when it is over."""

    principal: str
    run_id: str
    url: str
    """Exact; of a tunnel `connect://host:port`: what goes through it is encrypted."""
    address: str
    """The IP address that was dialled."""
    sent: int
    """Bytes of requests with their heads, within TLS where we speak it."""
    received: int
    at: datetime
    """When it began; aware."""


def _anywhere(_host: str, _port: int) -> None:
    """Permit it."""


def _nobody(_record: EgressRecord) -> None:
    """Tell nobody."""


class EgressPass(msgspec.Struct, frozen=True):
    """What a run carries when it reaches out. Callbacks run on the event loop."""

    principal: str = "user"
    run_id: str = ""
    permit_host: Callable[[str, int], None] = _anywhere
    """Given a canonical host and a port before each connection; raises ToolDenied."""
    on_redirect: Callable[[WebAddress], Awaitable[None]] | None = None
    """Judges where a redirect leads before it is followed; raises ToolDenied. None: as the first address was."""
    listener: Callable[[EgressRecord], None] = _nobody
    """Told of each request when it is over, also of a broken one. Must not raise."""
    permit_named: Callable[[str, int], None] | None = None
    """`permit_host` for one that a person named, so that it may be on their own network; None: as any other."""


ANYWHERE = EgressPass()


class Traffic(msgspec.Struct):
    """Bytes of one connection, or of one principal."""

    sent: int = 0
    received: int = 0
    at: datetime = msgspec.field(default_factory=lambda: datetime.now(UTC))
    """When the count began."""

    def add(self, other: Traffic) -> None:
        """Count another one in."""
        self.sent += other.sent
        self.received += other.received
