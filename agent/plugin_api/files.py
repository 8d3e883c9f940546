"""Arguments that are files of the person's."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import msgspec

FileUse = Literal["read", "write"]


class FileMark(msgspec.Struct, frozen=True):
    """Says of a path argument what becomes of the file."""

    use: FileUse


ReadFile = Annotated[Path, FileMark("read")]
"""A file that a call names: the function gets the path of a copy, under the same name, and may do with it what it
likes."""
WriteFile = Annotated[Path, FileMark("write")]
"""A file that a call wants made or changed: the function writes at the path it gets, where a copy stands if there is
such a file, and Homard puts that in its place afterwards, where it can be undone. Nothing written: nothing changes."""
