"""Reading a fetched commit: each path, kind and size is looked at before a byte is written.

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
from agent.skills.tree import MAX_BYTES, MAX_FILE_BYTES, MAX_FILES

MAX_ENTRIES: Final = 100_000
"""Of a commit. A few small objects can stand for billions of paths."""
READ_S: Final = 120
_ABSENT: Final = 1 << 62
_POINTER: Final = b"version https://git-lfs.github.com/spec/"


@dataclass(frozen=True)
class Entry:
    """A file of the commit, or what stands in the place of one."""

    path: str
    mode: str
    name: str
    """Of the object."""

    @property
    def folder(self) -> str:
        """In which it lies; empty: the root."""
        return self.path.rpartition("/")[0]

    @property
    def wrong(self) -> str:
        """Why it is no file, half a sentence; empty: it is one."""
        if self.mode == "120000":
            return "it is a link"
        if self.mode not in ("100644", "100755", "100664"):
            return "it is neither a file nor a folder (a submodule?)"
        return ""


def why_not_written(folder: str, inside: Sequence[Entry], most: int = MAX_FILES) -> str:
    """Why these files of a folder cannot lie on a disk together, half a sentence; empty: they can."""
    start = len(folder) + 1 if folder else 0
    if len(inside) > most:
        return f"more than {most:,} files"
    for entry in inside:
        if why := entry.wrong or wrong_with(entry.path[start:]) or wrong_with(entry.path):
            return f"{printable(entry.path)[:100]}: {why}"
    paths = sorted(entry.path for entry in inside)
    if len(set(paths)) < len(paths):
        return "two files of one name"
    if same := same_names(paths):
        return f"{same[0][0]} and {same[0][1]} are the same file on some systems"
    return ""


def entries_of(store: Path, commit: str, within: str) -> Iterator[Entry]:
    """All files of a commit that lie in its folder `within`, by their path in that. Blocks. Raises UsageError."""
    root = f"{commit}:{within}" if within else commit
    with _reading(store, ["ls-tree", "-r", "-z", "--full-tree", root], None) as (out, _into):
        number, rest = 0, b""
        while block := out.read(1 << 16):
            *lines, rest = (rest + block).split(b"\0")
            for line in lines:
                number += 1
                head, _, path = line.partition(b"\t")
                mode, _kind, name = head.decode("ascii").split(" ")
                yield Entry(path.decode("utf-8", "surrogateescape"), mode, name)
            if number > MAX_ENTRIES or len(rest) > 1 << 20:
                raise UsageError(
                    f"The repository holds more than {MAX_ENTRIES:,} files. Name the folder that you want with --path."
                )
    if not number:
        raise UsageError(f"The repository has no folder {printable(within)}." if within else "The repository is empty.")


class Contents:
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
            self._sizes[name] = int(words[2]) if known else _ABSENT
        return self._sizes[name]

    def why_not(self, files: Sequence[Entry], file_bytes: int = MAX_FILE_BYTES, whole_bytes: int = MAX_BYTES) -> str:
        """Why these cannot be written, half a sentence; empty: they can."""
        sizes = [(self.size(one.name), one.path) for one in files]
        if large := next((path for size, path in sizes if size > file_bytes), ""):
            return f"{printable(large)[:100]} is larger than {file_bytes:,} bytes"
        return (
            f"its files are larger than {whole_bytes:,} bytes" if sum(size for size, _ in sizes) > whole_bytes else ""
        )

    def write(self, entry: Entry, target: Path) -> tuple[int, bool]:
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
def contents_of(store: Path) -> Generator[Contents]:
    """Read what is in the files of a store, until the block ends. Raises UsageError."""
    with (
        _reading(store, ["cat-file", "--batch-check"], subprocess.PIPE) as (asked, ask),
        _reading(store, ["cat-file", "--batch"], subprocess.PIPE) as (got, get),
    ):
        try:
            yield Contents(ask, asked, get, got)
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
