"""Where the data files are: `resources/` of the source tree, or its copy inside the installed wheel."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_HERE = Path(__file__).resolve().parent


def resource(name: str) -> Path:
    """The path of a data file, for instance `prompts/system.md`."""
    packaged = _HERE / "_resources"
    return (packaged if packaged.is_dir() else _HERE.parent / "resources") / name


@cache
def resource_text(name: str) -> str:
    """The text of a data file."""
    return resource(name).read_text(encoding="utf-8")
