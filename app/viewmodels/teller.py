"""A QObject whose work in the background may outlive it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, SignalInstance
from shiboken6 import Shiboken


class Teller(QObject):
    """Base of view models that await things: what was begun is finished, and nobody is told once the screen is gone."""

    def tell(self, signal: SignalInstance, *what: Any) -> None:
        """Emit one of its signals, unless Qt has deleted it meanwhile."""
        if Shiboken.isValid(self):
            signal.emit(*what)
