"""What a plugin gives back, as it reaches a run."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from agent.errors import ToolFailed
from agent.messages import ImagePart
from tests.helpers.plugins import PluginHome

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no sandbox for files there")

PNG = b"\x89PNG\r\n\x1a\n and so on"
CODE = f"""
import sys
from agent.api import Image, Result, tool

PNG = {PNG!r}


@tool
def show(said: str, data: str) -> Result:
    "Show a picture."
    return Result("Seen.", images=[Image(said, PNG if data == "png" else data.encode())])


@tool
def lie(count: int = 1) -> str:
    "From now on show what is none, past what keeps an honest plugin from it."
    result = sys.modules["agent.plugin_api.result"]
    answer = result.PlainResult("x", None, (Image("image/png", b"<svg/>"),) * count)
    sys.modules["agent.plugin_api.calling"].plain_result = lambda _said: answer
    return ""
"""


def test_a_picture_is_what_its_bytes_say_and_what_is_none_reaches_no_model(tmp_path: Path) -> None:
    """A provider refuses the whole conversation, time and again, for a picture in it that is none."""

    async def work() -> None:
        async with PluginHome(tmp_path) as home:
            await home.enabled(CODE)
            shown = await home.result("show", said="image/gif", data="png")
            assert shown.images == (ImagePart("image/png", PNG),)
            with pytest.raises(ToolFailed, match="A picture is PNG, JPEG, GIF or WebP"):
                await home.result("show", said="image/svg+xml", data="<svg/>")
            await home.result("lie")
            with pytest.raises(ToolFailed, match="gave a picture that is none"):
                await home.result("lie", count=11)
            with pytest.raises(ToolFailed, match="no message of the plugin API"):
                await home.result("lie")

    asyncio.run(work())
