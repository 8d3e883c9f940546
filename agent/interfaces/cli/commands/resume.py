"""`homard resume`: the end of `homard pause`."""

from __future__ import annotations

from agent.commands import ResumeRuns
from agent.interfaces.cli.app import new_app
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.work import House, Work

app = new_app()


@app.command()
def resume() -> Work:
    """End a pause: what waits goes on."""

    async def run(terminal: Terminal, house: House) -> int:
        paused = house.runtime.pause.state.paused
        await house.runtime.submit(ResumeRuns())
        terminal.say("Resumed." if paused else "Nothing was paused.")
        return 0

    return Work(run)
