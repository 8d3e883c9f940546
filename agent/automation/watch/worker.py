"""The thread in which watches are worked on: it sleeps until something is heard or is due."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from threading import Condition, Event, Thread

from agent.automation.watch.tree import Tree

_log = logging.getLogger(__name__)

RETRY_S = 10.0
"""After something could not be stored."""


class Closing(Exception):
    """The thread is to end."""


class Worker:
    """One thread for some trees. Its public methods may be called from any thread."""

    def __init__(self, name: str, now: Callable[[], float]) -> None:
        self._now = now
        self._closing = Event()
        self._condition = Condition()
        self._heard: dict[str, bool] = {}
        self._orders: list[tuple[float, Callable[[], None]]] = []
        self._trees: tuple[Tree, ...] = ()
        self._held: dict[Tree, float] = {}
        self._thread = Thread(target=self._run, name=f"watch {name}", daemon=True)
        self._thread.start()

    def hear(self, place: str, deep: bool) -> None:
        """Take note that something changed in a folder, or below it."""
        with self._condition:
            self._heard[place] = self._heard.get(place, False) or deep
            self._condition.notify()

    def order(self, work: Callable[[], None]) -> None:
        """Let the thread do something between two steps; what fails is tried again later."""
        with self._condition:
            self._orders.append((0.0, work))
            self._condition.notify()

    def take(self, trees: Sequence[Tree]) -> None:
        """Work on these from now on. Only to be called from an order."""
        self._trees = tuple(trees)
        self._held = {tree: at for tree, at in self._held.items() if tree in self._trees}

    def rest(self, seconds: float) -> None:
        """Wait so long. Raises Closing when the thread is to end."""
        if self._closing.wait(seconds):
            raise Closing

    def close(self, timeout_s: float) -> None:
        """End the thread. One that hangs in a file system that does not answer is left behind. Blocks."""
        self._closing.set()
        with self._condition:
            self._condition.notify()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        try:
            while not self._closing.is_set():
                self._listen()
                did = [self._step(tree) for tree in self._trees]  # each gets its turn
                if not any(did):
                    self._wait()
        except Closing:
            return

    def _listen(self) -> None:
        now = self._now()
        with self._condition:
            due = [work for at, work in self._orders if at <= now]
            self._orders = [(at, work) for at, work in self._orders if at > now]
            heard, self._heard = self._heard, {}
        for work in due:
            if self._guarded(work) is None:
                with self._condition:
                    self._orders.append((now + RETRY_S, work))
        for place, deep in heard.items():
            for tree in self._trees:
                tree.hear(place, deep)

    def _step(self, tree: Tree) -> bool:
        if self._held.get(tree, 0.0) > self._now():
            return False
        self._held.pop(tree, None)
        did = self._guarded(tree.step)
        if did is None:
            self._held[tree] = self._now() + RETRY_S
        tree.told = tree.state()
        return bool(did)

    def _guarded(self, work: Callable[[], bool | None]) -> bool | None:
        """Do it; None when it failed: nothing is lost by that, it is found and tried again."""
        try:
            return bool(work())
        except Closing:
            raise
        except Exception:  # noqa: BLE001 - whatever storing a finding raised; the thread goes on
            _log.exception("a watched folder could not be worked on; it is tried again")
            return None

    def _wait(self) -> None:
        times = [max(tree.next_at(), self._held.get(tree, 0.0)) for tree in self._trees]
        with self._condition:
            times.extend(at for at, _ in self._orders)
            if self._heard or self._closing.is_set():
                return
            until = min(times, default=None)
            self._condition.wait(None if until is None else max(0.0, until - self._now()))
