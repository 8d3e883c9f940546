"""Requests to the desktop's portal: the person is asked by the desktop itself (XDG Desktop Portal, Request)."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

from app.desktop.session_bus import BusError, SessionBus

PORTAL = "org.freedesktop.portal.Desktop"
PATH = "/org/freedesktop/portal/desktop"
REGISTRY = "org.freedesktop.host.portal.Registry"
REQUEST = "org.freedesktop.portal.Request"
APP_ID = "homard"
"""The name of our desktop file."""
PERSON_S = 300.0
"""How long the desktop's own question may stay open."""


class Refused(Exception):
    """The person, or the desktop, said no."""


async def name_ourselves(bus: SessionBus) -> None:
    """Say which desktop file is ours; portals before 1.20 find out themselves."""
    try:
        await bus.call(PORTAL, PATH, REGISTRY, "Register", "sa{sv}", APP_ID, {})
    except BusError:
        return


async def ask(
    bus: SessionBus,
    interface: str,
    method: str,
    signature: str,
    body: tuple[Any, ...],
    options: dict[str, Any],
    within_s: float = PERSON_S,
) -> dict[str, Any]:
    """Make a request and wait for its response; the answer comes as a signal of an object whose path we choose.

    Raises Refused, BusError, TimeoutError.
    """
    token = new_token()
    sender = bus.unique_name.removeprefix(":").replace(".", "_")
    answer: asyncio.Future[tuple[int, dict[str, Any]]] = asyncio.get_running_loop().create_future()

    def on_response(code: int, results: dict[str, Any]) -> None:
        if not answer.done():
            answer.set_result((code, results))

    await bus.listen(REQUEST, "Response", on_response, f"{PATH}/request/{sender}/{token}")
    await bus.call(PORTAL, PATH, interface, method, signature, *body, {**options, "handle_token": ("s", token)})
    async with asyncio.timeout(within_s):
        code, results = await answer
    if code:
        raise Refused
    return results


def new_token() -> str:
    """Give a name for a request or session that nobody else has."""
    return f"homard{secrets.token_hex(8)}"
