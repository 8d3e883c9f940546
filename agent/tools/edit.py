"""The tool that replaces an exact passage of a text file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import nullcontext
from hashlib import sha256
from typing import NamedTuple

import msgspec

from agent.errors import ToolFailed, ToolRetry
from agent.safety.effects import Effect
from agent.safety.file_errors import Missing
from agent.safety.folders import Located
from agent.safety.printable import printable
from agent.tools.diff import unified_diff
from agent.tools.near import with_suggestion
from agent.tools.passage import describe_nearest
from agent.tools.stoppable import Stop, in_thread
from agent.tools.text_file import SNIFF_BYTES, TextFormat, raw_blocks, sniff
from agent.tools.tool import ToolContext, ToolOutput
from agent.undo.guard import Guard

MAX_BYTES = 20_000_000
MAX_PLACES = 10
"""How many line numbers an error or an answer names."""


class EditArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True, weakref=True):
    """What to replace by what."""

    path: str
    old: str
    new: str
    all: bool = False


class EditTool:
    """Keeps everything else of the file: encoding, byte order mark, line ends, mode."""

    name = "edit"
    description = "Replace exact text in a file; `old` must occur once, unless `all`."
    arguments = EditArguments
    reading = False
    timeout_s = 60.0

    def title(self, args: EditArguments) -> str:
        """One line for a person."""
        return f"Edit {printable(args.path)}"[:100]

    def effects(self, args: EditArguments, context: ToolContext) -> Sequence[Effect]:
        """Reading and writing the real path: an answer may quote it. Nothing is read yet. Raises ToolError."""
        if not args.old:
            raise ToolRetry("old is empty. Give the text to replace, or use write for a whole file.")
        located = context.folders.judge(args, args.path, context.cwd, writing=True)
        kept = context.journal is not None and context.journal.can_keep(located)
        return (
            Effect("fs.write", located.target, reversible=kept, granted=located.inside),
            Effect("fs.read", located.target, granted=located.inside),
        )

    async def run(self, args: EditArguments, context: ToolContext) -> ToolOutput:
        """Replace it."""
        return await in_thread(lambda stop: _edit(args, context, stop))


class _Plan(NamedTuple):
    """An edit that fits the file as it is."""

    digest: str
    """SHA-256 of the file as it was read."""
    before: str
    after: str
    encoded: bytes
    lines: list[int]


def _edit(args: EditArguments, context: ToolContext, stop: Stop) -> ToolOutput:
    located = context.folders.judged(args, args.path, context.cwd, writing=True)
    plan = _plan(args, located, context, stop)
    with context.journal.writing(located, plan.encoded) if context.journal else nullcontext(Guard()) as guard:
        context.folders.write_atomic(
            located,
            plan.encoded,
            expected=plan.digest,
            commit=lambda: _commit(stop, plan, guard, located, context),
            temp=guard.temp,
        )
    lines = plan.lines
    where = f"line {lines[0]}" if len(lines) == 1 else f"{len(lines):,} places: lines {_numbers(lines)}"
    diff = unified_diff(plan.before, plan.after)
    details = {"path": located.target, "created": False, "diff": diff}
    return ToolOutput(f"Edited {located.shown}, {where}.", details=details)


def _commit(stop: Stop, plan: _Plan, guard: Guard, located: Located, context: ToolContext) -> None:
    stop.check()
    context.still_approved()
    if guard.expected not in (None, plan.digest):  # what was kept is not what was read
        raise ToolFailed(f"{located.shown} changed while it was edited; nothing was changed. Look at it again.")


def _plan(args: EditArguments, located: Located, context: ToolContext, stop: Stop) -> _Plan:
    try:
        data = _load(located, context, stop)
    except Missing as error:
        raise with_suggestion(error, context.folders, located, context.cwd) from None
    text_format, text = _decode(data, located)
    changed, lines = _replace(text, args, located)
    try:
        encoded = text_format.encode(changed)
    except UnicodeEncodeError as error:
        wrong = printable(changed[error.start : error.start + 1])
        raise ToolRetry(
            f"{located.shown} is in {text_format.encoding}, which has no {wrong}; nothing was changed."
        ) from None
    return _Plan(sha256(data).hexdigest(), text, changed, encoded, lines)


def _load(located: Located, context: ToolContext, stop: Stop) -> bytes:
    data = bytearray()
    with context.folders.open_read(located) as file:
        for block in raw_blocks(file, stop.check):
            data += block
            if len(data) > MAX_BYTES:
                raise ToolFailed(f"{located.shown} is larger than {MAX_BYTES:,} bytes, too large for edit. Use shell.")
    return bytes(data)


def _decode(data: bytes, located: Located) -> tuple[TextFormat, str]:
    head = data[:SNIFF_BYTES]
    text_format = sniff(head, whole=len(head) == len(data))
    try:
        if text_format is not None:
            return text_format, text_format.decode(data)
    except UnicodeDecodeError:
        pass
    raise ToolFailed(f"{located.shown} is no text file; nothing was changed.")


def _replace(text: str, args: EditArguments, located: Located) -> tuple[str, list[int]]:
    """The changed text, and the lines where it was changed. Raises ToolRetry."""
    old, new = args.old, args.new
    pattern = re.escape(old)
    feeds = text.count("\r\n")
    if feeds:  # models write line feeds only; both kinds of line ends match, and new ones are as most in the file are
        pattern = r"\r?\n".join(re.escape(line) for line in old.replace("\r\n", "\n").split("\n"))
        new = new.replace("\r\n", "\n")
        new = new.replace("\n", "\r\n") if 2 * feeds > text.count("\n") else new
    starts = [match.start() for match in re.finditer(pattern, text)]
    if not starts:
        error = ToolRetry(f"old does not occur in {located.shown}; nothing was changed. {describe_nearest(text, old)}")
        error.quotes = located.real
        raise error
    lines = _line_numbers(text, starts)
    if len(starts) > 1 and not args.all:
        raise ToolRetry(
            f"old occurs {len(starts):,} times in {located.shown} (lines {_numbers(lines)}); nothing was changed. "
            "Add lines around it to old, or set all."
        )
    changed = re.sub(pattern, lambda _match: new, text)
    if changed == text:
        raise ToolRetry("old and new are the same; nothing would change.")
    return changed, lines


def _line_numbers(text: str, starts: list[int]) -> list[int]:
    numbers: list[int] = []
    line, seen = 1, 0
    for start in starts:
        line += text.count("\n", seen, start)
        seen = start
        numbers.append(line)
    return numbers


def _numbers(lines: list[int]) -> str:
    shown = ", ".join(str(line) for line in lines[:MAX_PLACES])
    return f"{shown}, …" if len(lines) > MAX_PLACES else shown
