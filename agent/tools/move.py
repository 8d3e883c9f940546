"""The tool that moves and renames files and folders."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from contextlib import nullcontext, suppress

import msgspec
from msgspec.structs import replace

from agent.errors import ToolFailed, ToolRetry
from agent.safety.door import Changed
from agent.safety.effects import Effect
from agent.safety.file_errors import explain
from agent.safety.folders import Located, is_within
from agent.safety.printable import printable
from agent.safety.protected import GIT, is_git_s_own
from agent.tools.delete import survey_tree
from agent.tools.stoppable import Stop, in_thread
from agent.tools.tool import ToolContext, ToolOutput
from agent.undo.state import look
from agent.undo.survey import Survey
from agent.undo.tree import identity_of


class MoveArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True, weakref=True):
    """What to move, and its new path or the folder it goes into."""

    path: str
    to: str


class MoveTool:
    """Renames, makes missing folders, and never puts anything over what is there."""

    name = "move"
    description = "Move or rename a file or folder; `to` is its new path, or a folder."
    arguments = MoveArguments
    reading = False
    timeout_s = 300.0

    def title(self, args: MoveArguments) -> str:
        """One line for a person."""
        return f"Move {printable(args.path)} to {printable(args.to)}"[:100]

    def effects(self, args: MoveArguments, context: ToolContext) -> Sequence[Effect]:
        """Deleting the old path and writing the new one. Raises ToolError."""
        source = context.folders.judge(args, args.path, context.cwd, writing=True, follow=False)
        target = context.folders.judge(args, _target(args, source, context), context.cwd, writing=True,
                                       follow=False, part="to")  # fmt: skip
        if not source.inside:
            return Effect("fs.delete", source.target), Effect("fs.write", target.target, granted=target.inside)
        found = survey_tree(context, source, "moved", moving=True)
        _require_possible(context, source, target, found)
        kept = context.journal is not None and not found.why_not
        return (
            Effect("fs.delete", source.target, reversible=kept, granted=True),
            Effect("fs.write", target.target, size=found.size, reversible=kept, granted=target.inside),
        )

    async def run(self, args: MoveArguments, context: ToolContext) -> ToolOutput:
        """Move it."""
        return await in_thread(lambda stop: _move(args, context, stop))


def _target(args: MoveArguments, source: Located, context: ToolContext) -> str:
    """The new path as it is meant: a folder that is there is one to move into, but for a change of case alone."""
    to = context.folders.locate(args.to, context.cwd)
    with suppress(OSError):
        if look(context.folders.door, to.real, content=False).kind == "folder" and not _same(context, source, to):
            return os.path.join(to.real, source.name)
    if args.to.endswith("/"):
        return os.path.join(to.real, source.name)
    return args.to


def _move(args: MoveArguments, context: ToolContext, stop: Stop) -> ToolOutput:
    folders = context.folders
    source = folders.judged(args, args.path, context.cwd, writing=True, follow=False)
    target = folders.judged(args, _target(args, source, context), context.cwd, writing=True, follow=False, part="to")
    found = survey_tree(context, source, "moved", moving=True)
    _require_possible(context, source, target, found)
    stop.check()
    context.still_approved()
    with context.journal.moving(source, target, found) if context.journal else nullcontext():
        try:
            _make_folders(context, target)
            with folders.open_place(source) as old, folders.open_place(target) as new:
                if identity_of(old.stat())[:2] != found.entries[0].identity[:2]:
                    raise Changed
                old.move_to(new, replacing=_same(context, source, target))
        except OSError as error:
            raise _explained(error, source, target) from None
    details = {"path": target.target, "from": source.target}
    return ToolOutput(f"Moved {source.shown} to {target.shown}.", details=details)


def _require_possible(context: ToolContext, source: Located, target: Located, found: Survey) -> None:
    if is_within(target.real, source.real) and target.real != source.real and not _same(context, source, target):
        raise ToolRetry(f"{source.shown} cannot be moved into itself; nothing was done.")
    for entry in found.entries:
        below = entry.path[len(source.real) :]
        real = target.real + below
        if is_git_s_own(below) and context.folders.protection.closed(real, writing=True) is GIT:
            continue  # git's own in a project that moves as a whole
        context.folders.refuse_protected(replace(target, real=real, shown=printable(real)), writing=True)
    try:
        there = look(context.folders.door, target.real, content=False)
    except OSError as error:
        raise explain(error, target.shown, writing=True) from None
    if target.real == source.real or (there.kind != "absent" and not _same(context, source, target)):
        raise ToolRetry(f"{target.shown} is there already; nothing was done. Choose another name.")


def _same(context: ToolContext, source: Located, target: Located) -> bool:
    """Whether both are one file whose name differs in case only, on a file system that ignores case."""
    if source.real == target.real or source.real.casefold() != target.real.casefold():
        return False
    try:
        one, other = (context.folders.door.stat(path) for path in (source.real, target.real))
    except OSError:
        return False
    return (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino)


def _make_folders(context: ToolContext, target: Located) -> None:
    missing: list[str] = []
    folder = os.path.dirname(target.real)
    while look(context.folders.door, folder, content=False).kind == "absent":
        missing.append(folder)
        folder = os.path.dirname(folder)
    for path in reversed(missing):
        with context.folders.open_place(replace(target, real=path)) as place:
            place.make_folder(None)


def _explained(error: OSError, source: Located, target: Located) -> Exception:
    if isinstance(error, FileExistsError):
        return ToolRetry(f"{target.shown} is there already; nothing was moved. Choose another name.")
    if error.errno == errno.EXDEV:
        return ToolFailed(f"{target.shown} lies on another disk; nothing was moved. Use shell to copy it.")
    return explain(error, source.shown, writing=True)
