import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from app.desktop.portal import PATH, PORTAL, REQUEST, Refused
from app.desktop.screen_portal import take_picture
from app.desktop.session_bus import BusError
from tests.helpers.session_bus import Service, private_bus, service


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Service], Awaitable[None]]], None]:
    """Play a scene on a bus with a portal."""

    def run(work: Callable[[Service], Awaitable[None]]) -> None:
        async def main(address: str) -> None:
            async with service(address, PORTAL, PATH) as portal:
                portal.answers = {"Register": ("", ()), "Screenshot": ("o", ("/r",))}
                await work(portal)

        with private_bus(tmp_path) as address:
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
            asyncio.run(main(address))

    return run


async def respond(portal: Service, code: int, results: dict[str, Any]) -> None:
    async with asyncio.timeout(30):
        while not portal.called("Screenshot"):  # noqa: ASYNC110 what happens in another program sets no event here
            await asyncio.sleep(0.005)
    [(parent, options)] = portal.called("Screenshot")
    assert parent == "" and options["interactive"] == ("b", False)
    token = options["handle_token"][1]
    path = f"{PATH}/request/{portal.caller.removeprefix(':').replace('.', '_')}/{token}"
    await portal.emit("Response", "ua{sv}", code, results, interface=REQUEST, path=path)


def test_the_picture_is_taken_and_not_left_behind(play: Any, tmp_path: Path) -> None:
    picture = tmp_path / "Screen shot ü.png"
    picture.write_bytes(b"PNG")

    async def work(portal: Service) -> None:
        taking = asyncio.ensure_future(take_picture())
        await respond(portal, 0, {"uri": ("s", picture.as_uri())})
        assert await taking == b"PNG"

    play(work)
    assert not picture.exists()


def test_a_no_is_told(play: Any) -> None:
    async def work(portal: Service) -> None:
        taking = asyncio.ensure_future(take_picture())
        await respond(portal, 1, {})
        with pytest.raises(Refused):
            await taking

    play(work)


def test_what_is_no_file_is_not_opened(play: Any) -> None:
    async def work(portal: Service) -> None:
        taking = asyncio.ensure_future(take_picture())
        await respond(portal, 0, {"uri": ("s", "https://example.org/x.png")})
        with pytest.raises(OSError, match="gave no file"):
            await taking

    play(work)


def test_a_desktop_without_such_a_portal_is_told(play: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(portal: Service) -> None:
        portal.answers = {}
        with pytest.raises(BusError):
            await take_picture()

    play(work)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    with pytest.raises(BusError):
        asyncio.run(take_picture())
