"""What was evicted or too large comes back: by words, by entry, and page by page."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.context.recall import PAGE_CHARS, Recall
from agent.messages import (
    AssistantMessage,
    Entry,
    Message,
    NoteMessage,
    SummaryMessage,
    TextPart,
    ToolCall,
    ToolMessage,
    ToolResult,
    UserMessage,
)
from agent.storage.blobs import Blobs

MESSAGES: list[Message] = [
    UserMessage((TextPart("Where is the invoice of May?"),)),
    AssistantMessage((TextPart("I look."), ToolCall("c", "find", '{"text": "invoice"}'))),
    ToolMessage(ToolResult("c", "find", (TextPart("post/may.pdf: Invoice 4711 of May"),))),
    NoteMessage("invoice May"),
    SummaryMessage("invoice May", 2),
]


def ask(folder: Path, query: str, from_char: int = 0, *more: Message) -> str:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    path = [Entry(n, n - 1 or None, "s", "r", at, m) for n, m in enumerate([*MESSAGES, *more], 1)]
    return asyncio.run(Recall(path, Blobs(folder))(query, from_char))


def stored_by_a_tool(*digests: str) -> Message:
    return ToolMessage(ToolResult("c", "shell", (TextPart("head"),), {"stored": digests[0]}))


def stored_by_the_person(*digests: str) -> Message:
    return UserMessage((TextPart("head"),), stored=digests)


def test_words_find_what_was_said_and_found_the_best_first_and_not_the_harness(tmp_path: Path) -> None:
    found = ask(tmp_path, "Invoice May")
    assert re.findall(r"^(e\d+):", found, re.MULTILINE) == ["e3", "e1", "e2"]
    assert "4711" in found
    assert "Nothing" in ask(tmp_path, "lobster")
    assert "Nothing" in ask(tmp_path, "")


def test_an_entry_comes_whole(tmp_path: Path) -> None:
    assert "post/may.pdf: Invoice 4711 of May" in ask(tmp_path, " e3 ")
    assert '[call find {"text": "invoice"}]' in ask(tmp_path, "e2")
    assert "no entry e99" in ask(tmp_path, "e99")


@pytest.mark.parametrize("stored", [stored_by_a_tool, stored_by_the_person])
def test_a_stored_text_comes_page_by_page_without_a_gap(tmp_path: Path, stored: Callable[..., Message]) -> None:
    text = "".join(f"line {n}\n" for n in range(5_000))
    digest = Blobs(tmp_path).put(text.encode())
    name, here = f"r{digest[:12]}", stored(digest)
    got, at = "", 0
    while at < len(text):
        page = ask(tmp_path, name, at, here)
        got += page.split("\n", 1)[1]
        at += PAGE_CHARS
    assert got == text
    assert "nothing from" in ask(tmp_path, name, len(text), here)
    assert "Nothing is stored" in ask(tmp_path, "r0123456789ab", 0, here)


def test_what_only_another_session_has_stored_is_not_found_whoever_names_it(tmp_path: Path) -> None:
    name = f"r{Blobs(tmp_path).put(b'of the vault')[:12]}"
    said = UserMessage((TextPart(f'the whole is stored: recall(query="{name}", from_char=N) pages through it'),))
    assert ask(tmp_path, name, 0, said, stored_by_a_tool("0" * 64)) == f"Nothing is stored as {name}."
