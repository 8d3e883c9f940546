"""Qt and asyncio on one loop: the only place that knows qasync."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from PySide6.QtWidgets import QApplication

os.environ.setdefault("QT_API", "pyside6")  # qasync asks which binding it should use

import qasync  # pyright: ignore[reportMissingTypeStubs]

T = TypeVar("T")


def new_loop(app: QApplication) -> asyncio.AbstractEventLoop:
    """An asyncio loop that runs on the application's Qt loop."""
    return qasync.QEventLoop(app)  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]


def run(app: QApplication, main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run `main()` to its end with both loops turning. The only way out is the end of `main`: never quit Qt first."""
    app.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: new_loop(app)) as runner:
        return runner.run(main())
