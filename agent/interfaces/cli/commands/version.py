"""`homard version`."""

from __future__ import annotations

from agent import __version__
from agent.interfaces.cli.app import new_app
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.work import House, Work

app = new_app()


@app.command()
def version() -> Work:
    """Print the version."""

    async def run(terminal: Terminal, _house: House) -> int:
        terminal.out(f"homard {__version__}\n")
        return 0

    return Work(run, needs_runtime=False)
