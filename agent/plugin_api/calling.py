"""Calling one function of a plugin, and saying in words what went wrong in it."""

from __future__ import annotations

import asyncio
import inspect
import linecache
import traceback
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, get_type_hints

import msgspec

from agent.errors import ToolDenied, ToolFailed, ToolRetry
from agent.plugin_api.context import Context
from agent.plugin_api.result import PlainResult, plain_result
from agent.plugin_api.signature import Signature


async def call_tool(
    function: Callable[..., Any], signature: Signature, arguments: Mapping[str, Any], context: Context
) -> PlainResult:
    """Call a tool's function; one that is not async runs in a thread. Raises ToolRetry, ToolFailed, ToolDenied."""
    try:
        taken = signature.taken(arguments)
    except msgspec.ValidationError as error:
        raise ToolRetry(f"The arguments do not fit: {error}.") from None
    if signature.context:
        taken[signature.context] = context
    try:
        return plain_result(await called(function, taken))
    except (ToolRetry, ToolFailed, ToolDenied, asyncio.CancelledError):
        raise
    except Exception as error:
        context.log.exception("%s failed", function.__name__)
        raise ToolFailed(f"The plugin failed: {told(error)}") from error


async def called(function: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
    """Call a function, in a thread if it is not async; then a cancellation waits for its end."""
    if inspect.iscoroutinefunction(function):
        return await function(**arguments)
    work = asyncio.get_running_loop().run_in_executor(None, partial(function, **arguments))
    try:
        value = await asyncio.shield(work)
    except asyncio.CancelledError:
        await asyncio.wait([work])
        raise
    return await value if inspect.isawaitable(value) else value


def with_context(function: Callable[..., Any], context: Context, *values: Any, **named: Any) -> dict[str, Any]:
    """Give a function what it takes: the values in order for the parameters that are not the context."""
    hints = get_type_hints(function)
    found: dict[str, Any] = {}
    waiting = list(values)
    for name in inspect.signature(function).parameters:
        if hints.get(name) is Context:
            found[name] = context
        elif name in named:
            found[name] = named[name]
        elif waiting:
            found[name] = waiting.pop(0)
    return found


def told(error: BaseException, folder: Path | None = None) -> str:
    """Say an error with the line where it came from: `ValueError: no such day (tools.py, line 12: day(text))`.

    `folder`: of the plugin; its own last line is told rather than one of a library's. None: the last line of all.
    """
    words = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    if isinstance(error, SyntaxError) and error.filename:
        source = (error.text or "").strip()
        return f"{type(error).__name__}: {error.msg} ({Path(error.filename).name}, line {error.lineno}: {source})"
    frames = traceback.extract_tb(error.__traceback__)
    own = [one for one in frames if folder is not None and Path(one.filename).is_relative_to(folder)]
    last = (own or list(frames) or [None])[-1]
    if last is None:
        return words
    source = linecache.getline(last.filename, last.lineno or 0).strip()
    return f"{words} ({Path(last.filename).name}, line {last.lineno}: {source})"
