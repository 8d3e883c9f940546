"""What can be done about a settings file that cannot be read. Nothing is thrown away."""

from __future__ import annotations

import shutil
from pathlib import Path

from agent.errors import SettingsInvalid
from agent.settings import load_settings


def backup_of(file: Path) -> Path:
    """Where the settings before the last change are."""
    return file.with_name(f"{file.name}.bak")


def has_backup(file: Path) -> bool:
    """Whether there is a backup that can be read. Reads the disk."""
    try:
        load_settings(backup_of(file))
    except SettingsInvalid:
        return False
    return backup_of(file).is_file()


def use_backup(file: Path) -> Path:
    """Put the backup in the place of the bad file; returns where the bad one is kept.

    Raises SettingsInvalid, OSError: nothing was changed then.
    """
    load_settings(backup_of(file))
    kept = _set_aside(file)
    shutil.copy2(backup_of(file), file)
    return kept


def start_over(file: Path) -> Path:
    """Let the defaults apply; returns where the bad file is kept. Raises OSError."""
    kept = _set_aside(file)
    file.write_text("", encoding="utf-8")
    return kept


def _set_aside(file: Path) -> Path:
    number, kept = 1, file.with_name(f"{file.name}.bad")
    while kept.exists():
        number += 1
        kept = file.with_name(f"{file.name}.bad{number}")
    file.rename(kept)
    return kept
