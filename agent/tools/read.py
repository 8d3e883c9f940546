"""The tool that reads files: text in pages, images for models that see, for the rest what it is."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from io import FileIO
from typing import Annotated

import msgspec
from msgspec import Meta

from agent.errors import ToolFailed
from agent.messages import ImagePart
from agent.safety.effects import Effect
from agent.safety.file_errors import Missing
from agent.safety.folders import Located
from agent.safety.printable import printable
from agent.tools.file_kind import binary_kind, image_type
from agent.tools.listing import list_folder
from agent.tools.near import with_suggestion
from agent.tools.page import Page, read_page
from agent.tools.stoppable import Stop, in_thread
from agent.tools.text_file import SNIFF_BYTES, TextFormat, raw_blocks, read_some, sniff
from agent.tools.tool import ToolContext, ToolOutput

MAX_IMAGE_BYTES = 5_000_000
FOLDER_LINES = 50


class ReadArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True, weakref=True):
    """What to read."""

    path: str
    from_line: Annotated[int, Meta(description="Negative: from the end")] = 1
    lines: int = 2000
    from_char: Annotated[int, Meta(description="Within that line")] = 1


class ReadTool:
    """Reads at most about 10,000 characters at once, and says how to go on."""

    name = "read"
    description = "Read a text file, page by page, or an image."
    arguments = ReadArguments
    reading = True
    timeout_s = 60.0

    def title(self, args: ReadArguments) -> str:
        """One line for a person."""
        return f"Read {printable(args.path)}"[:100]

    def effects(self, args: ReadArguments, context: ToolContext) -> Sequence[Effect]:
        """Reading the real path. Raises ToolRetry and ToolDenied."""
        located = context.folders.judge(args, args.path, context.cwd)
        return (Effect("fs.read", located.target, granted=located.inside),)

    async def run(self, args: ReadArguments, context: ToolContext) -> ToolOutput:
        """Read it."""
        return await in_thread(lambda stop: _read(args, context, stop))


def _read(args: ReadArguments, context: ToolContext, stop: Stop) -> ToolOutput:
    folders = context.folders
    located = folders.judged(args, args.path, context.cwd)
    try:
        if stat.S_ISDIR(folders.stat(located).st_mode):
            listing = list_folder(folders, located, stop, limit=FOLDER_LINES)
            return ToolOutput(f"{located.shown} is a folder. {listing}")
        with folders.open_read(located) as file:
            return _read_file(file, located, args, context, stop)
    except Missing as error:
        raise with_suggestion(error, folders, located, context.cwd) from None


def _read_file(file: FileIO, located: Located, args: ReadArguments, context: ToolContext, stop: Stop) -> ToolOutput:
    head = read_some(file, SNIFF_BYTES)
    size = max(_size(file), len(head))
    details = {"path": located.target, "size": size}
    if media_type := image_type(head):
        return _image(file, head, located, media_type, size, context)
    text_format = sniff(head, whole=len(head) < SNIFF_BYTES)
    if text_format is None:
        kind = binary_kind(head, located.name)
        return ToolOutput(
            f"{located.shown} is {kind}, {size:,} bytes: no text, so nothing of it is shown.", (), details
        )
    page = read_page(file, text_format, args.from_line, args.from_char, args.lines, stop.check)
    details |= {"from_line": page.first, "to_line": page.last, "lines": page.total}
    return ToolOutput(_describe(page, located, size, text_format), (), details)


def _describe(page: Page, located: Located, size: int, text_format: TextFormat) -> str:
    encoding = "" if text_format.encoding == "utf-8" else f", {text_format.encoding}"
    if not page.text and page.total == 0:
        return f"{located.shown} is empty."
    total = f"{page.total:,}" if page.total is not None else f"more than {page.last:,}"
    if page.whole:
        head = f"{located.shown}, {total} {'line' if page.total == 1 else 'lines'}, {size:,} bytes{encoding}:"
    else:
        head = f"{located.shown}, lines {page.first}-{page.last} of {total}, {size:,} bytes{encoding}:"
    return "\n".join(part for part in (head, page.text, page.way_on) if part)


def _image(file: FileIO, head: bytes, located: Located, media_type: str, size: int, context: ToolContext) -> ToolOutput:
    what = f"{located.shown} is an image ({media_type}), {size:,} bytes"
    details = {"path": located.target, "size": size, "media_type": media_type}
    if not context.sees_images:
        return ToolOutput(f"{what}; this model does not see images.", (), details)
    if size > MAX_IMAGE_BYTES:
        return ToolOutput(f"{what}; too large to look at (at most {MAX_IMAGE_BYTES:,}).", (), details)
    data = bytearray(head)
    for block in raw_blocks(file):
        data += block
        if len(data) > MAX_IMAGE_BYTES:
            raise ToolFailed(f"{located.shown} grew while it was read.")
    return ToolOutput(f"{what}:", (ImagePart(media_type, bytes(data)),), details)


def _size(file: FileIO) -> int:
    return os.fstat(file.fileno()).st_size
