"""What a tool must hold to while it writes."""

from __future__ import annotations

from typing import NamedTuple


class Guard(NamedTuple):
    """Passed on to `Folders.write_atomic`, so that exactly the kept content is replaced."""

    expected: str | None = None
    """See `Door.replace`; None: what was there is not kept, any content may be replaced."""
    temp: str = ""
    """See `Door.replace`."""
