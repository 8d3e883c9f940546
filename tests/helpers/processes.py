"""Processes that tests can tell from all others."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil


@contextmanager
def unique_seconds() -> Iterator[str]:
    """A number of seconds for `sleep` that nobody else uses; what still sleeps for it at the end is killed."""
    seconds = f"3000.{secrets.randbelow(10**12):012d}"
    try:
        yield seconds
    finally:
        for process in sleeping(seconds):
            process.kill()


def sleeping(seconds: str) -> list[psutil.Process]:
    """The live processes that have this number on their command line."""
    found: list[psutil.Process] = []
    for process in psutil.process_iter(["cmdline", "status"]):
        if seconds in " ".join(process.info["cmdline"] or ()) and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(process)
    return found


def wait_until_sleeping(seconds: str) -> None:
    """Wait for such a process to exist. Raises TimeoutError after 10 s."""
    deadline = time.monotonic() + 10
    while not sleeping(seconds):
        if time.monotonic() > deadline:
            raise TimeoutError(seconds)
        time.sleep(0.01)


def wait_until_gone(seconds: str) -> None:
    """Wait for the last such process to end: one that was killed takes a moment. Raises TimeoutError after 10 s."""
    deadline = time.monotonic() + 10
    while left := sleeping(seconds):
        if time.monotonic() > deadline:
            raise TimeoutError(f"still there: {left}")
        time.sleep(0.01)
