"""The console on Windows: named pipes instead of sockets, and a thread that reads the keyboard.

Lines are edited by the Windows console itself, so there is no readline here.
"""

from __future__ import annotations

import json
import queue
import sys
import threading
import time
from multiprocessing import AuthenticationError, Pipe
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any

from agent.interfaces.cli.keyboard import STDIN, Keyboard, Waiter, is_terminal, show
from agent.interfaces.cli.wire import Wire

if TYPE_CHECKING:
    from agent.interfaces.control.link import Frame
    from agent.interfaces.control.pipe import Pipe as PipeEnd

_STEP_S = 0.1
"""How soon a signal or a typed line is noticed."""


def enable_escapes() -> None:
    """Switch on ENABLE_VIRTUAL_TERMINAL_PROCESSING for both outputs; older consoles print escapes otherwise."""
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        for number in (-11, -12):
            handle, mode = kernel.GetStdHandle(number), ctypes.c_ulong()
            if kernel.GetConsoleMode(handle, ctypes.byref(mode)):
                kernel.SetConsoleMode(handle, mode.value | 4)


class PipeWire(Wire):
    """A `Wire` over a pipe."""

    def __init__(self, pipe: PipeEnd) -> None:
        self.pipe = pipe

    def fileno(self) -> int:
        """For `wait`."""
        return self.pipe.fileno()

    def send(self, frame: Frame) -> None:
        """Write one frame."""
        try:
            self.pipe.send_bytes(json.dumps(frame).encode())
        except OSError:
            return

    def receive(self) -> list[Frame] | None:
        """Take the next frame; None: the peer closed."""
        try:
            return [json.loads(self.pipe.recv_bytes())]
        except (OSError, EOFError):
            return None

    def close(self) -> None:
        """Hang up."""
        self.pipe.close()


def connect_pipe(address: str) -> Wire | None:
    """Call the owner; None: nobody is there."""
    from agent.interfaces.control.pipe import connect

    try:
        return PipeWire(connect(address))
    except (OSError, EOFError, ValueError, AuthenticationError):
        return None


def pipe_pair() -> tuple[Wire, PipeEnd]:
    """The two ends of a pipe within this process."""
    near, far = Pipe()
    return PipeWire(near), far


class WindowsKeyboard(Keyboard):
    """Reads lines in a thread, from the first question on."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._reading = False

    def ask(self, question: dict[str, Any]) -> list[Frame]:
        """Show a question; a hidden one is answered before this returns."""
        if question.get("hidden") and self.is_terminal:
            from getpass import getpass

            try:
                return [{"answer": getpass(question["prompt"]), "id": question["id"]}]
            except (EOFError, KeyboardInterrupt):
                return [{"answer": None, "id": question["id"]}]
        while question.get("fresh") and self.is_terminal and not self.lines.empty():
            self.lines.get()
        self._question = question
        show(sys.stderr, question["prompt"])
        return []

    def read(self) -> list[Frame]:
        """Take one typed line."""
        line = self.lines.get()
        self._ended = not line and not self.is_terminal
        frame = self._frame(line.rstrip("\n").encode() if line else None)
        return [frame] if frame else []

    def read_all(self, limit: int, waiter: Waiter) -> bytes | None:
        """The whole standard input; None if it is longer than `limit` bytes."""
        data = b"" if sys.stdin is None else sys.stdin.buffer.read(limit + 1)
        return None if len(data) > limit else data

    def restore(self) -> None:
        """Nothing was changed."""

    def begin(self) -> None:
        """Start to read, once."""
        if not self._reading:
            self._reading = True
            threading.Thread(target=self._read_lines, name="keyboard", daemon=True).start()

    def _read_lines(self) -> None:
        line = "\n"
        while line or is_terminal(sys.stdin):
            line = "" if sys.stdin is None else sys.stdin.readline()
            self.lines.put(line)


class WindowsWaiter(Waiter):
    """Waits in small steps: nothing there waits for a pipe, the keyboard and signals at once."""

    def __init__(self) -> None:
        return

    def open(self) -> None:
        """Let the console understand escapes."""
        enable_escapes()

    def wait(self, wire: Wire, keyboard: Keyboard, timeout_s: float | None) -> list[Any]:
        """Wait for the owner or a typed line; at most a moment."""
        if isinstance(keyboard, WindowsKeyboard) and keyboard.wanted:
            keyboard.begin()
            if not keyboard.lines.empty():
                return [STDIN]
        step = _STEP_S if timeout_s is None else min(_STEP_S, timeout_s)
        if isinstance(wire, PipeWire):
            return [wire] if wait([wire.pipe], step) else []
        time.sleep(step)
        return []

    def wait_for_stdin(self) -> bool:
        """Nothing can wait for it alone."""
        return True

    def close(self) -> None:
        """Nothing to undo."""
