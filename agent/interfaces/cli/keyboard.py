"""The keyboard of a console on POSIX: questions, hidden ones, lines typed while a run works, piped input."""

from __future__ import annotations

import os
import select
import signal
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from agent.interfaces.cli.wire import Wire
    from agent.interfaces.control.link import Frame

STDIN = 0
_ASCII = str.maketrans(
    {"●": "*", "✓": "+", "✗": "x", "–": "-", "…": "...", "·": "-", "›": ">", "↳": "->", "→": "->", "•": "*"}
    | dict.fromkeys("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏", "*")
)
"""Our signs where the terminal's encoding has none of them."""


class Waiter:
    """Waits for the owner, the standard input and signals at once."""

    def __init__(self) -> None:
        self._in, self._out = os.pipe()
        os.set_blocking(self._in, False)
        os.set_blocking(self._out, False)

    def open(self) -> None:
        """Let signals end a wait."""
        signal.set_wakeup_fd(self._out, warn_on_full_buffer=False)

    def wait(self, wire: Wire, keyboard: Keyboard, timeout_s: float | None) -> list[Any]:
        """Wait until something can be read (`wire`, STDIN), a signal came, or the time is over."""
        inputs: list[Any] = [wire, self._in, *([STDIN] if keyboard.wanted else [])]
        ready, _, _ = select.select(inputs, [], [], timeout_s)
        if self._in in ready:
            os.read(self._in, 512)
        return ready

    def wait_for_stdin(self) -> bool:
        """Wait for the standard input alone; False: a signal came."""
        ready, _, _ = select.select([STDIN, self._in], [], [])
        return self._in not in ready

    def close(self) -> None:
        """Undo `open`."""
        signal.set_wakeup_fd(-1)
        os.close(self._in)
        os.close(self._out)


class Keyboard:
    """Reads lines from the standard input, only while something wants one."""

    def __init__(self) -> None:
        self.listening = False
        """Every line goes out at once."""
        self.editing = False
        """`input()` holds the main thread; an interrupt must raise KeyboardInterrupt there."""
        self.is_terminal = is_terminal(sys.stdin)
        self._question: dict[str, Any] | None = None
        self._typed = b""
        self._ended = sys.stdin is None
        self._modes: list[Any] | None = None

    @property
    def asked(self) -> bool:
        """Whether a question waits for its line."""
        return self._question is not None

    @property
    def wanted(self) -> bool:
        """Whether to wait for the standard input at all."""
        return (self.asked or self.listening) and not self._ended

    def ask(self, question: dict[str, Any]) -> list[Frame]:
        """Show a question (`id`, `prompt`, `hidden`, `edit`, `fresh`); the answer, if it is there already."""
        if question.get("edit") and self._can_edit():
            return [self._edit(question)]
        self._question = question
        if question.get("fresh") and self.is_terminal:
            # What was typed before the question was seen must not answer it.
            import termios

            termios.tcflush(STDIN, termios.TCIFLUSH)
            self._typed = b""
        if question.get("hidden"):
            self._hide()
        show(sys.stderr, question["prompt"])
        return self._complete_lines()

    def withdraw(self) -> None:
        """Forget the question."""
        self._question = None
        self.restore()

    def read(self) -> list[Frame]:
        """Take what was typed; the frames that come of it."""
        data = os.read(STDIN, 1 << 16)
        if data:
            self._typed += data
            return self._complete_lines()
        self._ended = not self.is_terminal
        rest, self._typed = self._typed, b""
        return [frame for frame in (self._frame(rest or None),) if frame]

    def read_all(self, limit: int, waiter: Waiter) -> bytes | None:
        """The whole standard input; None if it is longer than `limit` bytes. An interrupt ends it early."""
        chunks: list[bytes] = []
        while not self._ended:
            data = os.read(STDIN, 1 << 20) if waiter.wait_for_stdin() else b""
            chunks.append(data)
            self._ended = not data
            if sum(map(len, chunks)) > limit:
                return None
        return b"".join(chunks)

    def restore(self) -> None:
        """Give the terminal back as it was."""
        if self._modes is not None:
            import termios

            termios.tcsetattr(STDIN, termios.TCSADRAIN, self._modes)
            self._modes = None

    def _complete_lines(self) -> list[Frame]:
        frames: list[Frame] = []
        while self.wanted and b"\n" in self._typed:
            line, _, self._typed = self._typed.partition(b"\n")
            frame = self._frame(line)
            if frame:
                frames.append(frame)
        return frames

    def _frame(self, line: bytes | None) -> Frame | None:
        text = None if line is None else line.decode("utf-8", "replace").rstrip("\r")
        question, self._question = self._question, None
        if question is None:
            return {"line": text} if self.listening else None
        if self._modes is not None:
            self.restore()
            show(sys.stderr, "\n")
        return {"answer": text, "id": question["id"]}

    def _can_edit(self) -> bool:
        if not self.is_terminal or not is_terminal(sys.stdout) or self._typed:
            return False
        try:
            import readline
        except ImportError:
            return False
        return readline is not None  # importing it is what gives input() its editing

    def _edit(self, question: dict[str, Any]) -> Frame:
        text: str | None = ""
        try:
            self.editing = True
            text = input(spelled(sys.stdout, question["prompt"]))
        except EOFError:
            text = None
            show(sys.stderr, "\n")
        except KeyboardInterrupt:
            show(sys.stderr, "\n")
        finally:
            self.editing = False
        return {"answer": text, "id": question["id"]}

    def _hide(self) -> None:
        if not self.is_terminal:
            return
        import termios

        self._modes = termios.tcgetattr(STDIN)
        silent = termios.tcgetattr(STDIN)
        silent[3] &= ~termios.ECHO
        termios.tcsetattr(STDIN, termios.TCSAFLUSH, silent)


def is_terminal(stream: Any) -> bool:
    """Whether a standard stream is there and is a terminal."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False


def show(stream: Any, text: str) -> None:
    """Write to a standard stream at once, if it is there. Raises BrokenPipeError."""
    if stream is not None:
        stream.write(spelled(stream, text))
        stream.flush()


def spelled(stream: Any, text: str) -> str:
    """The text in signs that the stream's encoding knows."""
    return text if stream.encoding.lower() in ("utf-8", "utf8") else text.translate(_ASCII)
