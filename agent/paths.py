"""Where things are kept."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec


class Paths(msgspec.Struct, frozen=True):
    """All places of one home. Nothing is created until it is needed."""

    data: Path
    config: Path
    cache: Path
    logs: Path

    @property
    def settings(self) -> Path:
        """settings.toml."""
        return self.config / "settings.toml"

    @property
    def database(self) -> Path:
        """The one database. Never open it but through storage/database.py (FACTS: POSIX locks)."""
        return self.data / "homard.db"

    @property
    def blobs(self) -> Path:
        """Content-addressed files."""
        return self.data / "blobs"

    @property
    def skills(self) -> Path:
        """The person's own skills; not there as long as there is none."""
        return self.data / "skills"

    @property
    def owner(self) -> Path:
        """Lock of the process that owns this home."""
        return self.data / "owner.lock"


def find_paths() -> Paths:
    """The places for this user: `HOMARD_HOME` overrides them all, else what the platform prescribes."""
    home = os.environ.get("HOMARD_HOME")
    if home:
        base = Path(home).expanduser().absolute()
        return Paths(base, base, base / "cache", base / "logs")
    from platformdirs import PlatformDirs

    dirs = PlatformDirs("homard", appauthor=False)
    return Paths(dirs.user_data_path, dirs.user_config_path, dirs.user_cache_path, dirs.user_log_path)
