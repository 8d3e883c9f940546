"""`homard acp`: let an editor drive Homard."""

from __future__ import annotations

from agent.errors import UsageError
from agent.interfaces.cli.app import new_app
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.work import House, Work

app = new_app()


@app.command()
def acp() -> Work:
    """Serve the Agent Client Protocol over the standard streams, until the editor closes them. See docs/serving.md."""

    async def run(terminal: Terminal, house: House) -> int:
        if house.opened is not None:
            raise UsageError("`homard acp` serves the streams of its own process. Start it as a command of its own.")
        if terminal.stdin_tty:
            raise UsageError("`homard acp` is started by an editor that speaks ACP; docs/serving.md has the settings.")
        from agent.interfaces.acp.run import run_agent

        await run_agent(house.paths)
        return 0

    return Work(run, needs_runtime=False)
