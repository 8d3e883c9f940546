"""What an ear tells, and when it cannot."""

from __future__ import annotations

from collections.abc import Callable

Heard = Callable[[str, bool], None]
"""Something changed in a folder, or (True) anywhere below it as well. Called in any thread; must not block."""


class EarFull(Exception):
    """The system allows no more folders to be listened to; the text says what to do, as a sentence."""
