"""A real runtime over settings in a temporary home, and a model server that lists what it has."""

from __future__ import annotations

import asyncio
import gc
import json
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QApplication

from agent.runtime import Runtime
from app.event_loop import run
from tests.helpers.fault_server import Seen
from tests.helpers.faults import JSON, Answer
from tests.helpers.house import home
from tests.helpers.model_server import Call, ModelServer, calls, says

TRIAL = {"Count from one": [says("one two three")], "Ring the bell": [calls(Call("ring_bell", {"times": 1}))]}


class ListingServer(ModelServer):
    """Passes every trial, and answers GET /models."""

    def __init__(self, *models: str) -> None:
        super().__init__(TRIAL)
        self._models = models or ("tiny", "huge")

    def _play(self, seen: Seen) -> Answer:
        if seen.path.endswith("/models"):
            entries = [{"id": name, "owned_by": "library"} for name in self._models]
            return Answer(200, JSON, [json.dumps({"data": entries}).encode()])
        return super()._play(seen)


@asynccontextmanager
async def open_home(tmp_path: Path, toml: str = "") -> AsyncGenerator[Runtime, None]:
    """Open a runtime; without `toml` there is no settings file."""
    paths = home(tmp_path)
    if toml:
        paths.config.mkdir(parents=True, exist_ok=True)
        paths.settings.write_text(toml, encoding="utf-8")
    async with Runtime.open(paths) as runtime:
        yield runtime


def on_loop(qapp: QApplication, main: Callable[[QObject], Coroutine[Any, Any, None]]) -> None:
    """Run a test on Qt's loop. It gets the owner of what it makes, which goes in this thread, after the test.

    An object of Qt's without an owner goes with Python's garbage, in any thread that happens to collect it: a crash.
    So do the objects inside the loops of tests before; those are collected here.
    """
    gc.collect()
    owner = QObject()
    run(qapp, lambda: main(owner))
    owner.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


async def until(condition: Callable[[], object], what: str = "") -> None:
    """Let the loop turn until something holds; the test fails after half a minute."""
    try:
        async with asyncio.timeout(30):
            while not condition():  # noqa: ASYNC110 what is waited for has no event
                await asyncio.sleep(0.005)
    except TimeoutError:
        raise AssertionError(f"never happened: {what or condition}") from None
