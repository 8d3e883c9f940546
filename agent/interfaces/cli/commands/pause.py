"""`homard pause`: nothing calls a model until it is resumed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from agent.commands import PauseRuns
from agent.errors import UsageError
from agent.interfaces.cli.app import new_app
from agent.interfaces.cli.duration import parse_duration, until_words
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.work import House, Work

app = new_app()


@app.command()
def pause(
    length: Annotated[str, typer.Option("--for", help="End it by itself after so long: 45m, 1h, 2h30m, 1d.")] = "",
    until_tomorrow: Annotated[
        bool, typer.Option("--until-tomorrow", help="End it by itself the next morning at six.")
    ] = False,
) -> Work:
    """Let no run call a model, until `homard resume` or the time given; what is sent meanwhile waits."""
    if length and until_tomorrow:
        raise UsageError("--for and --until-tomorrow exclude each other. Name one of them.")
    lasts = parse_duration(length) if length else None

    async def run(terminal: Terminal, house: House) -> int:
        from agent.pause import next_morning

        now = datetime.now(UTC)
        until = next_morning(now) if until_tomorrow else now + lasts if lasts is not None else None
        await house.runtime.submit(PauseRuns(until))
        terminal.say(f"Everything is paused {until_words(until)}. `homard resume` ends it.")
        return 0

    return Work(run)
