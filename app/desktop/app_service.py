"""The running app's end of a second start: come to the front, open the quick prompt, quit."""

from __future__ import annotations

import os
from typing import Any, cast

from PySide6.QtCore import QObject, Signal

from agent.interfaces.control.link import Frame, Link
from app.desktop.instance import STARTUP_VARIABLES

MAX_TOKEN_CHARS = 500


class AppService(QObject):
    """Serves the mode `app` of the control socket."""

    raise_requested = Signal()
    """Show the window. Qt finds the desktop's permission to come to the front in the environment."""
    quick_requested = Signal()
    quit_requested = Signal()

    async def serve(self, link: Link, request: Frame) -> None:
        """Do what one client asks for and say so; a wish that is unknown gets no answer."""
        wish = request.get("do")
        signal = {"raise": self.raise_requested, "quick": self.quick_requested, "quit": self.quit_requested}.get(
            wish if isinstance(wish, str) else ""
        )
        if signal is None:
            return
        _take_startup(request.get("startup"))
        signal.emit()
        link.send({"done": {"pid": os.getpid()}})
        await link.drain()


def _take_startup(startup: Any) -> None:
    # QWindow.requestActivate takes XDG_ACTIVATION_TOKEN from the environment, and removes it.
    if not isinstance(startup, dict):
        return
    given = cast("dict[str, Any]", startup)
    for name in STARTUP_VARIABLES:
        token = given.get(name)
        if isinstance(token, str) and 0 < len(token) <= MAX_TOKEN_CHARS and token.isascii() and token.isprintable():
            os.environ[name] = token
