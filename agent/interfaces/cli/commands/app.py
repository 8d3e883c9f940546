"""`homard app`: start the desktop program, in a process of its own.

The runtime imports nothing of it. This command is run by the process it was typed into, never by the owner of the
home: that one may belong to another screen, or to none.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from agent.interfaces.cli.app import new_app
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.work import House, Work

app = new_app()


@app.command(name="app")
def start(
    hidden: Annotated[bool, typer.Option("--hidden", help="Start in the tray, without a window.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Open the quick prompt.")] = False,
) -> Work:
    """Open the desktop program, or bring the running one to the front. Returns at once."""
    flags = [flag for flag, wanted in (("--hidden", hidden), ("--quick", quick)) if wanted]

    async def run(terminal: Terminal, house: House) -> int:
        if not has_display():
            terminal.say(
                "homard: the desktop program needs a display, and there is none here (neither DISPLAY nor "
                "WAYLAND_DISPLAY is set). Nothing was started; `homard chat` works in this terminal."
            )
            return 1
        _start([*program(), *flags], house.paths.logs / "app.log")
        return 0

    return Work(run, needs_runtime=False)


def program() -> list[str]:
    """The desktop program that belongs to this `homard`."""
    if getattr(sys, "frozen", False):
        return [str(Path(sys.executable).with_name("homard-app.exe" if sys.platform == "win32" else "homard-app"))]
    return [sys.executable, "-P", "-m", "app"]  # -P: not the `app` of the folder it is typed in


def has_display() -> bool:
    """Whether a window can be shown: always on Windows and macOS, as far as this can be known here."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def _start(command: list[str], log: Path) -> None:
    """Start it apart from this terminal. What it says before it can write its own log goes to `log`."""
    apart: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        apart = {"creationflags": subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP}
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with log.open("wb") as errors:
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, **apart)
