"""Names of servers, and of their tools as a model calls them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Final

from agent.errors import UsageError

MAX_SERVER_CHARS: Final = 32
MAX_TOOL_CHARS: Final = 64
"""What the providers of models take."""
_SERVER: Final = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,30}[a-z0-9])?")


def check_server_name(name: str) -> str:
    """Give a name back that a server may have. Raises UsageError."""
    if _SERVER.fullmatch(name) is None:
        raise UsageError(
            f"{name[:80]!r} is no name for a server: lower-case letters, digits, - and _, at most {MAX_SERVER_CHARS}. "
            f"Try {suggested(name)!r}."
        )
    return name


def suggested(text: str) -> str:
    """A name for a server that is near to a text: `GitHub (work)` → `github-work`. Never empty."""
    plain = re.sub(r"[^a-z0-9_]+", "-", text.lower()).strip("-_")[:MAX_SERVER_CHARS].strip("-_")
    return plain or "server"


def tool_names(server: str, own: Iterable[str]) -> dict[str, str]:
    """Give each of a server's tools the name by which a model calls it, by the server's own name of it.

    Stable: a name depends on the tool alone, unless two would get the same.
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for one in sorted(own):
        name = _tool_name(server, one)
        if name in taken:
            name = _cut(name, one)
        taken.add(name)
        names[one] = name
    return names


def _tool_name(server: str, own: str) -> str:
    plain = re.sub(r"[^a-z0-9_-]+", "_", own.lower()).strip("_") or "tool"
    name = plain if plain.startswith((f"{server}_", f"{server}-")) else f"{server}_{plain}"
    return name if len(name) <= MAX_TOOL_CHARS else _cut(name, own)


def _cut(name: str, own: str) -> str:
    return f"{name[: MAX_TOOL_CHARS - 7]}_{hashlib.sha256(own.encode()).hexdigest()[:6]}"
