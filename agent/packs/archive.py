"""The file of a pack: a zip, the same byte for byte whenever it is built from the same files.

`PACK.json` lists each file with its SHA-256, `PACK.sig` is the signature over that list; the files follow. Nothing in
it is compressed, so that no two libraries build two different ones; what is read may be compressed.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

import msgspec

from agent.errors import UsageError
from agent.packs.manifest import FILE, MAX_BYTES, PackManifest, read_manifest
from agent.packs.signing import PackStatement, Signed, opened, read_signed
from agent.skills.archive import unpack
from agent.skills.tree import Stamp, Tree, look, read_same

SUFFIX: Final = ".pack"
LIST, SIGNATURE = "PACK.json", "PACK.sig"
_RESERVED: Final = frozenset({LIST.lower(), SIGNATURE.lower()})
_LEFT_OUT: Final = frozenset({".git", ".hg", ".svn", "__pycache__", ".venv", "node_modules", ".ds_store"})
_KEYS: Final = (".env", "id_rsa", "id_ed25519", ".netrc", ".npmrc", ".pypirc")
_DATE: Final = (1980, 1, 1, 0, 0, 0)


class PackedFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, array_like=True):
    """One file of a pack."""

    path: str
    sha256: str
    size: int
    runs: bool
    """It is a program."""


class PackList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`PACK.json`."""

    format: int
    name: str
    version: str
    files: tuple[PackedFile, ...]


@dataclass(frozen=True)
class Pack:
    """A pack that lies in a folder, whole and as its list says."""

    folder: Path
    manifest: PackManifest
    digest: str
    """SHA-256 of its list, hex: all of its names, contents and programs."""
    files: Mapping[str, Stamp]
    programs: frozenset[str]
    signed: Signed | None
    statement: PackStatement | None
    """What its publisher signed; None: it is not signed."""

    @property
    def key(self) -> str:
        """Public key of the publisher; empty: none."""
        return self.signed.key if self.signed is not None else ""


def read_folder(folder: Path) -> Pack:
    """Read the folder of an author. Blocks. Raises UsageError that says what is wrong."""
    folder = Path(os.path.realpath(folder))
    if not folder.is_dir():
        raise UsageError(f"There is no folder {folder}.")
    tree = _tree(folder)
    named = {path: stamp for path, stamp in tree.files.items() if not is_left_out(path)}
    for path in named:
        name = path.rpartition("/")[2].lower()
        if name.startswith(_KEYS[0]) or name in _KEYS:
            raise UsageError(f"{path} holds keys, as a rule. Take it out of the pack.")
        if path.lower() in _RESERVED:
            raise UsageError(f"{path} is made when the pack is built. Give yours another name.")
    problems = [one for one in tree.problems if not is_left_out(one.partition(" ")[0].rstrip(":"))]
    if problems:
        raise UsageError(f"It holds what no pack may hold: {' '.join(problems[:5])}")
    programs = frozenset(path for path in named if os.name == "posix" and os.access(folder / path, os.X_OK))
    manifest = _manifest_of(folder, named)
    digest = hashlib.sha256(_list(manifest, named, programs)).hexdigest()
    return Pack(folder, manifest, digest, named, programs, None, None)


def build(pack: Pack, target: Path, signed: Signed | None = None) -> Path:
    """Write the archive of a pack; gives its path. Blocks. Raises UsageError; a file that is there is replaced."""
    listed = _list(pack.manifest, pack.files, pack.programs)
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        _put(archive, LIST, listed, runs=False)
        if signed is not None:
            _put(archive, SIGNATURE, msgspec.json.encode(signed), runs=False)
        for path in sorted(pack.files):
            data = read_same(pack.folder, path, pack.files[path])
            if data is None:
                raise UsageError(f"{path} changed while it was packed. Nothing was made; try again.")
            _put(archive, path, data, runs=path in pack.programs)
    place = target / f"{pack.manifest.name}-{pack.manifest.version}{SUFFIX}" if target.is_dir() else target
    try:
        place.write_bytes(whole.getvalue())
    except OSError as error:
        raise UsageError(f"{place} cannot be written ({error.strerror}). Nothing was made.") from error
    return place


def open_pack(source: Path, into: Path) -> Pack:
    """Unpack an archive into an empty folder, and check all of it. Blocks. Raises UsageError; then part may stand."""
    unpack(source, into)
    return read_unpacked(into)


def read_unpacked(folder: Path, known: Mapping[str, Stamp] | None = None) -> Pack:
    """Read a pack where it was unpacked: each file must be as its list says, and none more. Raises UsageError."""
    tree = _tree(folder, known)
    if tree.problems:
        raise UsageError(f"It holds what no pack may hold: {' '.join(tree.problems[:5])}")
    files = {path: stamp for path, stamp in tree.files.items() if path not in (LIST, SIGNATURE)}
    listed, data = _read_list(folder, tree)
    said = {one.path: one for one in listed.files}
    if len(said) != len(listed.files):
        raise UsageError(f"{LIST} lists a file twice.")
    for path in sorted(files.keys() | said.keys()):
        one, stamp = said.get(path), files.get(path)
        if one is None or stamp is None:
            raise UsageError(f"{path} is {'not in the list' if one is None else 'missing'}.")
        if (one.sha256, one.size) != (stamp.sha256, stamp.size):
            raise UsageError(f"{path} is not what the list says.")
    manifest = _manifest_of(folder, files)
    programs = frozenset(one.path for one in listed.files if one.runs)
    if data != _list(manifest, files, programs):
        raise UsageError(f"{LIST} does not fit {FILE}.")
    digest = hashlib.sha256(data).hexdigest()
    signed, statement = _signature(folder, tree, manifest, digest)
    return Pack(folder, manifest, digest, files, programs, signed, statement)


def _tree(folder: Path, known: Mapping[str, Stamp] | None = None) -> Tree:
    try:
        return look(folder, known)
    except OSError as error:
        raise UsageError(f"{folder} cannot be read ({error.strerror}).") from error


def _read_list(folder: Path, tree: Tree) -> tuple[PackList, bytes]:
    if LIST not in tree.files:
        raise UsageError(f"It holds no {LIST}, so it is no pack that was built: `homard pack build` makes one.")
    data = read_same(folder, LIST, tree.files[LIST])
    try:
        return msgspec.json.decode(data or b"", type=PackList), data or b""
    except msgspec.DecodeError as error:
        raise UsageError(f"{LIST} cannot be read ({error}).") from None


def _signature(
    folder: Path, tree: Tree, manifest: PackManifest, digest: str
) -> tuple[Signed | None, PackStatement | None]:
    if SIGNATURE not in tree.files:
        return None, None
    signed = read_signed(read_same(folder, SIGNATURE, tree.files[SIGNATURE]) or b"")
    statement = opened(signed, PackStatement)
    signed_for = (statement.name, statement.version, statement.publisher, statement.digest)
    if signed_for != (manifest.name, manifest.version, manifest.publisher, digest):
        raise UsageError("The signature is of another pack: its files are not those that were signed.")
    return signed, statement


def _manifest_of(folder: Path, files: Mapping[str, Stamp]) -> PackManifest:
    if FILE not in files:
        raise UsageError(f"There is no {FILE} in {folder}. `homard pack new` begins a pack.")
    data = read_same(folder, FILE, files[FILE])
    if data is None or len(data) > MAX_BYTES:
        raise UsageError(f"{FILE} changed while it was read, or is longer than {MAX_BYTES:,} bytes.")
    try:
        return read_manifest(data.decode())
    except UnicodeDecodeError:
        raise UsageError(f"{FILE} is not UTF-8.") from None


def _list(manifest: PackManifest, files: Mapping[str, Stamp], programs: frozenset[str]) -> bytes:
    packed = tuple(PackedFile(path, files[path].sha256, files[path].size, path in programs) for path in sorted(files))
    return msgspec.json.encode(PackList(manifest.format, manifest.name, manifest.version, packed))


def _put(archive: zipfile.ZipFile, path: str, data: bytes, *, runs: bool) -> None:
    info = zipfile.ZipInfo(path, _DATE)
    info.create_system = 3  # else the system that builds it would show in the bytes
    info.external_attr = (0o100755 if runs else 0o100644) << 16
    archive.writestr(info, data)


def is_left_out(path: str) -> bool:
    """Whether a file in the folder of an author never comes into the pack."""
    parts = [part.lower() for part in path.split("/")]
    return not _LEFT_OUT.isdisjoint(parts) or path.endswith((".pyc", SUFFIX))
