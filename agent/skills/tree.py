"""All files of a skill, plugin or program with their content's hash: what a person agreed to, byte by byte."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from agent.safety.printable import printable
from agent.skills.name import same_names, wrong_with

MAX_FILES: Final = 2_000
MAX_BYTES: Final = 50_000_000
"""Of a skill, all files together."""
MAX_FILE_BYTES: Final = 20_000_000
MAX_PROBLEMS: Final = 50
_BLOCK: Final = 1 << 18
SETTLED_NS: Final = 2_000_000_000
"""A file changed less long ago may change again without its times saying so."""
_FLAGS: Final = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_STAMPS_TELL: Final = sys.platform != "win32"
"""Elsewhere any program may set all times of a file that it has changed."""


@dataclass(frozen=True)
class Limits:
    """Of what a stranger may bring as one thing."""

    files: int
    file_bytes: int
    whole_bytes: int
    """All files together."""
    zip_bytes: int
    directory_bytes: int
    """Of a zip's own list of files, which is read whole."""


SKILL: Final = Limits(MAX_FILES, MAX_FILE_BYTES, MAX_BYTES, 60_000_000, 2_000_000)
"""Of a skill; and of a plugin and a pack."""


class Stamp(msgspec.Struct, frozen=True, array_like=True):
    """A file as it was when it was read."""

    sha256: str
    size: int
    mtime_ns: int = 0
    ctime_ns: int = 0
    """0: it was so fresh that its times tell nothing."""
    inode: int = 0


@dataclass(frozen=True)
class Tree:
    """The files of a folder by their path in it, with slashes."""

    files: Mapping[str, Stamp]
    problems: tuple[str, ...] = ()
    """Why it cannot be used as it stands, a sentence each."""

    @property
    def digest(self) -> str:
        """SHA-256, hex, of all paths with their content's: another tree has another one."""
        whole = hashlib.sha256()
        for path in sorted(self.files):
            whole.update(msgspec.json.encode((path, self.files[path].sha256)))
        return whole.hexdigest()

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(stamp.size for stamp in self.files.values())


def differences(before: Mapping[str, Stamp], now: Mapping[str, Stamp]) -> list[str]:
    """What changed between two trees: `changed: SKILL.md`, `new: run.sh`, `gone: old.md`."""
    words = [f"new: {path}" for path in now.keys() - before.keys()]
    words += [f"gone: {path}" for path in before.keys() - now.keys()]
    words += [f"changed: {path}" for path in now.keys() & before.keys() if now[path].sha256 != before[path].sha256]
    return sorted(words, key=lambda word: word.partition(": ")[2])


def look(folder: Path, known: Mapping[str, Stamp] | None = None, limits: Limits = SKILL) -> Tree:
    """Read a folder, following no link. Files that stand as they are `known` are not read again. Blocks.

    Raises OSError if the folder itself cannot be read.
    """
    known = known or {}
    files: dict[str, Stamp] = {}
    problems: list[str] = []
    size = 0
    for path, entry in _walk(folder, "", problems):
        if len(problems) > MAX_PROBLEMS:
            break
        if path not in known and (why := wrong_with(path)):  # names cost more than all the rest, and these were seen
            problems.append(f"{printable(path)}: {why}.")
            continue
        try:
            stamp = _stamp(entry.path, known.get(path), limits.file_bytes)
        except OSError as error:
            problems.append(f"{path} cannot be read ({error.strerror}).")
            continue
        if stamp is None:
            problems.append(f"{path} is neither a file nor a folder, or larger than {limits.file_bytes:,} bytes.")
            continue
        files[path], size = stamp, size + stamp.size
        if len(files) > limits.files or size > limits.whole_bytes:
            problems.append(f"It holds more than {limits.files:,} files or {limits.whole_bytes:,} bytes.")
            break
    if not files.keys() <= known.keys():
        same = same_names(sorted(files))
        problems += [f"{one} and {other} are the same file on some systems." for one, other in same]
    return Tree(files, tuple(problems))


def read_same(folder: Path, path: str, stamp: Stamp) -> bytes | None:
    """The content of a file, if it is still the one of the stamp. Blocks."""
    data = bytearray()
    with suppress(OSError):
        for block in _blocks(os.path.join(folder, *path.split("/"))):
            data += block
            if len(data) > stamp.size:
                return None
        if hashlib.sha256(data).hexdigest() == stamp.sha256:
            return bytes(data)
    return None


def _walk(folder: str | Path, above: str, problems: list[str]) -> Iterator[tuple[str, os.DirEntry[str]]]:
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda one: one.name)
    for entry in entries:
        path = f"{above}{entry.name}"
        if entry.is_symlink():
            problems.append(f"{printable(path)} is a link.")
        elif not entry.is_dir(follow_symlinks=False):
            yield path, entry
        elif why := wrong_with(path):
            problems.append(f"{printable(path)}: {why}.")
        else:
            try:
                yield from _walk(entry.path, f"{path}/", problems)
            except OSError as error:
                problems.append(f"{path} cannot be read ({error.strerror}).")


def _stamp(path: str, known: Stamp | None, most: int) -> Stamp | None:
    status = os.lstat(path)
    if not stat.S_ISREG(status.st_mode) or status.st_size > most:
        return None
    told = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
    if _STAMPS_TELL and known is not None and told == (known.size, known.mtime_ns, known.ctime_ns, known.inode):
        return known
    digest, size = hashlib.sha256(), 0
    for block in _blocks(path):
        digest.update(block)
        size += len(block)
        if size > most:
            return None
    fresh = time.time_ns() - max(status.st_ctime_ns, status.st_mtime_ns) < SETTLED_NS
    ctime_ns = 0 if fresh or size != status.st_size else status.st_ctime_ns
    return Stamp(digest.hexdigest(), size, status.st_mtime_ns, ctime_ns, status.st_ino)


def _blocks(path: str) -> Iterator[bytes]:
    """The content of a file, in pieces. Raises OSError, also for what is no file."""
    with os.fdopen(os.open(path, _FLAGS), "rb", buffering=0) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), path)
        while block := file.read(_BLOCK):
            yield block
