"""Files of one call by value, as Homard hands them over, for those who try a plugin without it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agent.errors import ToolRetry
from agent.plugin_api.files import FileUse


class Copies:
    """The copies, in a folder of their own. Blocks for the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._wanted: list[tuple[Path, Path]] = []

    def handed(self, arguments: Mapping[str, Any], files: Mapping[str, FileUse]) -> dict[str, Any]:
        """The arguments with the paths of copies in the place of those of files. Raises ToolRetry, OSError."""
        return {
            name: self._copy(Path(value), files[name]) if name in files and value is not None else value
            for name, value in arguments.items()
        }

    def bring_back(self) -> None:
        """Put what was written in its place."""
        for copy, real in self._wanted:
            if copy.is_file() and not copy.is_symlink():
                shutil.copy(copy, real)

    def _copy(self, real: Path, use: FileUse) -> str:
        real = real.expanduser()
        place = self._folder / f"{len(list(self._folder.iterdir()))}"
        place.mkdir()
        copy = place / real.name
        if real.is_file():
            shutil.copy(real, copy)
        elif use == "read":
            raise ToolRetry(f"There is no file {real}.")
        if use == "write":
            self._wanted.append((copy, real))
        return str(copy)
