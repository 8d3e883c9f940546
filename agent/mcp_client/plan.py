"""How a server is started: which program, what of the disk it needs to run at all, what a person lets it have."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from agent.errors import ToolError, UsageError
from agent.mcp_client.name import check_server_name
from agent.safety.printable import printable
from agent.safety.web_address import parse_address
from agent.sandbox.closed import is_inside
from agent.settings import ServerSettings

FETCHING: Final = frozenset({"npx", "uvx", "bunx", "pnpx", "pipx"})
"""Programs that bring the server from the internet when they are started."""
_ROOTS: Final = ("package.json", "pyproject.toml", "pyvenv.cfg", "node_modules")
_MAX_UP: Final = 6
_HEADER: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_SYSTEM: Final = ("/usr/", "/bin/", "/opt/", "/System/", "/Applications/")
"""Can be read by every program anyway."""


@dataclass(frozen=True)
class Program:
    """A program to be started, and what it cannot run without."""

    argv: tuple[str, ...]
    code: tuple[str, ...]
    """Folders and files of the program itself, to read."""
    folders: tuple[str, ...]
    """Real paths that a person lets it read, and below `writable` change."""
    writable: tuple[str, ...]
    fetches: bool
    """It brings itself from the internet at each start, unless it has been fetched."""


def check_settings(name: str, settings: ServerSettings) -> None:
    """Refuse what cannot be meant. Raises UsageError."""
    check_server_name(name)
    if bool(settings.command) == bool(settings.url):
        raise UsageError(f"The server {name} needs either a command or a url, and not both. Nothing was started.")
    if why := next(_wrong_texts(settings), ""):
        raise UsageError(f"{why} of the server {name}. Take it out.")
    if settings.url:
        try:
            parse_address(settings.url)
        except ToolError as error:
            raise UsageError(f"The url of the server {name} cannot be used. {error}") from None
        if settings.folders or settings.writable:
            raise UsageError(f"The server {name} is on the internet; it cannot be given folders of this machine.")


def _wrong_texts(settings: ServerSettings) -> Iterator[str]:
    """What no program and no address can be given, in words."""
    for value in (*settings.env.values(), *settings.headers.values()):
        if "\n" in value or "\r" in value:
            yield "A line break stands in a value"
    texts = (settings.command, settings.url, *settings.args, *settings.env.values(), *settings.headers.values())
    texts = (*texts, *settings.hosts, *settings.folders, *settings.writable)
    if any("\0" in text for text in texts):
        yield "A NUL character stands in the settings"
    if any("\ud800" <= char <= "\udfff" for text in texts for char in text):
        yield "Half of a character (a lone surrogate) stands in the settings"
    for key in settings.env:
        if not key or not key.isprintable() or "=" in key:
            yield f"{printable(key)[:80]!r} is no name of a variable, and stands in `env`"
    for key in settings.headers:
        if _HEADER.fullmatch(key) is None:
            yield f"{printable(key)[:80]!r} is no name of a header, and stands in `headers`"


def program_of(name: str, settings: ServerSettings, own: Sequence[Path]) -> Program:
    """Find out. Blocks for the disk; raises UsageError with what to do.

    `own`: Homard's folders; nothing that holds one, or lies in one, can be granted.
    """
    check_settings(name, settings)
    command = os.path.expanduser(settings.command)
    found = shutil.which(command) or (shutil.which("python3") if command == "python" else None)
    if found is None:
        raise UsageError(
            f"There is no program {settings.command!r} on this machine, which the server {name} is started with. "
            "Install it, or give its whole path in the settings."
        )
    folders = tuple(_granted(name, folder, own) for folder in settings.folders)
    writable = tuple(_granted(name, folder, own) for folder in settings.writable)
    if above := next((one for one in writable if is_inside(os.path.realpath(Path.home()), one)), ""):
        raise UsageError(
            f"{above} holds all that is yours; no server may change that. Name the folders that are meant."
        )
    argv = (found, *map(os.path.expanduser, settings.args))
    mine = tuple(map(os.path.realpath, own))
    code = dict.fromkeys(path for part in (*argv, _interpreter(found)) for path in _code(part, mine))
    fetches = os.path.basename(settings.command).removesuffix(".cmd").removesuffix(".exe") in FETCHING
    return Program(argv, tuple(code), folders, writable, fetches)


def _granted(name: str, folder: str, own: Sequence[Path]) -> str:
    path = os.path.expanduser(folder)
    real = os.path.realpath(path)
    if not os.path.isabs(path):
        raise UsageError(f"The folder {folder!r} of the server {name} is not a whole path.")
    if not os.path.exists(real):
        raise UsageError(f"The folder {folder} that the server {name} may use does not exist. Make it, or take it out.")
    if any(is_inside(mine, real) or is_inside(real, mine) for mine in map(os.path.realpath, own)):
        raise UsageError(f"{folder} holds Homard's own data, or is part of it; no server may see that. Name another.")
    return real


def _code(part: str, mine: Sequence[str]) -> list[str]:
    """What a program needs of the disk that a word of its command names: for each name of it one place.

    A project that holds one of our own folders is not read as a whole.
    """
    if not os.path.isabs(part) or not os.path.isfile(part):
        return []
    names = tuple(dict.fromkeys((part, os.path.realpath(part))))
    places = [(one, _place(Path(one))) for one in names]
    safe = [one if any(is_inside(own, os.path.realpath(place)) for own in mine) else place for one, place in places]
    return [place for place in safe if not f"{place}{os.sep}".startswith(_SYSTEM)]


def _interpreter(program: str) -> str:
    """What a script is started with; empty: it is none."""
    try:
        with open(program, "rb") as file:
            line = file.readline(300)
    except OSError:
        return ""
    words = os.fsdecode(line).removeprefix("#!").split() if line.startswith(b"#!") else []
    return words[0] if words else ""


def _place(file: Path) -> str:
    """The nearest folder that looks like a whole project, or holds a `bin` with it in it; else the file itself."""
    if whole := [folder for folder in file.parents if folder.name == "node_modules"]:
        return str(whole[-1])  # with the packages that it is made of, which lie beside it
    home = Path.home()
    for _step, folder in zip(range(_MAX_UP), file.parents, strict=False):
        if folder == home or folder in home.parents:
            break
        if any((folder / mark).exists() for mark in _ROOTS):
            return str(folder)
    prefix = file.parent.parent
    return str(prefix) if file.parent.name == "bin" and prefix != home and prefix not in home.parents else str(file)


def ungranted_folders(settings: ServerSettings) -> list[str]:
    """Folders that its arguments name and that it may not use: such a server will not get far."""
    may = [os.path.realpath(os.path.expanduser(one)) for one in (*settings.folders, *settings.writable)]
    found: list[str] = []
    for part in map(os.path.expanduser, settings.args):
        real = os.path.realpath(part)
        if os.path.isabs(part) and os.path.isdir(part) and not any(is_inside(real, one) for one in may):
            found.append(part)
    return found
