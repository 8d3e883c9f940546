"""The tool that deletes files and folders."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext

import msgspec
from msgspec.structs import replace

from agent.errors import ToolError, ToolFailed, ToolRetry
from agent.safety.door import Changed
from agent.safety.effects import Effect
from agent.safety.file_errors import explain
from agent.safety.folders import Folders, Located
from agent.safety.printable import printable
from agent.tools.listing import count
from agent.tools.stoppable import Stop, Stopped, in_thread
from agent.tools.tool import ToolContext, ToolOutput
from agent.undo.limits import UndoLimits
from agent.undo.survey import MOST_ENTRIES, Survey, survey
from agent.undo.tree import Entry, TooMany, identity_of


class DeleteArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True, weakref=True):
    """What to delete."""

    path: str


class DeleteTool:
    """Deletes what stands at a path, a folder with all that is in it; a link itself, never what it leads to."""

    name = "delete"
    description = "Delete a file, or a folder with all that is in it."
    arguments = DeleteArguments
    reading = False
    timeout_s = 300.0

    def title(self, args: DeleteArguments) -> str:
        """One line for a person."""
        return f"Delete {printable(args.path)}"[:100]

    def effects(self, args: DeleteArguments, context: ToolContext) -> Sequence[Effect]:
        """Deleting the real path, with the bytes in all files. Raises ToolError."""
        located = context.folders.judge(args, args.path, context.cwd, writing=True, follow=False)
        if not located.inside:
            return (Effect("fs.delete", located.target),)
        found = survey_tree(context, located, "deleted")
        kept = context.journal is not None and not found.why_not
        return (Effect("fs.delete", located.target, size=found.size, reversible=kept, granted=True),)

    async def run(self, args: DeleteArguments, context: ToolContext) -> ToolOutput:
        """Delete it."""
        return await in_thread(lambda stop: _delete(args, context, stop))


def survey_tree(context: ToolContext, located: Located, verb: str, *, moving: bool = False) -> Survey:
    """Look through what will be deleted or moved. Raises ToolError; ToolDenied if something in it is closed."""
    folders = context.folders
    if folders.holds_grant(located):
        raise ToolRetry(f"{located.shown} is a granted folder, or holds one, and cannot be {verb}; nothing was done.")
    limits = context.journal.journal.limits if context.journal else UndoLimits()
    try:
        found = survey(folders.door, located.real, limits, moving=moving)
    except OSError as error:
        raise explain(error, located.shown, writing=True) from None
    except TooMany:
        raise ToolFailed(
            f"{located.shown} holds more than {MOST_ENTRIES:,} files; nothing was done. Use shell."
        ) from None
    for entry in found.entries:
        folders.refuse_protected(replace(located, real=entry.path, shown=printable(entry.path)))
    return found


def _delete(args: DeleteArguments, context: ToolContext, stop: Stop) -> ToolOutput:
    located = context.folders.judged(args, args.path, context.cwd, writing=True, follow=False)
    found = survey_tree(context, located, "deleted")
    context.still_approved()
    with context.journal.deleting(located, found) if context.journal else nullcontext():
        remove_tree(context.folders, located, found.entries, stop)
    folders = len(found.entries) - found.files
    if found.entries[0].state.kind != "folder":
        what = count(found.size, "byte")
    else:
        what = f"{count(found.files, 'file')}, {count(folders, 'folder')}, {count(found.size, 'byte')}"
    return ToolOutput(f"Deleted {located.shown} ({what}).", details={"path": located.target, "deleted": True})


def remove_tree(folders: Folders, located: Located, entries: Sequence[Entry], stop: Stop) -> None:
    """Remove entries, what is in a folder before it, each only if it is still the one that was looked at."""
    for done, entry in enumerate(reversed(entries)):
        try:
            stop.check()
            where = replace(located, real=entry.path)
            with folders.open_place(where, part_of_tree=entry.path != located.real) as place:
                is_folder = entry.state.kind == "folder"
                now = identity_of(place.stat())
                # The time of change does not count: it is new when another hard link of the same file just went.
                if now[:2] != entry.identity[:2] or not (is_folder or now[:4] == entry.identity[:4]):
                    raise Changed
                place.remove(folder=is_folder, sync=entry is entries[0])  # a power cut may bring back some of it
        except (OSError, ToolError, Stopped) as error:
            raise _stopped(error, located, done) from None


def _stopped(error: OSError | ToolError | Stopped, located: Located, done: int) -> Exception:
    if not isinstance(error, OSError) or not done:
        return explain(error, located.shown, writing=True) if isinstance(error, OSError) else error
    why = "something in it changed" if isinstance(error, Changed) else error.strerror or str(error)
    return ToolFailed(
        f"{located.shown} could not be deleted whole ({why}); {count(done, 'thing')} in it went. Look again."
    )
