"""The anchor: how far the chain had come, kept beside the database, so that rows missing at its end are noticed.

It is written after the commit it tells of, never before: after a crash it may be behind, never ahead. A file of two
places written in turn, each sealed: a power cut in the middle of a write leaves the other one.
"""

from __future__ import annotations

import hmac
import os
import struct
import time
from pathlib import Path

import msgspec

ANCHOR_FILE = "audit.anchor"
"""Its name in the data folder."""
_PLACE = 512
_LAYOUT = struct.Struct(">4s8sQ32s")
_MAGIC = b"HMA1"
_SYNC_EVERY_S = 1.0
"""Only a power cut needs it on the disk; then it is behind by no more than this."""


class Anchor(msgspec.Struct, frozen=True):
    """A row that there must be."""

    seq: int
    mac: bytes
    fingerprint: bytes
    """Of the key that seals it, 8 bytes."""

    def sealed(self, key: bytes) -> bytes:
        """As bytes, with a seal behind."""
        plain = _LAYOUT.pack(_MAGIC, self.fingerprint, self.seq, self.mac)
        return plain + hmac.digest(key, b"anchor" + plain, "sha256")


def opened(data: bytes, key: bytes) -> Anchor | None:
    """Read what `Anchor.sealed` made; None: it is not whole, or the key is another one."""
    plain, tag = data[: _LAYOUT.size], data[_LAYOUT.size : _LAYOUT.size + 32]
    if len(tag) != 32 or not hmac.compare_digest(hmac.digest(key, b"anchor" + plain, "sha256"), tag):
        return None
    magic, fingerprint, seq, mac = _LAYOUT.unpack(plain)
    return Anchor(seq, mac, fingerprint) if magic == _MAGIC else None


class AnchorFile:
    """The file. Its methods block for a moment; belongs to one thread at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor = -1
        self._turn = 0
        self._synced_at = 0.0

    def read(self, *keys: bytes) -> tuple[bool, Anchor | None]:
        """Whether there is a file, and the newest anchor in it that one of these keys has sealed. Raises OSError."""
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return False, None
        places = (data[:_PLACE], data[_PLACE:])
        found = [anchor for place in places for key in keys if (anchor := opened(place, key)) is not None]
        return True, max(found, key=lambda anchor: anchor.seq, default=None)

    def write(self, anchor: Anchor, key: bytes, *, sync: bool = False) -> None:
        """Write the anchor; `sync`: it is on the disk when this returns. Raises OSError."""
        if self._descriptor < 0:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
            self._descriptor = os.open(self.path, flags, 0o600)
        os.lseek(self._descriptor, self._turn * _PLACE, os.SEEK_SET)
        os.write(self._descriptor, anchor.sealed(key).ljust(_PLACE, b"\0"))
        self._turn = 1 - self._turn
        if sync or time.monotonic() - self._synced_at > _SYNC_EVERY_S:
            self.sync()

    def sync(self) -> None:
        """Bring it to the disk. Raises OSError."""
        if self._descriptor >= 0:
            os.fsync(self._descriptor)
            self._synced_at = time.monotonic()

    def close(self) -> None:
        """Close the file. May be called twice."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)
