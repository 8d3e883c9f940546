"""What must hold before a model is called."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from agent.jobs import Job, JobRow
from agent.safety.printable import printable

MAX_CHARS = 1_000_000
"""Of a file that must hold words: it is looked at no further."""

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_EMPTY_LINE = re.compile(r"\s*(?:#.*|[-*+]|(?:[-*+]|\d+[.)])\s*(?:\[.?\])?|\d+[.)]|[-=*_]{3,})?\s*")
"""Nothing, a heading, an empty point of a list, a line that separates."""


async def unmet(row: JobRow, run_command: Callable[[JobRow, str], Awaitable[int]]) -> str:
    """Say in a sentence what of a job's condition does not hold; empty: all of it does.

    The cheap parts are tried first. Raises HomardError when the command could not be run.
    """
    condition = row.job.condition
    if why := await asyncio.to_thread(_unmet_on_disk, row.job):
        return why
    if condition.succeeds and (code := await run_command(row, condition.succeeds)) != 0:
        return f"`{printable(condition.succeeds)[:200]}` ended with {code}."
    return ""


def has_words(text: str) -> bool:
    """Whether a text holds more than headings, comments, empty lines and empty points of lists."""
    return any(not _EMPTY_LINE.fullmatch(line) for line in _COMMENT.sub("", text).splitlines())


def _unmet_on_disk(job: Job) -> str:
    folder, condition = Path(job.folder).expanduser(), job.condition
    if condition.exists and not (path := folder / Path(condition.exists).expanduser()).exists():
        return f"{printable(str(path))} is not there."
    if condition.has_words and not _holds_words(path := folder / Path(condition.has_words).expanduser()):
        return f"Nothing stands in {printable(str(path))}."
    return ""


def _holds_words(path: Path) -> bool:
    try:
        if not path.is_file():  # a pipe would never end
            return False
        with path.open(encoding="utf-8", errors="replace") as file:
            return has_words(file.read(MAX_CHARS))
    except OSError:
        return False
