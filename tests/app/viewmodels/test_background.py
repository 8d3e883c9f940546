"""What threads return comes to the GUI thread, and what is Qt's stays there."""

import threading
import weakref

from PySide6.QtCore import QObject, QThreadPool
from pytestqt.qtbot import QtBot

from app.viewmodels.background import Job


class Receiver(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.came: list[tuple[object, threading.Thread]] = []

    def take(self, result: object) -> None:
        self.came.append((result, threading.current_thread()))


def start(receiver: Receiver, gate: threading.Event, died_in: list[threading.Thread]) -> None:
    """Start a job that nobody holds; it works in its thread until the gate opens."""
    job = Job(lambda: gate.wait(30))
    weakref.finalize(job, lambda: died_in.append(threading.current_thread())).atexit = False
    job.finished.connect(receiver.take)
    job.start()


def test_a_job_nobody_holds_brings_its_result_and_dies_on_the_gui_thread(qtbot: QtBot) -> None:
    receiver, gate, died_in = Receiver(), threading.Event(), []
    start(receiver, gate, died_in)
    gate.set()
    assert QThreadPool.globalInstance().waitForDone(30_000)
    assert died_in == []
    qtbot.waitUntil(lambda: bool(died_in))
    assert receiver.came == [(True, threading.main_thread())]
    assert died_in == [threading.main_thread()]


def test_a_receiver_may_be_gone_before_the_job_is_done(qtbot: QtBot) -> None:
    receiver, gate, died_in = Receiver(), threading.Event(), []
    start(receiver, gate, died_in)
    del receiver
    gate.set()
    qtbot.waitUntil(lambda: bool(died_in))
    assert died_in == [threading.main_thread()]
