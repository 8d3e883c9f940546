"""What undoing a run would do to each path: found out by looking, nothing is changed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Literal

import msgspec

from agent.safety.door import Door
from agent.safety.folders import is_within
from agent.safety.printable import printable
from agent.undo.rows import Change
from agent.undo.state import ABSENT, FileState, look, same
from agent.undo.store import PreImages

Action = Literal["put back", "remove", "set attributes", "nothing", "stay", "impossible"]
Choice = Literal["theirs", "ours", "both"]
"""For a conflict: what stands there now stays; what stood there before is put back over it; both, side by side."""


class Item(msgspec.Struct, frozen=True):
    """One path of a plan."""

    path: str
    """As Python's `os` functions take it."""
    action: Action
    """`put back`: make or replace; `set attributes`: mode or time only; `stay`: a folder that holds other things."""
    original: FileState
    """What stood there before the run."""
    current: FileState
    conflict: bool = False
    """Somebody else changed it since: one of the three ways must be chosen, or it stays as it is."""
    note: str = ""
    """For a person: why it is a conflict, stays, or is impossible."""
    timed: bool = False
    """A folder whose time is put back whatever is in it: the run had removed it, or changed its time on purpose."""

    @property
    def shown(self) -> str:
        """Printable path."""
        return printable(self.path)


class UndoPlan(msgspec.Struct, frozen=True):
    """All paths that a run changed, sorted."""

    run_id: str
    items: tuple[Item, ...]
    folders: tuple[tuple[str, FileState], ...] = ()
    """Folders whose time changed because something in them did, as they were before."""

    @property
    def conflicts(self) -> list[Item]:
        """Where somebody else changed something since."""
        return [item for item in self.items if item.conflict]


class History(msgspec.Struct, frozen=True):
    """What the journal knows of one run."""

    run_id: str
    changes: Sequence[Change]
    undoing: Sequence[Change] = ()
    """What was done before to take it back."""
    later: Mapping[str, str] = {}
    """Paths that another run changed since, and which one."""


def make_plan(door: Door, store: PreImages, history: History, paths: Sequence[str] = ()) -> UndoPlan:
    """Compare what the journal knows with what stands there. `paths`: only these; all in a folder count. Blocks."""
    only = [os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path)) for path in paths]
    by_path = _grouped(change for change in history.changes if change.act != "touch")
    undone = _grouped(change for change in history.undoing if change.act != "touch")
    wanted = {path for path in by_path if not only or any(is_within(path, one) for one in only)}
    if only:
        wanted |= {path for path in by_path if any(_needed(path, one, by_path) for one in wanted)}
    exact = _Exact(door, wanted, {path for path, changes in by_path.items() if changes[0].before.kind == "folder"})
    items = [
        _item(door, history, path, by_path[path], undone.get(path, []), exact)
        for path in sorted(wanted, key=os.fsencode)
        if any(change.state != "undone" for change in by_path[path])
    ]
    available = {item.current.digest for item in items if item.current.kind == "file"}
    items = [_checked(item, store, available) for item in items]
    folders = _touched(history.changes, {os.path.dirname(item.path) for item in items} if only else None)
    return UndoPlan(history.run_id, tuple(_with_staying(door, items)), folders)


def _grouped(changes: Iterable[Change]) -> dict[str, list[Change]]:
    grouped: dict[str, list[Change]] = {}
    for change in changes:
        grouped.setdefault(change.path, []).append(change)
    return grouped


def _needed(path: str, below: str, by_path: Mapping[str, list[Change]]) -> bool:
    """Whether a folder that the run removed must be made again for something in it."""
    return path != below and is_within(below, path) and by_path[path][0].before.kind == "folder"


def _item(
    door: Door, history: History, path: str, changes: Sequence[Change], undone: Sequence[Change], exact: _Exact
) -> Item:
    original = changes[0].before
    ours = [changes[-1].after, *(change.after for change in undone)]
    timed = original.kind == "folder" and (ours[0].kind != "folder" or any(map(_only_time, changes)))
    try:
        current = exact.look(path, [original, *ours])
    except OSError as error:
        note = f"it cannot be read ({error.strerror}); put the folder back first, then try again"
        return Item(path, "impossible", original, FileState("other"), note=note)
    if current.kind == "blocked" and (original.kind == "absent" or exact.freed(path)):
        current = ABSENT
    if current.kind == "blocked":
        return Item(path, "impossible", original, current, note="a link has come into its path")
    if same(current, original):
        as_before = current.kind == "absent" or current.mtime_ns == original.mtime_ns
        if as_before or (current.kind == "folder" and not timed):
            return Item(path, "nothing", original, current)
        return Item(path, "set attributes", original, current, timed=timed)
    note = _conflict(history, path, changes, [*changes[-1:], *undone], current, ours)
    return Item(path, _action(original, current), original, current, bool(note), note, timed)


def _only_time(change: Change) -> bool:
    return same(change.before, change.after) and change.before.mtime_ns != change.after.mtime_ns


def _action(original: FileState, current: FileState) -> Action:
    if original.kind == "absent":
        return "remove"
    if original.kind == current.kind == "folder":
        return "set attributes"
    if original.kind == current.kind == "file" and original.digest and original.digest == current.digest:
        return "set attributes"
    return "put back"


def _conflict(
    history: History,
    path: str,
    changes: Sequence[Change],
    last: Sequence[Change],
    current: FileState,
    ours: Sequence[FileState],
) -> str:
    """Say why a path is a conflict; empty: it is none."""
    halfway = any(change.state == "unclear" for change in last) and current.kind in ("absent", "folder")
    if not halfway and not any(same(current, one) for one in ours):
        if later := history.later.get(path):
            return f"it was changed since by run {later}"
        return "it was changed since the run"
    for one, other in pairwise(changes):
        if not same(one.after, other.before) and one.state == "done":
            return "somebody else changed it while the run was under way"
    return ""


def _checked(item: Item, store: PreImages, available: set[str]) -> Item:
    """Say that a path is impossible whose content is nowhere."""
    if item.action not in ("put back", "remove"):
        return item
    original = item.original
    if original.kind == "other":
        return msgspec.structs.replace(item, action="impossible", note="it was no plain file")
    if item.current.kind == "other":
        return msgspec.structs.replace(item, action="impossible", note="it is no plain file now")
    if original.kind != "file" or original.digest in available:
        return item
    if original.digest and store.holds(original.digest, original.size):
        return item
    note = "what it held is no longer kept" if original.digest else "what it held was too large to be kept"
    return msgspec.structs.replace(item, action="impossible", note=note)


def _with_staying(door: Door, items: Sequence[Item]) -> list[Item]:
    """Let folders stay that hold what is not of the run."""
    leaving = {item.path for item in items if _leaves(item)}
    made: list[Item] = []
    for item in reversed(items):  # what is in a folder comes before it
        if _leaves(item) and item.current.kind == "folder" and not _will_be_empty(door, item.path, leaving):
            leaving.discard(item.path)
            note = "it holds things that are not of this run"
            change = {"action": "stay"} if item.action == "remove" else {"conflict": True}
            made.append(msgspec.structs.replace(item, note=note, **change))
        else:
            made.append(item)
    return made[::-1]


def _leaves(item: Item) -> bool:
    gone = item.action == "remove" or (item.action == "put back" and item.original.kind != item.current.kind)
    return gone and item.current.kind != "absent"


def _will_be_empty(door: Door, path: str, leaving: set[str]) -> bool:
    try:
        with door.open_folder(path) as folder:
            return all(os.path.join(path, entry.name) in leaving for entry in folder.entries())
    except OSError:
        return True  # the act itself will find out


def _touched(changes: Sequence[Change], above: set[str] | None) -> tuple[tuple[str, FileState], ...]:
    """Folders as they were before the first change in them; `above`: only these."""
    first: dict[str, FileState] = {}
    for change in changes:
        if change.before.kind == "folder" and change.before.names and (above is None or change.path in above):
            first.setdefault(change.path, change.before)
    return tuple(first.items())


class _Exact:
    """Looks at paths; where two differ in case only, a name must stand in its folder exactly so.

    On a file system that ignores case, both would else seem to be there.
    """

    def __init__(self, door: Door, paths: Iterable[str], folders: set[str]) -> None:
        """`folders`: what the plan makes folders again."""
        self._door, self._folders = door, folders
        folded: dict[str, list[str]] = {}
        for path in paths:
            folded.setdefault(path.casefold(), []).append(path)
        self._alike = {path for group in folded.values() if len(group) > 1 for path in group}

    def look(self, path: str, candidates: Sequence[FileState]) -> FileState:
        """Look; the content is read only where its size is that of a candidate. Raises OSError."""
        found = look(self._door, path, content=False)
        if found.kind != "absent" and path in self._alike and not self._named(path):
            return ABSENT
        if found.kind == "file" and any(one.kind == "file" and one.size == found.size for one in candidates):
            return look(self._door, path)
        return found

    def freed(self, path: str) -> bool:
        """Whether what blocks a path, a link above it, may itself give way to a folder."""
        return any(path.startswith(folder + os.sep) for folder in self._folders)

    def _named(self, path: str) -> bool:
        folder, name = os.path.split(path)
        with self._door.open_folder(folder) as opened:
            return any(entry.name == name for entry in opened.entries())
