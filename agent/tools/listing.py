"""Lists of files: a head line that says what there is in all, then a line for each."""

from __future__ import annotations

import heapq
import stat
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Literal, NamedTuple, TypeVar

from agent.safety.door import kind_of
from agent.safety.folders import Folders, Located
from agent.safety.printable import printable
from agent.tools.stoppable import Stop
from agent.tools.walk import Item, Walk

MAX_CHARS = 9_000
T = TypeVar("T")
Sort = Literal["name", "size", "newest"]


class Row(NamedTuple):
    """One entry of a list."""

    shown: str
    """Printable path from the working folder on."""
    kind: str
    """See door.kind_of."""
    size: int
    changed_at: float
    """Seconds since 1970."""
    target: str = ""
    """What a link says, printable."""

    def line(self) -> str:
        """One line for a model."""
        if self.kind == "folder":
            return f"{self.shown}/"
        if self.kind == "link":
            return f"{self.shown} -> {self.target}"
        if self.kind != "file":
            return f"{self.shown}  {self.kind}"
        return f"{self.shown}  {count(self.size, 'byte')}  {moment(self.changed_at)}"


class Tally:
    """What a list holds in all."""

    def __init__(self) -> None:
        self.files = self.folders = self.others = self.bytes = 0
        self._largest: Row | None = None
        self._smallest: Row | None = None
        self._newest: Row | None = None
        self._oldest: Row | None = None

    @property
    def entries(self) -> int:
        """All of them."""
        return self.files + self.folders + self.others

    def add(self, row: Row) -> None:
        """Count one more."""
        if row.kind == "folder":
            self.folders += 1
        elif row.kind != "file":
            self.others += 1
        else:
            self.files += 1
            self.bytes += row.size
            if self._largest is None or row.size > self._largest.size:
                self._largest = row
            if self._smallest is None or row.size < self._smallest.size:
                self._smallest = row
            if self._newest is None or row.changed_at > self._newest.changed_at:
                self._newest = row
            if self._oldest is None or row.changed_at < self._oldest.changed_at:
                self._oldest = row

    def text(self) -> str:
        """The head line."""
        parts = [count(self.files, "file"), count(self.folders, "folder")]
        if self.others:
            parts.append(count(self.others, "link or special file", "links or special files"))
        if self.files:
            parts.append(f"{count(self.bytes, 'byte')} in all")
        head = ", ".join(parts)
        if self.files > 1 and self._largest and self._smallest and self._newest and self._oldest:
            head += f"; largest {self._largest.shown} ({count(self._largest.size, 'byte')})"
            head += f", smallest {self._smallest.shown} ({count(self._smallest.size, 'byte')})"
            head += f"; newest {self._newest.shown} ({moment(self._newest.changed_at)})"
            head += f", oldest {self._oldest.shown} ({moment(self._oldest.changed_at)})"
        return head


def list_folder(folders: Folders, located: Located, stop: Stop, *, limit: int, sort: Sort = "name") -> str:
    """List one folder, without what is below its subfolders."""
    walk = Walk(folders, located, stop)
    tally = Tally()
    rows = pick(rows_of(walk.items(deep=False)), tally, sort, limit)
    return "\n".join([f"{tally.text()}{notes(walk)}", *cut_lines((row.line() for row in rows), tally.entries)])


def rows_of(items: Iterable[Item]) -> Iterator[Row]:
    """Look at each item; what vanished meanwhile is left out."""
    for item in items:
        try:
            yield row_of(item)
        except OSError:
            continue


def row_of(item: Item) -> Row:
    """Look at an item. Raises OSError if it vanished."""
    found = item.entry.stat(follow_symlinks=False)
    target = printable(item.folder.link_target(item.entry.name)) if stat.S_ISLNK(found.st_mode) else ""
    return Row(item.shown, kind_of(found.st_mode), found.st_size, found.st_mtime, target)


def pick(rows: Iterable[Row], tally: Tally, sort: Sort, limit: int) -> list[Row]:
    """Count all rows, and keep the first `limit` of them in that order."""
    return first(_counted(rows, tally), sort, limit, row=lambda row: row)


def first(found: Iterable[T], sort: Sort, limit: int, row: Callable[[T], Row]) -> list[T]:
    """Go through all that is found, and keep the first `limit` in that order; files before the rest, unless by name."""
    if sort == "name":
        kept: list[T] = []
        for one in found:
            if len(kept) < limit:
                kept.append(one)
        return kept

    def rank(one: T) -> float:
        entry = row(one)
        if entry.kind != "file":
            return float("-inf")
        return entry.size if sort == "size" else entry.changed_at

    return heapq.nlargest(limit, found, key=rank)


def _counted(rows: Iterable[Row], tally: Tally) -> Iterator[Row]:
    for row in rows:
        tally.add(row)
        yield row


def notes(walk: Walk) -> str:
    """What a walk left out, as the end of a head line."""
    text = f"; {walk.ignored:,} more left out by .gitignore" if walk.ignored else ""
    if walk.unreadable:
        names = ", ".join(walk.unreadable[:3]) + (", …" if len(walk.unreadable) > 3 else "")
        text += f"; {len(walk.unreadable):,} could not be read ({names})"
    if walk.out_of_time:
        text += "; stopped before all was seen, for it takes too long: narrow path or glob"
    return text


def cut_lines(lines: Iterable[str], total: int) -> list[str]:
    """Keep lines up to MAX_CHARS, and say how many of `total` are missing then."""
    kept: list[str] = []
    chars = 0
    for line in lines:
        chars += len(line) + 1
        if chars > MAX_CHARS:
            break
        kept.append(line)
    if total > len(kept):
        kept.append(f"[{total - len(kept):,} more not shown: narrow path or glob, or sort]")
    return kept


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def moment(changed_at: float) -> str:
    """A time in this machine's zone, to the minute."""
    try:
        return f"{datetime.fromtimestamp(changed_at):%Y-%m-%d %H:%M}"
    except (OverflowError, OSError, ValueError):
        return "at an unknown time"
