"""Asking search engines, one after the other, by ddgs: it reads the pages that they show to people."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from ddgs.exceptions import DDGSException

HOSTS = {
    "duckduckgo": "html.duckduckgo.com",
    "mojeek": "www.mojeek.com",
    "brave": "search.brave.com",
    "startpage": "www.startpage.com",
}
"""The engines that may be asked and the host of each; plugin.toml names the same."""
MAX_BODY_CHARS = 400
MAX_ERROR_CHARS = 160

Since = Literal["", "day", "week", "month", "year"]


@dataclass(frozen=True)
class Hit:
    """One result."""

    title: str
    url: str
    text: str


@dataclass(frozen=True)
class Answer:
    """Results, and which engine gave them."""

    hits: list[Hit]
    engine: str
    """Empty: none gave any."""
    failures: tuple[str, ...]
    """What each engine that was asked before said."""


class Client(Protocol):
    """What of `ddgs.DDGS` is used."""

    def text(self, query: str, **kwargs: Any) -> list[dict[str, Any]]:
        """Search with one engine. Raises DDGSException also if nothing was found."""
        ...


def engines_in(text: str) -> list[str]:
    """Give the engines that a setting names, in its order. Raises ValueError for one that is not known."""
    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in HOSTS:  # ddgs would ask all that it knows instead
            raise ValueError(f"There is no search engine {name!r} here. There are: {', '.join(HOSTS)}.")
    return list(dict.fromkeys(names))


def search(
    client: Client,
    query: str,
    engines: Sequence[str],
    *,
    most: int = 8,
    since: Since = "",
    region: str = "us-en",
    safe: bool = True,
) -> Answer:
    """Ask engines in order until one answers."""
    failures: list[str] = []
    for engine in engines:
        try:
            found = client.text(
                query,
                backend=engine,
                max_results=most,
                region=region,
                safesearch="on" if safe else "moderate",
                timelimit=since[:1] or None,
            )
        except DDGSException as error:
            failures.append(f"{engine}: {_reason(error)}")
            continue
        hits = [_hit(each) for each in found if str(each.get("href", "")).startswith(("https://", "http://"))]
        if hits:
            return Answer(hits[:most], engine, tuple(failures))
    return Answer([], "", tuple(failures))


def _reason(error: DDGSException) -> str:
    """Give the innermost cause: what a library wraps around it is for nobody."""
    return re.split(r"\\[rn]|[\r\n]", str(error).rpartition(" > ")[2])[0][:MAX_ERROR_CHARS]


def _hit(found: dict[str, Any]) -> Hit:
    title, body = (" ".join(str(found.get(key, "")).split()) for key in ("title", "body"))
    return Hit(title[:200], str(found["href"]), body[:MAX_BODY_CHARS])
