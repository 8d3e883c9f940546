"""The tool that lists folders and finds files, by name and by content."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from agent.safety.door import kind_of
from agent.safety.effects import Effect
from agent.safety.file_errors import Missing
from agent.safety.folders import Folders, Located
from agent.safety.printable import printable
from agent.tools.content import ContentSearch
from agent.tools.listing import Row, Sort, Tally, count, cut_lines, list_folder, notes, pick, rows_of
from agent.tools.name_pattern import NamePattern, has_wildcard
from agent.tools.near import with_suggestion
from agent.tools.stoppable import Stop, in_thread
from agent.tools.tool import ToolContext, ToolOutput
from agent.tools.walk import Item, Walk

MAX_LINES = 1_000
BUDGET_S = 25.0
"""After this the search ends with what it has."""


class FindArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True, weakref=True):
    """Where and what to look for; with nothing given: list the working folder."""

    path: str = "."
    glob: Annotated[str, Meta(description="Names, at any depth: *.md, src/**/*.py")] = ""
    text: Annotated[str, Meta(description="Regex to find in files")] = ""
    sort: Sort = "name"
    limit: int = 100


class FindTool:
    """Lists and searches; honours .gitignore, follows no link, skips binary files when it looks inside."""

    name = "find"
    description = "List a folder, or find files by name or content. Gives sizes, dates and totals."
    arguments = FindArguments
    reading = True
    timeout_s = 60.0

    def title(self, args: FindArguments) -> str:
        """One line for a person."""
        what = " ".join(
            part for part in (printable(args.glob), f"“{printable(args.text)}”" if args.text else "") if part
        )
        where = printable(args.path)
        return (f"Find {what} in {where}" if what else f"List {where}")[:100]

    def effects(self, args: FindArguments, context: ToolContext) -> Sequence[Effect]:
        """Reading the folder and all below it. Raises ToolRetry and ToolDenied."""
        path, _ = _aim(args, context)
        located = context.folders.judge(args, path, context.cwd)
        return (Effect("fs.read", located.target, granted=located.inside),)

    async def run(self, args: FindArguments, context: ToolContext) -> ToolOutput:
        """Look."""
        return await in_thread(lambda stop: _find(args, context, stop), BUDGET_S)


def _aim(args: FindArguments, context: ToolContext) -> tuple[str, str]:
    """The folder and the glob that were meant: models also put one into the other."""
    path, glob = args.path or ".", args.glob
    if not glob and has_wildcard(path) and not os.path.lexists(os.path.join(context.cwd, path)):
        path, glob = ".", path
    if path == "." and glob.startswith(("/", "~/", "../")):
        parts = glob.split("/")
        fixed = next((n for n, part in enumerate(parts) if has_wildcard(part)), len(parts) - 1)
        path, glob = "/".join(parts[:fixed]) or "/", "/".join(parts[fixed:])
    return path, "" if glob in ("*", "./*", ".", "./") else glob


def _find(args: FindArguments, context: ToolContext, stop: Stop) -> ToolOutput:
    path, glob = _aim(args, context)
    folders = context.folders
    located = folders.judged(args, path, context.cwd)
    try:
        found = folders.stat(located)
    except Missing as error:
        raise with_suggestion(error, folders, located, context.cwd) from None
    is_folder = stat.S_ISDIR(found.st_mode)
    if args.text:
        return ToolOutput(_content(args, folders, located, glob if is_folder else None, stop))
    if not is_folder:
        return ToolOutput(Row(located.shown, kind_of(found.st_mode), found.st_size, found.st_mtime).line())
    if not glob:
        return ToolOutput(list_folder(folders, located, stop, limit=_limit(args), sort=args.sort))
    return ToolOutput(_names(args, folders, located, glob, stop))


def _content(args: FindArguments, folders: Folders, located: Located, glob: str | None, stop: Stop) -> str:
    """Search as the text is written; if that finds nothing, without regard to capitals. `glob` None: in one file."""

    def search(any_case: bool) -> tuple[ContentSearch, str]:
        content = ContentSearch(args.text, folders, stop, sort=args.sort, limit=_limit(args), any_case=any_case)
        if glob is None:
            return content, content.in_file(located)
        walk = Walk(folders, located, stop)
        return content, content.below(walk, _matching(walk, located, glob, Tally()))

    exact, answer = search(any_case=False)
    if exact.found or not exact.minds_case:
        return answer
    loose, other = search(any_case=True)
    return f"None with these capitals, but otherwise {other}" if loose.found else answer


def _names(args: FindArguments, folders: Folders, located: Located, glob: str, stop: Stop) -> str:
    walk, tally, seen = Walk(folders, located, stop), Tally(), Tally()
    rows = pick(rows_of(_matching(walk, located, glob, seen)), tally, args.sort, _limit(args))
    if not tally.entries:
        looked_at = count(seen.others, "entry", "entries")
        return f"Nothing matches {printable(glob)} ({looked_at} looked at{notes(walk)})."
    return "\n".join([f"{tally.text()}{notes(walk)}", *cut_lines((row.line() for row in rows), tally.entries)])


def _matching(walk: Walk, start: Located, glob: str, seen: Tally) -> Iterator[Item]:
    pattern = NamePattern(glob) if glob else None
    cut = len(start.real.rstrip(os.sep)) + 1
    for item in walk.items(deep=True):
        seen.others += 1
        if pattern is None:
            yield item
        elif pattern.folders_only and not item.is_folder:
            continue
        elif pattern.matches(item.entry.name, item.real[cut:].replace(os.sep, "/")):
            yield item


def _limit(args: FindArguments) -> int:
    return min(max(1, args.limit), MAX_LINES)
