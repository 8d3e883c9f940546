"""One process owns a home: it alone opens the database. Others are served by it through its socket.

The lock is the kernel's (flock, or msvcrt on Windows), held on `owner.lock` as long as the process lives, so a killed
owner leaves nothing that blocks. `owner.json` beside it says who it is; only the lock says whether that is still true.
This module imports almost nothing: the thin client reads the address with it at every start.
(The filelock package would do the same, but its import costs 45 ms, and where flock is missing it falls back, with a
warning only, to a lock that survives a kill.)
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from agent.paths import Paths


class Owner:
    """The right to open the database, held until `release` or the end of the process."""

    def __init__(self, descriptor: int, card: Path) -> None:
        self._descriptor = descriptor
        self._card = card

    @classmethod
    def acquire(cls, paths: Paths, address: str = "") -> Owner | None:
        """Become the owner and say so in owner.json; None: another process is. Raises StorageError.

        `address`: where the owner's socket is; empty while it serves nobody (see `publish`).
        """
        from agent.failpoints import hit

        try:
            paths.data.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(paths.owner, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
            if not _lock(descriptor):
                os.close(descriptor)
                return None
            hit("owner.locked")
            owner = cls(descriptor, card_of(paths))
            owner.publish(address)
        except OSError as error:
            from agent.errors import StorageError

            raise StorageError(
                f"The data folder {paths.data} cannot be written ({error.strerror}); nothing was changed. "
                "Make it writable, or set HOMARD_HOME to another folder."
            ) from error
        hit("owner.published")
        return owner

    def publish(self, address: str) -> None:
        """Write owner.json anew, atomically, with the address of the socket. Raises OSError."""
        import json

        from agent import __version__

        part = self._card.with_suffix(f".{os.getpid()}.part")
        card = {"pid": os.getpid(), "address": address, "version": __version__}
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(card, file)
        part.replace(self._card)

    def release(self) -> None:
        """Remove owner.json and give up the lock. May be called twice."""
        if self._descriptor < 0:
            return
        descriptor, self._descriptor = self._descriptor, -1
        try:
            self._card.unlink(missing_ok=True)
        finally:
            os.close(
                descriptor
            )  # which unlocks; the lock file stays, for removing it would let two processes lock two files


def card_of(paths: Paths) -> Path:
    """Name the file in which the owner says who it is."""
    return paths.owner.with_suffix(".json")


def read_card(paths: Paths) -> dict[str, Any]:
    """Read owner.json: `pid`, `address`, `version`; empty if there is none or it is damaged. May be out of date."""
    import json

    try:
        with open(card_of(paths), encoding="utf-8") as file:
            return dict(json.load(file))
    except (OSError, ValueError, TypeError):
        return {}


def read_address(paths: Paths) -> str | None:
    """Read where the owner's socket should be; None: nobody serves.

    May be out of date: if nobody answers there, try `Owner.acquire`; only when that gives None there is an owner.
    """
    address = read_card(paths).get("address")
    return address if isinstance(address, str) and address else None


if sys.platform == "win32":

    def _lock(descriptor: int) -> bool:
        import msvcrt

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:

    def _lock(descriptor: int) -> bool:
        import fcntl

        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
