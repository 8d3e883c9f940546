"""The one door to httpx: imported late, and without its command line."""

from __future__ import annotations

import contextlib
import importlib
import sys
from typing import Any

_UNWANTED = ("httpx._main", "h2")


def import_httpx() -> None:
    """Import httpx; afterwards `import httpx` costs nothing. Takes 0.1 s: call it in a thread where a loop runs."""
    if "httpx" in sys.modules:
        return
    # WORKAROUND(httpx 0.28): `import httpx` pulls its command line, and with it click, rich and pygments: 60 ms, 6 MiB.
    # httpcore pulls h2 where it is installed, 20 ms, and HTTP/2 is not used here. Both do without what is not there.
    absent: dict[str, Any] = dict.fromkeys(name for name in _UNWANTED if name not in sys.modules)
    sys.modules.update(absent)
    try:
        importlib.import_module("httpx")
        importlib.import_module("httpcore")  # else httpx imports it at the first client, h2 and all
        with contextlib.suppress(ImportError):
            # httpcore loads it at the first connection, on the event loop, which would stand still for 30 ms.
            importlib.import_module("anyio._backends._asyncio")
    finally:
        for name in absent:
            sys.modules.pop(name, None)
