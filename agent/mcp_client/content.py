"""What a server gives back, as Homard's tools give it."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable
from typing import Any, Final

from agent.messages import ImagePart
from agent.skills.hidden import visible
from agent.tools.file_kind import image_type
from agent.tools.foreign import ForeignResult

MAX_IMAGES: Final = 10
_IMAGES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


def result_of(answer: Any) -> ForeignResult:
    """Turn the result of `tools/call` into one of ours. Takes time for megabytes: call it in a thread."""
    texts, images = _parts(answer.content)
    data = answer.structured_content
    if data is not None and not any(texts):
        texts = [json.dumps(data, ensure_ascii=False)]
    return ForeignResult(_joined(texts), images, data, bool(answer.is_error))


def resource_of(answer: Any) -> ForeignResult:
    """Turn the result of `resources/read` into one of ours."""
    texts, images = _parts(answer.contents)
    return ForeignResult(_joined(texts) or "(empty)", images)


def prompt_of(answer: Any) -> ForeignResult:
    """Turn the result of `prompts/get` into one of ours."""
    texts: list[str] = []
    images: tuple[ImagePart, ...] = ()
    for message in answer.messages:
        said, seen = _parts([message.content])
        texts += [f"{message.role}: {text}" for text in said]
        images += seen
    return ForeignResult(_joined(texts) or "(empty)", images[:MAX_IMAGES])


def _joined(texts: Iterable[str]) -> str:
    return "\n".join(visible(text) for text in texts if text)


def _parts(blocks: Iterable[Any]) -> tuple[list[str], tuple[ImagePart, ...]]:
    texts: list[str] = []
    images: list[ImagePart] = []
    for block in blocks:
        text, image = _part(block)
        if image is not None and len(images) < MAX_IMAGES:
            images.append(image)
        elif text:
            texts.append(text)
    return texts, tuple(images)


def _part(block: Any) -> tuple[str, ImagePart | None]:
    match getattr(block, "type", ""):
        case "text":
            return block.text, None
        case "image" | "audio":
            return _binary(block.mime_type or "", block.data, block.type)
        case "resource_link":
            words = ": ".join(word for word in (block.title or block.name, block.description) if word)
            return f"[resource {block.uri}{f' ({words})' if words else ''}]", None
        case "resource":
            return _part(block.resource)
        case _:
            pass
    if (text := getattr(block, "text", None)) is not None:
        return text, None
    if (blob := getattr(block, "blob", None)) is not None:
        return _binary(block.mime_type or "", blob, f"resource {block.uri}")
    return "[content of a kind that is not known here]", None


def _binary(media_type: str, data: str, what: str) -> tuple[str, ImagePart | None]:
    try:
        raw = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return f"[{what} that cannot be read]", None
    if media_type in _IMAGES:
        # What is said to be a picture and is none would end the conversation: no model takes it.
        kind = image_type(raw[:12])
        return ("", ImagePart(kind, raw)) if kind is not None else (f"[{what} that cannot be read]", None)
    return f"[{what}, {media_type or 'unknown kind'}, {len(raw):,} bytes]", None
