"""Changes to settings.toml that keep its comments, and never leave it invalid or half written."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from agent.errors import StorageError, UsageError
from agent.file_lock import changing
from agent.settings import Settings, load_settings
from agent.whole_file import replace_file

_PART = re.compile(r'"((?:[^"\\]|\\.)*)"|\'([^\']*)\'|([^."\']+)')


def change_settings(path: Path, change: Callable[[Any], None]) -> Settings:
    """Let `change` edit the parsed document (tomlkit), check the whole, keep a backup, replace the file at once.

    Raises SettingsInvalid if the file is invalid already, UsageError if it would become so: nothing is written then.
    """
    import tomlkit

    with changing(path):
        load_settings(path)
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        document = tomlkit.parse(before)
        change(document)
        after = tomlkit.dumps(document)
        try:
            settings = msgspec.toml.decode(after, type=Settings)
        except msgspec.DecodeError as error:
            raise UsageError(
                f"That does not fit the settings: {error}. Nothing was changed; see `homard config schema`."
            ) from error
        if after != before:
            _replace(path, before, after)
        return settings


def _replace(path: Path, before: str, after: str) -> None:
    try:
        if before:
            replace_file(path.with_name(f"{path.name}.bak"), before.encode())
        replace_file(path, after.encode())
    except OSError as error:
        raise StorageError(
            f"{path} cannot be written ({error.strerror}); it is as it was. Mend that and try again."
        ) from error


def split_key(key: str) -> list[str]:
    """The parts of a dotted key; a part with dots in it stands in quotes. Raises UsageError."""
    parts: list[str] = []
    at = 0
    while (found := _PART.match(key, at)) is not None:
        parts.append(next(group for group in found.groups() if group is not None))
        at = found.end()
        if at == len(key):
            return parts
        if key[at] != ".":
            break
        at += 1
    raise UsageError(f'{key!r} is no key. Write it as limits.max_turns or providers.openai.models."gpt-4.1".window.')


def put(document: Any, parts: list[str], value: Any) -> None:
    """Set a value deep in a document, making the tables on the way. Raises UsageError."""
    import tomlkit

    table = document
    for part in parts[:-1]:
        if part not in table:
            table[part] = tomlkit.table()
        if not hasattr(table[part], "keys"):
            raise UsageError(f"{part!r} in {'.'.join(parts)} is a value, not a table. Nothing was changed.")
        table = table[part]
    table[parts[-1]] = value


def drop(document: Any, parts: list[str]) -> None:
    """Take a key out of a document, so that its default applies. One that is not there is no error."""
    table = document
    for part in parts[:-1]:
        if not hasattr(table, "keys") or part not in table:
            return
        table = table[part]
    if hasattr(table, "keys") and parts[-1] in table:
        table.pop(parts[-1])


def value_of(settings: Settings, parts: list[str]) -> Any:
    """The value at a key, defaults included. Raises UsageError."""
    value: Any = settings
    for part in parts:
        if isinstance(value, msgspec.Struct) and part in value.__struct_fields__:
            value = getattr(value, part)
        elif isinstance(value, dict) and part in value:
            value = value[part]  # pyright: ignore[reportUnknownVariableType]
        else:
            raise UsageError(f"There is no {part!r} in the settings. `homard config get` shows all there is.")
    return value  # pyright: ignore[reportUnknownVariableType]


def plain(value: Any) -> Any:
    """Structs as dictionaries with their defaults; what is unset is left out."""
    if isinstance(value, msgspec.Struct):
        fields = {name: plain(getattr(value, name)) for name in value.__struct_fields__}
        return {name: field for name, field in fields.items() if field is not None}
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}  # pyright: ignore[reportUnknownVariableType]
    return list(value) if isinstance(value, tuple) else value  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
