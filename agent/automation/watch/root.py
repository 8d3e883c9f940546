"""The watched folder itself: whether it is there, and whether it is the one that it was."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable

from agent.automation.watch.listing import is_empty
from agent.automation.watch.state import identity_of
from agent.errors import UsageError
from agent.safety.printable import printable


def look_at_root(
    named: str, before: tuple[int, int] | None, any_known: Callable[[str], bool], real: Callable[[str], str]
) -> tuple[str, str, tuple[int, int] | None]:
    """Give why it is away (a sentence; empty: it is there), its real path, and what tells it from others.

    `before`: what told it when files in it were known; `any_known`: whether one of those is below a path.
    `real` gives the real path; it raises UsageError where a link leads that was none when the folder was named.
    """
    shown = printable(named)
    try:
        root = real(named)
    except UsageError as error:
        return str(error), named, None
    try:
        status = os.stat(root)
        identity = identity_of(status)
        if not stat.S_ISDIR(status.st_mode):
            return f"{shown} is no folder. It is looked for.", root, None
    except OSError as error:
        return f"{shown} is not there ({error.strerror}). It is looked for.", root, None
    try:
        empty = is_empty(root)
    except OSError as error:
        return f"{shown} cannot be read ({error.strerror}). It is tried again.", root, None
    if before is None or identity[0] == before[0]:
        return "", root, identity
    if empty:
        return f"{shown} is empty, and on another disk than before: its own is not mounted.", root, None
    if any_known(root):
        return "", root, identity
    other = (
        f"{shown} is on another disk than before, and none of the files known from there is on it. When the disk "
        "is back, the watch goes on; for this one, make another job."
    )
    return other, root, None
