"""What an editor sends with a prompt, as parts of a message.

A file that is mentioned is named, not sent: Homard reads it through its own door, where rules, labels and marks hold.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import url2pathname

from acp.schema import EmbeddedResourceContentBlock, ImageContentBlock, ResourceContentBlock, TextContentBlock

from agent.commands import Attached
from agent.errors import UsageError
from agent.labels import Label
from agent.messages import ImagePart, TextPart

MAX_IMAGE_BYTES: Final = 8 << 20

Part = TextPart | ImagePart


def parts_of(blocks: Sequence[Any]) -> tuple[tuple[Part, ...], tuple[Attached, ...]]:
    """Take a prompt apart: what the person wrote, and what stands with it. Raises UsageError."""
    parts: list[Part] = []
    attached: list[Attached] = []
    for block in blocks:
        match block:
            case TextContentBlock():
                parts.append(TextPart(block.text))
            case ImageContentBlock():
                parts.append(ImagePart(block.mime_type, _image(block.data)))
            case ResourceContentBlock():
                _named(block.uri, f"{block.name}: {block.description or ''}", parts, attached)
            case EmbeddedResourceContentBlock():
                text = getattr(block.resource, "text", None)
                if text is None and not path_of(block.resource.uri):
                    raise UsageError(f"{block.resource.uri} is neither a file nor text; nothing was sent.")
                _named(block.resource.uri, text or "", parts, attached)
            case _:
                raise UsageError("Homard takes text, images and files in a prompt; nothing was sent.")
    return tuple(parts), tuple(attached)


def path_of(uri: str) -> str:
    """The path of a `file:` URI of this machine; empty: it is none."""
    split = urlsplit(uri)
    if split.scheme != "file" or split.netloc not in ("", "localhost"):
        return ""
    return url2pathname(split.path)


def _image(data: str) -> bytes:
    try:
        image = base64.b64decode(data, validate=True)
    except binascii.Error as error:
        raise UsageError("The image is no base64; nothing was sent.") from error
    if len(image) > MAX_IMAGE_BYTES:
        raise UsageError(f"The image is larger than {MAX_IMAGE_BYTES >> 20} MiB; nothing was sent. Send a smaller one.")
    return image


def _named(uri: str, text: str, parts: list[Part], attached: list[Attached]) -> None:
    """A file is named; anything else (a page, a buffer without a file) goes along as a stranger's text."""
    if path := path_of(uri):
        parts.append(TextPart(f"[the file {path}]"))
        return
    label = Label("external", "private", ("external:editor",))
    attached.append(Attached(f"The editor sent this along, from {uri}:\n\n{text}", label))
