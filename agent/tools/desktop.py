"""The clipboard and the screen, for plugins that were granted them: no model is told of these tools.

Each passes the gate like any other, with the plugin in the chain; what was seen counts as a stranger's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import msgspec

from agent.desktop import Desktop
from agent.errors import ToolFailed
from agent.messages import ImagePart
from agent.safety.effects import Effect
from agent.tools.result_label import UNKNOWN
from agent.tools.tool import ToolContext, ToolOutput


class Nothing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """No arguments."""


class ClipboardText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to put into the clipboard."""

    text: str


class ClipboardReadTool:
    """Gives the text in the clipboard."""

    name = "clipboard_text"
    description = "The text in the clipboard."
    arguments = Nothing
    reading = False
    timeout_s = 30.0

    def title(self, args: Nothing) -> str:
        """One line for a person."""
        return "Look at the clipboard"

    def effects(self, args: Nothing, context: ToolContext) -> Sequence[Effect]:
        """Looking at it."""
        return (Effect("ui.read", "clipboard"),)

    async def run(self, args: Nothing, context: ToolContext) -> ToolOutput:
        """Look. Raises ToolFailed where there is none."""
        return ToolOutput(await _desktop(context).clipboard_text(), label=UNKNOWN)


class ClipboardWriteTool:
    """Replaces what is in the clipboard."""

    name = "set_clipboard_text"
    description = "Put a text into the clipboard."
    arguments = ClipboardText
    reading = False
    timeout_s = 30.0

    def title(self, args: ClipboardText) -> str:
        """One line for a person."""
        return f"Put into the clipboard: {args.text}"[:100]

    def effects(self, args: ClipboardText, context: ToolContext) -> Sequence[Effect]:
        """Replacing it."""
        return (Effect("ui.write", "clipboard", size=len(args.text.encode())),)

    async def run(self, args: ClipboardText, context: ToolContext) -> ToolOutput:
        """Replace it. Raises ToolFailed where there is none."""
        await _desktop(context).set_clipboard_text(args.text)
        return ToolOutput("It is in the clipboard.")


class ScreenshotTool:
    """Takes a picture of the screen."""

    name = "screenshot"
    description = "A picture of the screen."
    arguments = Nothing
    reading = False
    timeout_s = 60.0

    def title(self, args: Nothing) -> str:
        """One line for a person."""
        return "Take a picture of the screen"

    def effects(self, args: Nothing, context: ToolContext) -> Sequence[Effect]:
        """Looking at it."""
        return (Effect("ui.read", "screen"),)

    async def run(self, args: Nothing, context: ToolContext) -> ToolOutput:
        """Take it. Raises ToolFailed where there is no screen."""
        context.scratch.mkdir(parents=True, exist_ok=True)
        path = context.scratch / f"screen-{id(args)}.png"
        try:
            await _desktop(context).screenshot(path)
            data = await asyncio.to_thread(path.read_bytes)
        finally:
            await asyncio.to_thread(_forget, path)
        return ToolOutput("The screen:", (ImagePart("image/png", data),), label=UNKNOWN)


def desktop_tools() -> tuple[ClipboardReadTool, ClipboardWriteTool, ScreenshotTool]:
    """All of them."""
    return ClipboardReadTool(), ClipboardWriteTool(), ScreenshotTool()


def _forget(path: Path) -> None:
    path.unlink(missing_ok=True)


def _desktop(context: ToolContext) -> Desktop:
    if context.desktop is None:
        raise ToolFailed("There is no desktop here: the clipboard and the screen are there while the app's window is.")
    return context.desktop
