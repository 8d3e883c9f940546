"""The real app: `python -m app` in a desktop of its own, started, watched and killed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from tests.helpers.accessible import Accessible
from tests.helpers.desktop import Desktop, end_group
from tests.helpers.x11 import XWindow, wait_until

T = TypeVar("T")
ROOT = Path(__file__).parent.parent.parent
GUARD = Path(__file__).with_name("thread_guard")
"""On PYTHONPATH: what makes Qt classes in a thread is told on standard error, as a fault of the app."""


class AppProcess:
    """A started app. What it writes to its standard error is a fault, and fails the test at the end."""

    def __init__(self, desktop: Desktop, process: subprocess.Popen[Any], errors: Path) -> None:
        self.desktop = desktop
        self.process = process
        self._errors = errors

    @property
    def pid(self) -> int:
        """Of the process."""
        return self.process.pid

    def errors(self) -> str:
        """What it wrote to its standard error so far."""
        return self._errors.read_text(encoding="utf-8", errors="replace")

    def windows(self) -> list[XWindow]:
        """Its windows on the screen; none: hidden, or not there yet."""
        return self.desktop.windows(self.pid)

    def wait_for_window(self) -> XWindow:
        """Wait until a window of it is on the screen."""
        return self._wait(lambda: next(iter(self.windows()), None), "no window came")

    def wait_hidden(self) -> None:
        """Wait until no window of it is on the screen."""
        self._wait(lambda: not self.windows() or None, "its window is still there")

    def wait_ended(self, seconds: float = 20.0) -> int:
        """Wait for its end; the exit code."""
        return self.process.wait(seconds)

    def accessible(self) -> Accessible:
        """Its elements."""
        return Accessible(self.desktop, self.pid)

    def kill(self) -> None:
        """End it as a crash does, with all that it started."""
        end_group(self.process)

    def _wait(self, look: Callable[[], T | None], what: str) -> T:
        def alive_or_seen() -> T | None:
            if found := look():
                return found
            if self.process.poll() is not None:
                raise AssertionError(f"the app ended with {self.process.returncode}: {self.errors()}")
            return None

        return wait_until(alive_or_seen, what)


def start_app(home: Path, desktop: Desktop, *arguments: str, **env: str) -> AppProcess:
    """Start the app and leave it; it dies with the desktop."""
    descriptor, name = tempfile.mkstemp(suffix=".err", dir=desktop.folder)
    # Qt warns of each element that went while we were asking about it.
    quiet = "qt.accessibility.atspi.warning=false"
    own = {"QT_LOGGING_RULES": quiet, "HOMARD_HOME": str(home), "PYTHONPATH": f"{GUARD}{os.pathsep}{ROOT}", **env}
    words = (sys.executable, "-m", "app", *arguments)
    process = desktop.program(*words, env=own, cwd=home.parent, stderr=descriptor)
    os.close(descriptor)
    return AppProcess(desktop, process, Path(name))


@contextmanager
def app_process(home: Path, desktop: Desktop, *arguments: str, **env: str) -> Generator[AppProcess, None, None]:
    """Run the app; killed at the end. Raises AssertionError when it complained of anything meanwhile."""
    app = start_app(home, desktop, *arguments, **env)
    try:
        yield app
    finally:
        app.kill()
    assert app.errors() == "", app.errors()
