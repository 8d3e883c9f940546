"""The ear: the system tells that something changed in a folder. What, is found out by looking."""

from __future__ import annotations

import sys
from typing import Protocol

from agent.automation.watch.heard import Heard


class Ear(Protocol):
    """Tells once that something changed in a folder; then it must be asked again, before the folder is looked at.

    So a storm of changes costs one event for each look, and nothing is lost between two of them. Threads may share one.
    """

    def begin(self, root: str, *, recursive: bool) -> None:
        """Be ready for a watched folder. Raises EarFull."""
        ...

    def listen(self, folder: str) -> None:
        """Tell when something changes in it; nothing if it is not there or may not be read. Raises EarFull."""
        ...

    def forget(self, folder: str) -> None:
        """Tell no more of it, nor of what lies below it; who still listens there is told, and may ask again."""
        ...

    def close(self) -> None:
        """Tell no more. May be called twice."""
        ...


def open_ear(heard: Heard) -> Ear:
    """Give the ear for this system; nothing is asked of the system before the first folder."""
    if sys.platform == "linux":
        from agent.automation.watch.inotify import InotifyEar

        return InotifyEar(heard)
    from agent.automation.watch.observer import ObserverEar

    return ObserverEar(heard)
