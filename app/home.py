"""The home that this process owns: the runtime, and the private socket through which others are served."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from agent.errors import StorageError
from agent.paths import Paths
from app.desktop.instance import become_owner

if TYPE_CHECKING:
    from agent.runtime import Runtime
    from app.desktop.app_service import AppService

_log = logging.getLogger(__name__)


@asynccontextmanager
async def open_home(
    paths: Paths, service: AppService, waiting: Callable[[int], None]
) -> AsyncGenerator[Runtime | None, None]:
    """Become the owner and open everything; None: an app runs already, and was raised.

    `waiting` is called with the process id of another owner as long as there is one. On leaving, runs are cancelled,
    commands that are served are ended, and everything is stored. Raises StorageError, SettingsInvalid.
    """
    address = _address(paths)
    owner = await become_owner(paths, address, waiting)
    if owner is None:
        yield None
        return
    try:
        from agent.runtime import Runtime

        async with Runtime.open(paths) as runtime, _served(paths, runtime, service, address):
            yield runtime
    finally:
        owner.release()


@asynccontextmanager
async def _served(paths: Paths, runtime: Runtime, service: AppService, address: str) -> AsyncGenerator[None, None]:
    from agent.interfaces.cli.service import CommandService
    from agent.interfaces.cli.work import House
    from agent.interfaces.control.api import ApiService
    from agent.interfaces.control.server import ControlServer

    commands = CommandService(House(paths, runtime))
    server = ControlServer({"cli": commands.serve, "api": ApiService(runtime).serve, "app": service.serve})
    try:
        if address:
            await server.listen(address)
    except OSError as error:
        _log.warning("cannot listen on %s: %s", address, error)
    try:
        yield
    finally:
        commands.end_all()
        await server.close()


def _address(paths: Paths) -> str:
    from agent.interfaces.control.server import new_address

    try:
        return new_address(paths.data)
    except StorageError as error:
        _log.warning("%s", error)
        return ""
