"""No dumps of memory in which keys are."""

from __future__ import annotations

import sys


def forbid_core_dumps() -> None:
    """Let this process and all it starts leave no core file when it crashes. Where there are no limits: does nothing.

    systemd-coredump and apport keep to the limit too. On Windows and macOS a crash report holds no heap by default.
    """
    if sys.platform == "win32":
        return
    import resource

    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    except (ValueError, OSError):
        return  # it is lower already
