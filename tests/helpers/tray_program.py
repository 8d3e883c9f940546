"""A program with nothing but the tray, for tests under a real tray host.

Reads words on its standard input (`work`, `need`, `answer`, `end`, `look`), writes a line for each signal.
"""

from __future__ import annotations

import sys
from typing import Any

from PySide6.QtCore import QSocketNotifier
from PySide6.QtWidgets import QApplication

from agent.events import ApprovalRequested, ApprovalResolved, RunFinished, RunStarted
from agent.messages import Usage
from app.desktop.tray import Tray
from app.viewmodels.status import StatusViewModel

EVENTS: dict[str, Any] = {
    "work": RunStarted("s1", "r1", "user", "scripted/hello", "water the plants"),
    "need": ApprovalRequested("s1", "r1", "a1", "c1", "write", ("write a file",), "outside"),
    "answer": ApprovalResolved("s1", "r1", "a1", True, "person"),
    "end": RunFinished("s1", "r1", "end_turn", "done", Usage(10, 0, 5, 0.02)),
}
SIGNALS = ("open", "quick_prompt", "session", "needs_you", "stop", "pause", "resume", "quit")


def say(*words: object) -> None:
    """Write a line."""
    print(*words, flush=True)


def main() -> None:
    application = QApplication(sys.argv)
    application.setQuitOnLastWindowClosed(False)
    status = StatusViewModel()
    tray = Tray(status)
    tray.available_changed.connect(lambda there: say("available", there))
    for name in SIGNALS:
        getattr(tray, f"{name}_requested").connect(lambda *values, name=name: say(name, *values))

    def read() -> None:
        word = sys.stdin.readline().strip()
        if not word:
            application.quit()
        elif word == "look":
            tray.look()
        else:
            status.take(EVENTS[word])
        say("did", word)

    notifier = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(read)
    tray.start()
    say("started", tray.available)
    application.exec()


if __name__ == "__main__":
    main()
