"""Unpacking a zip that a stranger made: every name, type and size is looked at before a byte is written."""

from __future__ import annotations

import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from agent.errors import UsageError
from agent.safety.printable import printable
from agent.skills.name import same_names, wrong_with
from agent.skills.tree import SKILL, Limits

_BLOCK: Final = 1 << 16
_END: Final = b"PK\x05\x06"
_END_SIZE: Final = 22
_LOCATOR: Final = b"PK\x06\x07"
_LOCATOR_SIZE: Final = 20
_LEFT_OUT: Final = ("__MACOSX/", ".DS_Store")
"""What macOS adds to every zip."""


def unpack(source: Path, target: Path, limits: Limits = SKILL) -> None:
    """Write all files of a zip below an empty folder. Raises UsageError that says what is wrong; then part may stand.

    Refused as a whole: paths that lead out, links, devices, encrypted or too many or too large files, names that are
    the same file on some systems, `.git`.
    """
    with opened_zip(source, limits) as archive:
        for info, path in _checked(source, archive.infolist(), limits):
            _write(source, archive, info, target.joinpath(*path.split("/")))


@contextmanager
def opened_zip(source: Path, limits: Limits = SKILL) -> Generator[zipfile.ZipFile]:
    """Open one whose list of files is not too long to be read. What is wrong, then too, is a UsageError. Blocks."""
    try:
        if source.stat().st_size > limits.zip_bytes:
            raise refused(source, f"it is larger than {limits.zip_bytes:,} bytes")
        _require_short_directory(source, limits)
        with zipfile.ZipFile(source) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, struct.error) as error:
        raise refused(source, f"it is no zip that can be read: {error}") from error
    except OSError as error:
        raise refused(source, f"it cannot be read or written out ({error.strerror or error})") from error
    except ValueError as error:
        raise refused(source, str(error)) from error


def refused(source: Path, why: str) -> UsageError:
    """The error that a file was not taken."""
    return UsageError(f"{source.name} was not installed: {why}. Nothing was changed.")


def _checked(source: Path, infos: list[zipfile.ZipInfo], limits: Limits) -> list[tuple[zipfile.ZipInfo, str]]:
    if len(infos) > limits.files:
        raise refused(source, f"it holds {len(infos):,} files; at most {limits.files:,} are taken")
    wanted = [info for info in infos if not _is_left_out(info.orig_filename)]
    for info in wanted:
        if why := _wrong_with(info, limits):
            raise refused(source, f"{printable(info.orig_filename)[:100]}: {why}")
    if sum(info.file_size for info in wanted) > limits.whole_bytes:
        raise refused(source, f"its files are larger than {limits.whole_bytes:,} bytes")
    paths = [info.orig_filename.rstrip("/") for info in wanted]
    if len(set(paths)) < len(paths):
        raise refused(source, "it holds two files of one name")
    if same := same_names(sorted(paths)):
        raise refused(source, f"{same[0][0]} and {same[0][1]} are the same file on some systems")
    return [(info, info.orig_filename) for info in wanted if not info.orig_filename.endswith("/")]


def _is_left_out(name: str) -> bool:
    return name.startswith(_LEFT_OUT[0]) or name.rpartition("/")[2] == _LEFT_OUT[1]


def _wrong_with(info: zipfile.ZipInfo, limits: Limits) -> str:
    # `filename` ends at a NUL and has other slashes on Windows: what the archive really says is this.
    name = info.orig_filename
    if why := wrong_with(name[:-1] if name.endswith("/") else name):
        return why
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind and kind != (stat.S_IFDIR if name.endswith("/") else stat.S_IFREG):
        return "it is a link" if kind == stat.S_IFLNK else "it is neither a file nor a folder"
    if info.flag_bits & 0x1:
        return "it is encrypted"
    if info.file_size > limits.file_bytes:
        return f"it is larger than {limits.file_bytes:,} bytes"
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
                raise refused(source, f"{info.orig_filename} is larger than the zip says")
            file.write(block)
    if runs:
        target.chmod(0o700)


def _require_short_directory(source: Path, limits: Limits) -> None:
    """The list of files is read whole before one can count it: its length stands at the end of the zip.

    In the form for very large zips (ZIP64) it stands elsewhere too, and what stands here counts for nothing. No zip of
    the size that is taken needs that form.
    """
    with source.open("rb") as file:
        file.seek(max(0, source.stat().st_size - _BLOCK - _END_SIZE - _LOCATOR_SIZE))
        tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + _END_SIZE:
        raise refused(source, "it is no zip that can be read")
    entries, size = struct.unpack_from("<HI", tail, at + 10)
    if entries > limits.files or size > limits.directory_bytes:
        raise refused(source, f"it holds more than {limits.files:,} files")
    if tail[max(0, at - _LOCATOR_SIZE) : at].startswith(_LOCATOR):
        raise refused(source, "it has the form for very large zips (ZIP64). Pack it anew without")
