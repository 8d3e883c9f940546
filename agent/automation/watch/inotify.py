"""The ear on Linux: watchdog's wrapper of inotify(7), below its observers.

Its observers would not do: they take in each event of a storm one by one, remember them without a bound, need a thread
for each watch, and keep silent about folders below the first for which the system has no watch left.
"""

from __future__ import annotations

import errno
import itertools
import os
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, cast

from agent.automation.watch.heard import EarFull, Heard

if TYPE_CHECKING:
    from watchdog.observers.inotify_c import CallbackId, InotifyEvent, InotifyFD, Mask, WatchDescriptor

_LIMIT = Path("/proc/sys/fs/inotify/max_user_watches")
_FULL = (errno.ENOSPC, errno.EMFILE, errno.ENFILE, errno.ENOMEM)
NO_WATCHES = (
    "The system allows no more folders to be watched (fs.inotify.max_user_watches), so this one is looked through from "
    "time to time instead. `sudo sysctl fs.inotify.max_user_watches=1048576` raises the limit."
)
NO_INSTANCES = (
    "The system allows no more programs to watch folders (fs.inotify.max_user_instances, or too many open files), so "
    "this one is looked through from time to time instead. `sudo sysctl fs.inotify.max_user_instances=1024` raises "
    "the limit."
)


class InotifyEar:
    """One inotify instance; each folder is listened to for one event (IN_ONESHOT)."""

    def __init__(self, heard: Heard, most: Callable[[], int] | None = None) -> None:
        """`most`: how many folders at once; None: half of what the system allows this user, the rest is for others."""
        self._heard = heard
        self._most = most or _half_of_the_limit
        self._bound = 0
        self._lock = Lock()
        self._ids = itertools.count(1)
        self._armed: dict[str, tuple[WatchDescriptor, CallbackId]] = {}
        self._open: InotifyFD | None = None
        self._closed = False

    def begin(self, root: str, *, recursive: bool) -> None:
        """Do nothing: each folder is listened to by itself."""

    def listen(self, folder: str) -> None:
        """See `Ear.listen`."""
        with self._lock:
            if self._closed or folder in self._armed:
                return
            inotify = self._opened()
            if len(self._armed) >= self._bound:
                raise EarFull(NO_WATCHES)
            once = _Once(self._fired, folder, cast("CallbackId", next(self._ids)))
            try:
                descriptor = inotify.add_callback(os.fsencode(folder), _mask(), once, once.id)
            except OSError as error:
                if error.errno in _FULL:
                    raise EarFull(NO_WATCHES) from error
                return  # it is gone, or no folder any more: who looks at it finds out
            if descriptor == -1:  # what watchdog makes of EACCES
                inotify.remove_callbacks([(descriptor, once.id)])
                return
            self._armed[folder] = descriptor, once.id

    def forget(self, folder: str) -> None:
        """See `Ear.forget`."""
        below = folder.rstrip(os.sep) + os.sep
        with self._lock:
            gone = [path for path in self._armed if path == folder or path.startswith(below)]
            self._remove(gone)
        for path in gone:
            self._heard(path, False)

    def close(self) -> None:
        """See `Ear.close`."""
        with self._lock:
            self._closed = True
            self._armed.clear()
            inotify, self._open = self._open, None
        if inotify is not None:
            inotify.stop()
            inotify.join()

    def _opened(self) -> InotifyFD:
        if self._open is None:
            from watchdog.observers.inotify_c import InotifyFD

            self._bound = self._most()
            try:
                self._open = InotifyFD()
            except OSError as error:
                raise EarFull(NO_INSTANCES) from error
            self._open.start()
        return self._open

    def _remove(self, folders: list[str]) -> None:
        if self._open is not None and folders:
            self._open.remove_callbacks([self._armed.pop(folder) for folder in folders])

    def _fired(self, folder: str, once: CallbackId) -> None:
        with self._lock:
            if self._closed:
                return
            if self._armed.get(folder, (None, None))[1] == once:
                del self._armed[folder]
        self._heard(folder, False)


class _Once:
    """What watchdog calls, in its thread, for one folder."""

    def __init__(self, fired: Callable[[str, CallbackId], None], folder: str, id_: CallbackId) -> None:
        self._fired, self._folder, self.id = fired, folder, id_
        self._done = False

    def on_event(self, event: InotifyEvent) -> None:
        """Hear of a change."""
        self._tell()

    def on_watch_deleted(self, wd: WatchDescriptor) -> None:
        """Hear that the one event was the last one, or that the folder is gone."""
        self._tell()

    def on_queue_overflow(self) -> None:
        """Hear that events were lost: this one may be among them."""
        self._tell()

    def _tell(self) -> None:
        if not self._done:  # one event, and then that there will be no more
            self._done = True
            self._fired(self._folder, self.id)


def _half_of_the_limit() -> int:
    try:
        return max(1, int(_LIMIT.read_text(encoding="utf-8")) // 2)
    except (OSError, ValueError):
        return 4_096


def _mask() -> Mask:
    from watchdog.observers.inotify_c import InotifyConstants as Of
    from watchdog.observers.inotify_c import Mask

    how = Of.IN_ONESHOT | Of.IN_ONLYDIR | Of.IN_DONT_FOLLOW | Of.IN_EXCL_UNLINK
    files = Of.IN_CREATE | Of.IN_DELETE | Of.IN_MOVED_FROM | Of.IN_MOVED_TO | Of.IN_MODIFY | Of.IN_CLOSE_WRITE
    return Mask(how | files | Of.IN_ATTRIB | Of.IN_DELETE_SELF | Of.IN_MOVE_SELF)
