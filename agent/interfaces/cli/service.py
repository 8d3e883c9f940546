"""Runs commands for clients: parse, run, tell the exit code."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar, cast

from agent.errors import HomardError, StorageError
from agent.interfaces.cli.failure import CANCEL_EXIT
from agent.interfaces.cli.parse import Printed, parse
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.work import House, Work, say_failure
from agent.interfaces.control.link import Frame, Link
from agent.tasks import spawn

T = TypeVar("T")

_log = logging.getLogger(__name__)


class CommandService:
    """Serves the mode `cli` of the control socket."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._terminals: set[Terminal] = set()

    def end_all(self) -> None:
        """Cancel the commands under way, as if each person had left."""
        for terminal in self._terminals:
            terminal.leave()

    async def serve(self, link: Link, request: Frame) -> None:
        """Run the command of one client to its end."""
        terminal = Terminal(link, request)
        work = parse([str(word) for word in request.get("argv", [])], terminal.columns)
        if isinstance(work, Printed):
            terminal.out(work.out)
            terminal.err(work.err)
            link.send({"exit": work.code})
            return
        self._terminals.add(terminal)
        try:
            link.send({"exit": await attended(terminal, perform(work, terminal, self._house))})
        finally:
            self._terminals.discard(terminal)


async def attended(terminal: Terminal, work: Coroutine[Any, Any, T]) -> T | int:
    """Do work while the terminal is listened to: Ctrl-C and hanging up end it. Returns the exit code."""
    task = spawn(work, "command")
    reader = spawn(terminal.attend(lambda: task.cancel()), "terminal")
    try:
        await asyncio.wait({task})
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait({task})
        reader.cancel()
    return CANCEL_EXIT if task.cancelled() else task.result()


async def perform(work: Work, terminal: Terminal, house: House) -> int:
    """Run a command; whatever goes wrong becomes a sentence. Returns the exit code."""
    try:
        return await work.run(terminal, house)
    except HomardError as error:
        return say_failure(terminal, work, error)
    except Exception as error:  # noqa: BLE001 no trace ever reaches a person
        _log.exception("a command failed")
        return say_failure(terminal, work, unexpected(error, house))


def unexpected(error: BaseException, house: House) -> HomardError:
    """A sentence about a fault of ours."""
    if isinstance(error, BaseExceptionGroup):
        return unexpected(cast("BaseExceptionGroup[BaseException]", error).exceptions[0], house)
    if isinstance(error, HomardError):
        return error
    if isinstance(error, OSError) and error.filename is not None:
        return StorageError(
            f"{error.filename}: {error.strerror}. What was stored before is kept; mend that and try again."
        )
    return StorageError(
        f"An unexpected fault ended the command ({type(error).__name__}). What was stored before is kept; "
        f"the details are in {house.paths.logs / 'homard.log'}."
    )
