"""The tool. What it finds is the words of strangers, and so it is declared."""

from __future__ import annotations

import os

from agent.api import Context, Declaration, Output, ToolFailed, ToolRetry, tool

from .search import Since, engines_in, search

TIMEOUT_S = 10
MOST_RESULTS = 20

_SEARCHES = Declaration(
    "net.fetch",
    {"query": "text", "most": "choice", "since": "choice"},
    output=Output("public"),
)


@tool(reading=True, name="search", declaration=_SEARCHES)
def search_web(context: Context, query: str, most: int = 8, since: Since = "") -> str:
    """Search the web: titles, addresses and a few lines of each page."""
    from ddgs.ddgs import DDGS  # loads lxml and a TLS library: only once it is needed

    if not query.strip():
        raise ToolRetry("Say what to search for.")
    try:
        engines = engines_in(str(context.settings["engines"]))
    except ValueError as error:
        raise ToolFailed(f"{error} Mend the setting “engines” of this plugin.") from None
    answer = search(
        DDGS(proxy=os.environ.get("HTTPS_PROXY"), timeout=TIMEOUT_S),
        query,
        engines,
        most=max(1, min(most, MOST_RESULTS)),
        since=since,
        region=str(context.settings["region"]),
        safe=bool(context.settings["safe"]),
    )
    for failure in answer.failures:
        context.log.warning("%s", failure)
    if not answer.hits:
        said = "; ".join(answer.failures) or "no engine is set"
        raise ToolFailed(f"Nothing was found, or no search engine answered ({said}). Try other words, or later.")
    return "\n".join(f"{at}. [{hit.title}]({hit.url})\n   {hit.text}" for at, hit in enumerate(answer.hits, 1))
