"""The network of a confined program: the hosts of its grant, through Homard's proxy, each connection judged and told.

Connections outlive calls, so who is told of one is who permitted it, not who happens to call when it ends.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from agent.errors import ToolDenied
from agent.safety.web_address import WebAddress, parse_address
from agent.tools.egress_pass import EgressPass, EgressRecord

if TYPE_CHECKING:
    from agent.tools.egress import Egress


class WayOut:
    """Judges each connection of one program: by its hosts, then by the pass of the moment."""

    def __init__(self, name: str, hosts: Sequence[str]) -> None:
        """Raises ToolRetry or ToolDenied for a host that is none."""
        self._name = name
        self._hosts = [_host(one) for one in hosts]
        self._permitted: dict[tuple[str, int], EgressPass] = {}
        self.egress: EgressPass | None = None
        """Whose connections the next ones are; None: nobody's, and each is refused."""

    @asynccontextmanager
    async def serve(self, socket: str, egress: Egress | None = None) -> AsyncGenerator[None]:
        """Serve the proxy on a new UNIX socket until the block ends. Raises OSError."""
        from agent.tools.egress import Egress
        from agent.tools.egress_proxy import serve_proxy

        way = EgressPass(principal=self._name, permit_host=self._permit, listener=self._tell)
        async with serve_proxy(socket, egress or Egress(), way):
            yield

    def _permit(self, host: str, port: int) -> None:
        if not any(one.covers(host, port) for one in self._hosts):
            raise ToolDenied(f"{self._name} may not reach {host}:{port}: it is not among the hosts it was granted.")
        if self.egress is None:
            raise ToolDenied(f"{self._name} reached for {host}:{port} while nobody called it.")
        self.egress.permit_host(host, port)
        self._permitted[host, port] = self.egress

    def _tell(self, record: EgressRecord) -> None:
        address = _address(record.url)
        found = self._permitted.get((address.host, address.port), self.egress)
        if found is not None:
            found.listener(msgspec.structs.replace(record, principal=found.principal, run_id=found.run_id))


def _address(url: str) -> WebAddress:
    return parse_address(url.replace("connect://", "https://", 1) if url.startswith("connect://") else url)


class _Host(NamedTuple):
    """One entry of a grant, in the form in which addresses are judged."""

    name: str
    """Canonical; empty: any."""
    below: bool
    port: int | None

    def covers(self, host: str, port: int) -> bool:
        """Whether a canonical host and port are meant."""
        named = host.endswith(f".{self.name}") if self.below else host == self.name
        return (not self.name or named) and self.port in (None, port)


def _host(text: str) -> _Host:
    if text.strip() == "*":
        return _Host("", False, None)
    below = text.startswith("*.")
    if "/" in text:
        raise ToolDenied(f"{text!r} is no host. Write the name, with :PORT where it is not 443.")
    address = parse_address(f"https://{text.removeprefix('*.')}/")
    return _Host(address.host, below, address.port)
