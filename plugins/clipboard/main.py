"""The tools: the smallest whole plugin. All that it does goes through the context, and so through what was granted."""

from __future__ import annotations

from agent.api import Context, Result, tool


@tool(reading=True)
async def read(context: Context) -> str:
    """Read the text in the clipboard."""
    return await context.clipboard.text() or "The clipboard holds no text."


@tool
async def write(context: Context, text: str) -> str:
    """Put a text into the clipboard."""
    await context.clipboard.set_text(text)
    return f"The clipboard holds {len(text)} characters."


@tool(reading=True)
async def screenshot(context: Context) -> Result:
    """Take a picture of the screen."""
    return Result("The screen:", images=[await context.screenshot()])
