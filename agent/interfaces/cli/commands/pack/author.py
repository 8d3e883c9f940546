"""`homard pack new|build|sign|publish|key|revoke`: for who makes packs."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.errors import UsageError
from agent.interfaces.cli.commands.pack.group import AsJson, KeyName, app, packs_of, place, work
from agent.interfaces.cli.provider_setup import secrets_of
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.work import House, Work, error_report, print_json

if TYPE_CHECKING:
    from agent.packs.keys import Secrets
    from agent.packs.service import Packs

MINE = "me"
Folder = Annotated[str, typer.Argument(metavar="DIR", help="The folder with the pack.toml.")]
File = Annotated[str, typer.Argument(metavar="FILE", help="As `homard pack build` made it.")]
To = Annotated[str, typer.Option("--to", metavar="DIR", help="A shared folder, or one of a git repository.")]


@app.command("new")
def new(
    name: Annotated[str, typer.Argument(help="Lower-case letters, digits and hyphens: office-basics.")],
    publisher: Annotated[str, typer.Option("--publisher", help="Who gives it out.")] = "",
    description: Annotated[str, typer.Option("--description", "-d", help="What it is for, in one line.")] = "",
    skill: Annotated[str, typer.Option("--skill", help="Name of its first skill; default: that of the pack.")] = "",
    as_json: AsJson = False,
) -> Work:
    """Begin a pack: a folder with a pack.toml and one skill."""

    def do(_packs: Packs, terminal: Terminal) -> Path:
        from agent.packs.new import create_pack

        return create_pack(place(terminal, "."), name, publisher, description, skill)

    return work(do, _say_path("folder", as_json), as_json=as_json)


@app.command("build")
def build(
    folder: Folder = ".",
    output: Annotated[str, typer.Option("--output", "-o", help="File or folder; default: beside the pack.")] = "",
    as_json: AsJson = False,
) -> Work:
    """Make the file of a pack, not signed: the same bytes each time."""

    def do(packs: Packs, terminal: Terminal) -> Path:
        from agent.packs.archive import build, read_folder

        pack = read_folder(place(terminal, folder))
        packs.parts_of(pack)
        target = place(terminal, output) if output else pack.folder.parent
        return build(pack, target)

    return work(do, _say_path("file", as_json), as_json=as_json)


@app.command("sign")
def sign(file: File, key: KeyName = MINE, as_json: AsJson = False) -> Work:
    """Sign a pack that was built, with your key."""

    async def run(terminal: Terminal, house: House) -> int:
        from agent.packs.keys import find_key

        mine = await find_key(secrets_of(house), key)
        packs = packs_of(house)

        def do() -> Path:
            from agent.packs.archive import build

            path = place(terminal, file)
            if not path.is_file():
                raise UsageError(f"There is no file {path}. `homard pack build` makes one.")
            with packs.store.opened(path) as pack:
                return build(pack, path, mine.sign(pack, date.today()))

        path = await asyncio.to_thread(do)
        if as_json:
            print_json(terminal, {"file": str(path), "fingerprint": mine.fingerprint})
        else:
            terminal.out(f"{path}\n")
            terminal.say(f"Signed. Tell people the fingerprint of your key by another way: {mine.fingerprint}")
        return 0

    return Work(run, needs_runtime=False, report=error_report if as_json else None)


@app.command("publish")
def publish(file: File, to: To, as_json: AsJson = False) -> Work:
    """Copy a signed pack to where others find it and its updates."""

    def do(packs: Packs, terminal: Terminal) -> Path:
        from agent.packs import source

        path, folder = place(terminal, file), place(terminal, to)
        with packs.store.opened(path) as pack:
            if not pack.key:
                raise UsageError(f"{path.name} is not signed. `homard pack sign` does; nothing was published.")
        return source.publish(path, folder)

    return work(do, _say_path("file", as_json), as_json=as_json)


@app.command("key")
def key(
    make: Annotated[bool, typer.Option("--new", help="Make one.")] = False,
    expires: Annotated[str, typer.Option("--expires", metavar="DAY", help="Its last day: 2027-12-31.")] = "",
    show: Annotated[bool, typer.Option("--show", help="Print a new one instead of keeping it.")] = False,
    name: KeyName = MINE,
    as_json: AsJson = False,
) -> Work:
    """Show the fingerprint of your key, or make one; it is kept in the keyring."""

    async def run(terminal: Terminal, house: House) -> int:
        from agent.packs.keys import find_key, keep_key, made_key

        secrets = secrets_of(house)
        where = ""
        if not make:
            mine = await find_key(secrets, name)
        else:
            mine = made_key(expires)
            await _refuse_second(secrets, name, show=show)
            where = "" if show else await keep_key(secrets, name, mine)
        data: dict[str, Any] = {"fingerprint": mine.fingerprint, "expires": mine.expires or None}
        if make and show:
            data["key"] = mine.written
        if as_json:
            print_json(terminal, data)
            return 0
        terminal.out(f"{mine.written if make and show else mine.fingerprint}\n")
        if make:
            kept = f"It is kept in the {where}. " if where else "It is kept nowhere. "
            terminal.say(f"{kept}Its fingerprint is {mine.fingerprint}")
        return 0

    return Work(run, needs_runtime=False, report=error_report if as_json else None)


async def _refuse_second(secrets: Secrets, name: str, *, show: bool) -> None:
    from agent.packs.keys import find_key

    try:
        there = None if show else await find_key(secrets, name)
    except UsageError:
        return
    if there is not None:
        raise UsageError(f"There is a key {name} already, {there.fingerprint}. Name another with --key.")


@app.command("revoke")
def revoke(
    reason: Annotated[str, typer.Option("--reason", help="Why, in one sentence.")],
    to: To,
    file: Annotated[str, typer.Argument(metavar="FILE", help="The pack; without it your key itself.")] = "",
    name: KeyName = MINE,
    as_json: AsJson = False,
) -> Work:
    """Take back a pack of yours, or your key, for everyone who looks for updates there. That cannot be undone."""

    async def run(terminal: Terminal, house: House) -> int:
        from agent.packs.keys import find_key

        mine = await find_key(secrets_of(house), name)
        packs = packs_of(house)

        def do() -> Path:
            from agent.packs.signing import public_of, signed_by
            from agent.packs.source import write_revocation
            from agent.packs.trust import RevokeStatement

            digest, called = "", f"key-{mine.fingerprint[:9]}"
            if file:
                with packs.store.opened(place(terminal, file)) as pack:
                    if pack.key != public_of(mine.private):
                        raise UsageError("It is not signed with this key, so it is not yours to take back.")
                    digest, called = pack.digest, f"{pack.manifest.name}-{pack.manifest.version}"
            statement = signed_by(mine.private, RevokeStatement(reason, digest))
            return write_revocation(place(terminal, to), statement, called)

        path = await asyncio.to_thread(do)
        return _say_path("file", as_json)(terminal, house, path)

    return Work(run, needs_runtime=False, report=error_report if as_json else None)


def _say_path(what: str, as_json: bool) -> Any:
    def say(terminal: Terminal, _house: House, path: Path) -> int:
        if as_json:
            print_json(terminal, {what: str(path)})
        else:
            terminal.out(f"{path}\n")
        return 0

    return say
