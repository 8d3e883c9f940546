"""Files by value: a provider gets copies of the files that a call names, and what it leaves is written by Homard.

So it sees exactly those, whatever it does; rules, labels and undo hold as for Homard's own tools.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, nullcontext
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
from agent.tools.shared_folder import SharedFolder
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
        self._held = ExitStack()
        self._around: SharedFolder | None = None
        self._copies: list[tuple[Passed, SharedFolder, str, tuple[int, int, int]]] = []

    def hand_in(self, files: Mapping[str, Passed]) -> dict[str, str]:
        """Make the copies; by argument, where each stands. Raises ToolRetry, ToolFailed."""
        try:
            self._around = self._held.enter_context(SharedFolder.opened(self.folder.parent))
            self._clear_up_after_the_dead(self._around)
            mine = self._kept(self._around.made(self.folder.name))
            return {
                argument: self._hand_in(passed, self._kept(mine.made(str(number))))
                for number, (argument, passed) in enumerate(files.items())
            }
        except OSError as error:
            raise ToolFailed(f"The files could not be handed on ({error.strerror}). Nothing was done.") from None

    def _kept(self, folder: SharedFolder) -> SharedFolder:
        return self._held.enter_context(closing(folder))

    def _hand_in(self, passed: Passed, place: SharedFolder) -> str:
        name = _plain_name(passed.located.name)
        if passed.use == "read" or _stands(passed.located, self._context):
            self._copy(passed.located, place, name)
        self._copies.append((passed, place, name, _stamp(place, name)))
        return str(place.path / name)

    def _clear_up_after_the_dead(self, around: SharedFolder) -> None:
        """A home has one owner: copies of another process were left by one that was killed."""
        for left in around.names():
            if left.startswith("call-") and not left.startswith(self._mine):
                around.drop(left)

    def take_back(self) -> list[str]:
        """Write what the provider has left in the place of files that it may write; gives them, as shown."""
        return [
            self._write(passed.located, place, name)
            for passed, place, name, before in self._copies
            if passed.use == "write" and _stamp(place, name) not in (before, _NOTHING)
        ]

    def remove(self) -> None:
        """Delete the copies."""
        if self._around is not None:
            self._around.drop(self.folder.name)
        self._held.close()

    def _copy(self, located: Located, place: SharedFolder, name: str) -> None:
        folders = self._context.folders
        try:
            with folders.open_read(located) as file, place.create(name) as target:
                written = 0
                for block in raw_blocks(file):
                    written += len(block)
                    if written > MAX_FILE_BYTES:
                        raise ToolRetry(
                            f"{located.shown} is larger than {MAX_FILE_BYTES:,} bytes; it is not handed on."
                        )
                    target.write(block)
        except Missing as error:
            raise with_suggestion(error, folders, located, self._context.cwd) from None
        except OSError as error:
            raise ToolFailed(f"{located.shown} could not be handed on ({error.strerror}). Nothing was done.") from None

    def _write(self, located: Located, place: SharedFolder, name: str) -> str:
        data = _whole(place, name, located)
        journal = self._context.journal
        with journal.writing(located, data) if journal is not None else nullcontext(Guard()) as guard:
            self._context.folders.write_atomic(
                located, data, expected=guard.expected, commit=self._context.still_approved, temp=guard.temp
            )
        return located.shown


def _whole(place: SharedFolder, name: str, located: Located) -> bytes:
    """What stands there, if it is a plain file: the provider may have put a link to something else."""
    try:
        with place.open(name) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1:
                raise ToolFailed(f"What the tool left for {located.shown} is no plain file; it was not written.")
            data = _at_most(file, MAX_FILE_BYTES)
    except OSError as error:
        raise ToolFailed(f"What the tool left for {located.shown} cannot be read ({error.strerror}).") from None
    if data is None:
        raise ToolFailed(
            f"What the tool left for {located.shown} is larger than {MAX_FILE_BYTES:,} bytes: not written."
        )
    return data


def _at_most(file: FileIO, most: int) -> bytes | None:
    """All of a file; None: it is longer, or grows while it is read."""
    blocks: list[bytes] = []
    left = most
    for block in raw_blocks(file):
        left -= len(block)
        if left < 0:
            return None
        blocks.append(block)
    return b"".join(blocks)


_NOTHING = (-1, -1, -1)


def _stamp(place: SharedFolder, name: str) -> tuple[int, int, int]:
    try:
        status = place.stat(name)
    except OSError:
        return _NOTHING
    return status.st_size, status.st_mtime_ns, status.st_ino


def _plain_name(name: str) -> str:
    """A name that the provider's libraries take for the same kind of file, whatever it is called."""
    stem, ending = os.path.splitext(printable(name))
    return f"{stem[:80].lstrip('.-') or 'file'}{ending[:20]}"
