from __future__ import annotations

import struct
from pathlib import Path

import pytest

from agent.errors import UsageError
from agent.models.catalogue import bundled_file
from agent.models.gguf_extent import Extent, extent_of
from tests.helpers.model_files import small_model

NO_KEYS = struct.pack("<Q", 0)


def tensor(name: str, *dimensions: int, kind: int = 0, offset: int = 0) -> bytes:
    text = struct.pack("<Q", len(name)) + name.encode()
    return text + struct.pack(f"<I{len(dimensions)}QIQ", len(dimensions), *dimensions, kind, offset)


def gguf(*tensors: bytes, claims: int | None = None) -> bytes:
    count = len(tensors) if claims is None else claims
    return struct.pack("<4sIQ", b"GGUF", 3, count) + NO_KEYS + b"".join(tensors)


def test_a_file_is_as_long_as_its_last_tensor_reaches(tmp_path: Path) -> None:
    file = tmp_path / "m.gguf"
    data = small_model(1)
    file.write_bytes(data[:2000])  # its head is enough
    assert extent_of(file) == Extent(len(data), True)


@pytest.mark.parametrize(
    ("tensors", "reach", "exact"),
    [
        ([tensor("a", 32, 2, kind=2), tensor("b", 4, offset=64)], 64 + 16, True),
        ([tensor("a", 256, 3, kind=12), tensor("b", 4, offset=32)], 3 * 144, True),
        ([tensor("a", 256, kind=77, offset=4096)], 4097, False),
        ([tensor("a", 256, kind=77), tensor("b", 8, offset=512)], 512 + 32, True),
    ],
)
def test_types_and_places(tmp_path: Path, tensors: list[bytes], reach: int, exact: bool) -> None:
    file = tmp_path / "m.gguf"
    data = gguf(*tensors)
    file.write_bytes(data)
    assert extent_of(file) == Extent(-(-len(data) // 32) * 32 + reach, exact)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (gguf(claims=1 << 40), "too many tensors"),
        (gguf(claims=3), "ends within its metadata"),
        (gguf(tensor("a", 1 << 60)), "impossibly large"),
        (gguf(tensor("a", *[1] * 9)), "too many dimensions"),
    ],
)
def test_files_that_claim_nonsense(tmp_path: Path, data: bytes, words: str) -> None:
    file = tmp_path / "m.gguf"
    file.write_bytes(data)
    with pytest.raises(UsageError, match=words):
        extent_of(file)


@pytest.mark.local_model
def test_a_real_file_ends_exactly_there() -> None:
    bundled = bundled_file()
    assert bundled is not None
    assert extent_of(bundled) == Extent(bundled.stat().st_size, True)
