"""Which entries of a session a request carries, and which are evicted when the window fills.

Nothing is deleted: a SummaryMessage entry stands in the prompt for the entries it covers, which stay in the store and
can be recalled. A cut never falls between a tool call and its result.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

import msgspec

from agent.context.tokens import message_tokens
from agent.messages import AssistantMessage, Entry, Message, NoteMessage, SummaryMessage, ToolMessage, UserMessage

FILL = 0.75
"""Of the room for the prompt: fuller than this, old turns are evicted."""
KEEP = 0.35
"""Of the room: the newest turns that stay as they are."""
WORTH = 0.1
"""Of the room: evicting less is not worth a summary and a broken prompt prefix."""
MAX_DIGEST_CHARS = 6_000


class Cut(msgspec.Struct, frozen=True):
    """What to evict and what to keep."""

    evicted: tuple[Entry, ...]
    """Oldest first; an earlier summary among them, if there was one."""
    kept: tuple[Entry, ...]
    request: str
    """The user's last words, if they are evicted: they go into the summary verbatim."""


def visible(path: Sequence[Entry]) -> list[Entry]:
    """The entries of a session's path that a request carries: the newest summary, then all it does not cover.

    A reply that was stopped is carried where something was said after it; where it is tried again, as if never begun.
    """
    for summary in reversed(path):
        if isinstance(summary.message, SummaryMessage):
            covered = summary.message.covers_to
            rest = [e for e in path if e.entry_id > covered and not isinstance(e.message, SummaryMessage)]
            return [summary, *_without_tries(rest)]
    return _without_tries(path)


def _without_tries(path: Sequence[Entry]) -> list[Entry]:
    following = [entry.message for entry in path[1:]]
    return [
        entry
        for entry, after in zip_longest(path, following)
        if entry is not None and (not _is_cut(entry.message) or isinstance(after, UserMessage))
    ]


def _is_cut(message: Message) -> bool:
    return isinstance(message, AssistantMessage) and message.finish == "cut"


def choose_cut(entries: Sequence[Entry], room: int, *, keep: float = KEEP, worth: float = WORTH) -> Cut | None:
    """Cut the visible entries so that the newest fill about `keep` of the room (tokens).

    None: nothing to evict, or less than `worth` of the room. A summary alone is never summarised again.
    """
    budget = int(room * keep)
    at, used = len(entries), 0
    for index in range(len(entries) - 1, 0, -1):
        used += message_tokens(entries[index].message)
        if used > budget and at < len(entries):
            break
        if _may_start_here(entries, index):
            at = index
    if at == len(entries) or (at == 1 and isinstance(entries[0].message, SummaryMessage)):
        return None
    if sum(message_tokens(entry.message) for entry in entries[:at]) < room * worth:
        return None
    evicted, kept = tuple(entries[:at]), tuple(entries[at:])
    has_request = any(isinstance(entry.message, UserMessage) for entry in kept)
    return Cut(evicted, kept, "" if has_request else _last_request(evicted))


def _may_start_here(entries: Sequence[Entry], index: int) -> bool:
    # Only a user's word or a reply may come first: a result must follow its call.
    return isinstance(entries[index].message, UserMessage | AssistantMessage)


def _last_request(entries: Sequence[Entry]) -> str:
    for entry in reversed(entries):
        if isinstance(entry.message, UserMessage):
            return entry.message.text
        if isinstance(entry.message, SummaryMessage) and _REQUEST in entry.message.text:
            return entry.message.text.split(_REQUEST, 1)[1].strip()
    return ""


_REQUEST = "The request being worked on, word for word:"


def summary_text(summary: str, cut: Cut, most: int = MAX_DIGEST_CHARS) -> str:
    """The text of the SummaryMessage: the summary, how to get at the rest, and the request in work (`most` chars)."""
    first, last = cut.evicted[0].entry_id, cut.evicted[-1].entry_id
    parts = [
        summary.strip(),
        f'The turns themselves (e{first} to e{last}) are stored: recall(query="words") finds them.',
    ]
    if cut.request:
        parts.append(f"{_REQUEST}\n{cut.request[:most]}")
    return "\n\n".join(parts)


def digest(entries: Sequence[Entry], most: int = MAX_DIGEST_CHARS) -> str:
    """A summary without a model, for when none answers: who said what, shortened, the newest `most` characters kept."""
    lines = [line for entry in entries if (line := _line(entry.message))]
    text = "\n".join(lines)
    return text if len(text) <= most else f"[…]\n{text[-most:]}"


def _line(message: Message) -> str:
    match message:
        case UserMessage():
            return f"user: {message.text[:500]}"
        case AssistantMessage():
            calls = "".join(f" [{call.name} {call.arguments[:120]}]" for call in message.tool_calls)
            return f"you: {message.text[:500]}{calls}"
        case ToolMessage():
            return f"{message.result.name}: {message.result.text[:200]}"
        case SummaryMessage():
            return message.text[:2_000]
        case NoteMessage():
            return ""
