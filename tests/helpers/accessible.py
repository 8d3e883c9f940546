"""A running application as somebody who sees nothing of it uses it: elements by role and name, pressed and read."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Self

from psutil import pid_exists

from tests.helpers.atspi_driver import PATIENCE_S, TEXTS, AtSpi, Gone, Node, Ref
from tests.helpers.desktop import Desktop
from tests.helpers.x11 import wait_until

Words = str | re.Pattern[str]
"""A whole name, or what must be found in it."""
POLL_S = 0.03


def fits(wanted: Words, said: str) -> bool:
    """Tell whether a name or a text is the one that is looked for; an empty one fits all."""
    return bool(wanted.search(said)) if isinstance(wanted, re.Pattern) else wanted in ("", said)


class Accessible:
    """An application on the accessibility bus, by the id of its process. Use as a context manager."""

    def __init__(self, desktop: Desktop, pid: int) -> None:
        self.desktop = desktop
        self.pid = pid
        self.bus = AtSpi(desktop.accessibility_bus)
        self.root: Ref = wait_until(lambda: self.bus.application(pid), "the app came not onto the accessibility bus")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.bus.__exit__()

    def tree(self) -> Node:
        """All that is visible now. Raises Gone when the application is not on the bus any more."""
        try:
            return self.bus.walk(self.root)
        except Gone:
            # Qt may take its place on the bus anew while it starts.
            again = self.bus.application(self.pid)
            if again in (None, self.root):
                raise
            self.root = again
            return self.bus.walk(again)

    def shown(self) -> str:
        """The tree as lines of text; what is wrong when there is none."""
        try:
            return "\n".join(self.tree().lines())
        except Gone as gone:
            return f"{gone}; the process {self.pid} {'lives' if pid_exists(self.pid) else 'has ended'}"

    def all(self, role: str = "", name: Words = "", *, text: Words = "", states: str = "") -> list[Node]:
        """The visible elements of a role and name that hold a text and are in all the states (names, by spaces).

        The text of an element without one is its name.
        """
        wanted = set(states.split())
        return [
            node
            for node in self.tree()
            if role in ("", node.role)
            and fits(name, node.name)
            and fits(text, node.text or node.name)
            and wanted <= node.states
        ]

    def find(self, role: str = "", name: Words = "", **more: Words) -> Node:
        """The first such element. Raises Gone when there is none, with all there is."""
        found = self.all(role, name, **more)  # type: ignore[arg-type]
        if not found:
            raise Gone(f"no {role or 'element'} {name or more!r} in:\n{self.shown()}")
        return found[0]

    def wait_for(self, role: str = "", name: Words = "", *, seconds: float = PATIENCE_S, **more: Words) -> Node:
        """Wait until there is such an element; as it is then. Raises TimeoutError with all there is."""
        found = self._until(lambda: self.all(role, name, **more), seconds)  # type: ignore[arg-type]
        if not found:
            raise TimeoutError(f"no {role or 'element'} {name!r} {more} came in {seconds} s; there is:\n{self.shown()}")
        return found[0]

    def wait_gone(self, role: str = "", name: Words = "", *, seconds: float = PATIENCE_S, **more: Words) -> None:
        """Wait until there is no such element. Raises TimeoutError."""
        if not self._until(lambda: not self.all(role, name, **more), seconds):  # type: ignore[arg-type]
            raise TimeoutError(f"{role} {name!r} {more} is still there:\n{self.shown()}")

    def _until(self, look: Callable[[], list[Node] | bool], seconds: float) -> list[Node]:
        """What a look gives at last; an element may go while it is looked at."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                found = look()
            except Gone:
                found = False
            if found or time.monotonic() > deadline:
                return found if isinstance(found, list) else [Node(self.root, "", "", frozenset())] if found else []
            time.sleep(POLL_S)

    def press(self, role: str, name: Words = "", **more: Words) -> Node:
        """Wait for such an element that is enabled, and press it."""
        node = self.wait_for(role, name, **{"states": "enabled", **more})  # type: ignore[arg-type]
        self.bus.press(node.ref)
        return node

    def set_text(self, role: str, name: Words, words: str) -> Node:
        """Wait for such a field and put a text into it."""
        node = self.wait_for(role, name)
        self.bus.set_text(node.ref, words)
        return node

    def text_of(self, role: str, name: Words = "") -> str:
        """What such an element says."""
        node = self.find(role, name)
        return node.text if "focusable" in node.states and node.role in TEXTS else node.text or node.name

    def texts(self) -> str:
        """All that can be read now, one element a line."""
        return "\n".join(node.text or node.name for node in self.tree() if node.text or node.name)

    def wait_for_text(self, words: str, seconds: float = PATIENCE_S) -> None:
        """Wait until this can be read somewhere."""
        self.wait_for(text=re.compile(re.escape(words)), seconds=seconds)

    def focus(self, role: str, name: Words = "") -> Node:
        """Wait for such an element and give it the keyboard."""
        node = self.wait_for(role, name)
        self.bus.focus(node.ref)
        return node

    def keys(self, *keys: str) -> None:
        """Press keys as a person does: `Return`, `ctrl+k`."""
        self.desktop.xdotool("key", "--clearmodifiers", "--delay", "15", *keys)

    def tab_order(self, most: int = 80) -> list[Ref]:
        """The elements that get the keyboard as Tab is pressed, from where it is now until it comes round."""
        self.bus.watch_focus()
        self.bus.focused()  # what moved before
        seen: list[Ref] = []
        for _ in range(0, most, 20):
            self.keys(*["Tab"] * 20)
            for ref in self.bus.focused():
                if ref in seen:
                    return seen
                seen.append(ref)
        return seen
