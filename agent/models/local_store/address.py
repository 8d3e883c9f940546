"""Which addresses a model file is fetched from: the one that a person named, and where that leads."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from urllib.parse import urljoin

from agent.errors import ToolError, UsageError
from agent.models.local_store.failure import DownloadFailed
from agent.safety.web_address import WebAddress, is_public, parse_address

_NOTHING = "Nothing was downloaded."


def named_address(url: str, sha256: str = "") -> WebAddress:
    """Judge what a person named; it may lie in their own network. Raises UsageError."""
    try:
        address = parse_address(url)
    except ToolError as error:
        raise UsageError(f"{error} {_NOTHING}") from None
    if address.scheme == "http" and not sha256 and not _own_network(address):
        raise UsageError(
            f"Over plain http anybody on the way can change what comes from {address.host}. {_NOTHING} "
            "Name an https address, or say with --sha256 what the file must be."
        )
    return address


async def next_address(named: WebAddress, at: WebAddress, location: str) -> WebAddress:
    """Judge where a server leads. Raises DownloadFailed.

    What a person named may lie in their own network, and may lead within its own host; a server on the internet leads
    nobody into this network, and from https never to http. A host is looked up to be judged and once more to be dialled
    (perhaps by a proxy): a server that answers differently gains a GET request without a key, whose answer must be the
    model that was wanted.
    """
    try:
        there = parse_address(urljoin(str(at), location))
    except (ToolError, ValueError) as error:
        raise DownloadFailed(f"{at.host} leads to an address that is not used: {error}") from None
    if at.scheme == "https" and there.scheme == "http":
        raise DownloadFailed(f"{at.host} leads from https to plain http at {there.host}, which was not followed.")
    if there.authority != named.authority and not await _public(there):
        raise DownloadFailed(
            f"{at.host} leads to {there.authority}, which is in this machine's own network. It was not followed; name "
            "that address yourself if it is meant."
        )
    return there


def _own_network(address: WebAddress) -> bool:
    if address.ip is not None:
        return not is_public(address.ip)
    return address.host == "localhost" or address.host.endswith((".localhost", ".local")) or "." not in address.host


async def _public(address: WebAddress) -> bool:
    if address.ip is not None:
        return is_public(address.ip)
    if _own_network(address):
        return False
    try:
        found = await asyncio.get_running_loop().getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except OSError:
        return True  # only a proxy knows it, or nobody
    return all(is_public(ipaddress.ip_address(str(entry[4][0]))) for entry in found)
