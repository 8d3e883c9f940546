import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from app.desktop.hotkey import Hotkey, HotkeyStatus
from app.desktop.hotkey.portal import SHORTCUTS
from app.desktop.portal import PATH, PORTAL, REQUEST
from app.event_loop import new_loop
from tests.helpers.session_bus import Service, private_bus, service

SESSION = "/org/freedesktop/portal/desktop/session/1_1/homard"


class Desk:
    """A Wayland desktop's portal, as far as shortcuts need it, and a hotkey that was told what it said."""

    def __init__(self, portal: Service) -> None:
        self.portal = portal
        portal.answers = {"Register": ("", ()), "CreateSession": ("o", ("/r",)), "BindShortcuts": ("o", ("/r",))}
        self.hotkey = Hotkey()
        self.told: list[HotkeyStatus] = []
        self.presses: list[None] = []
        self.hotkey.status_changed.connect(self.told.append)
        self.hotkey.pressed.connect(lambda: self.presses.append(None))

    async def respond(self, method: str, code: int, results: dict[str, Any]) -> None:
        """Answer a request as the person does, a while after the call."""
        await until(lambda: self.portal.called(method))
        token = self.portal.called(method)[0][-1]["handle_token"][1]
        path = f"{PATH}/request/{self.portal.caller.removeprefix(':').replace('.', '_')}/{token}"
        await self.portal.emit("Response", "ua{sv}", code, results, interface=REQUEST, path=path)


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110 what happens in another program sets no event here
            await asyncio.sleep(0.005)


@pytest.fixture
def play(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Play a scene on a bus with a portal."""
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-test")

    def run(work: Callable[[Desk], Awaitable[None]]) -> None:
        async def main(address: str) -> None:
            async with service(address, PORTAL, PATH) as portal:
                desk = Desk(portal)
                await work(desk)
                desk.hotkey.unregister()

        with private_bus(tmp_path) as address:
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
            with asyncio.Runner(loop_factory=lambda: new_loop(qapp)) as runner:
                runner.run(main(address))

    return run


def test_the_desktop_is_asked_and_tells_of_presses(play: Any) -> None:
    async def work(desk: Desk) -> None:
        assert not desk.hotkey.register("Ctrl+Alt+Space").ok
        await desk.respond("CreateSession", 0, {"session_handle": ("s", SESSION)})
        await desk.respond("BindShortcuts", 0, {})
        await until(lambda: desk.told)
        assert desk.told == [HotkeyStatus(True)] and desk.hotkey.status.ok
        session, shortcuts, parent, _ = desk.portal.called("BindShortcuts")[0]
        assert (session, parent) == (SESSION, "")
        words = {"description": ("s", "Open the quick prompt"), "preferred_trigger": ("s", "CTRL+ALT+space")}
        assert shortcuts == [("quick-prompt", words)]
        for shortcut in ("another", "quick-prompt"):
            await desk.portal.emit("Activated", "osta{sv}", SESSION, shortcut, 1, {}, interface=SHORTCUTS)
        await until(lambda: desk.presses)
        assert len(desk.presses) == 1

    play(work)


@pytest.mark.parametrize("refused", ["CreateSession", "BindShortcuts"])
def test_a_no_is_told_with_what_to_do_instead(play: Any, refused: str) -> None:
    async def work(desk: Desk) -> None:
        desk.hotkey.register("Ctrl+Alt+Space")
        if refused == "BindShortcuts":
            await desk.respond("CreateSession", 0, {"session_handle": ("s", SESSION)})
        await desk.respond(refused, 1, {})
        await until(lambda: desk.told)
        assert not desk.told[0].ok and "homard-app --quick" in desk.told[0].reason

    play(work)


def test_a_desktop_without_such_a_portal_is_told_too(play: Any) -> None:
    async def work(desk: Desk) -> None:
        desk.portal.answers = {}
        desk.hotkey.register("Ctrl+Alt+Space")
        await until(lambda: desk.told)
        assert not desk.told[0].ok and "homard-app --quick" in desk.told[0].reason

    play(work)
