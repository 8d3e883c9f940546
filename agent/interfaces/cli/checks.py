"""What `homard doctor` looks at. No network, and no key is shown."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import platform
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from agent import __version__
from agent.errors import HomardError, SecretUnavailable
from agent.interfaces.cli.work import House
from agent.models.catalogue import bundled_file, default_model, resolve
from agent.paths import Paths
from agent.settings import Settings, load_settings

if TYPE_CHECKING:
    from agent.safety.secrets import KeyringSecrets
    from agent.sandbox.measured import Measured
    from agent.storage.database import Database

State = Literal["ok", "bad", "none"]


class Check(msgspec.Struct, frozen=True):
    """One thing that works (`ok`), does not (`bad`), or is not there and need not be (`none`)."""

    name: str
    state: State
    text: str
    remedy: str = ""


async def examine(house: House) -> list[Check]:
    """Look at everything; a check that breaks is a finding itself."""
    found: list[Check] = []
    for look in _LOOKS:
        try:
            found += await look(house)
        except HomardError as error:
            found.append(Check(look.__name__.strip("_"), "bad", str(error)))
        except OSError as error:
            found.append(Check(look.__name__.strip("_"), "bad", f"{error.filename}: {error.strerror}"))
    return found


async def _homard(house: House) -> list[Check]:
    ready = (3, 11) <= sys.version_info[:2] < (3, 15)
    return [
        Check("homard", "ok", f"{__version__}, home {house.paths.data}"),
        Check(
            "python",
            "ok" if ready else "bad",
            f"{platform.python_version()} on {platform.system()} {platform.machine()}",
            "" if ready else "Install Python 3.11 to 3.14.",
        ),
    ]


async def _home(house: House) -> list[Check]:
    return [await asyncio.to_thread(_writable, folder) for folder in dict.fromkeys(_folders(house.paths))]


def _folders(paths: Paths) -> tuple[Path, ...]:
    return (paths.data, paths.config, paths.cache, paths.logs)


def _writable(folder: Path) -> Check:
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    try:
        with tempfile.NamedTemporaryFile(dir=there):
            return Check("folder", "ok", f"{folder} can be written")
    except OSError as error:
        remedy = "Make it writable, or set HOMARD_HOME to another folder."
        return Check("folder", "bad", f"{folder} cannot be written ({error.strerror})", remedy)


async def _settings(house: House) -> list[Check]:
    path = house.paths.settings
    settings = load_settings(path)
    if not path.exists():
        return [Check("settings", "none", f"{path} is not there yet; the defaults hold")]
    return [Check("settings", "ok", f"{path}, {len(settings.providers)} provider(s)")]


async def _database(house: House) -> list[Check]:
    import apsw

    from agent.storage.database import Database
    from agent.storage.owner import Owner

    engine = Check("sqlite", "ok", f"{apsw.sqlite_lib_version()} (apsw {apsw.apsw_version()})")
    path = house.paths.database
    if house.opened is not None:
        return [engine, await _integrity(house.opened.store.database, path)]
    if not path.exists():
        return [engine, Check("database", "none", f"{path} is not there yet; the first session makes it")]
    owner = await asyncio.to_thread(Owner.acquire, house.paths)
    if owner is None:
        remedy = "Wait for the other Homard process to end, or end it."
        return [engine, Check("database", "bad", "another process uses it and does not answer", remedy)]
    try:
        database = await Database.open(path)
        try:
            return [engine, await _integrity(database, path)]
        finally:
            await database.close()
    finally:
        owner.release()


async def _integrity(database: Database, path: Path) -> Check:
    rows = await database.read(lambda connection: list(connection.execute("PRAGMA quick_check(1)")))
    if rows == [("ok",)]:
        return Check("database", "ok", f"{path} is sound")
    remedy = f"Copy {path.parent} away, then put the newest file of {path.parent / 'backups'} in its place."
    return Check("database", "bad", f"{path} is damaged: {rows[0][0]}", remedy)


async def _keyring(house: House) -> list[Check]:
    secrets = _secrets(house)
    status = await secrets.status()
    sealed = _SEALED[secrets.vault_state()]
    if status.backend:
        return [Check("keyring", "ok", status.backend), sealed]
    return [Check("keyring", "none", "no keyring that can be trusted", status.reason), sealed]


def _secrets(house: House) -> KeyringSecrets:
    from agent.safety.secrets import KeyringSecrets
    from agent.safety.vault import VAULT_FILE

    return house.opened.secrets if house.opened is not None else KeyringSecrets(house.paths.data / VAULT_FILE)


_SEALED = {
    "none": Check("sealed keys", "none", "no file with sealed keys"),
    "locked": Check("sealed keys", "none", "locked", "Unlock them with your passphrase in the app's Settings."),
    "open": Check("sealed keys", "ok", "unlocked, until Homard ends or they are locked again"),
}


async def _models(house: House) -> list[Check]:
    settings = load_settings(house.paths.settings)
    keys = await _keys(_secrets(house), settings)
    return [_default(house, settings), *_chains(house, settings), _engine(), _litellm(), *keys]


def _default(house: House, settings: Settings) -> Check:
    try:
        profile = resolve(settings, default_model(settings), cache=house.paths.cache)
    except HomardError as error:
        return Check("default model", "bad", str(error))
    return Check("default model", "ok", profile.label)


def _chains(house: House, settings: Settings) -> list[Check]:
    """The chains of models that are set, each with what of it cannot be used."""
    found: list[Check] = []
    for work in (field.name for field in msgspec.structs.fields(settings.routing)):
        names = getattr(settings.routing, work).models
        gone = [name for name in names if not _is_there(name, house, settings)]
        if gone:
            remedy = f"Add the provider, or take it out of [routing.{work}] in the settings."
            found.append(Check(f"models for {work}", "bad", f"there is no {', '.join(gone)}", remedy))
        elif names:
            found.append(Check(f"models for {work}", "ok", ", ".join(names)))
    return found


def _is_there(name: str, house: House, settings: Settings) -> bool:
    try:
        resolve(settings, name, cache=house.paths.cache)
    except HomardError:
        return False
    return True


def _engine() -> Check:
    install = "pip install 'homard[local]'"
    if importlib.util.find_spec("xllamacpp") is None:
        return Check("offline engine", "none", "not installed", install)
    file = bundled_file()
    if file is None:
        return Check("offline engine", "none", "installed, without its model", f"{install}, or name a GGUF file")
    return Check("offline engine", "ok", f"{file.name}, {file.stat().st_size / 1e6:.0f} MB")


def _litellm() -> Check:
    if importlib.util.find_spec("litellm") is None:
        remedy = "Install Homard again; without litellm only OpenAI-compatible providers work."
        return Check("litellm worker", "bad", "litellm is not installed", remedy)
    return Check("litellm worker", "ok", "installed (started when a provider needs it)")


async def _keys(secrets: KeyringSecrets, settings: Settings) -> list[Check]:
    found: list[Check] = []
    for name, provider in settings.providers.items():
        try:
            await secrets.get(provider.key)
            found.append(Check(f"provider {name}", "ok", "key is there" if provider.key else "needs no key"))
        except SecretUnavailable as error:
            found.append(Check(f"provider {name}", "bad", str(error)))
    return found


async def _sandbox(house: House) -> list[Check]:
    from agent.sandbox.levels import at_least
    from agent.sandbox.measure import known
    from agent.sandbox.measured import remedy

    cache = house.paths.cache if house.paths.cache.is_dir() else None  # looking makes nothing in a fresh home
    found = await asyncio.to_thread(known, cache)
    need = load_settings(house.paths.settings).safety.sandbox
    text = f"level {found.level}, by {found.backend}"
    if not at_least(found.level, need):
        level = Check("sandbox", "bad", f"{text}; commands need `{need}` and are refused", remedy())
    else:
        level = Check("sandbox", "ok", text)
    network = Check("sandbox network", "ok", "commands can have it, through Homard's proxy")
    if not found.can_proxy:
        network = Check("sandbox network", "none", "commands that ask for it are refused", remedy())
    notes = [Check("sandbox note", "none", note) for note in found.notes]
    return [level, *_barriers(found), network, *notes]


def _barriers(found: Measured) -> list[Check]:
    """Each group of barriers that was tried: what held, or what did not."""
    from agent.sandbox.measured import GROUPS

    checks: list[Check] = []
    for name, barriers in GROUPS.items():
        open_ = [barrier for barrier in barriers if not found.barriers.get(barrier, False)]
        held = [barrier for barrier in barriers if barrier not in open_]
        if not open_:
            checks.append(Check(f"sandbox {name}", "ok", f"held: {', '.join(held)}"))
        else:
            rest = f"; held: {', '.join(held)}" if held else ""
            checks.append(Check(f"sandbox {name}", "none", f"NOT held: {', '.join(open_)}{rest}"))
    return checks


async def _socket(house: House) -> list[Check]:
    from agent.interfaces.control.server import new_address

    if house.opened is not None:
        return [Check("socket", "ok", f"served by the running Homard (pid {os.getpid()})")]
    return [Check("socket", "ok", f"would be {new_address(house.paths.data)}")]


_LOOKS: tuple[Callable[[House], Awaitable[list[Check]]], ...] = (
    _homard,
    _home,
    _settings,
    _database,
    _socket,
    _keyring,
    _models,
    _sandbox,
)
