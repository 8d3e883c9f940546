"""Regular expressions that cannot hang the program.

`re` can take for ever on a few characters, holds the interpreter's lock meanwhile, and cannot be stopped. The `regex`
package (the same syntax and more) takes a time limit and lets other threads run: no process to start and to kill.
"""

from __future__ import annotations

from typing import Any

SLICE_S = 0.1
"""The longest one search may take."""


class BadPattern(ValueError):
    """Not a regular expression."""


class TooSlow(Exception):
    """The search was given up after SLICE_S."""


class TimedPattern:
    """A compiled regular expression."""

    def __init__(self, pattern: str, *, ignore_case: bool = False, lines: bool = False) -> None:
        """`lines`: `^` and `$` stand for the ends of a line, and `.` does not match its end. Raises BadPattern."""
        import regex  # pyright: ignore[reportMissingTypeStubs]  # here: 35 ms, and few calls need it

        library: Any = regex
        flags = (library.MULTILINE if lines else library.DOTALL) | (library.IGNORECASE if ignore_case else 0)
        try:
            self._compiled: Any = library.compile(pattern, flags)
        except (library.error, ValueError, OverflowError, RecursionError) as error:
            raise BadPattern(str(error)) from None

    def search(self, text: str) -> int | None:
        """Where the first match begins. Raises TooSlow."""
        try:
            found = self._compiled.search(text, timeout=SLICE_S, concurrent=True)
        except TimeoutError:
            raise TooSlow from None
        return None if found is None else int(found.start())
