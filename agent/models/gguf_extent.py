"""How long a GGUF file must be: from the list of its tensors, which stands before their data.

The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md; sizes of blocks: ggml-common.h there.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from agent.errors import UsageError
from agent.models.gguf import GgufHeader, MalformedError

_ALIGNMENT = 32
"""Unless `general.alignment` says another."""
_MAX_TENSORS = 1 << 20
_MAX_DIMENSIONS = 8
_BLOCKS = {
    0: (1, 4),
    1: (1, 2),
    2: (32, 18),
    3: (32, 20),
    6: (32, 22),
    7: (32, 24),
    8: (32, 34),
    9: (32, 36),
    10: (256, 84),
    11: (256, 110),
    12: (256, 144),
    13: (256, 176),
    14: (256, 210),
    15: (256, 292),
    16: (256, 66),
    17: (256, 74),
    18: (256, 98),
    19: (256, 50),
    20: (32, 18),
    21: (256, 110),
    22: (256, 82),
    23: (256, 136),
    24: (1, 1),
    25: (1, 2),
    26: (1, 4),
    27: (1, 8),
    28: (1, 8),
    29: (256, 56),
    30: (1, 2),
    34: (256, 54),
    35: (256, 66),
    39: (32, 17),
}
"""Of each type of numbers: how many stand in a block, and the bytes of a block."""


class Extent(NamedTuple):
    """How far the tensors reach."""

    end_bytes: int
    """From the file's beginning. A file may be a little longer (padding), never shorter."""
    exact: bool
    """False: the type of the last tensor's numbers is not known here, and the file must be longer."""


def extent_of(path: Path) -> Extent:
    """Read how long a file must be. Blocking, a tenth of a second. Raises UsageError: it is no sound GGUF file, or
    not even its head is there."""
    try:
        with path.open("rb") as file:
            return _extent(GgufHeader(file))
    except OSError as error:
        raise UsageError(f"The model file {path} cannot be read ({error.strerror}).") from error
    except MalformedError as error:
        raise UsageError(f"{path.name} is not a GGUF model file that can be used ({error}).") from error


def _extent(header: GgufHeader) -> Extent:
    keys = header.read()
    alignment = keys.get("general.alignment", _ALIGNMENT)
    if not isinstance(alignment, int) or not 0 < alignment <= 1 << 20:
        raise MalformedError("its alignment makes no sense")
    if header.tensors > _MAX_TENSORS:
        raise MalformedError("it claims too many tensors")
    end, exact = 0, True
    for _ in range(header.tensors):
        offset, size = _tensor(header)
        if offset + (size or 0) >= end:
            end, exact = offset + (size or 1), size is not None
    data = -(-header.position // alignment) * alignment
    return Extent(data + end, exact)


def _tensor(header: GgufHeader) -> tuple[int, int | None]:
    header.text()
    dimensions = header.unpack("I")
    if dimensions > _MAX_DIMENSIONS:
        raise MalformedError("a tensor has too many dimensions")
    count = 1
    for _ in range(dimensions):
        count *= header.unpack("Q")
    kind, offset = header.unpack("I"), header.unpack("Q")
    if count >= 1 << 50 or offset >= 1 << 50:
        raise MalformedError("a tensor is impossibly large")
    block = _BLOCKS.get(kind)
    return offset, None if block is None else -(-count // block[0]) * block[1]
