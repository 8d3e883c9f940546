"""Work beside the screen's thread for those who cannot await: a key was pressed, a picture dropped."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QThreadPool, Signal


class Job(QObject):
    """Runs `work()` in a thread of Qt's pool; `finished` brings what it returned to the thread that made the job.

    Connect methods of QObjects only: a plain function would be called in the worker. `work` must not raise.
    """

    finished = Signal(object)

    def __init__(self, work: Callable[[], object]) -> None:
        super().__init__()
        self._work = work

    def start(self) -> None:
        """Begin; returns at once."""
        QThreadPool.globalInstance().start(self._run)

    def _run(self) -> None:
        self.finished.emit(self._work())
