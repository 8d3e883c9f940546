"""Taking skills out of a fetched commit: each path, kind and size is looked at before a byte is written.

git is asked for names and contents only (`ls-tree`, `cat-file`); it never writes a file of the tree, so that neither
links nor filters nor attributes of the repository mean anything.
"""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from agent.errors import UsageError
from agent.safety.printable import printable
from agent.skills.name import same_names, wrong_with
from agent.skills.repository import command, environment
from agent.skills.source import MARKETPLACE
from agent.skills.tree import MAX_BYTES, MAX_FILE_BYTES, MAX_FILES

FILE: Final = "SKILL.md"
DEPTH: Final = 4
"""So deep folders of skills are looked for: `plugins/office/skills/letters`."""
MAX_ENTRIES: Final = 100_000
"""Of a commit. A few small objects can stand for billions of paths."""
MAX_SKILLS: Final = 300
MAX_ALL_BYTES: Final = 300_000_000
MAX_LIST_BYTES: Final = 1_000_000
READ_S: Final = 120
_POINTER: Final = b"version https://git-lfs.github.com/spec/"


@dataclass(frozen=True)
class _Entry:
    path: str
    mode: str
    name: str
    """Of the object."""

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]

    @property
    def wrong(self) -> str:
        if self.mode == "120000":
            return "it is a link"
        if self.mode not in ("100644", "100755", "100664"):
            return "it is neither a file nor a folder (a submodule?)"
        return ""


def write_skills(store: Path, commit: str, within: str, target: Path) -> dict[Path, str]:
    """Write the skills of a commit that lie in its folder `within`, and its marketplace's list, below a new folder.

    Gives the folders of those that were not written whole, each with why, as a sentence. Blocks. Raises UsageError:
    then part may stand there.
    """
    entries = list(_entries(store, commit, within))
    refused: dict[Path, str] = {}
    target.mkdir(parents=True, mode=0o700)
    with _contents(store) as contents:
        left = MAX_ALL_BYTES
        for folder, inside in _skills(entries).items():
            place = target.joinpath(*folder.split("/")) if folder else target
            if why := _wrong(folder, inside) or contents.why_not(inside):
                refused[place] = f"It holds what no skill may hold: {why}."
                named = (one for one in inside if one.folder == folder and _is_skill_file(one) and not one.wrong)
                inside = [one for one in named if not contents.why_not([one])][:1]
            for entry in inside:
                size, whole = contents.write(entry, target)
                left -= size
                if not whole:
                    refused[place] = f"{printable(entry.path)} is not in the repository but elsewhere (Git LFS)."
            if left < 0:
                raise UsageError("Its skills are too large together. Name the folder of one with --path.")
        for entry in entries:
            if entry.path == MARKETPLACE and not entry.wrong and contents.size(entry.name) <= MAX_LIST_BYTES:
                contents.write(entry, target)
    return refused


def _wrong(folder: str, inside: Sequence[_Entry]) -> str:
    start = len(folder) + 1 if folder else 0
    if len(inside) > MAX_FILES:
        return f"more than {MAX_FILES:,} files"
    for entry in inside:
        if why := entry.wrong or wrong_with(entry.path[start:]) or wrong_with(entry.path):
            return f"{printable(entry.path)[:100]}: {why}"
    paths = sorted(entry.path for entry in inside)
    if len(set(paths)) < len(paths):
        return "two files of one name"
    if same := same_names(paths):
        return f"{same[0][0]} and {same[0][1]} are the same file on some systems"
    return ""


def _skills(entries: Sequence[_Entry]) -> dict[str, list[_Entry]]:
    """Folders with a SKILL.md, none inside another one, each with all that is in it."""
    found = {entry.folder for entry in entries if _is_skill_file(entry) and entry.path.count("/") <= DEPTH}
    plain = {folder for folder in found if not folder or not wrong_with(folder)}
    outer = {one for one in plain if not any(above in plain for above in _above(one))}
    skills: dict[str, list[_Entry]] = {folder: [] for folder in sorted(outer)[:MAX_SKILLS]}
    for entry in entries:
        folder = next((one for one in _above(entry.path) if one in skills), None)
        if folder is not None:
            skills[folder].append(entry)
    return skills


def _is_skill_file(entry: _Entry) -> bool:
    return entry.path.rpartition("/")[2].lower() == FILE.lower()


def _above(path: str) -> Iterator[str]:
    """The folders around a path; the root is the empty one."""
    while path:
        path = path.rpartition("/")[0]
        yield path


def _entries(store: Path, commit: str, within: str) -> Iterator[_Entry]:
    root = f"{commit}:{within}" if within else commit
    with _reading(store, ["ls-tree", "-r", "-z", "--full-tree", root], None) as (out, _into):
        number, rest = 0, b""
        while block := out.read(1 << 16):
            *lines, rest = (rest + block).split(b"\0")
            for line in lines:
                number += 1
                head, _, path = line.partition(b"\t")
                mode, _kind, name = head.decode("ascii").split(" ")
                yield _Entry(path.decode("utf-8", "surrogateescape"), mode, name)
            if number > MAX_ENTRIES or len(rest) > 1 << 20:
                raise UsageError(
                    f"The repository holds more than {MAX_ENTRIES:,} files. Name the folder of the skill with --path."
                )
    if not number:
        raise UsageError(f"The repository has no folder {printable(within)}." if within else "The repository is empty.")


class _Contents:
    """Asks one git process for sizes, and another for contents."""

    def __init__(self, ask: IO[bytes], asked: IO[bytes], get: IO[bytes], got: IO[bytes]) -> None:
        self._ask, self._asked, self._get, self._got = ask, asked, get, got
        self._sizes: dict[str, int] = {}

    def size(self, name: str) -> int:
        """Bytes of an object; more than any limit if it was left out when the commit was fetched."""
        if name not in self._sizes:
            self._ask.write(f"{name}\n".encode())
            self._ask.flush()
            words = self._asked.readline(200).split()
            known = len(words) == 3 and words[1] == b"blob"
            self._sizes[name] = int(words[2]) if known else MAX_FILE_BYTES + 1
        return self._sizes[name]

    def why_not(self, files: Sequence[_Entry]) -> str:
        """Why these cannot be written; empty: they can."""
        sizes = [(self.size(one.name), one.path) for one in files]
        if large := next((path for size, path in sizes if size > MAX_FILE_BYTES), ""):
            return f"{printable(large)[:100]} is larger than {MAX_FILE_BYTES:,} bytes"
        return f"its files are larger than {MAX_BYTES:,} bytes" if sum(size for size, _ in sizes) > MAX_BYTES else ""

    def write(self, entry: _Entry, target: Path) -> tuple[int, bool]:
        """Write a file whose size and name are known to be good; gives its bytes, and whether they are its content."""
        self._get.write(f"{entry.name}\n".encode())
        self._get.flush()
        size = int(self._got.readline(200).split()[2])
        data = self._got.read(size + 1)[:-1]
        place = target.joinpath(*entry.path.split("/"))
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        place.write_bytes(data)
        place.chmod(0o700 if entry.mode == "100755" else 0o600)
        return size, not data.startswith(_POINTER)


@contextmanager
def _contents(store: Path) -> Generator[_Contents]:
    with (
        _reading(store, ["cat-file", "--batch-check"], subprocess.PIPE) as (asked, ask),
        _reading(store, ["cat-file", "--batch"], subprocess.PIPE) as (got, get),
    ):
        try:
            yield _Contents(ask, asked, get, got)
        except (OSError, ValueError, IndexError) as error:
            raise UsageError(f"The repository cannot be read ({error}). Nothing was changed.") from None


@contextmanager
def _reading(store: Path, words: list[str], stdin: int | None) -> Generator[tuple[IO[bytes], IO[bytes]]]:
    process = subprocess.Popen(
        command(f"--git-dir={store}", *words),
        cwd=store,
        env=environment(None, store.parent / "nobody"),
        stdin=subprocess.DEVNULL if stdin is None else stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=os.name == "posix",
    )
    timer = threading.Timer(READ_S, process.kill)
    timer.start()
    try:
        out, into = process.stdout, process.stdin
        if out is None:
            raise UsageError("The repository cannot be read. Nothing was changed.")
        yield out, into or out
    finally:
        timer.cancel()
        process.kill()
        process.communicate()
