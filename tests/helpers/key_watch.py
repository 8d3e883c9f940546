"""Looks for a planted key where it must not be: files, what a server got, arguments and environments of processes."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from agent.safety.known_keys import KnownKeys
from tests.helpers.fault_server import Seen


class KeyWatch:
    """Knows the key in all its forms."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.processes: dict[int, str] = {}
        """All children that were seen, by their command lines."""
        self._keys = KnownKeys()
        self._keys.note(key)

    def is_in(self, text: str) -> bool:
        """Whether a text holds the key in any form."""
        return self._keys.hide(text) != text

    def files(self, *folders: Path) -> list[str]:
        """The files below these folders that hold it."""
        found: list[str] = []
        for folder in folders:
            for file in folder.rglob("*"):
                if file.is_file() and not file.is_symlink() and self._keys.occur_in(file):
                    found.append(str(file))
        return found

    def requests(self, seen: Iterable[Seen]) -> list[str]:
        """Requests that hold it anywhere but in the header that it belongs into."""
        return [
            f"{one.path} {one.raw[:200]!r}"
            for one in seen
            if self.is_in(one.path + one.raw.decode(errors="replace"))
            or any(
                self.is_in(value) for name, value in one.headers.items() if name not in ("authorization", "x-api-key")
            )
        ]

    @contextmanager
    def over(self, pid: int) -> Iterator[list[str]]:
        """Look at all descendants of a process, again and again, and collect those that show it."""
        shown: list[str] = []
        done = threading.Event()
        watcher = threading.Thread(target=self._look, args=(pid, shown, done), name="key-watch")
        watcher.start()
        try:
            yield shown
        finally:
            done.set()
            watcher.join()

    def _look(self, pid: int, shown: list[str], done: threading.Event) -> None:
        own = _read(pid, "cmdline")
        while not done.wait(0.01):
            try:
                children = psutil.Process(pid).children(recursive=True)
            except psutil.Error:
                continue
            for child in children:
                command, environment = _read(child.pid, "cmdline"), _read(child.pid, "environ")
                if not command or command == own or _read(child.pid, "cmdline") != command:
                    continue  # a fork that is still a copy of its parent, or has become a program just now
                self.processes[child.pid] = command
                shown += [f"{command}: {text}" for text in (command, environment) if self.is_in(text)]


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes().decode(errors="replace").replace("\0", " ")
    except OSError:
        return ""
