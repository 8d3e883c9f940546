"""Places inside granted folders that a command does not get: keys, logins, sockets, what programs run by themselves."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from agent.safety.protected import SECRET, STARTUP, SYSTEM

GIT_CONTROL = ("hooks", "config", "config.worktree", "commondir")
"""In a `.git` folder, and in those of submodules inside it: git runs what they say, or looks for it where they say."""
WORKTREE_CONTROL = ("config.worktree", "commondir", "gitdir")
"""In a folder of `.git/worktrees`."""
MAX_FOLDERS, MAX_ENTRIES, MAX_DEPTH = 500, 20_000, 3
"""Bounds of the look for repositories and sockets; what lies deeper or later is not found."""
_DULL = ("node_modules", "__pycache__", ".venv", "venv", "site-packages")


@dataclass(frozen=True)
class Special:
    """What was found in granted folders that is more than a file. Absolute paths."""

    kept: tuple[str, ...]
    """To be read, not written; also such as do not exist yet."""
    pinned: tuple[str, ...]
    """Folders of git, not to be moved."""
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
    """What must neither be read nor written, also such as does not exist yet."""
    inside = [os.path.join(home, *name.split("/")) for home in homes() for name in SECRET if _is_of_here(name)]
    return list(dict.fromkeys(os.path.realpath(path) for path in [*inside, *SYSTEM]))


def _is_of_here(name: str) -> bool:
    """Leave out places of other systems; nothing on this one reads them."""
    foreign = {"darwin": "AppData/", "win32": "Library/"}.get(sys.platform, ("AppData/", "Library/"))
    return not name.startswith(foreign)


def is_inside(path: str, folder: str) -> bool:
    """Whether a path lies below a folder, or is it."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def folders_above(paths: Iterable[str], roots: Sequence[str]) -> set[str]:
    """The folders between these places and the granted folders they lie in, those included."""
    found: set[str] = set()
    for path in paths:
        folder = os.path.dirname(path)
        while folder not in found and any(is_inside(folder, root) for root in roots):
            found.add(folder)
            folder = os.path.dirname(folder)
    return found


def look_through(roots: Sequence[str]) -> Special:
    """Find what is special in these folders, within the bounds above. Blocks for the disk."""
    startup = [os.path.join(home, *name.split("/")) for home in homes() for name in STARTUP if _is_of_here(name)]
    kept = [path for path in startup if any(is_inside(path, root) for root in roots)]
    sockets = list(_bound_sockets(roots))
    pinned: list[str] = []
    for root in roots:
        if git := _git_around(root):
            kept += [path for path in _git_control(git) if is_inside(path, root)]
            kept += [root] if any(is_inside(root, path) for path in _git_control(git)) else []
        for path, is_socket in _walk(root):
            if is_socket:
                sockets.append(path)
            else:
                kept += _git_control(path)
                pinned += [path] if os.path.isdir(path) else []
    return Special(*(tuple(dict.fromkeys(found)) for found in (kept, pinned, sockets)))


def _git_around(root: str) -> str:
    """The folder of git that this one is or lies in; empty: none."""
    parts = root.split(os.sep)
    if ".git" in parts:
        return os.sep.join(parts[: parts.index(".git") + 1])
    is_bare = all(os.path.lexists(os.path.join(root, name)) for name in ("HEAD", "objects", "refs"))
    return root if is_bare else ""


def _git_control(git: str) -> Iterator[str]:
    if not os.path.isdir(git) or os.path.islink(git):
        yield git  # it says where the repository is
        return
    yield from (os.path.join(git, name) for name in GIT_CONTROL)
    for module in _modules(os.path.join(git, "modules")):
        yield from (os.path.join(module, name) for name in GIT_CONTROL)
    for worktree in _folders_in(os.path.join(git, "worktrees")):
        yield from (os.path.join(worktree, name) for name in WORKTREE_CONTROL)


def _modules(folder: str) -> Iterator[str]:
    """Folders of submodules, whose names may hold slashes, and of those in them."""
    waiting, looked = [folder], 0
    while waiting and looked < MAX_FOLDERS:
        looked += 1
        for path in _folders_in(waiting.pop(0)):
            if os.path.lexists(os.path.join(path, "HEAD")):
                yield path
                waiting.append(os.path.join(path, "modules"))
            else:
                waiting.append(path)


def _folders_in(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.path for entry in entries if entry.is_dir(follow_symlinks=False))
    except OSError:
        return []


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
