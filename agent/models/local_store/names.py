"""What a downloaded model is called, and what a person named."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from agent.errors import UsageError
from agent.models.local_store.curated import Offer, offer_named
from agent.models.local_store.download import Wanted

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}\Z")
_SUM = re.compile(r"[0-9a-f]{64}\Z")
_ONE_OF_SEVERAL = re.compile(r"-\d{5}-of-\d{5}\Z")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?\Z", re.IGNORECASE)
"""Names that are no files on Windows."""


class Named(NamedTuple):
    """What is to be fetched, and what it will be called."""

    name: str
    wanted: Wanted
    offer: Offer | None
    """None: an address of the person's own."""


def named(what: str, *, name: str = "", sha256: str = "") -> Named:
    """Understand the name of an offer, or a URL. Raises UsageError."""
    what, sha256 = what.strip(), sha256.strip().lower().removeprefix("sha256:")
    if sha256 and not _SUM.match(sha256):
        raise UsageError("A SHA-256 has 64 hexadecimal digits. Nothing was downloaded.")
    offer = offer_named(what)
    if offer is not None:
        if sha256 and sha256 != offer.sha256:
            raise UsageError(f"The list has another SHA-256 for {offer.name}. Name the URL that you mean.")
        return Named(checked_name(name or offer.name), Wanted(offer.url, offer.sha256, offer.size_bytes), offer)
    if "://" not in what:
        raise UsageError(
            f"{what[:80]!r} is neither a model of the list nor a URL. `homard models list --local` shows the list."
        )
    return Named(checked_name(name) if name else name_of(what), Wanted(what, sha256), None)


def checked_name(name: str) -> str:
    """A name that a person gave. Raises UsageError."""
    if not NAME.match(name) or _RESERVED.match(name) or name.lower().endswith((".gguf", ".part", ".json", ".")):
        raise UsageError(f"{name[:80]!r} is no name for a model: letters, digits, dots, dashes and underscores are.")
    return name


def name_of(url: str) -> str:
    """The name that a file has by its address. Raises UsageError."""
    try:
        last = PurePosixPath(unquote(urlsplit(url).path)).name
    except ValueError:
        last = ""
    stem = re.sub(r"\.gguf\Z", "", last, flags=re.IGNORECASE)
    if _ONE_OF_SEVERAL.search(stem):
        raise UsageError(
            f"{last[:80]} is one of several files that make up one model; such are not fetched here. Choose a model "
            "that is one file, or fetch all of them yourself and join them with llama-gguf-split --merge."
        )
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip("-._")[:80].rstrip("-._")
    if not NAME.match(name) or _RESERVED.match(name):
        raise UsageError("The address does not say what the model is called. Say it with --name.")
    return name


def file_in(folder: Path, name: str) -> Path:
    """Where a model of that name lies."""
    return folder / f"{name}.gguf"
