"""A short, private folder for the socket: the path of a UNIX socket is limited to some 100 bytes."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from pathlib import Path

from agent.errors import StorageError

MAX_SOCKET_PATH_BYTES = 100
"""108 with the final NUL on Linux, 104 on macOS."""
SOCKET_NAME = "socket"


def socket_path(data: Path) -> Path:
    """Where the owner of this data folder listens; makes the folder.

    Raises StorageError if no folder can be had that is ours alone.
    """
    if sys.platform == "win32":
        raise AssertionError("Windows has named pipes instead")
    digest = hashlib.sha256(os.fsencode(data.resolve())).hexdigest()[:12]
    user = os.getuid()
    run = os.environ.get("XDG_RUNTIME_DIR", "")
    candidates = [Path(run) / f"homard-{digest}"] if os.path.isabs(run) else []
    candidates += [Path(base) / f"homard-{user}-{digest}" for base in _shared_folders()]
    for folder in candidates:
        path = folder / SOCKET_NAME
        if len(os.fsencode(path)) <= MAX_SOCKET_PATH_BYTES and make_private(folder, user):
            return path
    raise StorageError(
        f"No private folder for the socket can be made in {', '.join(str(folder.parent) for folder in candidates)}. "
        "Nothing was changed; set XDG_RUNTIME_DIR or TMPDIR to a folder of yours."
    )


def _shared_folders() -> list[str]:
    # As tempfile finds them; importing that costs 10 ms at every cold start.
    own = os.environ.get("TMPDIR", "")
    return [*([own] if os.path.isabs(own) else []), "/tmp", "/var/tmp"]  # noqa: S108 checked to be ours alone


def make_private(folder: Path, user: int) -> bool:
    """Make the folder if need be; False: it is not ours alone."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        pass
    except OSError:
        return False
    state = folder.lstat()
    return stat.S_ISDIR(state.st_mode) and state.st_uid == user and not state.st_mode & 0o077
