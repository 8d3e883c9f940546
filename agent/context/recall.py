"""What a model can look up again: stored large results, and turns evicted from its window."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

import msgspec

from agent.messages import AssistantMessage, Entry, NoteMessage, SummaryMessage, ToolMessage, UserMessage
from agent.storage.blobs import Blobs
from agent.tools.output import plain_text

PAGE_CHARS = 8_000
MAX_HITS = 12
SNIPPET_CHARS = 300
_STORED = re.compile(r"^r([0-9a-f]{12})$")
_ENTRY = re.compile(r"^e(\d{1,15})$")


class Recall(msgspec.Struct, frozen=True):
    """Reads the store for one session."""

    path: Sequence[Entry]
    blobs: Blobs

    async def __call__(self, query: str, from_char: int = 0) -> str:
        """Page through a stored result (`r…`) or entry (`e…`), or search this session for words."""
        query = query.strip()
        if found := _STORED.match(query):
            return await asyncio.to_thread(self._stored, found[1], from_char)
        if found := _ENTRY.match(query):
            return self._entry(int(found[1]), from_char)
        return await asyncio.to_thread(self._search, query)

    def _stored(self, prefix: str, from_char: int) -> str:
        # What another session has stored has its own label, and this one does not hold it.
        digest = next((one for entry in self.path for one in _stored_by(entry) if one.startswith(prefix)), None)
        if digest is None:
            return f"Nothing is stored as r{prefix}."
        with self.blobs.open(digest) as file:
            return page(plain_text(file.read()), from_char, f"r{prefix}")

    def _entry(self, entry_id: int, from_char: int) -> str:
        entry = next((entry for entry in self.path if entry.entry_id == entry_id), None)
        if entry is None:
            return f"There is no entry e{entry_id} in this session."
        return page(entry_text(entry), from_char, f"e{entry_id}")

    def _search(self, words: str) -> str:
        wanted = [word for word in words.lower().split() if word]
        scored: list[tuple[int, Entry]] = []
        for entry in tuple(self.path):
            text = entry_text(entry).lower()
            score = sum(word in text for word in wanted)
            if score and not isinstance(entry.message, NoteMessage | SummaryMessage):
                scored.append((score, entry))
        if not scored:
            return f"Nothing in this session mentions {words!r}."
        best = sorted(scored, key=lambda item: (-item[0], -item[1].entry_id))[:MAX_HITS]
        lines = [f"e{entry.entry_id}: {_snippet(entry_text(entry), wanted)}" for _score, entry in best]
        return "\n".join([f'{len(scored)} entries match; recall(query="e…") shows one whole.', *lines])


def _stored_by(entry: Entry) -> Sequence[str]:
    """SHA-256 of the texts of an entry that were too long to stand in it."""
    message = entry.message
    if isinstance(message, UserMessage):
        return message.stored
    stored = message.result.details.get("stored") if isinstance(message, ToolMessage) else None
    return (stored,) if isinstance(stored, str) else ()


def entry_text(entry: Entry) -> str:
    """An entry as plain text."""
    message = entry.message
    if isinstance(message, ToolMessage):
        return f"result of {message.result.name}: {message.result.text}"
    if isinstance(message, AssistantMessage):
        calls = "".join(f"\n[call {call.name} {call.arguments}]" for call in message.tool_calls)
        return f"you: {message.text}{calls}"
    return f"user: {message.text}"


def page(text: str, from_char: int, name: str) -> str:
    """One page of a long text, with the way to the next."""
    at = max(0, from_char)
    if at >= len(text) > 0:
        return f"{name} has {len(text):,} characters; there is nothing from {at:,} on."
    end = min(len(text), at + PAGE_CHARS)
    more = f"; go on with from_char={end}" if end < len(text) else "; this is the end"
    return f"[{name}, characters {at:,}–{end:,} of {len(text):,}{more}]\n{text[at:end]}"


def _snippet(text: str, words: Sequence[str]) -> str:
    lower = text.lower()
    at = min((found for word in words if (found := lower.find(word)) >= 0), default=0)
    start = max(0, at - SNIPPET_CHARS // 3)
    return " ".join(text[start : start + SNIPPET_CHARS].split())
