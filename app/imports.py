"""Imports as Python does them: PySide stays out of those of others."""

from __future__ import annotations

import builtins
import linecache


def keep_plain() -> None:
    """Load PySide, and give `import` back to Python. Call it before anything else is imported that could wait."""
    import PySide6.QtCore  # noqa: F401  # pyright: ignore[reportUnusedImport] it is what replaces `__import__`

    # WORKAROUND(PySide6 6.11): for the sake of `from __feature__ import ...`, which nobody here uses, it reads the
    # source of each module that is imported after it, and keeps all lines in `linecache`: 0.1 s of the start, 10 MiB.
    plain = getattr(builtins, "__orig_import__", None)
    if plain is not None:
        builtins.__import__ = plain
        linecache.clearcache()
