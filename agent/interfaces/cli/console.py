"""The person's end of every command: relays frames between a terminal and the owner.

Standard library only, no asyncio, no typing: this, `keyboard`, `place` and `wire` are all that a command through the
running owner loads. Frames to a console: hello, out, err, status, ask, withdraw, listen, stdin, edit, exit; frames from
it: the request, answer, line, stdin, edited, cancel. What each means is written at its handler.
"""

from __future__ import annotations

import os
import signal
import sys
import time

from agent.interfaces.cli.failure import CANCEL_EXIT, FAILURE_EXIT
from agent.interfaces.cli.keyboard import STDIN, Keyboard, Waiter, is_terminal, show
from agent.interfaces.cli.wire import PROTOCOL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from agent.interfaces.cli.wire import Wire
    from agent.interfaces.control.link import Frame

HELLO_TIMEOUT_S = 5.0
"""An owner that is alive answers within milliseconds."""
PIPE_EXIT = 141
"""The reader of stdout went away (128 + SIGPIPE), as other programs have it."""
_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_FRAME_S = 0.1


def request_for(argv: list[str], version: str) -> Frame:
    """The first frame of a command: all that the owner learns of this process."""
    columns, rows = _size()
    try:
        cwd = os.getcwd()
    except OSError:
        cwd = ""
    return {
        "mode": "cli",
        "protocol": PROTOCOL,
        "version": version,
        "argv": argv,
        "cwd": cwd,
        "tty": [is_terminal(stream) for stream in (sys.stdin, sys.stdout, sys.stderr)],
        "columns": columns,
        "rows": rows,
        "colour": not os.environ.get("NO_COLOR"),
        "dumb": os.environ.get("TERM", "dumb") == "dumb",
    }


class Console:
    """Serves one command: prints what comes, answers what is asked, passes Ctrl-C on."""

    def __init__(self, wire: Wire, keyboard: Keyboard, waiter: Waiter) -> None:
        self.greeted = False
        """The other end is alive."""
        self.spoke = False
        """Something stands on stdout."""
        self.hung_up = False
        """The other end died before it was done."""
        self.left_at_once = False
        """A second Ctrl-C came before the first had ended the command."""
        self.timed_out = False
        """Somebody took the call and did not greet in time."""
        self.other_version: str | None = None
        """Set when the owner refused, for being of this version."""
        self._wire = wire
        self._keyboard = keyboard
        self._waiter = waiter
        self._status, self._status_since, self._drawn = "", 0.0, False
        self._fancy = is_terminal(sys.stderr) and os.environ.get("TERM", "dumb") != "dumb"
        self._signals: list[int] = []
        self._cancelling = False
        self._exit: int | None = None

    def run(self, request: Frame, hello_timeout_s: float | None = HELLO_TIMEOUT_S) -> int | None:
        """Send the request and serve it to its end; the exit code, or None if nobody greeted us in time."""
        tolerate_encodings()
        before = self._catch_signals()
        try:
            self._wire.send(request)
            return self._relay(hello_timeout_s)
        except BrokenPipeError:
            _silence_stdout()
            return PIPE_EXIT
        finally:
            self._keyboard.restore()
            self._wire.close()
            self._release_signals(before)

    def _relay(self, hello_timeout_s: float | None) -> int | None:
        deadline = None if hello_timeout_s is None else time.monotonic() + hello_timeout_s
        while self._exit is None:
            ready = self._wait(deadline if not self.greeted else None)
            self._pass_signals_on()
            if self.left_at_once:
                return CANCEL_EXIT
            if self._wire in ready and not self._receive():
                return self._hung_up() if self.greeted else None
            if STDIN in ready:
                self._send(self._keyboard.read())
            if not self.greeted and deadline is not None and time.monotonic() > deadline:
                self.timed_out = True
                return None
            self._draw()
        return self._exit

    def _wait(self, deadline: float | None) -> list[Any]:
        wait = _FRAME_S if self._status and self._can_draw() else None
        if deadline is not None:
            wait = max(0.0, deadline - time.monotonic())
        return self._waiter.wait(self._wire, self._keyboard, wait)

    def _hung_up(self) -> int:
        self.hung_up = True
        self._on_err(
            "homard: the process that served this command ended. What was finished is kept; "
            "`homard ask --continue` goes on from there.\n"
        )
        return FAILURE_EXIT

    def _send(self, frames: list[Frame]) -> None:
        for frame in frames:
            self._wire.send(frame)

    # What comes from the owner.

    def _receive(self) -> bool:
        frames = self._wire.receive()
        for frame in frames or ():
            for kind, value in frame.items():
                getattr(self, f"_on_{kind}", _ignore)(value)
        return frames is not None

    def _on_hello(self, _value: Any) -> None:
        self.greeted = True

    def _on_mismatch(self, owner: dict[str, Any]) -> None:
        self.other_version = str(owner.get("version"))
        self._exit = FAILURE_EXIT

    def _on_exit(self, code: int) -> None:
        self._clear()
        self._exit = code

    def _on_out(self, text: str) -> None:
        self._clear()
        self.spoke = True
        show(sys.stdout, text)

    def _on_err(self, text: str) -> None:
        self._clear()
        show(sys.stderr, text)

    def _on_status(self, text: str) -> None:
        """What goes on, shown with a sign of progress until the next status; empty: nothing."""
        if text and not self._status:
            self._status_since = time.monotonic()
        self._clear()
        self._status = text

    def _on_ask(self, question: dict[str, Any]) -> None:
        """One line is wanted; it goes back as `answer`, null at the end of the input."""
        self._clear()
        self._cancelling = False
        self._send(self._keyboard.ask(question))

    def _on_withdraw(self, _value: Any) -> None:
        """The pending question needs no answer any more."""
        if self._keyboard.asked:
            self._keyboard.withdraw()
            show(sys.stderr, "\n")

    def _on_listen(self, on: bool) -> None:
        """Send each typed line at once, as `line`."""
        self._keyboard.listening = on

    def _on_stdin(self, limit: int) -> None:
        """Send the whole standard input; null if it is longer than `limit` bytes."""
        data = self._keyboard.read_all(limit, self._waiter)
        self._wire.send({"stdin": None if data is None else data.decode("utf-8", "replace")})

    def _on_edit(self, document: dict[str, Any]) -> None:
        """A text (`text`, `name`) is changed in the person's editor; it goes back as `edited`, with why not if null."""
        from agent.interfaces.cli.editor import edited

        self._clear()
        self._keyboard.restore()
        text, why_not = edited(document["text"], document["name"])
        self._signals = [number for number in self._signals if number != signal.SIGINT]  # it was meant for the editor
        self._wire.send({"edited": text, "why_not": why_not})

    # Signals.

    def _catch_signals(self) -> list[tuple[int, Any]]:
        numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
        before = [(number, signal.signal(number, self._on_signal)) for number in numbers]
        self._waiter.open()
        return before

    def _release_signals(self, before: list[tuple[int, Any]]) -> None:
        self._waiter.close()
        for number, handler in before:
            signal.signal(number, handler)

    def _on_signal(self, number: int, _frame: Any) -> None:
        if self._keyboard.editing:
            if number != signal.SIGINT:
                self._signals.append(number)
            raise KeyboardInterrupt
        self._signals.append(number)

    def _pass_signals_on(self) -> None:
        while self._signals:
            number = self._signals.pop(0)
            if self._cancelling or not self.greeted:
                self.left_at_once = True
                return
            self._cancelling = True
            self._clear()
            self._wire.send({"cancel": "run" if number == signal.SIGINT else "all"})

    # The sign of progress.

    def _can_draw(self) -> bool:
        return self._fancy and not self._keyboard.asked and not (self._keyboard.listening and self._drawn)

    def _draw(self) -> None:
        if not self._status or not self._can_draw():
            return
        seconds = time.monotonic() - self._status_since
        sign = _SPINNER[int(seconds / _FRAME_S) % len(_SPINNER)]
        passed = f" {seconds:.0f} s" if seconds >= 2 else ""
        # Without wrapping (?7l): a status longer than the line must stay one line to be erased.
        show(sys.stderr, f"\r\x1b[2K\x1b[?7l{sign} {self._status}{passed}\x1b[?7h")
        self._drawn = True

    def _clear(self) -> None:
        if self._drawn:
            show(sys.stderr, "\r\x1b[2K")
            self._drawn = False


def new_console(wire: Wire) -> Console:
    """A console on the standard streams of this process."""
    if sys.platform == "win32":
        from agent.interfaces.cli.console_windows import WindowsKeyboard, WindowsWaiter

        return Console(wire, WindowsKeyboard(), WindowsWaiter())
    return Console(wire, Keyboard(), Waiter())


def tolerate_encodings() -> None:
    """Let the standard streams escape what their encoding cannot say, instead of raising."""
    streams: tuple[Any, ...] = (sys.stdout, sys.stderr)
    for stream in streams:
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _ignore(_value: Any) -> None:
    """A frame of a kind that this console does not know."""


def _size() -> tuple[int, int]:
    for stream in (sys.stdout, sys.stderr):
        try:
            size = os.get_terminal_size(stream.fileno())
        except (AttributeError, OSError, ValueError):
            continue
        if size.columns and size.lines:
            return size.columns, size.lines
    return 80, 24


def _silence_stdout() -> None:
    # Python flushes stdout once more at exit and would complain about the closed pipe.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
