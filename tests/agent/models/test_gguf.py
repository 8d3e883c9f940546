from __future__ import annotations

import asyncio
import struct
from pathlib import Path
from typing import Any

import pytest

from agent.errors import UsageError
from agent.models.catalogue import bundled_file
from agent.models.engine import LocalGateway, engine_installed
from agent.models.gguf import MAX_HEADER_BYTES, MemoryNeed, memory_need
from agent.settings import EngineSettings, ModelProfile, ProviderSettings

MIB = 1 << 20


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value.encode())) + value.encode()


def value(content: Any) -> bytes:
    match content:
        case str():
            return struct.pack("<I", 8) + text(content)
        case float():
            return struct.pack("<If", 6, content)
        case int():
            return struct.pack("<II", 4, content)
        case [str(), *_]:
            return struct.pack("<IIQ", 9, 8, len(content)) + b"".join(map(text, content))
        case _:
            return struct.pack("<IIQ", 9, 5, len(content)) + struct.pack(f"<{len(content)}i", *content)


def gguf(keys: dict[str, Any], *, version: int = 3) -> bytes:
    return struct.pack("<4sIQQ", b"GGUF", version, 0, len(keys)) + b"".join(text(k) + value(v) for k, v in keys.items())


LLAMA = {
    "general.architecture": "llama",
    "tokenizer.ggml.tokens": ["<s>", "the", "é"],
    "tokenizer.ggml.scores": [0] * 5_000,
    "llama.block_count": 32,
    "llama.embedding_length": 4096,
    "llama.feed_forward_length": 14336,
    "llama.attention.head_count": 32,
    "llama.attention.head_count_kv": 8,
    "llama.rope.freq_base": 10_000.0,
}


@pytest.mark.parametrize(
    ("more", "context"),
    [
        ({}, 8192 * 32 * 8 * (128 + 128) * 2),  # 1 GiB, as llama.cpp says for Llama 3 8B
        ({"llama.attention.head_count_kv": [8, 0] * 16}, 8192 * 16 * 8 * 256 * 2),
        ({"llama.attention.key_length": 192, "llama.attention.value_length": 64}, 8192 * 32 * 8 * 256 * 2),
    ],
)
def test_the_context_is_counted_layer_by_layer(tmp_path: Path, more: dict[str, Any], context: int) -> None:
    file = tmp_path / "model.gguf"
    file.write_bytes(gguf({**LLAMA, **more}) + bytes(1000))
    size = file.stat().st_size
    own = 512 * (2 * 14336 + 4 * 4096) * 4 + 64 * MIB
    assert memory_need(file, 8192) == MemoryNeed(size, context, size + context + own)
    assert memory_need(file, 4096).context_bytes == context // 2


def without(key: str) -> dict[str, Any]:
    return {name: content for name, content in LLAMA.items() if name != key}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "ends within its metadata"),
        (b"<!DOCTYPE html>", "does not begin like one"),
        (gguf(LLAMA, version=1), "version 1 of the format"),
        (struct.pack("<4sIQQ", b"GGUF", 3, 0, 1 << 40), "too many keys"),
        (struct.pack("<4sIQQQ", b"GGUF", 3, 0, 1, MAX_HEADER_BYTES), "too long"),
        (struct.pack("<4sIQQ", b"GGUF", 3, 0, 1) + text("a") + struct.pack("<I", 77), "unknown type"),
        (struct.pack("<4sIQQ", b"GGUF", 3, 0, 1) + text("a") + struct.pack("<IIQ", 9, 9, 1), "unknown type"),
        (gguf(without("general.architecture")), "does not name its architecture"),
        (gguf(without("llama.block_count")), "llama.block_count is missing"),
        (gguf({**LLAMA, "llama.block_count": 0}), "0 layers"),
        (gguf({**LLAMA, "llama.block_count": 4_000_000_000}), "4000000000 layers"),
        (gguf({**LLAMA, "llama.embedding_length": "wide"}), "embedding_length is missing or no sensible number"),
        (gguf({**LLAMA, "llama.attention.head_count_kv": [8, 8]}), "does not fit the number of layers"),
    ],
)
def test_what_is_no_sound_file_is_said_in_words(tmp_path: Path, data: bytes, words: str) -> None:
    file = tmp_path / "model.gguf"
    file.write_bytes(data)
    with pytest.raises(UsageError, match=words):
        memory_need(file, 4096)


def test_cut_at_any_byte_it_is_said_in_words(tmp_path: Path) -> None:
    file = tmp_path / "model.gguf"
    whole = gguf(without("tokenizer.ggml.scores"))
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        with pytest.raises(UsageError, match="is not a GGUF model file that can be used"):
            memory_need(file, 4096)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        memory_need(tmp_path / "none.gguf", 4096)


@pytest.mark.skipif(not engine_installed() or bundled_file() is None, reason="the extra `local` is not installed")
@pytest.mark.local_model
@pytest.mark.parametrize("window", [512, 8192])
def test_the_estimate_is_what_the_engine_takes(window: int) -> None:
    file = bundled_file()
    assert file is not None

    async def measured() -> int:
        local = LocalGateway(EngineSettings())
        try:
            settings = ProviderSettings(transport="local")
            await local.engine.load(ModelProfile("local", "smollm2", settings, window=window, file=str(file)))
            return local.engine.states()[0].memory_bytes
        finally:
            await local.aclose()

    taken = asyncio.run(measured())
    assert taken * 0.9 < memory_need(file, window).total_bytes < taken * 1.25
