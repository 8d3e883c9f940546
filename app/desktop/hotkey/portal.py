"""Hotkeys on Wayland: the desktop asks the person and keeps the keys (org.freedesktop.portal.GlobalShortcuts 1)."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from typing import Any

from agent.tasks import spawn
from app.desktop.hotkey.sequence import Combination
from app.desktop.hotkey.status import WORKS, HotkeyStatus, not_here
from app.desktop.session_bus import BusError, SessionBus
from app.translation import translate

PORTAL = "org.freedesktop.portal.Desktop"
PATH = "/org/freedesktop/portal/desktop"
SHORTCUTS = "org.freedesktop.portal.GlobalShortcuts"
REGISTRY = "org.freedesktop.host.portal.Registry"
REQUEST = "org.freedesktop.portal.Request"
APP_ID = "homard"
"""The name of our desktop file."""
SHORTCUT = "quick-prompt"
PERSON_S = 300.0
"""How long the desktop's own question may stay open."""


class PortalBackend:
    """Asks the portal in the background; `told` gets what became of it."""

    def __init__(self, pressed: Callable[[], None], told: Callable[[HotkeyStatus], None]) -> None:
        self._pressed = pressed
        self._told = told
        self._task: asyncio.Task[None] | None = None

    def register(self, keys: Combination) -> HotkeyStatus:
        """Begin to ask for the keys."""
        self.unregister()
        self._task = spawn(self._run(keys), "hotkey portal")
        return HotkeyStatus(False, translate("Hotkey", "The desktop is being asked for these keys."))

    def unregister(self) -> None:
        """End the session: the desktop gives the keys back."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _run(self, keys: Combination) -> None:
        bus = await SessionBus.open()
        if bus is None:
            self._told(not_here())
            return
        try:
            await self._bind(bus, keys)
            self._told(WORKS)
            await bus.wait_closed()
        except (BusError, TimeoutError, _Refused):
            self._told(not_here())
        finally:
            await bus.close()  # the session ends with the connection

    async def _bind(self, bus: SessionBus, keys: Combination) -> None:
        await _name_ourselves(bus)
        await bus.listen(SHORTCUTS, "Activated", self._on_activated, PATH)
        token = {"session_handle_token": ("s", _token())}
        made = await _ask(bus, "CreateSession", "a{sv}", (), token)
        session = str(made["session_handle"][1])
        words = {
            "description": ("s", translate("Hotkey", "Open the quick prompt")),
            "preferred_trigger": ("s", keys.trigger),
        }
        await _ask(bus, "BindShortcuts", "oa(sa{sv})sa{sv}", (session, [(SHORTCUT, words)], ""), {})

    def _on_activated(self, _session: str, shortcut: str, _at: int, _options: object) -> None:
        if shortcut == SHORTCUT:
            self._pressed()


class _Refused(Exception):
    """The person, or the desktop, said no."""


async def _name_ourselves(bus: SessionBus) -> None:
    """Say which desktop file is ours; portals before 1.20 find out themselves."""
    try:
        await bus.call(PORTAL, PATH, REGISTRY, "Register", "sa{sv}", APP_ID, {})
    except BusError:
        return


async def _ask(
    bus: SessionBus, method: str, signature: str, body: tuple[Any, ...], options: dict[str, Any]
) -> dict[str, Any]:
    """Make a request and wait for its response; the answer comes as a signal of an object whose path we choose."""
    token = _token()
    sender = bus.unique_name.removeprefix(":").replace(".", "_")
    answer: asyncio.Future[tuple[int, dict[str, Any]]] = asyncio.get_running_loop().create_future()

    def on_response(code: int, results: dict[str, Any]) -> None:
        if not answer.done():
            answer.set_result((code, results))

    await bus.listen(REQUEST, "Response", on_response, f"{PATH}/request/{sender}/{token}")
    await bus.call(PORTAL, PATH, SHORTCUTS, method, signature, *body, {**options, "handle_token": ("s", token)})
    async with asyncio.timeout(PERSON_S):
        code, results = await answer
    if code:
        raise _Refused
    return results


def _token() -> str:
    return f"homard{secrets.token_hex(8)}"
