"""Names of skills and of the files in them: what fits, and which of them are the same to some file system."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from agent.skills.hidden import is_plain

MAX_CHARS: Final = 64
MAX_PART: Final = 150
MAX_DEPTH: Final = 12
_FITS: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DEVICES: Final = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)


def fits(name: str) -> bool:
    """Whether it is a name by the standard: 1 to 64 lower-case letters, digits, single hyphens between them."""
    return len(name) <= MAX_CHARS and _FITS.fullmatch(name) is not None


def slug(text: str) -> str:
    """The nearest name that fits; empty if there is none."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:MAX_CHARS].strip("-")


def folded(path: str) -> str:
    """A path as the least exact file system compares it: neither case nor the form of Unicode counts."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", path).casefold())


def wrong_with(path: str) -> str:
    """Why a file must not have this path inside a skill, from its folder on with slashes; empty: it may."""
    if not path or "\0" in path or "\\" in path or path.startswith("/") or ":" in path:
        return "it is no plain path inside the folder"
    parts = path.split("/")
    if len(parts) > MAX_DEPTH:
        return f"it lies more than {MAX_DEPTH} folders deep"
    return next((why for part in parts if (why := _wrong_part(part))), "")


def _wrong_part(part: str) -> str:
    if part in ("", ".", ".."):
        return "it is no plain path inside the folder"
    if len(part.encode("utf-8", "surrogateescape")) > MAX_PART:
        return f"a name in it is longer than {MAX_PART} bytes"
    if not is_plain(part):
        return "its name holds characters that cannot be seen"
    if part.startswith("-"):
        return "a program would take its name for an option"
    if part != part.rstrip(". ") or part != part.lstrip(" ") or _DEVICES.fullmatch(part.split(".")[0].strip()):
        return "its name means something else on Windows"
    if folded(part) in (".git", "git~1"):
        return "git runs what stands there"
    return ""


def same_names(paths: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of paths, folders on the way among them, that are one and the same on some file systems."""
    seen: dict[str, str] = {}
    pairs: dict[tuple[str, str], None] = {}
    for path in paths:
        parts = path.split("/")
        for length in range(1, len(parts) + 1):
            part = "/".join(parts[:length])
            other = seen.setdefault(folded(part), part)
            if other != part:
                pairs[other, part] = None
    return list(pairs)
