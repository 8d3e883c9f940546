"""What a tool of a plugin gives back."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from agent.tools.file_kind import image_type

MAX_IMAGES: Final = 10
MAX_IMAGE_BYTES: Final = 8 << 20


class Image(msgspec.Struct, frozen=True):
    """A picture for a model that sees."""

    media_type: str
    """`image/png`, `image/jpeg`, `image/gif` or `image/webp`."""
    data: bytes
    """The encoded file."""

    @classmethod
    def of(cls, source: Path | bytes) -> Image:
        """Take it from a file or its bytes. Raises ValueError for what is no such picture, OSError."""
        data = source if isinstance(source, bytes) else source.read_bytes()
        media_type = image_type(data[:12])
        if media_type is None or len(data) > MAX_IMAGE_BYTES:
            raise ValueError(f"A picture is PNG, JPEG, GIF or WebP and has at most {MAX_IMAGE_BYTES:,} bytes.")
        return cls(media_type, data)


@dataclasses.dataclass(frozen=True)
class Result:
    """More than a text. A tool may as well return a text, or plain data: then that is the result."""

    text: str = ""
    """For the model; empty: the data as JSON."""
    data: Any = None
    """Plain JSON data; a Struct, a dataclass, dates and the like are turned into it."""
    images: Sequence[Image | Path | bytes] = ()
    is_error: bool = False
    """The tool did its work and the outcome is a failure."""


class PlainResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """A result as it goes over the pipe."""

    text: str
    data: Any = None
    images: Annotated[tuple[Image, ...], Meta(max_length=MAX_IMAGES)] = ()
    is_error: bool = False


def plain_result(value: Any) -> PlainResult:
    """Make a result of what a function returned. Raises TypeError for what is no plain data, ValueError, OSError."""
    result = value if isinstance(value, Result) else Result(value) if isinstance(value, str) else Result(data=value)
    data = msgspec.to_builtins(result.data, str_keys=True)
    text = result.text or ("Done." if data is None else msgspec.json.encode(data).decode())
    if len(result.images) > MAX_IMAGES:
        raise ValueError(f"A result has at most {MAX_IMAGES} pictures.")
    images = tuple(Image.of(one.data if isinstance(one, Image) else one) for one in result.images)
    return PlainResult(text, data, images, result.is_error)
