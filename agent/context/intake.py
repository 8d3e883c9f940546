"""From what somebody sent to the message that is stored: the tail of the moment, and a bound for huge texts."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Protocol

from agent.commands import SendMessage
from agent.context.prompt import volatile_tail
from agent.context.tokens import text_tokens
from agent.labels import Label
from agent.messages import ImagePart, TextPart, UserMessage
from agent.ports import Clock
from agent.settings import ModelProfile
from agent.tools.results import shorten
from agent.tools.tool import MAX_RESULT_CHARS

PERSONAL = ("user", "cli", "acp")
"""Origins behind which a person speaks."""
PIPED = Label("external", "private", ("external:pipe",))
"""Nobody knows who wrote what comes through a pipe."""
SHARE = 0.4
"""Of the model's window: a longer prompt goes to a file, head and tail to the model."""
TITLE_CHARS = 80
CHARS_PER_TOKEN = 2
"""Of dense text, so that head and tail fit whatever the script."""


class Blobs(Protocol):
    """Where large texts are kept."""

    def put(self, data: bytes) -> str:
        """Store bytes; return their SHA-256 in hex."""
        ...


def title_of(prompt: str) -> str:
    """A title for a new session: the beginning of what was said."""
    line = " ".join(prompt[: TITLE_CHARS * 4].split())
    return line if len(line) <= TITLE_CHARS else f"{line[: TITLE_CHARS - 1]}…"


async def take_in(command: SendMessage, blobs: Blobs, clock: Clock, cwd: Path, model: ModelProfile) -> UserMessage:
    """Make the message to store from a command. Text that no store or wire can carry is escaped."""
    texts = sum(isinstance(part, TextPart) for part in command.parts)
    most = int(model.window * SHARE / max(texts, 1))
    taken = [await _part(part, blobs, most) for part in command.parts]
    parts, stored = tuple(part for part, _ in taken), tuple(digest for _, digest in taken if digest)
    personal = command.origin in PERSONAL and command.acting is None  # a job's prompt is nobody's words of today
    label = PIPED if personal and not command.typed else None
    if command.acting is not None:
        label = command.acting.label
    tail = volatile_tail(clock.now(), cwd, command.grants)
    for one in command.attached:
        tail = f"{tail}\n\n{one.text.encode('utf-8', 'backslashreplace').decode()}"
        label = one.label if label is None else label.join(one.label)
    return UserMessage(parts, tail, personal and command.typed, label, stored)


async def _part(part: TextPart | ImagePart, blobs: Blobs, most: int) -> tuple[TextPart | ImagePart, str]:
    """What stands in the message, and the SHA-256 of the whole text if that is too long for it."""
    if isinstance(part, ImagePart):
        return part, ""
    data = part.text.encode("utf-8", "backslashreplace")
    text = data.decode()
    if text_tokens(text) <= most:
        return TextPart(text), ""
    digest = await asyncio.to_thread(blobs.put, data)
    return TextPart(shorten(text, f"r{digest[:12]}", min(MAX_RESULT_CHARS, most * CHARS_PER_TOKEN))), digest
