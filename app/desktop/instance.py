"""One app per home: find the one that runs, or become the process that owns the home.

On the path of every start, before Qt is there: standard library only. The running app's end is `app_service`.
"""

from __future__ import annotations

import os
import sys

from agent import __version__
from agent.storage.owner import Owner, read_address, read_card

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal

    from agent.interfaces.cli.wire import Wire
    from agent.paths import Paths

    Wish = Literal["raise", "quick", "quit"]
    Answer = Literal["done", "no_app", "nobody"]

ANSWER_S = 3.0
"""How long a running app may take to answer: it may be busy, or the machine may be."""
RETRY_S = 0.2
PATIENT_TRIES = 50
"""After so many, one that said that it is no app is asked again."""
STARTUP_VARIABLES = ("XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID")
"""How a desktop allows the program it starts to come to the front, on Wayland and on X11."""


def ask_running_app(paths: Paths, what: Wish) -> Answer:
    """Ask the process that owns the home to show itself (`raise`), its quick prompt, or to quit.

    `done`: an app runs and does it. `no_app`: the owner has no window, or is of another version, or hangs; `owner_pid`
    says which process it is. `nobody`: no owner answers, so try `become_owner`. Blocks at most `ANSWER_S`.
    """
    address = read_address(paths)
    if not address:
        return "nobody"
    from agent.interfaces.cli.client import connect
    from agent.interfaces.cli.wire import PROTOCOL

    wire = connect(address)
    if wire is None:
        return "nobody"
    try:
        wire.send({"mode": "app", "do": what, "version": __version__, "protocol": PROTOCOL, "startup": _startup()})
        return "done" if _is_done(wire) else "no_app"
    finally:
        wire.close()


def owner_pid(paths: Paths) -> int:
    """The process that owns the home, as it wrote itself; 0: unknown."""
    pid = read_card(paths).get("pid")
    return pid if isinstance(pid, int) else 0


async def become_owner(paths: Paths, address: str, waiting: Callable[[int], None]) -> Owner | None:
    """Become the owner of the home, waiting as long as another process is; `address`: where others are served.

    `waiting` is called with that process's id at each try. None: the other process is an app itself (both waited, and
    it was first); it was raised. Raises StorageError. May be cancelled.
    """
    import asyncio

    known = tries = 0
    answer: Answer = "nobody"
    while (owner := await _acquire(paths, address)) is None:
        pid = owner_pid(paths)
        # One that has just begun does not listen yet, and a busy one may answer too late.
        if pid != known or answer == "nobody" or tries % PATIENT_TRIES == 0:
            answer = await asyncio.to_thread(ask_running_app, paths, "raise")
            if answer == "done":
                return None
        known = pid
        tries += 1
        waiting(pid)
        await asyncio.sleep(RETRY_S)
    return owner


async def _acquire(paths: Paths, address: str) -> Owner | None:
    import asyncio

    from agent.tasks import uninterrupted

    got: list[Owner | None] = []
    try:
        await uninterrupted(asyncio.to_thread(lambda: got.append(Owner.acquire(paths, address))), "become owner")
    except asyncio.CancelledError:
        for owner in got:
            if owner is not None:
                owner.release()
        raise
    return got[0]


def _startup() -> dict[str, str]:
    return {name: os.environ[name] for name in STARTUP_VARIABLES if os.environ.get(name)}


def _is_done(wire: Wire) -> bool:
    import time

    deadline = time.monotonic() + ANSWER_S
    while _readable(wire, deadline - time.monotonic()):
        frames = wire.receive()
        if frames is None:
            return False
        if any("done" in frame for frame in frames):
            return True
    return False


def _readable(wire: Wire, timeout_s: float) -> bool:
    if timeout_s <= 0:
        return False
    if sys.platform == "win32":
        from multiprocessing.connection import wait

        return bool(wait([wire.fileno()], timeout_s))
    import select

    return bool(select.select([wire], [], [], timeout_s)[0])
