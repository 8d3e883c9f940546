"""Files by value: a provider gets copies of the files that a call names, and what it leaves is written by Homard.

So it sees exactly those, whatever it does; rules, labels and undo hold as for Homard's own tools.
"""

from __future__ import annotations

import os
import secrets
import shutil
import stat
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from agent.errors import ToolError, ToolFailed, ToolRetry
from agent.safety.effects import Effect
from agent.safety.file_errors import Missing
from agent.safety.folders import Located
from agent.safety.printable import printable
from agent.tools.foreign import FileUse
from agent.tools.near import with_suggestion
from agent.tools.text_file import raw_blocks
from agent.tools.tool import ToolContext
from agent.undo.guard import Guard

MAX_FILE_BYTES = 256 << 20
"""Of a file that is handed in, or taken back."""


@dataclass(frozen=True)
class Passed:
    """A file that a call names."""

    argument: str
    use: FileUse
    located: Located


def file_effects(passed: Passed, context: ToolContext) -> Iterator[Effect]:
    """What handing over this file does: it is read; and replaced, if the provider is to write it."""
    located = passed.located
    if passed.use == "read" or _stands(located, context):
        yield Effect("fs.read", located.target, granted=located.inside)
    if passed.use == "write":
        kept = context.journal is not None and context.journal.can_keep(located)
        yield Effect("fs.write", located.target, reversible=kept, granted=located.inside)


def _stands(located: Located, context: ToolContext) -> bool:
    try:
        return located.inside and stat.S_ISREG(context.folders.stat(located).st_mode)
    except ToolError:
        return False


class Exchange:
    """The copies of one call. Its methods block for the disk."""

    def __init__(self, around: Path, context: ToolContext) -> None:
        """`around`: the folder that the provider's process reads and writes."""
        self._mine = f"call-{os.getpid()}-"
        self.folder = around / f"{self._mine}{secrets.token_hex(6)}"
        self._context = context
        self._copies: dict[str, tuple[Passed, Path, tuple[int, int, int]]] = {}

    def hand_in(self, files: Mapping[str, Passed]) -> dict[str, str]:
        """Make the copies; by argument, where each stands. Raises ToolRetry, ToolFailed."""
        self.folder.mkdir(mode=0o700, parents=True)
        self._clear_up_after_the_dead()
        for number, (argument, passed) in enumerate(files.items()):
            place = self.folder / str(number)
            place.mkdir(mode=0o700)
            copy = place / _plain_name(passed.located.name)
            if passed.use == "read" or _stands(passed.located, self._context):
                self._copy(passed.located, copy)
            self._copies[argument] = (passed, copy, _stamp(copy))
        return {argument: str(copy) for argument, (_passed, copy, _before) in self._copies.items()}

    def _clear_up_after_the_dead(self) -> None:
        """A home has one owner: copies of another process were left by one that was killed."""
        for left in self.folder.parent.glob("call-*"):
            if not left.name.startswith(self._mine):
                shutil.rmtree(left, ignore_errors=True)

    def take_back(self) -> list[str]:
        """Write what the provider has left in the place of files that it may write; gives them, as shown."""
        return [
            self._write(passed.located, copy)
            for passed, copy, before in self._copies.values()
            if passed.use == "write" and _stamp(copy) not in (before, _NOTHING)
        ]

    def remove(self) -> None:
        """Delete the copies."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _copy(self, located: Located, copy: Path) -> None:
        folders = self._context.folders
        try:
            with folders.open_read(located) as file, open(copy, "xb") as target:
                for block in raw_blocks(file):
                    target.write(block)
                    if target.tell() > MAX_FILE_BYTES:
                        raise ToolRetry(
                            f"{located.shown} is larger than {MAX_FILE_BYTES:,} bytes; it is not handed on."
                        )
        except Missing as error:
            raise with_suggestion(error, folders, located, self._context.cwd) from None
        except OSError as error:
            raise ToolFailed(f"{located.shown} could not be handed on ({error.strerror}). Nothing was done.") from None

    def _write(self, located: Located, copy: Path) -> str:
        data = _whole(copy, located)
        journal = self._context.journal
        with journal.writing(located, data) if journal is not None else nullcontext(Guard()) as guard:
            self._context.folders.write_atomic(
                located, data, expected=guard.expected, commit=self._context.still_approved, temp=guard.temp
            )
        return located.shown


def _whole(copy: Path, located: Located) -> bytes:
    """What stands there, if it is a plain file: the provider may have put a link to something else."""
    try:
        with _opened(copy) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1:
                raise ToolFailed(f"What the tool left for {located.shown} is no plain file; it was not written.")
            data = b"".join(raw_blocks(file)) if status.st_size <= MAX_FILE_BYTES else None
    except OSError as error:
        raise ToolFailed(f"What the tool left for {located.shown} cannot be read ({error.strerror}).") from None
    if data is None or len(data) > MAX_FILE_BYTES:
        raise ToolFailed(
            f"What the tool left for {located.shown} is larger than {MAX_FILE_BYTES:,} bytes: not written."
        )
    return data


@contextmanager
def _opened(copy: Path) -> Generator[FileIO]:
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with FileIO(os.open(copy, flags)) as file:
        yield file


_NOTHING = (-1, -1, -1)


def _stamp(copy: Path) -> tuple[int, int, int]:
    try:
        status = os.lstat(copy)
    except OSError:
        return _NOTHING
    return status.st_size, status.st_mtime_ns, status.st_ino


def _plain_name(name: str) -> str:
    """A name that the provider's libraries take for the same kind of file, whatever it is called."""
    stem, ending = os.path.splitext(printable(name))
    return f"{stem[:80].lstrip('.-') or 'file'}{ending[:20]}"
