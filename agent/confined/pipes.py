"""Reading and writing pipes in threads that can be told to give up, whoever holds the other end."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

PIECE = 65_536


class Waker:
    """Ends the waiting of all threads that were given it, at once and for good."""

    def __init__(self) -> None:
        self._reading, self._writing = os.pipe()

    def wake(self) -> None:
        """Let them all give up. Call it once."""
        os.close(self._writing)

    def close(self) -> None:
        """When no thread looks at it any more."""
        os.close(self._reading)

    def fileno(self) -> int:
        """What they poll."""
        return self._reading


if sys.platform == "win32":

    def chunks(descriptor: int, waker: Waker) -> Iterator[bytes]:
        """What comes, until the end. Nothing wakes a blocked read of a pipe here: such a thread stays, a daemon."""
        while data := os.read(descriptor, PIECE):
            yield data

    def write_all(descriptor: int, data: bytes, waker: Waker) -> bool:
        """Write it all; False: the other end is gone."""
        left = memoryview(data)
        try:
            while left:
                left = left[os.write(descriptor, left) :]
        except OSError:
            return False
        return True

else:
    import select

    def chunks(descriptor: int, waker: Waker) -> Iterator[bytes]:
        """What comes, until the end or until the waker."""
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        poll.register(waker, select.POLLIN)
        while True:
            ready = [found for found, _event in poll.poll()]
            if descriptor not in ready or not (data := os.read(descriptor, PIECE)):
                return
            yield data

    def write_all(descriptor: int, data: bytes, waker: Waker) -> bool:
        """Write it all; False: the other end is gone, or the waker came first."""
        os.set_blocking(descriptor, False)
        poll = select.poll()
        poll.register(descriptor, select.POLLOUT)
        poll.register(waker, select.POLLIN)
        left = memoryview(data)
        while left:
            events = dict(poll.poll())
            if waker.fileno() in events or events.get(descriptor, 0) & (select.POLLERR | select.POLLHUP):
                return False
            try:
                left = left[os.write(descriptor, left) :]
            except BlockingIOError:
                continue
            except OSError:
                return False
        return True
