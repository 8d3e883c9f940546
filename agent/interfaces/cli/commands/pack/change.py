"""`homard pack install|enable|disable|update|rollback|remove`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.errors import UsageError
from agent.interfaces.cli.commands.pack.group import (
    AsJson,
    Name,
    Trust,
    Yes,
    app,
    as_data,
    confirmed,
    packs_of,
    say_lines,
    tell,
    work,
)
from agent.interfaces.cli.commands.pack.listing import STATUS, difference_lines
from agent.interfaces.cli.commands.pack.reach import Inside, Source, Which, reached, reached_for
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.work import House, Work, error_report, print_json

if TYPE_CHECKING:
    from agent.packs.service import Found, Packs

Unsigned = Annotated[bool, typer.Option("--unsigned", help="Take it though nobody signed it.")]
Hash = Annotated[str, typer.Option("--hash", help="Only if it is still this one, as `show` says it.")]
Enable = Annotated[bool, typer.Option("--enable", help="Enable it at once, with all that it asks for.")]


@app.command("install")
def install(
    source: Source,
    which: Which = "",
    inside: Inside = "",
    trust: Trust = "",
    unsigned: Unsigned = False,
    enable: Enable = False,
    as_json: AsJson = False,
) -> Work:
    """Bring in a pack. It is off until you have looked at it and enable it."""

    async def run(terminal: Terminal, house: House) -> int:
        from agent.packs.source import chosen

        packs = packs_of(house)
        where = await reached(terminal, packs, source, inside)
        one = await asyncio.to_thread(chosen, where, which)
        found = await take(terminal, packs, one, trust, unsigned=unsigned)
        return await _taken(terminal, house, packs, found, enable=enable, as_json=as_json)

    return Work(run, needs_runtime=False, report=error_report if as_json else None)


async def take(
    terminal: Terminal,
    packs: Packs,
    source: Path,
    trust: str,
    *,
    unsigned: bool = False,
    replace: bool = False,
    seen: str = "",
) -> Found:
    """Install a pack; where its key is new, let a person who is there compare the fingerprint."""
    from agent.packs.trust import UnknownKey

    install = partial(packs.install, source, replace=replace, seen=seen)
    try:
        return await asyncio.to_thread(install, trust=trust, unsigned=unsigned)
    except UnknownKey as error:
        if not terminal.attended:
            raise
        say_lines(terminal, [f"{error.note}It says it is by {error.publisher}. The fingerprint of its key is", ""])
        say_lines(terminal, [f"    {error.fingerprint}", ""])
        await confirmed(terminal, f"Did you get exactly this from {error.publisher}, by another way?", yes=False)
        trusted = error.fingerprint
    return await asyncio.to_thread(install, trust=trusted)


async def _taken(terminal: Terminal, house: House, packs: Packs, found: Found, *, enable: bool, as_json: bool) -> int:
    lines = await asyncio.to_thread(_described, packs, found)
    if enable:
        found = await asyncio.to_thread(packs.enable, found.name, seen=found.installed.digest)
    return _say(terminal, house, found, lines, as_json)


def _say(terminal: Terminal, house: House, found: Found, lines: list[str], as_json: bool) -> int:
    tell(house)
    if as_json:
        print_json(terminal, as_data(found))
        return 0
    say_lines(terminal, [*lines, _state(found), *_next_steps(found)])
    return 0


def _next_steps(found: Found) -> list[str]:
    """What a person does next with parts that need more of them."""
    servers = [part.name for part in found.installed.parts if part.kind == "server"] if found.status == "on" else []
    jobs = [part.name for part in found.installed.parts if part.kind == "job"] if found.status == "on" else []
    steps = [f"The tools of {one} wait for you: homard mcp test {one}, then homard mcp trust {one}" for one in servers]
    return steps + [f"A job to begin with: homard jobs add --template {one}" for one in jobs]


def _described(packs: Packs, found: Found) -> list[str]:
    from agent.packs.consent import consent_lines, warnings

    pack = packs.read(found.name)
    parts = packs.parts_of(pack)
    return [*(f"warning: {one}" for one in warnings(pack, parts)), *consent_lines(pack, parts)]


def _state(found: Found) -> str:
    if found.status == "on":
        return "It is on. A changed byte turns it off again."
    if found.status == "off":
        return f"It is off. If it may do that: homard pack enable {found.name} --hash {found.installed.digest[:16]}"
    return f"It is {STATUS[found.status]}. {found.why}"


@app.command("enable")
def enable_pack(
    name: Name,
    without: Annotated[
        list[str] | None, typer.Option("--without", metavar="WHAT", help="Grant all but this: net. Repeatable.")
    ] = None,
    seen: Hash = "",
    yes: Yes = False,
    as_json: AsJson = False,
) -> Work:
    """Let a pack be used as it stands now, with what it asks for, after you looked at it."""

    async def run(terminal: Terminal, house: House) -> int:
        packs = packs_of(house)

        def look() -> tuple[Found, list[str]]:
            found = packs.find(name)
            if missing := [one for one in without or () if one not in {cap.what for cap in found.installed.asked}]:
                raise UsageError(f"{name} does not ask for {missing[0]}. Nothing was enabled.")
            return found, _described(packs, found) if found.status != "changed" else []

        found, lines = await asyncio.to_thread(look)
        if terminal.attended and found.status != "changed" and not (yes or seen or as_json):
            say_lines(terminal, lines)
            await confirmed(terminal, f"Let {name} do that?", yes=False)
            lines = []
        granted = [one for one in found.installed.asked if one.what not in (without or ())]
        digest = seen or found.installed.digest
        found = await asyncio.to_thread(packs.enable, name, granted, seen=digest)
        return _say(terminal, house, found, lines, as_json)

    return Work(run, needs_runtime=False, report=error_report if as_json else None)


@app.command("disable")
def disable(name: Name, as_json: AsJson = False) -> Work:
    """Let nothing of a pack be used; it stays where it is."""
    return _changed(lambda packs: packs.disable(name), as_json)


@app.command("rollback")
def rollback(name: Name, as_json: AsJson = False) -> Work:
    """Go back to the version before; it is off until you enable it."""
    return _changed(lambda packs: packs.rollback(name), as_json)


@app.command("update")
def update(
    name: Name,
    source: Source = "",
    inside: Inside = "",
    yes: Yes = False,
    trust: Trust = "",
    enable: Enable = False,
    as_json: AsJson = False,
) -> Work:
    """Take a newer version of a pack after showing what it changes. It is off until you enable it."""

    async def run(terminal: Terminal, house: House) -> int:
        from agent.packs.update import compared, next_of, take_revocations

        packs = packs_of(house)
        named = await reached_for(terminal, packs, name, source, inside)
        for one in await asyncio.to_thread(take_revocations, packs, name, named):
            say_lines(terminal, [f"{one.name} {one.installed.version} was taken back: {one.why} It is not used."])
        other = await asyncio.to_thread(next_of, packs, name, named)
        if other is None:
            terminal.say(f"There is no newer version of {name}.")
            return 0
        shown = await asyncio.to_thread(compared, packs, name, other)
        say_lines(terminal, difference_lines(shown))
        if shown.nothing:
            return 0
        await confirmed(terminal, f"Take this version of {name}?", yes=yes)
        unsigned = not packs.find(name).installed.key
        found = await take(terminal, packs, other, trust, unsigned=unsigned, replace=True, seen=shown.digest)
        return await _taken(terminal, house, packs, found, enable=enable, as_json=as_json)

    return Work(run, needs_runtime=False, report=error_report if as_json else None)


@app.command("remove")
def remove(name: Name, as_json: AsJson = False) -> Work:
    """Take a pack away, with all its parts and the versions before."""

    def say(terminal: Terminal, _house: House, _nothing: None) -> int:
        if as_json:
            print_json(terminal, {"removed": name})
        else:
            terminal.say(f"{name} is gone, with all that it brought.")
        return 0

    return work(lambda packs, _terminal: packs.remove(name), say, as_json=as_json)


def _changed(do: Callable[[Packs], Found], as_json: bool) -> Work:
    def say(terminal: Terminal, _house: House, found: Found) -> int:
        if as_json:
            print_json(terminal, as_data(found))
        else:
            say_lines(terminal, [f"{found.name} {found.installed.version}: {_state(found)}"])
        return 0

    return work(lambda packs, _terminal: do(packs), say, as_json=as_json)
