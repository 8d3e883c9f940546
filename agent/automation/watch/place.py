"""Where a watched folder lies: whether the system would tell of all changes there."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import NamedTuple

NETWORK = (
    "The folder lies on a network drive or another file system whose changes the system does not tell of, so it is "
    "looked through from time to time instead."
)
_REMOTE = frozenset({
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "smb", "afpfs", "webdav", "davfs", "davfs2", "9p", "virtiofs", "vboxsf",
    "prl_fs", "vmhgfs", "drvfs", "ceph", "glusterfs", "lustre", "afs", "ncpfs", "coda", "beegfs", "gfs2", "ocfs2",
    "orangefs", "autofs",
})  # fmt: skip


class Mount(NamedTuple):
    """A mounted file system."""

    point: str
    kind: str
    options: str = ""


def mounts() -> Sequence[Mount]:
    """All that is mounted. Asks none of them, so that one that hangs does no harm."""
    from psutil import disk_partitions

    return [Mount(part.mountpoint, part.fstype, part.opts) for part in disk_partitions(all=True)]


def is_remote(path: str, mounted: Iterable[Mount]) -> bool:
    """Whether a path, judged by its text alone, lies on a file system that others change unheard."""
    folded = os.path.normcase(path)
    best = max(
        (mount for mount in mounted if _holds(os.path.normcase(mount.point), folded)),
        key=lambda mount: len(mount.point),
        default=None,
    )
    if path.startswith("\\\\"):
        return True
    if best is None:
        return False
    kind = best.kind.lower()
    return kind in _REMOTE or (kind.startswith("fuse.")) or "remote" in best.options.split(",")


def _holds(point: str, path: str) -> bool:
    return path == point or path.startswith(point.rstrip(os.sep) + os.sep)
