"""Carrying out a plan: what stands there now is kept first, so that an undo can be undone; then all is put back.

Files are replaced at once or not at all. A process that dies in between leaves a plan that is partly done: made again
and carried out again, it ends the same.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Literal

import msgspec

from agent.errors import StorageError
from agent.failpoints import hit
from agent.safety.door import Changed, Door, Place, temp_name
from agent.safety.printable import printable
from agent.undo.journal import OPENED, RunJournal
from agent.undo.plan import Choice, Item, UndoPlan
from agent.undo.rows import Change
from agent.undo.state import ANY_MODE, FileState, look, names_in, same, state_of
from agent.undo.store import Damaged

Result = Literal["put back", "removed", "as before", "kept", "put beside", "stays", "impossible", "failed"]


class Outcome(msgspec.Struct, frozen=True):
    """What became of one path."""

    path: str
    result: Result
    """`kept`: a conflict where what stands there now was to stay."""
    note: str = ""
    """Why it stays, was impossible or failed; where it was put beside."""

    @property
    def shown(self) -> str:
        """Printable path."""
        return printable(self.path)


class _Goal(msgspec.Struct):
    """One path on its way back."""

    item: Item
    path: str
    """Where: the item's path, or beside it."""
    current: FileState
    kept: str | None = None
    temp: str = ""
    made: bool = False
    """The folder was made here."""
    error: str = ""

    @property
    def wanted(self) -> FileState:
        return self.item.original

    @property
    def attributes_only(self) -> bool:
        one, other = self.current, self.wanted
        if one.kind != other.kind:
            return False
        return one.kind == "folder" or (one.target == other.target if one.kind == "link" else _same_content(one, other))


def restore(
    journal: RunJournal, plan: UndoPlan, choices: Mapping[str, Choice], default: Choice = "theirs"
) -> list[Outcome]:
    """Carry out a plan in a worker thread; `choices` by path, `default` for the other conflicts. Raises StorageError.

    `journal` is that of the undo itself. A path that changes while this runs is left alone and told as failed.
    """
    outcomes, goals = _goals(journal.journal.door, plan, choices, default)
    for goal in goals:
        _prepare(journal, goal)
    journal.journal.store.flush()
    ready = [goal for goal in goals if not goal.error]
    changes = [_change(journal, goal) for goal in ready]
    with journal.acting(changes, [goal.path for goal in ready]) as failed:
        _act(journal, ready, plan)
        failed.update(goal.path for goal in ready if goal.error)
        _set_times(journal.journal.door, plan)
    return sorted([*outcomes, *map(_outcome, goals)], key=lambda outcome: os.fsencode(outcome.path))


def _goals(
    door: Door, plan: UndoPlan, choices: Mapping[str, Choice], default: Choice
) -> tuple[list[Outcome], list[_Goal]]:
    outcomes: list[Outcome] = []
    goals: list[_Goal] = []
    beside: dict[str, str] = {}
    for item in plan.items:
        choice = choices.get(item.path, default) if item.conflict else "ours"
        moved = next((new + item.path[len(old) :] for old, new in beside.items() if _below(item.path, old)), None)
        if item.action in ("nothing", "stay", "impossible"):
            results: dict[str, Result] = {"nothing": "as before", "stay": "stays", "impossible": "impossible"}
            outcomes.append(Outcome(item.path, results[item.action], item.note))
        elif moved is not None:
            if item.original.kind != "absent":
                goals.append(_Goal(item, moved, FileState()))
        elif choice == "theirs" or (choice == "both" and item.original.kind == "absent"):
            outcomes.append(Outcome(item.path, "kept", item.note))
        elif choice == "both":
            beside[item.path] = _free_name(door, item.path, plan.run_id)
            goals.append(_Goal(item, beside[item.path], FileState()))
        else:
            goals.append(_Goal(item, item.path, item.current))
    return outcomes, goals


def _below(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip(os.sep) + os.sep)


def _free_name(door: Door, path: str, run_id: str) -> str:
    stem, extension = os.path.splitext(path)
    for number in range(1, 1000):
        again = "" if number == 1 else f" {number}"
        name = f"{stem} (before {run_id}{again}){extension}"
        if look(door, name, content=False).kind == "absent":
            return name
    raise StorageError(f"There are too many copies beside {printable(path)} already; nothing was changed.")


def _prepare(journal: RunJournal, goal: _Goal) -> None:
    """Keep what stands there, and make sure that what is wanted can be had."""
    try:
        found, goal.kept = look(journal.journal.door, goal.path, content=False, names=True), None
        if found.kind == "file" and not (goal.attributes_only and _unmoved(found, goal.current)):
            found, goal.kept = journal.keep(goal.path, any_size=True, sync=False)
        elif found.kind == "file":
            found = msgspec.structs.replace(found, digest=goal.current.digest)
        if not _unmoved(found, goal.current):
            raise Changed
        if found.kind != "blocked":
            goal.current = found
        if goal.wanted.kind == "file" and not goal.attributes_only:
            goal.temp = temp_name()
    except (OSError, StorageError) as error:
        goal.error = _words(error)


def _unmoved(found: FileState, planned: FileState) -> bool:
    """Whether it is still as it was planned."""
    if planned.kind == "absent" and found.kind == "blocked":  # a link above it goes first, or the act fails
        return True
    if planned.kind == found.kind == "file" and not (planned.digest and found.digest):
        return (planned.size, planned.mtime_ns, planned.mode) == (found.size, found.mtime_ns, found.mode)
    return same(found, planned)


def _change(journal: RunJournal, goal: _Goal) -> Change:
    return journal.change("undo", goal.path, goal.current, goal.wanted, kept=goal.kept, temp=goal.temp)


def _act(journal: RunJournal, goals: Sequence[_Goal], plan: UndoPlan) -> None:
    door, store = journal.journal.door, journal.journal.store
    for goal in goals:
        if goal.wanted.kind == "file" and not goal.attributes_only:
            _try(goal, lambda goal=goal: store.check(goal.wanted.digest))
    deep_first = sorted(goals, key=lambda goal: goal.path.count(os.sep), reverse=True)
    for goal in reversed(deep_first):
        _try(goal, lambda goal=goal: _loosen(door, goal))
    with _opened(door, goals, {path for path, _before in plan.folders}):
        _change_all(journal, deep_first)


def _change_all(journal: RunJournal, deep_first: Sequence[_Goal]) -> None:
    door = journal.journal.door
    for goal in deep_first:
        _try(goal, lambda goal=goal: _remove(door, goal))
    for goal in reversed(deep_first):
        _try(goal, lambda goal=goal: _make(journal, goal))
    for goal in deep_first:
        _try(goal, lambda goal=goal: _set_attributes(door, goal))
    for folder in dict.fromkeys(os.path.dirname(goal.path) for goal in deep_first):
        with suppress(OSError), door.open_place(os.path.join(folder, "x")) as place:
            place.sync()


@contextmanager
def _opened(door: Door, goals: Sequence[_Goal], timed: set[str]) -> Generator[None]:
    """Let this user change something in the read-only folders around the goals while the block runs.

    Then they get back their modes and, but for those in `timed`, their times: replacing a file is no change of its
    folder. Both stand in the journal (as `touch`), so that a process that dies in the block does no harm.
    """
    own = {goal.path for goal in goals}
    parents = dict.fromkeys(os.path.dirname(goal.path) for goal in goals)
    around = {folder: look(door, folder, names=True) for folder in parents if folder not in own}
    around = {folder: found for folder, found in around.items() if found.kind == "folder"}
    try:
        for folder, found in around.items():
            if found.mode & OPENED != OPENED:
                with suppress(OSError), door.open_place(folder) as place:  # of somebody else: the act itself will fail
                    place.set_attributes(found.mode | OPENED, found.mtime_ns)
        hit("undo.opened")
        yield
    finally:
        for folder, found in around.items():
            mode = found.mode if found.mode & OPENED != OPENED else None
            same_names = folder not in timed and _holds(door, folder, found.names)
            if mode is not None or same_names:
                with suppress(OSError), door.open_place(folder) as place:
                    place.set_attributes(mode, found.mtime_ns if same_names else place.stat().st_mtime_ns)


def _try(goal: _Goal, act: Callable[[], None]) -> None:
    if goal.error:
        return
    try:
        act()
    except (OSError, StorageError) as error:
        goal.error = _words(error)


def _loosen(door: Door, goal: _Goal) -> None:
    """Let this user work in a folder, until it gets its own mode back."""
    if goal.current.kind == "folder" and goal.current.mode & OPENED != OPENED:
        with door.open_place(goal.path) as place:
            place.set_attributes(goal.current.mode | OPENED, goal.current.mtime_ns)


def _remove(door: Door, goal: _Goal) -> None:
    current, wanted = goal.current, goal.wanted
    if current.kind == "absent" or goal.attributes_only or current.kind == wanted.kind == "file":
        return
    with door.open_place(goal.path) as place:
        _require_unmoved(place, current)
        place.remove(folder=current.kind == "folder", sync=False)
    hit("undo.removed")


def _make(journal: RunJournal, goal: _Goal) -> None:
    door, store = journal.journal.door, journal.journal.store
    wanted = goal.wanted
    if wanted.kind == "absent" or goal.attributes_only:
        return
    with door.open_place(goal.path) as place:
        if wanted.kind == "folder":
            place.make_folder(wanted.mode | OPENED)
            goal.made = True
        elif wanted.kind == "link":
            place.put_link(os.fsdecode(wanted.target), wanted.mtime_ns)
        else:
            replacing = goal.current.kind == "file"
            place.put_file(
                lambda file: store.write_to(wanted.digest, file),
                wanted.mode,
                wanted.mtime_ns,
                temp=goal.temp,
                check=lambda: _require_unmoved(place, goal.current) if replacing else None,
                replacing=replacing,
            )
    hit("undo.made")


def _require_unmoved(place: Place, current: FileState) -> None:
    found = state_of(place, content=False)
    if current.kind == "folder":  # its time may have changed because of what was done in it
        if found.kind != "folder":
            raise Changed
    elif (found.kind, found.size, found.target) != (current.kind, current.size, current.target) or (
        found.mtime_ns != current.mtime_ns
    ):
        raise Changed


def _set_attributes(door: Door, goal: _Goal) -> None:
    wanted = goal.wanted
    if wanted.kind == "absent" or not (goal.attributes_only or goal.made):
        return
    mode = None if wanted.mode == ANY_MODE else wanted.mode
    with door.open_place(goal.path) as place:
        found = place.stat()
        as_it_was = wanted.kind != "folder" or goal.made or goal.item.timed or _holds(door, goal.path, wanted.names)
        place.set_attributes(mode, wanted.mtime_ns if as_it_was else found.st_mtime_ns)
    hit("undo.attributes")


def _holds(door: Door, path: str, names: str) -> bool:
    return bool(names) and names_in(door, path) == names


def _set_times(door: Door, plan: UndoPlan) -> None:
    """Put back the times of folders that hold the same names as before."""
    for path, before in sorted(plan.folders, key=lambda pair: pair[0].count(os.sep), reverse=True):
        try:
            found = look(door, path, names=True)
            if found.kind == "folder" and before.names and found.names == before.names:
                with door.open_place(path) as place:
                    place.set_attributes(None, before.mtime_ns)
        except OSError:
            continue  # a time that stays is no loss


def _same_content(one: FileState, other: FileState) -> bool:
    return bool(one.digest) and one.digest == other.digest


def _outcome(goal: _Goal) -> Outcome:
    path = goal.item.path
    if goal.error:
        return Outcome(path, "failed", goal.error)
    if goal.path != path:
        return Outcome(path, "put beside", printable(goal.path))
    return Outcome(path, "removed" if goal.wanted.kind == "absent" else "put back")


def _words(error: OSError | StorageError) -> str:
    if isinstance(error, Damaged | StorageError):
        return f"{error} It was left as it is."
    if isinstance(error, Changed | FileExistsError):
        return "it changed just now and was left as it is; look again"
    if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
        return "the folder is not empty and was left as it is"
    return f"{error.strerror or error}; it was left as it is"
