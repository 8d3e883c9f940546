"""What a plugin gets of the desktop and of files, through Homard's own tools."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from agent.errors import ToolDenied, ToolFailed
from agent.messages import ImagePart, TextPart, ToolResult
from tests.helpers.plugins import PluginHome, capability

CODE = '''
from agent.api import Context, Result, tool


@tool
async def paste(context: Context) -> str:
    """Replace the clipboard, give what it held."""
    before = await context.clipboard.text()
    await context.clipboard.set_text(before.upper())
    return before


@tool
async def screen(context: Context) -> Result:
    """Look at the screen."""
    return Result("Seen:", images=[await context.screenshot()])


@tool
async def read(path: str, context: Context) -> str:
    """Read."""
    return await context.read(path)
'''
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


def homard(name: str, arguments: Mapping[str, Any]) -> ToolResult:
    match name:
        case "clipboard_text":
            return ToolResult("", name, (TextPart("copied"),))
        case "screenshot":
            return ToolResult("", name, (TextPart("The screen:"), ImagePart("image/png", PNG)))
        case "read" if arguments["path"].endswith("long.txt"):
            return ToolResult("", name, (TextPart("long.txt, lines 1-10 of 20, 4,000 bytes:\nx"),), {"lines": 20})
        case "read" if arguments["path"].endswith("a.pdf"):
            return ToolResult("", name, (TextPart("a.pdf is a PDF, 9 bytes: no text"),), {"path": "x"})
        case "read" if arguments["path"].endswith("gone.txt"):
            return ToolResult("", name, (TextPart("There is no file gone.txt."),), is_error=True)
        case "read":
            return ToolResult("", name, (TextPart("a.txt, 2 lines, 8 bytes:\none\ntwo"),), {"lines": 2})
        case _:
            return ToolResult("", name, (TextPart("done"),))


def test_the_desktop_is_reached_through_homard_s_tools(tmp_path: Path) -> None:
    async def main() -> None:
        more = capability("ui.read", "clipboard", "screen") + capability("ui.write", "clipboard")
        async with PluginHome(tmp_path) as home:
            home.own = homard
            await home.enabled(CODE, more=more)
            assert await home.call("paste") == "copied"
            assert home.own_calls == [("clipboard_text", {}), ("set_clipboard_text", {"text": "COPIED"})]
            result = await home.result("screen")
            assert result.images == (ImagePart("image/png", PNG),)

    asyncio.run(main())


def test_nothing_of_the_desktop_without_leave_and_a_refusal_is_one(tmp_path: Path) -> None:
    def refuse(_name: str, _arguments: Mapping[str, Any]) -> ToolResult:
        raise ToolDenied("A rule of the person denies it.")

    async def main() -> None:
        async with PluginHome(tmp_path) as home:
            home.own = refuse
            await home.enabled(CODE, more=capability("ui.read", "screen"))
            with pytest.raises(ToolFailed, match=r"was not granted this: `what = 'ui.read', to = \['clipboard'\]`"):
                await home.call("paste")
            assert home.own_calls == []
            with pytest.raises(ToolDenied, match="A rule of the person denies it"):
                await home.call("screen")

    asyncio.run(main())


def test_a_file_is_read_whole_or_not_at_all(tmp_path: Path) -> None:
    async def main() -> None:
        folder = tmp_path / "notes"
        folder.mkdir()
        async with PluginHome(tmp_path / "home") as home:
            home.own = homard
            await home.enabled(CODE, more=capability("fs.read", str(folder)))
            assert await home.call("read", path=str(folder / "a.txt")) == "one\ntwo"
            for name, words in (("long.txt", "too long"), ("a.pdf", "no text"), ("gone.txt", "There is no file")):
                with pytest.raises(ToolFailed, match=words):
                    await home.call("read", path=str(folder / name))

    asyncio.run(main())
