"""`homard pack lock|follow`: the packs of a team."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.errors import UsageError
from agent.interfaces.cli.commands.pack.group import (
    AsJson,
    KeyName,
    Trust,
    Yes,
    app,
    as_data,
    confirmed,
    packs_of,
    place,
    say_lines,
    tell,
)
from agent.interfaces.cli.commands.pack.reach import Inside, fetched, reached, require_named
from agent.interfaces.cli.provider_setup import secrets_of
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.work import House, Work, error_report, print_json

if TYPE_CHECKING:
    from agent.packs.lock import News
    from agent.packs.service import Packs

MINE = "me"


@app.command("lock")
def lock(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="Where the team finds its packs.")],
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="All packs that members have.")],
    team: Annotated[str, typer.Option("--team", help="Name of the team.")],
    key: KeyName = MINE,
    as_json: AsJson = False,
) -> Work:
    """Sign which packs each member has, at which hash. What is not named, members lose again."""

    async def run(terminal: Terminal, house: House) -> int:
        from agent.packs.keys import find_key
        from agent.packs.lock import write_lock

        mine = await find_key(secrets_of(house), key)
        into, named = place(terminal, folder), [place(terminal, one) for one in files]
        path = await asyncio.to_thread(write_lock, packs_of(house), into, team, mine, named, date.today())
        if as_json:
            print_json(terminal, {"file": str(path), "fingerprint": mine.fingerprint})
        else:
            terminal.out(f"{path}\n")
            terminal.say(f"Signed for {team}. The fingerprint of its key is {mine.fingerprint}")
        return 0

    return Work(run, needs_runtime=False, report=error_report if as_json else None)


@app.command("follow")
def follow(
    source: Annotated[
        str,
        typer.Argument(metavar="[LOCK]", help="The lock, its folder, or the URL of it or of a git repository."),
    ] = "",
    inside: Inside = "",
    yes: Yes = False,
    trust: Trust = "",
    off: Annotated[bool, typer.Option("--off", help="Follow it no more; what it brought stays, as yours.")] = False,
    as_json: AsJson = False,
) -> Work:
    """Follow the lock of your team, after showing what that changes. It enables nothing."""

    async def run(terminal: Terminal, house: House) -> int:
        from agent.packs.lock import follow, leave

        packs = packs_of(house)
        if off:
            await asyncio.to_thread(leave, packs)
            terminal.say("No lock is followed any more. What it brought is yours now.")
            return 0
        news = await _news(terminal, packs, await _where(terminal, packs, source, inside), trust)
        say_lines(terminal, [f"Lock {news.lock.serial} of {news.lock.team}, {news.lock.signed}:"])
        say_lines(terminal, [f"- {step.words}" for step in news.steps] or ["You have all of it."])
        if news.steps:
            await confirmed(terminal, "Follow it?", yes=yes)
        found = await asyncio.to_thread(follow, packs, news)
        tell(house)
        if as_json:
            print_json(terminal, [as_data(one) for one in found])
        for one in () if as_json else found:
            terminal.say(f"{one.name} {one.installed.version} is here and off: homard pack show {one.name}")
        return 0

    return Work(run, needs_runtime=False, report=error_report if as_json else None)


async def _where(terminal: Terminal, packs: Packs, source: str, inside: str) -> Path:
    if source:
        return await reached(terminal, packs, source, inside)
    require_named(inside)
    followed = packs.state().followed
    if followed is None:
        raise UsageError("No lock is followed yet. Name it: homard pack follow DIR.")
    if followed.origin is None:
        return Path(followed.path)
    folder = await fetched(terminal, packs, followed.origin)
    return Path(followed.path) if Path(followed.path).is_relative_to(folder) else folder  # else this home lay elsewhere


async def _news(terminal: Terminal, packs: Packs, path: Path, trust: str) -> News:
    from agent.packs.lock import read_lock
    from agent.packs.trust import UnknownKey

    try:
        return await asyncio.to_thread(lambda: read_lock(packs, path, date.today(), trust=trust))
    except UnknownKey as error:
        if not terminal.attended:
            raise
        say_lines(terminal, [f"{error.note}The fingerprint of the key of {error.publisher} is", ""])
        say_lines(terminal, [f"    {error.fingerprint}", ""])
        await confirmed(terminal, f"Did you get exactly this from {error.publisher}, by another way?", yes=False)
        trusted = error.fingerprint
    return await asyncio.to_thread(lambda: read_lock(packs, path, date.today(), trust=trusted))
