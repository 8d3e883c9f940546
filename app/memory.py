"""What a program that waits in the tray all day should give back."""

from __future__ import annotations

import ctypes
import gc
import re
import sys
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

COLLECT_MS = 2_000
MANY = 2_000
"""New objects that are worth a collection."""
_M_ARENA_MAX = -8
"""mallopt(3): each thread would get a heap of its own, which is never given back."""
_MADV_DONTNEED = 4
"""madvise(2)"""
_UNCHANGED_FILE = re.compile(
    rb"^([0-9a-f]+)-([0-9a-f]+) r-[-x]p [0-9a-f]+ \S+ [1-9][0-9]* +/.*\n(?:[A-Z].*\n)*?Anonymous: +0 kB$", re.MULTILINE
)
"""A mapping in smaps (proc(5)): of a file, private, not writable, and no page of it differs from the file."""


def be_frugal() -> None:
    """Ask the C library for few heaps; call it before threads are started. Only glibc can."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)


class Collector(QObject):
    """Collects Python's garbage on the GUI thread alone, from now to the end of the process.

    Left to itself Python collects in whatever thread allocates, and a Qt object that dies in a worker thread takes the
    process with it. What was there at the start is never looked at again, so a collection takes no frame.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        gc.collect()
        gc.freeze()
        self._timer = QTimer(self, interval=COLLECT_MS)
        self._timer.timeout.connect(self.collect)

    def awake(self, wanted: bool) -> None:
        """Collect now and then, while somebody looks or something works; not at rest."""
        if wanted:
            self._timer.start()
        else:
            self._timer.stop()

    def collect(self) -> None:
        """Collect what is young, if there is much of it."""
        if gc.get_count()[0] > MANY:
            gc.collect(1)

    def close(self) -> None:
        """Collect no more. Nor may Python: threads are at work, and Qt's loop turns, for a while after this."""
        self._timer.stop()


def give_back() -> None:
    """Return to the system what is free or can be read again: at rest, when nobody waits for us."""
    gc.collect()
    with suppress(OSError, AttributeError):
        if sys.platform == "linux":
            libc = ctypes.CDLL(None)
            libc.malloc_trim(0)
            _let_go_of_files(libc)
        elif sys.platform == "win32":
            kernel = ctypes.WinDLL("kernel32")
            kernel.GetCurrentProcess.restype = ctypes.c_void_p
            kernel.K32EmptyWorkingSet(ctypes.c_void_p(kernel.GetCurrentProcess()))


def _let_go_of_files(libc: ctypes.CDLL) -> None:
    """Unmap pages of libraries: most were needed at the start only. What is touched again comes from the file cache.

    Safe because a page that nobody changed is the file's. Libraries stay mapped where they are until the process ends,
    so what was read here still holds when it is acted on.
    """
    libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    for mapping in _UNCHANGED_FILE.finditer(Path("/proc/self/smaps").read_bytes()):
        start, end = (int(place, 16) for place in mapping.groups())
        libc.madvise(start, end - start, _MADV_DONTNEED)
