"""What somebody sent becomes a message that fits: the moment beside it, a huge text in a file."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from agent.commands import SendMessage
from agent.context.intake import take_in
from agent.context.tokens import message_tokens
from agent.messages import ImagePart, TextPart, UserMessage
from agent.settings import ModelProfile
from agent.storage.blobs import Blobs
from tests.helpers.house import FakeClock


def take(folder: Path, *parts: TextPart | ImagePart, window: int = 32_000) -> UserMessage:
    command = SendMessage("s", parts, grants=("/data",))
    model = ModelProfile("p", "m", window=window)
    return asyncio.run(take_in(command, Blobs(folder / "blobs"), FakeClock(), folder, model))


def test_the_moment_stands_beside_the_words(tmp_path: Path) -> None:
    image = ImagePart("image/png", b"x")
    message = take(tmp_path, TextPart("hello \udcff"), image)
    assert message.parts == (TextPart("hello \\udcff"), image)
    assert "2026-11-22" in message.context and str(tmp_path) in message.context and "/data" in message.context


@pytest.mark.parametrize("window", [1_000, 4_000, 32_000, 1_000_000])
@pytest.mark.parametrize("word", ["lobster ", "龙虾"])
def test_however_long_and_dense_the_text_it_leaves_half_of_the_window(tmp_path: Path, window: int, word: str) -> None:
    text = TextPart(word * (2_000_000 // len(word)))
    assert message_tokens(take(tmp_path, text, window=window)) < window / 2
    message = take(tmp_path, text, text, text, window=window)
    assert message_tokens(message) < window * 0.6 and message.text.count("recall(query=") in (0, 3)


def test_the_whole_of_a_long_text_is_stored_and_named(tmp_path: Path) -> None:
    message = take(tmp_path, TextPart("short"), TextPart("lobster " * 200_000))
    with Blobs(tmp_path / "blobs").open(message.stored[0]) as file:
        assert (file.read(), len(message.stored)) == (b"lobster " * 200_000, 1)
