"""Goes through a folder tree: names in order, a folder's files before its subfolders, no link followed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from io import FileIO

import msgspec
from msgspec.structs import replace

from agent.errors import ToolError
from agent.safety.door import OpenFolder
from agent.safety.file_errors import explain
from agent.safety.folders import Folders, Located
from agent.tools.ignore import FILE_NAME, IgnoreRules, read_rules
from agent.tools.stoppable import OutOfTime, Stop

CHECK_EVERY = 256

_Chain = tuple[IgnoreRules, ...]


class Item(msgspec.Struct):
    """One entry of a folder that is open: usable until the walk goes on."""

    entry: os.DirEntry[str]
    real: str
    """The real path."""
    where: Located
    """The folder."""
    folder: OpenFolder
    is_folder: bool

    @property
    def shown(self) -> str:
        """Printable path from the working folder on."""
        return self.where.child(self.entry.name).shown

    def open(self) -> FileIO:
        """Open it as a regular file. Raises OSError."""
        return FileIO(self.folder.open_file(self.entry.name))


class Walk:
    """One pass through a tree. `.git` is left out, and what .gitignore files name."""

    def __init__(self, folders: Folders, start: Located, stop: Stop) -> None:
        self.ignored = 0
        """Entries left out because of .gitignore; what is in such a folder is not counted."""
        self.unreadable: list[str] = []
        """Folders, and files, that could not be opened; printable."""
        self.out_of_time = False
        """The walk ended before it had seen everything."""
        self._folders, self._start, self._stop = folders, start, stop

    def items(self, *, deep: bool) -> Iterator[Item]:
        """Yield what is there; `deep`: in all subfolders too. Raises ToolError if the start cannot be opened."""
        pending: list[tuple[Located, _Chain]] = [(self._start, self._rules_above())]
        try:
            while pending:
                where, chain = pending.pop()
                below: list[tuple[Located, _Chain]] = []
                try:
                    yield from self._items_of(where, chain, below)
                except (OSError, ToolError) as error:
                    if where is self._start:
                        raise explain(error, where.shown) if isinstance(error, OSError) else error from None
                    self.unreadable.append(where.shown)
                if deep:
                    pending += reversed(below)
        except OutOfTime:
            self.out_of_time = True

    def _items_of(self, where: Located, chain: _Chain, below: list[tuple[Located, _Chain]]) -> Iterator[Item]:
        with self._folders.open_folder(where) as folder:
            entries: list[os.DirEntry[str]] = []
            for entry in folder.entries():
                entries.append(entry)
                if not len(entries) % CHECK_EVERY:
                    self._stop.check()
            entries.sort(key=_order)
            if any(entry.name == FILE_NAME for entry in entries):
                chain = _with_rules(folder, where.real, chain)
            prefix = os.path.join(where.real, "")
            for entry in entries:
                self._stop.check()
                name = entry.name
                is_folder = entry.is_dir(follow_symlinks=False)
                if name == ".git":
                    continue
                if chain and _ignored(chain, name, prefix + name, is_folder=is_folder):
                    self.ignored += 1
                    continue
                if is_folder and self._folders.hides(prefix + name):
                    self.unreadable.append(where.child(name).shown)
                elif is_folder:
                    below.append((where.child(name), chain))
                yield Item(entry, prefix + name, where, folder, is_folder)

    def _rules_above(self) -> _Chain:
        """The rules of the folders between the granted one and the start; none if they leave out the start itself."""
        start = self._start
        if start.root is None or start.real == start.root:
            return ()
        chain: _Chain = ()
        real = start.root
        for part in os.path.relpath(start.real, start.root).split(os.sep):
            try:
                with self._folders.open_folder(replace(start, real=real)) as folder:
                    chain = _with_rules(folder, real, chain)
            except ToolError:
                return chain
            real = os.path.join(real, part)
            if _ignored(chain, part, real, is_folder=True):
                return ()
        return chain


def _order(entry: os.DirEntry[str]) -> tuple[str, str]:
    return entry.name.casefold(), entry.name


def _with_rules(folder: OpenFolder, real: str, chain: _Chain) -> _Chain:
    try:
        rules = read_rules(folder.open_file(FILE_NAME), real)
    except (OSError, ToolError):
        return chain
    return chain if rules is None else (*chain, rules)


def _ignored(chain: _Chain, name: str, real: str, *, is_folder: bool) -> bool:
    for rules in reversed(chain):
        if (decision := rules.decide(name, real, is_folder=is_folder)) is not None:
            return decision
    return False
