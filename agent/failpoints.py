"""Places where a test kills the process. Free when not armed.

`HOMARD_FAILPOINT=N` kills the process with SIGKILL at the N-th place it passes; `HOMARD_FAILPOINT=NAME` at the first
place of that name. Only ever harms the process that carries the variable.
"""

from __future__ import annotations

import os
import signal

_armed = os.environ.get("HOMARD_FAILPOINT", "")
_passed = 0


def hit(name: str) -> None:
    """Pass a failpoint; `name` is `module.step`."""
    global _passed
    if not _armed:
        return
    _passed += 1
    if _armed == name or _armed == str(_passed):
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
