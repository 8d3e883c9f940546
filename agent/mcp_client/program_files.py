"""The files of a program that came as a bundle: unpacked with every name looked at before, and told apart by hash.

As a skill's are (`agent.skills.archive`, `agent.skills.tree`, whose rules for names hold here too), with other limits:
a program for Node is some thousand files.
"""

from __future__ import annotations

import hashlib
import os
import stat
import struct
import time
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from agent.errors import UsageError
from agent.safety.printable import printable
from agent.skills.name import same_names, wrong_with
from agent.skills.tree import SETTLED_NS, Stamp, Tree

MAX_ZIP_BYTES: Final = 300_000_000
MAX_FILES: Final = 20_000
MAX_BYTES: Final = 600_000_000
"""All files together."""
MAX_DIRECTORY_BYTES: Final = 5_000_000
"""Of the zip's own list of files, which is read whole."""
_BLOCK: Final = 1 << 16
_END: Final = b"PK\x05\x06"


def unpack(source: Path, target: Path) -> None:
    """Write all files of a zip below a new folder. Blocks; raises UsageError, then part may stand.

    Refused as a whole: paths that lead out, links, devices, encrypted files, too many or too large ones, two names of
    one file on some systems, `.git`.
    """
    try:
        if source.stat().st_size > MAX_ZIP_BYTES:
            raise refused(source, f"it is larger than {MAX_ZIP_BYTES:,} bytes")
        _require_short_directory(source)
        with zipfile.ZipFile(source) as archive:
            for info in _checked(source, archive.infolist()):
                _write(source, archive, info, target.joinpath(*info.orig_filename.split("/")))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, struct.error) as error:
        raise refused(source, f"it is no zip that can be read: {error}") from error
    except (OSError, ValueError) as error:
        raise refused(source, f"it cannot be read or written out ({error})") from error


def refused(source: Path, why: str) -> UsageError:
    """The error that a file was not installed."""
    return UsageError(f"{source.name} was not installed: {why}.")


def _require_short_directory(source: Path) -> None:
    """The list of files is read whole before one can count it: its length stands at the end of the zip."""
    with source.open("rb") as file:
        file.seek(max(0, source.stat().st_size - _BLOCK - 22))
        tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise refused(source, "it is no zip")
    entries, size = struct.unpack_from("<HI", tail, at + 10)
    if entries > MAX_FILES or size > MAX_DIRECTORY_BYTES:
        raise refused(source, f"it holds more than {MAX_FILES:,} files")


def _checked(source: Path, infos: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    if len(infos) > MAX_FILES:
        raise refused(source, f"it holds more than {MAX_FILES:,} files")
    for info in infos:
        if why := _wrong(info):
            raise refused(source, f"{printable(info.orig_filename)[:100]}: {why}")
    if sum(info.file_size for info in infos) > MAX_BYTES:
        raise refused(source, f"its files are larger than {MAX_BYTES:,} bytes")
    paths = [info.orig_filename.rstrip("/") for info in infos]
    if len(set(paths)) < len(paths):
        raise refused(source, "it holds two files of one name")
    if same := same_names(sorted(paths)):
        raise refused(source, f"{same[0][0]} and {same[0][1]} are the same file on some systems")
    return [info for info in infos if not info.orig_filename.endswith("/")]


def _wrong(info: zipfile.ZipInfo) -> str:
    name = info.orig_filename  # `filename` ends at a NUL and has other slashes on Windows
    if why := wrong_with(name.removesuffix("/")):
        return why
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind and kind != (stat.S_IFDIR if name.endswith("/") else stat.S_IFREG):
        return "it is a link, or neither a file nor a folder"
    return "it is encrypted" if info.flag_bits & 0x1 else ""


def _write(source: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    left = info.file_size
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with archive.open(info) as packed, os.fdopen(descriptor, "wb") as file:
        while block := packed.read(_BLOCK):
            left -= len(block)
            if left < 0:
                raise refused(source, f"{info.orig_filename} is larger than the zip says")
            file.write(block)
    if (info.external_attr >> 16) & 0o100:
        target.chmod(0o700)


def files_in(folder: Path, known: Mapping[str, Stamp] | None = None) -> Tree:
    """Read all files of a program, following no link; those that stand as they are `known` are not read again. Blocks.

    Raises OSError if one cannot be read.
    """
    known = known or {}
    files: dict[str, Stamp] = {}
    for path, entry in _walk(folder, ""):
        status = entry.stat(follow_symlinks=False)
        if not stat.S_ISREG(status.st_mode) or len(files) >= MAX_FILES:
            return Tree(files, (f"{printable(path)} is a link, no file, or one too many.",))
        before = known.get(path)
        told = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
        if before is not None and told == (before.size, before.mtime_ns, before.ctime_ns, before.inode):
            files[path] = before
        else:
            files[path] = _stamp(entry.path, status)
    return Tree(files)


def _stamp(path: str, status: os.stat_result) -> Stamp:
    with open(path, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    fresh = time.time_ns() - max(status.st_ctime_ns, status.st_mtime_ns) < SETTLED_NS
    tells = os.name == "posix" and not fresh  # elsewhere any program may set all times of a file that it has changed
    return Stamp(digest, status.st_size, status.st_mtime_ns, status.st_ctime_ns if tells else 0, status.st_ino)


def _walk(folder: str | Path, above: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda one: one.name)
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path, f"{above}{entry.name}/")
        else:
            yield f"{above}{entry.name}", entry
