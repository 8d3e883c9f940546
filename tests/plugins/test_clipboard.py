"""In its process in the sandbox, as a person has it; the test plays Homard's own tools of the desktop."""

import asyncio
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from agent.errors import ToolFailed
from agent.messages import ImagePart, TextPart, ToolResult
from agent.plugin_host.manifest import Capability
from tests.helpers.bundled import BUNDLED, bundled
from tests.helpers.plugins import PluginHome


class Desk:
    def __init__(self) -> None:
        self.text = "copied"
        picture = io.BytesIO()
        Image.new("RGB", (4, 3)).save(picture, "PNG")
        self.picture = picture.getvalue()

    def own(self, name: str, arguments: Mapping[str, Any]) -> ToolResult:
        match name:
            case "clipboard_text":
                return ToolResult("", name, (TextPart(self.text),))
            case "set_clipboard_text":
                self.text = arguments["text"]
                return ToolResult("", name, (TextPart("It is in the clipboard."),))
            case _:
                return ToolResult("", name, (TextPart("The screen:"), ImagePart("image/png", self.picture)))


def test_the_desktop_is_used_through_homard(tmp_path: Path) -> None:
    async def main() -> None:
        desk = Desk()
        async with bundled("clipboard", tmp_path) as home:
            home.own = desk.own
            assert await home.call("read", plugin="clipboard") == "copied"
            await home.call("write", plugin="clipboard", text="new")
            assert desk.text == "new"
            [image] = (await home.result("screenshot", plugin="clipboard")).images
            assert (image.media_type, image.data) == ("image/png", desk.picture)
            assert [name for name, _ in home.own_calls] == ["clipboard_text", "set_clipboard_text", "screenshot"]

    asyncio.run(main())


def test_what_a_person_did_not_grant_is_refused(tmp_path: Path) -> None:
    async def main() -> None:
        async with PluginHome(tmp_path, bundled=BUNDLED) as home:
            await home.host.enable("clipboard", [Capability("ui.read", ("clipboard",), "x")])
            with pytest.raises(ToolFailed, match="grant"):
                await home.call("screenshot", plugin="clipboard")
            with pytest.raises(ToolFailed, match="grant"):
                await home.call("write", plugin="clipboard", text="x")
            assert home.own_calls == []

    asyncio.run(main())
