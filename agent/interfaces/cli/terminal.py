"""The terminal of one client, as a command sees it: near or far, it is always at the end of a link."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

from agent.errors import UsageError
from agent.interfaces.control.link import Frame, Link

MAX_STDIN_BYTES = 16 << 20
_PIECE_CHARS = 1 << 16


class Terminal:
    """Writes, asks and hears about Ctrl-C."""

    def __init__(self, link: Link, request: Frame) -> None:
        self._link = link
        tty = request.get("tty") or [False, False, False]
        self.cwd = str(request.get("cwd", ""))
        """The client's working folder; empty: it is gone."""
        self.stdin_tty, self.stdout_tty, self.stderr_tty = (bool(flag) for flag in tty)
        self.columns = max(20, int(request.get("columns") or 80))
        self.rows = max(5, int(request.get("rows") or 24))
        self.dumb = bool(request.get("dumb"))
        self.colour = bool(request.get("colour")) and not self.dumb
        self.leaving = asyncio.Event()
        """The person wants to leave altogether, or is gone."""
        self.lines: asyncio.Queue[str | None] = asyncio.Queue()
        """What was typed while `listen` was on; None: end of the input."""
        self._on_cancel: list[Callable[[], None]] = []
        self._asked: dict[int, asyncio.Future[str | None]] = {}
        self._stdin: asyncio.Future[str | None] | None = None
        self._edited: asyncio.Future[tuple[str | None, str] | None] | None = None
        self._questions = 0
        self._end: Callable[[], object] = lambda: None

    @property
    def attended(self) -> bool:
        """Whether somebody can be asked."""
        return self.stdin_tty and self.stderr_tty

    def out(self, text: str) -> None:
        """Write to the standard output, as it is."""
        for start in range(0, len(text), _PIECE_CHARS):
            self._link.send({"out": text[start : start + _PIECE_CHARS]})

    def err(self, text: str) -> None:
        """Write to the standard error."""
        for start in range(0, len(text), _PIECE_CHARS):
            self._link.send({"err": text[start : start + _PIECE_CHARS]})

    def say(self, line: str) -> None:
        """Write a line to the standard error."""
        self.err(f"{line}\n")

    def status(self, text: str) -> None:
        """Show what goes on, with a sign of progress; empty: nothing."""
        if self.stderr_tty and not self.dumb:
            self._link.send({"status": text})

    async def drain(self) -> None:
        """Wait until the client has taken most of it."""
        await self._link.drain()

    def listen(self, on: bool) -> None:
        """Begin or cease to collect typed lines in `lines`."""
        self._link.send({"listen": on})

    async def ask(self, prompt: str, *, hidden: bool = False, edit: bool = False, fresh: bool = False) -> str | None:
        """Ask for one line; None: the input is at its end.

        `hidden`: not echoed. `edit`: with history. `fresh`: what was typed before must not count.
        """
        if self.leaving.is_set():
            return None
        self._questions += 1
        number = self._questions
        future = self._asked[number] = asyncio.get_running_loop().create_future()
        self._link.send({"ask": {"id": number, "prompt": prompt, "hidden": hidden, "edit": edit, "fresh": fresh}})
        try:
            return await future
        except asyncio.CancelledError:
            self._link.send({"withdraw": True})
            raise
        finally:
            del self._asked[number]

    async def read_stdin(self) -> str:
        """The whole piped input as text; bytes that are no UTF-8 become U+FFFD. Raises UsageError if it is too long."""
        self._stdin = asyncio.get_running_loop().create_future()
        self._link.send({"stdin": MAX_STDIN_BYTES})
        text = await self._stdin
        if text is None:
            raise UsageError(
                f"The standard input is longer than {MAX_STDIN_BYTES >> 20} MiB. Put it in a file and name that."
            )
        return text

    async def edit(self, text: str, name: str) -> str:
        """Let the person change a text in their own editor, as a file of this name. Raises UsageError if it fails."""
        if not self.attended or self.leaving.is_set():
            raise UsageError("Nobody is there to edit it. Nothing was changed; say what to change with flags.")
        self._edited = asyncio.get_running_loop().create_future()
        self._link.send({"edit": {"text": text, "name": name}})
        changed, why_not = await self._edited or (None, "The terminal went away.")
        if changed is None:
            raise UsageError(f"{why_not} Nothing was changed.")
        return changed

    @contextmanager
    def cancelling(self, act: Callable[[], None]) -> Generator[None]:
        """Let Ctrl-C call `act` instead of ending the command."""
        self._on_cancel.append(act)
        try:
            yield
        finally:
            self._on_cancel.remove(act)

    async def attend(self, end: Callable[[], object]) -> None:
        """Take the client's frames until it hangs up; `end` ends the command where `cancelling` says nothing else."""
        self._end = end
        while (frame := await self._link.receive()) is not None:
            self._take(frame)
        self.leave()

    def leave(self) -> None:
        """End the command as if the person had left: questions get no answer, runs are cancelled."""
        self.leaving.set()
        for future in self._asked.values():
            _resolve(future, None)
        _resolve(self._edited, None)
        self._cancel()

    def _take(self, frame: Frame) -> None:
        if "answer" in frame:
            future = self._asked.get(frame.get("id", 0))
            _resolve(future, frame["answer"])
        elif "line" in frame:
            self.lines.put_nowait(frame["line"])
        elif "stdin" in frame:
            _resolve(self._stdin, frame["stdin"])
        elif "edited" in frame:
            _resolve(self._edited, (frame["edited"], str(frame.get("why_not", ""))))
        elif frame.get("cancel") == "all":
            self.leave()
        elif "cancel" in frame:
            self._cancel()

    def _cancel(self) -> None:
        act = self._on_cancel[-1] if self._on_cancel else self._end
        act()


def _resolve(future: asyncio.Future[Any] | None, value: Any) -> None:
    if future is not None and not future.done():
        future.set_result(value)
