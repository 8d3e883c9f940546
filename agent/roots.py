"""Where folders really are that people named: no link that a command may have made leads a run elsewhere."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from agent.errors import UsageError
from agent.safety.printable import printable


def unled(path: str | os.PathLike[str]) -> Path:
    """The real path of a folder that was granted earlier: as text, while commands could change what stands there.

    Links of the system are followed (`/tmp` on a Mac, `/home` on some Linux). Raises UsageError for any other: where
    it led when the folder was granted is not known. What does not exist is given back as far as it does.
    """
    named = os.path.abspath(os.path.expanduser(path))
    if (link := _link_in(named)) is None:
        return Path(os.path.realpath(named))
    raise UsageError(
        f"The folder {printable(named)} is not used: {printable(link)} on the way there is a link, which may have "
        f"been made since it was named first. Nothing was done. If it is right, name the folder it leads to instead: "
        f"{printable(os.path.realpath(named))}"
    )


def standing_folder(path: str) -> Path:
    """The real path of a folder that is there. Raises UsageError."""
    folder = Path(path).expanduser()
    if not folder.is_dir():
        raise UsageError(f"The folder {path} does not exist or is not a folder. Name one that is there.")
    return folder.resolve()


def _link_in(path: str) -> str | None:
    """The first link on the way to a path that does not belong to the system."""
    place = os.path.splitdrive(path)[0] + os.sep
    waiting = path[len(place) :].split(os.sep)
    for _ in range(1_000):
        if not waiting:
            return None
        name = waiting.pop(0)
        place = os.path.normpath(os.path.join(place, name))
        try:
            status = os.lstat(place)
        except OSError:
            return None
        if stat.S_ISLNK(status.st_mode):
            if not _is_of_the_system(place, status.st_uid):
                return place
            target = os.path.join(os.path.dirname(place), os.readlink(place))
            place, rest = os.path.abspath(os.sep), target.split(os.sep)
            waiting = [part for part in rest if part] + waiting
    return path


def _is_of_the_system(link: str, owner: int) -> bool:
    """No command can make a link of root, unless this is root: then only those at the very top count."""
    if os.name != "posix":
        return True
    return owner == 0 and (os.getuid() != 0 or os.path.dirname(link) == "/")
