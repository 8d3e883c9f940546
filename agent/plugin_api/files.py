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
"""A file that a call wants made: the function writes at the path it gets, and Homard puts it in its place afterwards,
where that can be undone. Nothing written: the call fails."""
