"""What is given back at rest; and a Qt object that nobody holds any more dies on the GUI thread."""

import gc
import subprocess
import sys
import threading
import weakref

import pytest
from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from app.memory import MANY, Collector


class Lost(QObject):
    """Holds itself by a cycle, and ticks."""

    def __init__(self) -> None:
        super().__init__()
        self.me = self
        self.timer = QTimer(self, interval=0)
        self.timer.start()


@pytest.fixture
def lost(qtbot: QtBot) -> weakref.ref[Lost]:
    return weakref.ref(Lost())


def allocate_elsewhere() -> None:
    """Make what has Python collect everything, in the thread that makes it."""
    worker = threading.Thread(target=lambda: [[number] for number in range(200_000)])
    worker.start()
    worker.join()


def let_tick(qtbot: QtBot) -> None:
    """Turn Qt's loop: the timer of an object that died in another thread ends the process here."""
    qtbot.wait(20)


def test_the_threads_of_a_test_collect_nothing(qtbot: QtBot, lost: weakref.ref[Lost]) -> None:
    allocate_elsewhere()
    let_tick(qtbot)
    assert lost() is not None
    gc.collect()
    assert lost() is None


def test_the_collector_collects_while_it_is_awake(qtbot: QtBot) -> None:
    gc.enable()
    collector = Collector()
    try:
        lost = weakref.ref(Lost())
        kept = [[number] for number in range(MANY + 1)]
        allocate_elsewhere()
        let_tick(qtbot)
        assert lost() is not None
        collector.awake(wanted=True)
        qtbot.waitUntil(lambda: lost() is None, timeout=10_000)
        assert len(kept) > MANY
    finally:
        collector.close()
        gc.unfreeze()


def test_threads_that_outlive_the_collector_collect_nothing(qtbot: QtBot) -> None:
    gc.enable()
    collector = Collector()
    try:
        lost = weakref.ref(Lost())
        collector.close()
        allocate_elsewhere()
        let_tick(qtbot)
        assert lost() is not None
    finally:
        gc.unfreeze()


GIVES_BACK = """
import re, sys
from pathlib import Path
from PySide6.QtWidgets import QApplication, QLabel
from app.memory import give_back

def resident():
    return int(re.search("RssFile:\\s+([0-9]+)", Path("/proc/self/status").read_text())[1])

qt = QApplication(["test", "-platform", "offscreen"])
before = QLabel("Lobster").grab().toImage()
used = resident()
give_back()
print(resident() < used * 2 / 3, QLabel("Lobster").grab().toImage() == before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="it is looked at in /proc")
def test_pages_of_libraries_are_given_back_and_come_again() -> None:
    ended = subprocess.run([sys.executable, "-c", GIVES_BACK], capture_output=True, text=True, timeout=60, check=False)
    assert (ended.stdout, ended.stderr) == ("True True\n", "")
