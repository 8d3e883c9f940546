"""Hotkeys on Wayland: the desktop asks the person and keeps the keys (org.freedesktop.portal.GlobalShortcuts 1)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from agent.tasks import spawn
from app.desktop.hotkey.sequence import Combination
from app.desktop.hotkey.status import WORKS, HotkeyStatus, not_here
from app.desktop.portal import PATH, Refused, ask, name_ourselves, new_token
from app.desktop.session_bus import BusError, SessionBus
from app.translation import translate

SHORTCUTS = "org.freedesktop.portal.GlobalShortcuts"
SHORTCUT = "quick-prompt"


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
        except (BusError, TimeoutError, Refused):
            self._told(not_here())
        finally:
            await bus.close()  # the session ends with the connection

    async def _bind(self, bus: SessionBus, keys: Combination) -> None:
        await name_ourselves(bus)
        await bus.listen(SHORTCUTS, "Activated", self._on_activated, PATH)
        token = {"session_handle_token": ("s", new_token())}
        made = await ask(bus, SHORTCUTS, "CreateSession", "a{sv}", (), token)
        session = str(made["session_handle"][1])
        words = {
            "description": ("s", translate("Hotkey", "Open the quick prompt")),
            "preferred_trigger": ("s", keys.trigger),
        }
        await ask(bus, SHORTCUTS, "BindShortcuts", "oa(sa{sv})sa{sv}", (session, [(SHORTCUT, words)], ""), {})

    def _on_activated(self, _session: str, shortcut: str, _at: int, _options: object) -> None:
        if shortcut == SHORTCUT:
            self._pressed()
