"""Killing a program at each of its failpoints, one after the other."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence

Environment = Mapping[str, str] | Callable[[int], Mapping[str, str]]

KILLED = {-int(getattr(signal, "SIGKILL", 9)), 128 + 9, int(signal.SIGTERM)}
"""What a killed child returns: POSIX, through a shell, Windows."""


def kill_at_each(
    argv: Sequence[str], env: Environment, check: Callable[[int], None], *, timeout_s: float = 60.0, start: int = 1
) -> int:
    """Run a program with HOMARD_FAILPOINT=start, start + 1, … until a run ends unharmed; returns the kills.

    `env` is added to this process's environment; as a function of k it can give each run a home of its own.
    `check(k)` is called after each kill. A run that ends neither killed nor with exit code 0 fails the test.
    """
    at = start
    while True:
        extra = env(at) if callable(env) else env
        done = subprocess.run(
            argv,
            env={**os.environ, **extra, "HOMARD_FAILPOINT": str(at)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
        if done.returncode == 0:
            return at - start
        assert done.returncode in KILLED, f"failpoint {at}: exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
        check(at)
        at += 1
