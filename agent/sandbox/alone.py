"""Linux without bubblewrap: the command gives up files by Landlock and sockets by seccomp before it starts.

Weaker than bubblewrap in comfort, not in what is closed: no network even on the loopback, no `ps`, no changing of
owners by path, and the folders above a closed path get no new files. Modes and times by path: see `attributes.py`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from agent.sandbox.confinement import Confinement, opened
from agent.sandbox.launch import Launch, Place, launcher
from agent.sandbox.measured import Backend
from agent.sandbox.view import DEVICES, FACTS, SYSTEM, environment, kept_back, limits, same, system_closed, tools


def launch(
    argv: Sequence[str], confinement: Confinement, backend: Backend, place: Place, given: Mapping[str, str]
) -> Launch:
    """Put the launcher in front."""
    home, temporary = _private(place)
    readable = [*SYSTEM, *tools(), *confinement.readable, *FACTS]
    options = ["--parent", str(os.getpid())]
    if backend.landlock:
        options += ["--landlock", *same(confinement)]
        options += [word for path in readable for word in ("--execute", path)]
        options += [word for path in [*confinement.writable, place.private] for word in ("--work", path)]
        options += [word for path in DEVICES for word in ("--write", path)]
        options += [word for path in [*confinement.hidden, *system_closed()] for word in ("--closed", path)]
        options += [word for path in opened(confinement) for word in ("--opened", path)]
    if backend.seccomp:
        options += ["--seccomp", *kept_back(confinement)]
        if backend.landlock:
            options += ["--answer"]
    options += limits(confinement, processes=None)
    return Launch([*launcher(*options), *argv], environment(given, confinement, home=home, temporary=temporary))


def launch_bare(
    argv: Sequence[str], confinement: Confinement, _backend: Backend, place: Place, given: Mapping[str, str]
) -> Launch:
    """Bound the command and nothing else: for a person who lowered what is needed, on a system that gives no more."""
    home, temporary = _private(place)
    environment_ = {**given, "HOME": home, "TMPDIR": temporary}
    if os.name != "posix":
        return Launch(list(argv), dict(given))
    options = limits(confinement, processes=None)
    if os.path.isdir("/proc/self"):
        options = ["--parent", str(os.getpid()), *options]
    return Launch([*launcher(*options), *argv], environment_)


def _private(place: Place) -> tuple[str, str]:
    home, temporary = os.path.join(place.private, "home"), os.path.join(place.private, "tmp")
    for folder in (home, temporary):
        os.makedirs(folder, mode=0o700, exist_ok=True)
    return home, temporary
