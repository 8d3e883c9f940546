"""What a program that waits in the tray all day should give back."""

from __future__ import annotations

import ctypes
import gc
import sys
from contextlib import suppress

_M_ARENA_MAX = -8
"""mallopt(3): each thread would get a heap of its own, which is never given back."""


def be_frugal() -> None:
    """Ask the C library for few heaps; call it before threads are started. Only glibc can."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)


def give_back() -> None:
    """Return to the system what is free: after the window was hidden, when nobody waits for us."""
    gc.collect()
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
