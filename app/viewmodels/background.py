"""Work beside the screen's thread for those who cannot await: a key was pressed, a picture dropped."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from PySide6.QtCore import QObject, QThreadPool, Signal
from shiboken6 import isValid


class Job(QObject):
    """Runs `work()` in a thread of Qt's pool; `finished` brings what it returned to the GUI thread, which made the job.

    Nobody need hold it: it lives until `finished` was emitted. `work` must not raise, and must hold no QObject.
    """

    finished = Signal(object)

    def __init__(self, work: Callable[[], object]) -> None:
        super().__init__()
        self._work = work

    def start(self) -> None:
        """Begin; returns at once."""
        _returns().start(self, self._work)


class _Returns(QObject):
    """Takes what the threads return to the jobs under way.

    A thread knows its job by number only. If it held the job, it could be the last to let go of it, and a QObject that
    dies in a thread while the GUI thread destroys a receiver of its signals takes the process with it.
    """

    _returned = Signal(int, object)

    def __init__(self) -> None:
        super().__init__()
        self._jobs: dict[int, Job] = {}
        self._numbers = count()
        self._returned.connect(self._finish)

    def start(self, job: Job, work: Callable[[], object]) -> None:
        number = next(self._numbers)
        self._jobs[number] = job

        def run() -> None:
            result = work()
            if isValid(self):  # else the application is gone
                self._returned.emit(number, result)

        QThreadPool.globalInstance().start(run)

    def _finish(self, number: int, result: object) -> None:
        job = self._jobs.pop(number)  # a signal does not hold its object
        job.finished.emit(result)


_one: list[_Returns] = []


def _returns() -> _Returns:
    if not _one or not isValid(_one[0]):
        _one[:] = [_Returns()]
    return _one[0]
