"""Messages from a program, one to a line: read by a thread, taken on the event loop, never more than a bounded heap."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

READ_AHEAD = 256 << 10
"""Bytes that are read before somebody waits for them; then the program stands still at its full pipe."""
MANY, REST_S = 1_000, 0.05
"""After so many lines in one piece nothing is read for so long: who says nothing in many lines keeps nobody busy."""

_turn = threading.Lock()
"""Threads that split what came hold the interpreter; one at a time leaves most of it to the event loop."""


class Inbox:
    """Between the thread that reads and the event loop. `notify` is called in the thread when there is news."""

    def __init__(self, notify: Callable[[], None]) -> None:
        self._notify = notify
        self._changed = threading.Condition()
        self._whole: deque[bytes] = deque()
        self._whole_bytes = 0
        self._part = bytearray()
        self._wanted = 0
        """Length that a message may have for which somebody waits; 0: nobody waits."""
        self._open_wide = False
        self.flooded = False
        self.closed = False

    def feed(self, data: bytes) -> bool:
        """Take what was read, in the reading thread; waits while nobody wants it. False: it is too much."""
        with _turn:
            first, *others = data.split(b"\n")
            with self._changed:
                self._part += first
                if others:
                    found = [bytes(self._part), *others[:-1]]
                    self._part = bytearray(others[-1])
                    self._whole.extend(filter(None, found))
                    self._whole_bytes += sum(map(len, found))
        if others:
            self._notify()
        if len(others) > MANY:
            self._rest()
        return self._room()

    def take(self, most: int) -> bytes | None:
        """The next message, or None: then its coming is told. Sets what the next one may have."""
        with self._changed:
            if not self._whole:
                self._wanted = most
                self._changed.notify_all()
                return None
            message = self._whole.popleft()
            self._whole_bytes -= len(message)
            self._wanted = 0
            self.flooded = len(message) > most
            self._changed.notify_all()
            return None if self.flooded else message

    def drain(self) -> None:
        """The program has ended: take what its pipe still holds, without waiting for anybody."""
        with self._changed:
            self._open_wide = True
            self._changed.notify_all()

    def close(self, *, heard_out: bool) -> None:
        """Nothing more comes. `heard_out`: what is here already is still handed out."""
        with self._changed:
            self.closed = self._open_wide = True
            if not heard_out:
                self._whole.clear()
            self._part.clear()
            self._changed.notify_all()
        self._notify()

    def _rest(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._open_wide, REST_S)

    def _room(self) -> bool:
        with self._changed:
            while not self._open_wide:
                if self._wanted and not self._whole:
                    self.flooded = len(self._part) > self._wanted
                    return not self.flooded
                if self._whole_bytes + len(self._part) < READ_AHEAD:
                    return True
                self._changed.wait()
            return True
