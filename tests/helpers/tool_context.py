"""A ToolContext in a temporary folder, and tools run directly in it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import msgspec

from agent.safety.folders import Folders
from agent.tools.tool import Tool, ToolContext, ToolOutput


def tool_context(folder: Path, **more: Any) -> ToolContext:
    """A context whose working folder is `folder` and whose scratch lies beside its files."""
    return ToolContext(cwd=folder, folders=Folders((folder,)), scratch=folder / "scratch", **more)


def call(tool: Tool[Any], context: ToolContext, **arguments: Any) -> ToolOutput:
    """Convert the arguments as the executor would, ask for title and effects, and run the tool to its end."""
    args = msgspec.convert(arguments, tool.arguments)
    assert len(tool.title(args)) <= 100
    tool.effects(args, context)
    return asyncio.run(tool.run(args, context))
