"""How our own worker programs give up what they do not need, from within and at their very start."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

import agent
from agent.sandbox.landlock import confine
from agent.sandbox.seccomp import restrict

SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/opt/lib", "/etc/ld.so.cache", "/dev/urandom", "/dev/random")
"""What any Python program may need of the system; read only."""


def enter(
    read: Iterable[str], write: Iterable[str], *, sockets: Iterable[str] = (), clear_away: Iterable[str] = ()
) -> str:
    """Keep these files and folders, Python's own and the system's libraries, and sockets of these families only.

    From the folders of `clear_away` empty folders may be removed. Says what came of it: `landlock 7, seccomp`, or, for
    what this machine cannot enforce, why.
    """
    try:
        files = f"landlock {confine([*SYSTEM, *python_places(), *read], [*write, '/dev/null'], clear_away=clear_away)}"
    except OSError as error:
        files = f"no landlock ({error.strerror or error})"
    try:
        restrict(sockets, alone=False)
    except OSError as error:
        return f"{files}, no seccomp ({error.strerror or error})"
    return f"{files}, seccomp"


def python_places() -> list[str]:
    """Where the interpreter, the installed packages and Homard's own code are."""
    ours = Path(agent.__file__ or "").resolve().parent
    prefixes = [Path(prefix).resolve() for prefix in (sys.prefix, sys.base_prefix, sys.exec_prefix)]
    places = [Path(place).resolve() for place in sys.path if place]
    # Our package may lie in a folder with the user's own work (an editable install): that folder is not for workers.
    places = [place for place in places if place.name in ("site-packages", "dist-packages")]
    # A frozen build reads its modules from its own program file.
    return [*map(str, [*prefixes, *places, ours]), os.path.realpath(sys.executable)]
