"""How much memory a GGUF file will take, from the metadata at its beginning.

The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md (versions 2 and 3, little endian).
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from agent.errors import UsageError

MAX_HEADER_BYTES = 64 << 20
"""The longest vocabularies take some 20 MiB."""
MAX_KEYS = 100_000
MAX_NUMBERS = 4_096
"""Of an array that is kept: one a layer. Longer ones are passed over."""
_BATCH = 512
"""Tokens that llama.cpp computes at once."""
_PROCESS_BYTES = 64 << 20
"""The child itself with its libraries; measured with SmolLM2: 54 to 74 MiB, buffers included."""
_F16_BYTES, _F32_BYTES = 2, 4
_STRING, _ARRAY = 8, 9
_NUMBERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
"""Types of the format, in the words of `struct`."""


class MemoryNeed(NamedTuple):
    """What a model takes when it is loaded; an estimate, a few percent too high for small models.

    Not counted: up to 64 MiB that the engine keeps of earlier prompts, and the copy that llama.cpp makes of the
    weights of some quantisations (Q4_0, on some processors Q4_K) to compute faster.
    """

    file_bytes: int
    """The weights."""
    context_bytes: int
    """The cache of keys and values for the whole window, in f16; reserved at loading."""
    total_bytes: int
    """Both, with the child's own memory."""


def memory_need(path: Path, window: int) -> MemoryNeed:
    """Estimate what a GGUF file takes with a window of so many tokens.

    Reads the file's metadata only, some milliseconds to a tenth of a second of blocking work. Raises UsageError when
    the file cannot be read or is no sound GGUF file.
    """
    try:
        with path.open("rb") as file:
            header = GgufHeader(file).read()
        size = path.stat().st_size
        return _need(header, size, window)
    except OSError as error:
        raise UsageError(
            f"The model file {path} cannot be read ({error.strerror}). Name an existing GGUF file."
        ) from error
    except MalformedError as error:
        raise UsageError(
            f"{path} is not a GGUF model file that can be used ({error}). Download it again, or name another file."
        ) from error


class MalformedError(Exception):
    """Why a file is not what it should be."""


def _need(header: dict[str, Any], size: int, window: int) -> MemoryNeed:
    arch = header.get("general.architecture")
    if not isinstance(arch, str):
        raise MalformedError("it does not name its architecture")
    layers = _number(header, f"{arch}.block_count")
    if not 0 < layers <= MAX_NUMBERS:
        raise MalformedError(f"{layers} layers make no sense")
    width = _number(header, f"{arch}.embedding_length")
    heads = max(_each(header, f"{arch}.attention.head_count", layers, 0))
    head = width // heads if heads else 0
    kept = _number(header, f"{arch}.attention.key_length", head)
    kept += _number(header, f"{arch}.attention.value_length", head)
    pairs = sum(_each(header, f"{arch}.attention.head_count_kv", layers, heads))
    inner = max(_each(header, f"{arch}.feed_forward_length", layers, 4 * width))
    context = window * pairs * kept * _F16_BYTES
    buffers = _BATCH * (2 * inner + 4 * width) * _F32_BYTES
    return MemoryNeed(size, context, size + context + buffers + _PROCESS_BYTES)


def _number(header: dict[str, Any], key: str, default: int | None = None) -> int:
    value = header.get(key, default)
    if not isinstance(value, int) or not 0 <= value < 1 << 32:
        raise MalformedError(f"{key} is missing or no sensible number")
    return value


def _each(header: dict[str, Any], key: str, layers: int, default: int) -> list[int]:
    """A number for each layer: some files give one for all of them."""
    value = header.get(key, default)
    if not isinstance(value, tuple):
        return [_number(header, key, default)] * layers
    numbers: list[int] = [number for number in value if isinstance(number, int) and number >= 0]  # pyright: ignore[reportUnknownVariableType]
    if len(numbers) != layers:
        raise MalformedError(f"{key} does not fit the number of layers")
    return numbers


class GgufHeader:
    """Reads the metadata, never more than MAX_HEADER_BYTES of it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._left = MAX_HEADER_BYTES
        self.tensors = 0
        """How many the file says it has; known after `read`."""

    @property
    def position(self) -> int:
        """Bytes from the file's beginning to what is read next."""
        return MAX_HEADER_BYTES - self._left

    def read(self) -> dict[str, Any]:
        """All keys whose values matter; texts of a vocabulary are passed over."""
        if self.take(4) != b"GGUF":
            raise MalformedError("it does not begin like one")
        version = self.unpack("I")
        if version not in (2, 3):
            raise MalformedError(f"version {version} of the format is not known")
        self.tensors, keys = self.unpack("Q"), self.unpack("Q")
        if keys > MAX_KEYS:
            raise MalformedError("it claims too many keys")
        return {self.text(): self._value(self.unpack("I")) for _ in range(keys)}

    def take(self, size: int) -> bytes:
        """The next bytes. Raises MalformedError where the file ends before."""
        if size > self._left:
            raise MalformedError("its metadata is too long")
        self._left -= size
        data = self._file.read(size)
        if len(data) < size:
            raise MalformedError("it ends within its metadata")
        return data

    def unpack(self, kind: str) -> Any:
        """The next number, of a kind in the words of `struct`."""
        return struct.unpack(f"<{kind}", self.take(struct.calcsize(f"<{kind}")))[0]

    def text(self) -> str:
        """The next text."""
        return self.take(self.unpack("Q")).decode("utf-8", "replace")

    def _value(self, kind: int) -> Any:
        if kind == _STRING:
            return self.text()
        if kind == _ARRAY:
            return self._array(self.unpack("I"), self.unpack("Q"))
        if kind not in _NUMBERS:
            raise MalformedError("it holds a value of an unknown type")
        return self.unpack(_NUMBERS[kind])

    def _array(self, kind: int, count: int) -> tuple[Any, ...]:
        if kind == _STRING:
            for _ in range(count):
                self.take(self.unpack("Q"))
            return ()
        if kind not in _NUMBERS:
            raise MalformedError("it holds an array of an unknown type")
        size = struct.calcsize(f"<{_NUMBERS[kind]}")
        data = self.take(size * count)
        return struct.unpack(f"<{count}{_NUMBERS[kind]}", data) if count <= MAX_NUMBERS else ()
