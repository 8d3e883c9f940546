"""Places inside granted folders that a command does not get: keys, logins, sockets, what programs run by themselves."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from agent.safety.protected import SECRET, STARTUP, SYSTEM

GIT_CONTROL = ("hooks", "config", "config.worktree")
"""In a `.git` folder: git runs what they say."""
MAX_FOLDERS, MAX_ENTRIES, MAX_DEPTH = 500, 20_000, 3
"""Bounds of the look for repositories and sockets; what lies deeper or later is not found."""
_DULL = ("node_modules", "__pycache__", ".venv", "venv", "site-packages")


@dataclass(frozen=True)
class Special:
    """What was found in granted folders that is more than a file. Absolute paths."""

    kept: tuple[str, ...]
    """To be read, not written; also such as do not exist yet."""
    sockets: tuple[str, ...]
    """UNIX sockets: whoever connects reaches the program behind."""


def homes() -> list[str]:
    """The home folders of this user: as the environment and as the system say."""
    found = [os.path.expanduser("~")]
    if os.name == "posix":
        import pwd

        with suppress(KeyError):
            found.append(pwd.getpwuid(os.getuid()).pw_dir)
    return list(dict.fromkeys(os.path.realpath(home) for home in found if os.path.isabs(home) and home != "/"))


def secret_places() -> list[str]:
    """Those that exist, of what must neither be read nor written."""
    inside = [os.path.join(home, *name.split("/")) for home in homes() for name in SECRET]
    return [os.path.realpath(path) for path in [*inside, *SYSTEM] if os.path.lexists(path)]


def is_inside(path: str, folder: str) -> bool:
    """Whether a path lies below a folder, or is it."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def look_through(roots: Sequence[str]) -> Special:
    """Find what is special in these folders, within the bounds above. Blocks for the disk."""
    startup = [os.path.join(home, *name.split("/")) for home in homes() for name in STARTUP]
    kept = [path for path in startup if any(is_inside(path, root) for root in roots)]
    sockets = list(_bound_sockets(roots))
    for root in roots:
        for path, is_socket in _walk(root):
            if is_socket:
                sockets.append(path)
            else:
                kept += _git_control(path)
    return Special(tuple(dict.fromkeys(kept)), tuple(dict.fromkeys(sockets)))


def _git_control(git: str) -> Iterator[str]:
    if os.path.isfile(git):
        yield git  # it says where the repository is
    elif os.path.isdir(git):
        yield from (os.path.join(git, name) for name in GIT_CONTROL)


def _walk(root: str) -> Iterator[tuple[str, bool]]:
    """Repositories and sockets, the latter with True; the folders nearest to the root first."""
    waiting, folders, looked = [(root, 0)], 0, 0
    while waiting and folders < MAX_FOLDERS and looked < MAX_ENTRIES:
        folder, depth = waiting.pop(0)
        folders += 1
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    looked += 1
                    if entry.name == ".git":
                        yield entry.path, False
                    elif entry.is_dir(follow_symlinks=False):
                        if depth < MAX_DEPTH and entry.name not in _DULL:
                            waiting.append((entry.path, depth + 1))
                    elif not entry.is_file(follow_symlinks=False) and not entry.is_symlink() and _is_socket(entry.path):
                        yield entry.path, True
        except OSError:
            continue


def _bound_sockets(roots: Sequence[str]) -> Iterator[str]:
    """What the kernel knows of sockets in these folders, however deep; a relative name is tried below each."""
    try:
        with open("/proc/net/unix", encoding="utf-8", errors="surrogateescape") as table:
            names = [words[7] for line in table if len(words := line.rstrip("\n").split(None, 7)) == 8]
    except OSError:
        return
    for name in names:
        for root in () if name.startswith("@") else roots:
            path = os.path.realpath(os.path.join(root, name))
            if is_inside(path, root) and _is_socket(path):
                yield path


def _is_socket(path: str) -> bool:
    try:
        return stat.S_ISSOCK(os.lstat(path).st_mode)
    except OSError:
        return False
