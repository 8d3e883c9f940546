"""Unpacking a zip that a stranger made: every name, type and size is looked at before a byte is written."""

from __future__ import annotations

import os
import stat
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Final

from agent.errors import UsageError
from agent.safety.printable import printable
from agent.skills.name import same_names, wrong_with
from agent.skills.tree import MAX_BYTES, MAX_FILE_BYTES, MAX_FILES

MAX_ZIP_BYTES: Final = 60_000_000
MAX_DIRECTORY_BYTES: Final = 2_000_000
"""Of the zip's own list of files, which is read whole."""
_BLOCK: Final = 1 << 16
_END: Final = b"PK\x05\x06"
_LEFT_OUT: Final = ("__MACOSX/", ".DS_Store")
"""What macOS adds to every zip."""


def unpack(source: Path, target: Path) -> None:
    """Write all files of a zip below an empty folder. Raises UsageError that says what is wrong; then part may stand.

    Refused as a whole: paths that lead out, links, devices, encrypted or too many or too large files, names that are
    the same file on some systems, `.git`.
    """
    try:
        if source.stat().st_size > MAX_ZIP_BYTES:
            raise _refused(source, f"it is larger than {MAX_ZIP_BYTES:,} bytes")
        _require_short_directory(source)
        with zipfile.ZipFile(source) as archive:
            for info, path in _checked(source, archive.infolist()):
                _write(source, archive, info, target.joinpath(*path.split("/")))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, struct.error) as error:
        raise _refused(source, f"it is no zip that can be read: {error}") from error
    except OSError as error:
        raise _refused(source, f"it cannot be read or written out ({error.strerror or error})") from error
    except ValueError as error:
        raise _refused(source, str(error)) from error


def _checked(source: Path, infos: list[zipfile.ZipInfo]) -> list[tuple[zipfile.ZipInfo, str]]:
    if len(infos) > MAX_FILES:
        raise _refused(source, f"it holds {len(infos):,} files; at most {MAX_FILES:,} are taken")
    wanted = [info for info in infos if not _is_left_out(info.orig_filename)]
    for info in wanted:
        if why := _wrong_with(info):
            raise _refused(source, f"{printable(info.orig_filename)[:100]}: {why}")
    if sum(info.file_size for info in wanted) > MAX_BYTES:
        raise _refused(source, f"its files are larger than {MAX_BYTES:,} bytes")
    paths = [info.orig_filename.rstrip("/") for info in wanted]
    if len(set(paths)) < len(paths):
        raise _refused(source, "it holds two files of one name")
    if same := same_names(sorted(paths)):
        raise _refused(source, f"{same[0][0]} and {same[0][1]} are the same file on some systems")
    return [(info, info.orig_filename) for info in wanted if not info.orig_filename.endswith("/")]


def _is_left_out(name: str) -> bool:
    return name.startswith(_LEFT_OUT[0]) or name.rpartition("/")[2] == _LEFT_OUT[1]


def _wrong_with(info: zipfile.ZipInfo) -> str:
    # `filename` ends at a NUL and has other slashes on Windows: what the archive really says is this.
    name = info.orig_filename
    if why := wrong_with(name[:-1] if name.endswith("/") else name):
        return why
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind and kind != (stat.S_IFDIR if name.endswith("/") else stat.S_IFREG):
        return "it is a link" if kind == stat.S_IFLNK else "it is neither a file nor a folder"
    if info.flag_bits & 0x1:
        return "it is encrypted"
    if info.file_size > MAX_FILE_BYTES:
        return f"it is larger than {MAX_FILE_BYTES:,} bytes"
    return ""


def _write(source: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    left = info.file_size
    runs = (info.external_attr >> 16) & 0o100
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with archive.open(info) as packed, os.fdopen(descriptor, "wb") as file:
        while block := packed.read(_BLOCK):
            left -= len(block)
            if left < 0:
                raise _refused(source, f"{info.orig_filename} is larger than the zip says")
            file.write(block)
    if runs:
        target.chmod(0o700)


def _require_short_directory(source: Path) -> None:
    """The list of files is read whole before one can count it: its length stands at the end of the zip."""
    with source.open("rb") as file:
        file.seek(max(0, source.stat().st_size - _BLOCK - 22))
        tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise _refused(source, "it is no zip")
    entries, size = struct.unpack_from("<HI", tail, at + 10)
    if entries > MAX_FILES or size > MAX_DIRECTORY_BYTES:
        raise _refused(source, f"it holds more than {MAX_FILES:,} files")


def _refused(source: Path, why: str) -> UsageError:
    return UsageError(f"{source.name} was not installed: {why}. Nothing was changed.")
