"""The ear on macOS and Windows: watchdog's observer (FSEvents, ReadDirectoryChangesW), which follows whole trees."""

from __future__ import annotations

import os
import time
from threading import Lock
from typing import TYPE_CHECKING, Any

from agent.automation.watch.heard import EarFull, Heard

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent

STORM = 200
"""Events of one tree within a second; after so many the system may have dropped some, so all of it is looked at."""
_REFUSED = "The system does not tell of changes in this folder ({}), so it is looked through from time to time instead."


class ObserverEar:
    """One observer; its events only say where to look."""

    def __init__(self, heard: Heard) -> None:
        self._heard = heard
        self._lock = Lock()
        self._watches: dict[str, Any] = {}
        self._observer: Any = None
        self._closed = False

    def begin(self, root: str, *, recursive: bool) -> None:
        """See `Ear.begin`."""
        with self._lock:
            if self._closed or root in self._watches:
                return
            try:
                self._watches[root] = self._opened().schedule(
                    _handler(root, self._heard), root, recursive=recursive, event_filter=_wanted()
                )
            except OSError as error:
                if isinstance(error, FileNotFoundError | NotADirectoryError):
                    return
                raise EarFull(_REFUSED.format(error.strerror or type(error).__name__)) from error

    def listen(self, folder: str) -> None:
        """Do nothing: the tree is followed as a whole."""

    def forget(self, folder: str) -> None:
        """See `Ear.forget`."""
        with self._lock:
            watch = self._watches.pop(folder, None)
            if watch is not None and self._observer is not None:
                self._observer.unschedule(watch)

    def close(self) -> None:
        """See `Ear.close`."""
        with self._lock:
            self._closed = True
            observer, self._observer = self._observer, None
        if observer is not None:
            observer.stop()
            observer.join()

    def _opened(self) -> Any:
        if self._observer is None:
            from watchdog.observers import Observer

            self._observer = Observer()
            self._observer.start()
        return self._observer


def _wanted() -> list[type[FileSystemEvent]]:
    """All but what our own reading causes."""
    from watchdog import events

    return [
        events.FileCreatedEvent, events.FileModifiedEvent, events.FileDeletedEvent, events.FileMovedEvent,
        events.FileClosedEvent, events.DirCreatedEvent, events.DirModifiedEvent, events.DirDeletedEvent,
        events.DirMovedEvent,
    ]  # fmt: skip


def _handler(root: str, heard: Heard) -> Any:
    from watchdog.events import FileSystemEventHandler

    class Handler(FileSystemEventHandler):
        """Passes on where something happened."""

        def __init__(self) -> None:
            self._storm = Storm()

        def on_any_event(self, event: FileSystemEvent) -> None:
            """Pass it on."""
            if self._storm.counts():
                heard(root, True)
                return
            for path in filter(None, (event.src_path, event.dest_path)):
                place = os.fsdecode(path)
                heard(os.path.dirname(place), False)
                if event.is_directory:
                    heard(place, True)

    return Handler()


class Storm:
    """Tells whether there is more than can be trusted."""

    def __init__(self) -> None:
        self._since = 0.0
        self._events = 0

    def counts(self) -> bool:
        """Count one event; True: there are so many that only looking at everything helps."""
        now = time.monotonic()
        if now - self._since > 1.0:
            self._since, self._events = now, 0
        self._events += 1
        return self._events > STORM
