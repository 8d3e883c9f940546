"""`homard serve`: own the home without a screen, until told to end."""

from __future__ import annotations

import os

from agent.errors import OwnerBusy, StorageError
from agent.interfaces.cli.app import new_app
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.work import House, Work

app = new_app()


@app.command()
def serve() -> Work:
    """Run headless until SIGTERM or Ctrl-C: jobs start when they are due, other `homard` commands are served."""

    async def run(terminal: Terminal, house: House) -> int:
        if house.address is None:
            raise OwnerBusy(f"Homard already runs here (pid {os.getpid()}). Nothing was done; end that process first.")
        if not house.address:
            raise StorageError("No socket can be opened here, so nobody could be served. The log file says why.")
        await house.runtime.start()
        terminal.say(f"homard: ready (pid {os.getpid()}, home {house.paths.data})")
        with terminal.cancelling(terminal.leaving.set):
            await terminal.leaving.wait()
        terminal.say("homard: ending")
        return 0

    return Work(run)
