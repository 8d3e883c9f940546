"""Fetching what a person named: it may lie in their own network, and leads to no other place in it."""

from __future__ import annotations

import ssl

from agent.errors import ToolDenied
from agent.safety.web_address import IPAddress, WebAddress, is_public, parse_address
from agent.tools.egress import Egress, Resolve, WebResponse, resolve
from agent.tools.egress_pass import EgressPass


async def fetch_named(
    url: str, *, max_bytes: int, timeout_s: float, resolve: Resolve = resolve, tls: ssl.SSLContext | None = None
) -> WebResponse:
    """GET an https URL that a person typed and follow its redirects, each judged as `Egress` does.

    Only the host and port that were named may be in the person's own network. The last arguments are seams for tests.
    Raises ToolRetry, ToolDenied, ToolFailed.
    """
    address = parse_address(url)
    if address.scheme != "https":
        raise ToolDenied(f"{address.host} is named by plain http, where anybody on the way can read and change it.")
    reach = _Reach(address)
    egress = Egress(resolve, reach.permits, tls)
    return await egress.get(
        url, max_bytes=max_bytes, timeout_s=timeout_s, egress_pass=EgressPass(permit_host=reach.turn)
    )


class _Reach:
    """Where one fetch may go. A name that was public when it was first asked for is never private later."""

    def __init__(self, named: WebAddress) -> None:
        self._named = self._at = (named.host, named.port)
        self._own: bool | None = None

    def turn(self, host: str, port: int) -> None:
        """Be asked about the addresses of this one from now on."""
        self._at = (host, port)

    def permits(self, address: IPAddress) -> bool:
        """Whether the one that it is asked about may have this address."""
        public = is_public(address)
        if self._at != self._named:
            return public
        if self._own is None:
            self._own = not public
        return public or self._own
