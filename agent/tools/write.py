"""The tool that creates and replaces files."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from contextlib import nullcontext

import msgspec

from agent.errors import ToolError, ToolRetry
from agent.safety.effects import Effect
from agent.safety.folders import Folders, Located
from agent.safety.printable import printable
from agent.tools.diff import unified_diff
from agent.tools.listing import count
from agent.tools.stoppable import Stop, in_thread
from agent.tools.text_file import sniff
from agent.tools.tool import ToolContext, ToolOutput
from agent.undo.guard import Guard

MAX_DIFF_BYTES = 1_000_000


class WriteArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True, weakref=True):
    """The file, and all of its text."""

    path: str
    text: str


class WriteTool:
    """Writes UTF-8, all at once or not at all; makes missing folders."""

    name = "write"
    description = "Create a file, or replace all of it."
    arguments = WriteArguments
    reading = False
    timeout_s = 60.0

    def title(self, args: WriteArguments) -> str:
        """One line for a person."""
        return f"Write {printable(args.path)}"[:100]

    def effects(self, args: WriteArguments, context: ToolContext) -> Sequence[Effect]:
        """Writing the real path. Raises ToolRetry and ToolDenied."""
        located = context.folders.judge(args, args.path, context.cwd, writing=True)
        if args.path.endswith("/") or _is_folder(context.folders, located):
            raise ToolRetry(f"{located.shown} is a folder. Give the name of a file; its folder is made with it.")
        size = len(_encoded(args.text))
        kept = context.journal is not None and context.journal.can_keep(located)
        return (Effect("fs.write", located.target, size=size, reversible=kept, granted=located.inside),)

    async def run(self, args: WriteArguments, context: ToolContext) -> ToolOutput:
        """Write it."""
        return await in_thread(lambda stop: _write(args, context, stop))


def _write(args: WriteArguments, context: ToolContext, stop: Stop) -> ToolOutput:
    folders = context.folders
    located = folders.judged(args, args.path, context.cwd, writing=True)
    data = _encoded(args.text)
    before = _text_before(folders, located)
    with context.journal.writing(located, data) if context.journal else nullcontext(Guard()) as guard:
        created = folders.write_atomic(
            located, data, expected=guard.expected, commit=lambda: _commit(stop, context), temp=guard.temp
        )
    lines = args.text.count("\n") + (not args.text.endswith("\n") and bool(args.text))
    content = (
        f"{'Created' if created else 'Replaced'} {located.shown} ({count(lines, 'line')}, {count(len(data), 'byte')})."
    )
    diff = "" if before is None else unified_diff(before, args.text)
    return ToolOutput(content, details={"path": located.target, "created": created, "diff": diff})


def _commit(stop: Stop, context: ToolContext) -> None:
    stop.check()
    context.still_approved()


def _is_folder(folders: Folders, located: Located) -> bool:
    try:
        return located.inside and stat.S_ISDIR(folders.stat(located).st_mode)
    except ToolError:
        return False  # whatever it is, the write itself will say so


def _text_before(folders: Folders, located: Located) -> str | None:
    """The text that will be replaced, for the screen; None: there is none that can be shown."""
    try:
        found = folders.stat(located)
        if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_DIFF_BYTES:
            return None
        with folders.open_read(located) as file:
            data = file.read(MAX_DIFF_BYTES) or b""
    except (ToolError, OSError):
        return ""
    text_format = sniff(data, whole=True)
    if text_format is None:
        return None
    try:
        return text_format.decode(data)
    except UnicodeDecodeError:
        return None


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise ToolRetry("The text holds half of a character (a lone surrogate). Write the character itself.") from None
