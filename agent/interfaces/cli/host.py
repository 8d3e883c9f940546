"""Become the owner: the runtime in a thread of its own, the console in the main thread.

The console is the same code whether the owner is this process or another one, and the main thread stays free for
signals and for line editing. Meanwhile other commands are served over the private socket.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import socket
import sys
import threading
from functools import partial
from typing import Any

from agent import __version__
from agent.errors import HomardError, StorageError
from agent.interfaces.cli.client import keep_promise
from agent.interfaces.cli.console import new_console, request_for
from agent.interfaces.cli.logfile import log_to_file
from agent.interfaces.cli.parse import Printed, parse
from agent.interfaces.cli.service import CommandService, attended, perform, unexpected
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.wire import Wire
from agent.interfaces.cli.work import House, Work, say_failure
from agent.interfaces.control.link import Frame, Link, StreamLink
from agent.interfaces.control.server import ControlServer, hello, new_address
from agent.paths import Paths, find_paths
from agent.storage.owner import Owner
from agent.tools.process_tree import end_own

DRAIN_S = 30.0
"""How long a leaving `serve` lets the commands that it serves go on."""

CANCEL_S = 5.0
"""And how long their runs have to end after that."""

_log = logging.getLogger(__name__)


def run_here(argv: list[str]) -> int | None:
    """Run a command in this process; None: another process has become the owner meanwhile."""
    request = request_for(argv, __version__)
    work = parse(argv, request["columns"])
    if isinstance(work, Printed):
        return _print(work)
    near, far = _pair()
    thread = threading.Thread(target=_run_loop, args=(far, request, work), name="homard", daemon=True)
    thread.start()
    console = new_console(near)
    code = console.run(request, hello_timeout_s=None)
    keep_promise(argv, console)
    if console.left_at_once:
        end_own()
        os._exit(code or 0)
    # All is said and stored; a Ctrl-C while the rest is put away must not look like a crash.
    signal.signal(signal.SIGINT, partial(_leave, code or 0))
    thread.join()
    if code is None:
        _collect_garbage()  # as a client of another process it may be here for long
    gc.freeze()  # what is left ends with the process: Python would look through it all to take it apart, for 50 ms
    return code


def _collect_garbage() -> None:
    """Let Python look for garbage from now on, but not among what the start has loaded: that stays."""
    gc.freeze()
    gc.enable()


def _leave(code: int, _number: int, _frame: object) -> None:
    os._exit(code)


def _run_loop(far: Any, request: Frame, work: Work) -> None:
    paths = find_paths()
    log_to_file(paths.logs)
    try:
        asyncio.run(_serve_console(far, request, work, paths))
    except Exception:  # noqa: BLE001 whatever it is, the console must not wait for ever
        _log.exception("the runtime's loop failed")
    finally:
        far.close()


async def _serve_console(far: Any, request: Frame, work: Work, paths: Paths) -> None:
    link = await _open_link(far)
    terminal = Terminal(link, request)
    await link.receive()  # the request, which came by a shorter way
    code = await attended(terminal, _run(work, terminal, link, paths))
    if code is not None:
        link.send({"exit": code})
    await link.close()


async def _run(work: Work, terminal: Terminal, link: Link, paths: Paths) -> int | None:
    if not work.needs_runtime:
        link.send(hello())
        _collect_garbage()
        return await perform(work, terminal, House(paths))
    try:
        address = _address(paths)
        owner = await asyncio.to_thread(Owner.acquire, paths, address)
    except HomardError as error:
        link.send(hello())
        return say_failure(terminal, work, error)
    if owner is None:
        return None
    link.send(hello())
    try:
        return await _own(work, terminal, paths, address)
    except HomardError as error:
        return say_failure(terminal, work, error)
    except Exception as error:  # noqa: BLE001 no trace ever reaches a person
        _log.exception("the runtime failed")
        return say_failure(terminal, work, unexpected(error, House(paths)))
    finally:
        owner.release()


async def _own(work: Work, terminal: Terminal, paths: Paths, address: str) -> int:
    from agent.interfaces.control.api import ApiService
    from agent.runtime import Runtime

    async with Runtime.open(paths) as runtime:
        commands = CommandService(House(paths, runtime))
        server = ControlServer({"cli": commands.serve, "api": ApiService(runtime).serve})
        try:
            house = House(paths, runtime, await _listen(server, address))
            _say_recovered(terminal, house)
            _collect_garbage()
            code = await perform(work, terminal, house)
            await _linger(server, commands, terminal)
            return code
        finally:
            await server.close()


def _address(paths: Paths) -> str:
    """Where to serve others; empty where no place for a socket can be had: then they are told that we are busy."""
    try:
        return new_address(paths.data)
    except StorageError as error:
        _log.warning("%s", error)
        return ""


async def _listen(server: ControlServer, address: str) -> str:
    try:
        if address:
            await server.listen(address)
        return address
    except OSError as error:
        _log.warning("cannot listen on %s: %s", address, error)
        return ""


def _say_recovered(terminal: Terminal, house: House) -> None:
    for found in house.runtime.recovered:
        terminal.say(f"homard: session {found.session_id} was interrupted; every finished step is kept.")
        for call in found.unknown:
            terminal.say(f"  outcome unknown: {call.name} {call.arguments[:100]}")


async def _linger(server: ControlServer, commands: CommandService, terminal: Terminal) -> None:
    """Serve those that came meanwhile to their end; nobody else could."""
    if terminal.leaving.is_set():
        await server.stop_accepting()
        if not await server.wait_idle(DRAIN_S):
            commands.end_all()
            await server.wait_idle(CANCEL_S)
        return
    while server.clients:
        terminal.say(f"homard: done; still serving {server.clients} other command(s). Ctrl-C ends them.")
        await server.wait_idle()
    await server.stop_accepting()
    await server.wait_idle()


def _print(printed: Printed) -> int:
    for stream, text in ((sys.stdout, printed.out), (sys.stderr, printed.err)):
        if stream is not None:
            stream.write(text)
    return printed.code


def _pair() -> tuple[Wire, Any]:
    if sys.platform == "win32":
        from agent.interfaces.cli.console_windows import pipe_pair

        return pipe_pair()
    near, far = socket.socketpair()
    return Wire(near), far


async def _open_link(far: Any) -> Link:
    if sys.platform == "win32":
        from agent.interfaces.control.pipe import PipeLink

        return PipeLink(far)
    return await StreamLink.over(far)
