"""One watched folder: where to look next, and what differs there from the manifest. Belongs to one thread."""

from __future__ import annotations

import os
import time

from agent.automation.watch import manifest
from agent.automation.watch.baseline import Baseline
from agent.automation.watch.desk import Desk
from agent.automation.watch.due import SOON_S, DueFolders
from agent.automation.watch.heard import EarFull
from agent.automation.watch.listing import list_folder
from agent.automation.watch.manifest import Row, join, split
from agent.automation.watch.outcome import Signature
from agent.automation.watch.root import look_at_root
from agent.automation.watch.scope import Scope
from agent.automation.watch.settling import Settling
from agent.automation.watch.state import Found, How, WatchState
from agent.jobs import Watch
from agent.safety.printable import printable

MOST_FILES = 200_000
"""Of one watch; what is beyond is not looked at, and the watch says so."""
MOST_WAITING = 60_000
"""Differences held in memory; further folders are looked at when some of them are stored."""
ATTEND_S = 60.0
"""The folder itself is looked at so often: nobody tells when another disk is mounted over it."""
AWAY_S = 15.0
"""So often when it is not there."""
BACK_S = 0.5
"""After something changed in the folder above."""
_SLACK_NS = 20_000_000
"""The clock of a file system lags that much behind."""
_SAMPLE = 200


class Tree:
    """Looks where the ear heard something, and tells its `Settling` what is not as expected."""

    def __init__(self, desk: Desk, row: Row, named: str, *, remote: str = "", old: Scope | None = None) -> None:
        """`named`: the folder, absolute; `remote`: why the system does not tell of changes, as a sentence.

        `old`: what the manifest was about until now; None: the same.
        """
        self.desk, self.row, self.watch = desk, row, row.watch
        self.settling = Settling(desk, row.job_id, row.watch_id, row.watch)
        self.how: How = "scanning" if remote else "events"
        self._named, self._remote, self._old = named, remote, old
        self._scope = Scope(row.watch)
        self._root = named
        self._identity = row.identity
        self._dirty = DueFolders()
        self._children: dict[str, set[str]] = {}
        self._closed: set[str] = set()
        self._mounted: set[str] = set()
        self._baseline = Baseline(desk, row.watch_id, self.settling)
        self._attend_at = 0.0
        self._scan_at: float | None = None
        self._scan_began = 0.0
        self._waits_at = ""
        self._present = False
        self._away = ""
        self._full = ""
        self._heard_full = ""
        self._too_many = False
        self._renewed = False
        self._first = True
        self._began_ns = desk.wall_ns()
        self._told: set[str] = set()
        self._loaded = False
        self.told = WatchState(self.watch.folder, self.how, remote, 0)
        """How it was doing after the last step; may be read in any thread."""

    def _load(self) -> None:
        """Learn what the manifest knows. Raises StorageError."""
        if self._old is not None:
            self._leave_out_of_scope()
        folders, self.settling.files = self.desk.call(
            lambda connection: manifest.folders(connection, self.row.watch_id), "watch.read"
        )
        self.settling.folders.update(folders)
        for folder in folders:
            while folder:
                folder, name = split(folder)
                self._children.setdefault(folder, set()).add(name)

    def state(self) -> WatchState:
        """Say how it is doing."""
        how: How = "away" if self._away else self.how
        return WatchState(self.watch.folder, how, self._note(), self.settling.files + self._baseline.waiting)

    def change(self, watch: Watch) -> None:
        """Go on for a watch that is about the same files, and says something else of them."""
        self.watch = self.settling.watch = watch
        self.row = self.row._replace(watch=watch)

    def covers(self, place: str) -> bool:
        """Whether the watch is about a path."""
        below = self._root.rstrip(os.sep) + os.sep
        if not place.startswith(below):
            return False
        relative = place[len(below) :].replace(os.sep, "/")
        folder = split(relative)[0]
        inside = not folder or (self.watch.recursive and not any(part.startswith(".") for part in folder.split("/")))
        return inside and self._scope.takes(relative)

    def hear(self, place: str, deep: bool) -> None:
        """Take note of a folder in which something changed."""
        now = self.desk.now()
        if not self._present:
            if place == self._waits_at:
                self._attend_at = min(self._attend_at, now + BACK_S)
            return
        if place == self._root:
            self._mark("", now, deep=deep)
            return
        below = self._root.rstrip(os.sep) + os.sep
        if place.startswith(below):
            folder = place[len(below) :].replace(os.sep, "/")
            above, name = split(folder)
            if name in self._children.get(above, ()):  # others may be another watch's; new ones are found from above
                self._mark(folder, now, deep=deep)

    def next_at(self) -> float:
        """When there is something to do, should nothing be heard until then."""
        times = [self._attend_at]
        if self._present:
            times.extend(filter(None, (self._scan_at, self.settling.next_at(self._calm))))
            if self._dirty and self.settling.waiting < MOST_WAITING:
                times.append(self._dirty.next()[0])
        return min(times)

    def step(self) -> bool:
        """Do a piece of what is due; whether there was any. Raises StorageError and what storing findings raised."""
        now = self.desk.now()
        if not self._loaded:
            self._load()
            self._loaded = True
        if now >= self._attend_at and not self._attend():
            return False
        if not self._present:
            return False
        if self._scan_at is not None and now >= self._scan_at:
            self._look_everywhere(now)
        did = self.settling.step(self._calm)
        if self._dirty and self.settling.waiting < MOST_WAITING:
            at, folder = self._dirty.next()
            if at <= now:
                self._dirty.take(folder)
                self._scan(folder)
                did = True
        if not self._dirty:
            did = self._looked_everywhere() or did
        return did

    @property
    def _calm(self) -> bool:
        return not self._dirty and not self._first

    # The folder itself

    def _attend(self) -> bool:
        """Look whether the folder is there and the one it was; whether it is."""
        now = self.desk.now()
        self._attend_at = now + ATTEND_S
        why, root, identity = self._look_at_root()
        if why or identity is None:
            self._leave(why)
            came_back = not self._look_at_root()[0]  # before it was listened for
            self._attend_at = now + (SOON_S if came_back else AWAY_S)
            return False
        if self._present and root == self._root and identity == self._identity:
            for folder in self._closed:  # perhaps it may be read now
                self._mark(folder, now)
            if self._too_many and self._has_room():  # again
                self._too_many = False
                self._look_everywhere(now)
            return True
        if self._first:
            self._renewed = self._identity is not None and identity != self._identity
        else:
            self._renewed = True
        self.desk.ear.forget(self._root)
        self._root = self.settling.root = root
        self._present, self._away, self._waits_at = True, "", ""
        if identity != self._identity:
            self._identity = identity
            self.desk.call(lambda connection: manifest.identify(connection, self.row.watch_id, identity), "watch.root")
        self._look_everywhere(now)
        return True

    def _look_at_root(self) -> tuple[str, str, tuple[int, int] | None]:
        before = self._identity if self.settling.files else None
        return look_at_root(self._named, before, self._any_known, self.desk.real)

    def _any_known(self, root: str) -> bool:
        for folder in sorted(self.settling.folders)[:_SAMPLE]:
            names = self._known(folder, pages=1)
            if any(os.path.lexists(os.path.join(root, folder, name)) for name in list(names)[:_SAMPLE]):
                return True
        return False

    def _leave(self, why: str) -> None:
        """Wait until it is back; nothing of what is missing is a removal."""
        if self._present or not self._away:
            self.settling.drop_all()
            self._dirty.clear()
            self.desk.ear.forget(self._root)
            self._tell_once("away", f"A job waits for its folder: {why}")
        self._present, self._away = False, why
        above = os.path.dirname(self._named)
        while not os.path.isdir(above) and above != os.path.dirname(above):
            above = os.path.dirname(above)
        self._waits_at = os.path.realpath(above)
        self._listen(self._waits_at)

    # Looking

    def _look_everywhere(self, now: float) -> None:
        self._scan_at = None
        self._scan_began = now
        self._heard_full = ""
        self._mark("", now - SOON_S, deep=True)

    def _looked_everywhere(self) -> bool:
        """Note that no folder is left to be looked at; whether that was news."""
        did = self._baseline.store(everything=True)
        if self._first:
            self._first = False
            did = True
            if not self.row.complete:
                self.desk.call(lambda connection: manifest.complete(connection, self.row.watch_id), "watch.complete")
                self.row = self.row._replace(complete=True)
        self._renewed = False
        if self._scan_began:
            now = self.desk.now()
            took, self._scan_began = now - self._scan_began, 0.0
            self._full = self._heard_full
            if not self._remote:
                self.how = "scanning" if self._full else "events"
            if self.how == "scanning":
                self._scan_at = now + max(self.desk.scan_s, 10 * took)
        return did

    def _mark(self, folder: str, now: float, *, deep: bool = False) -> None:
        waiting = [folder]
        while waiting:
            one = waiting.pop()
            self._dirty.add(one, now)
            if deep:
                waiting.extend(join(one, name) for name in self._children.get(one, ()))

    def _scan(self, folder: str) -> None:
        if not folder and not self._attend():
            return
        if self._place(folder) in self.desk.leave_out:
            return
        if self._baseline.holds(folder):  # again, before it was stored
            self._baseline.store(everything=True)
        began, used = self.desk.now(), time.thread_time()
        place = self._place(folder)
        self._listen(place)
        device = self._identity[0] if self._identity else 0
        try:
            listing = list_folder(place, folder, self._scope, device, self.desk.pace.keep)
        except (FileNotFoundError, NotADirectoryError):
            if folder:
                self._mark(split(folder)[0], began)
            else:
                self._attend()
            return
        except OSError:
            self._closed.add(folder)
            return
        self._closed.discard(folder)
        self._compare(folder, listing.files)
        self._descend(folder, listing.folders, listing.mounted)
        self._baseline.store()
        self._dirty.looked(folder, self.desk.now(), time.thread_time() - used)

    def _compare(self, folder: str, files: dict[str, Found]) -> None:
        settling = self.settling
        expected = settling.expected(folder, self._known(folder))
        again = False
        for number, (name, found) in enumerate(files.items(), 1):
            if number % 256 == 0:
                self.desk.pace.keep()
            before = expected.pop(name, None)
            if before == found.signature:
                if not settling.idle:
                    settling.as_expected(join(folder, name))
            elif before is None and self._is_no_news(join(folder, name), found):
                if self._has_room():
                    self._baseline.take(join(folder, name), self._place(join(folder, name)), found)
            elif before is None and settling.waiting >= MOST_WAITING:
                again = True
            elif before is not None or self._has_room():
                settling.saw(join(folder, name), found, late=self._is_late(found))
        if again:
            self._mark(folder, self.desk.now())
        for name, signature in expected.items():
            if signature[0] >= 0:  # the others are known to be absent
                settling.missed(join(folder, name), late=self._is_late(None), quiet=self._renewed)

    def _known(self, folder: str, pages: int = 1 << 30) -> dict[str, Signature]:
        names: dict[str, Signature] = {}
        if folder not in self.settling.folders:
            return names
        after = ""
        for _ in range(pages):
            found, after = self.desk.call(
                lambda connection, after=after: manifest.page(connection, self.row.watch_id, folder, after),
                "watch.read",
            )
            names.update(found)
            self.desk.pace.keep()
            if not after:
                break
        return names

    def _descend(self, folder: str, folders: set[str], mounted: set[str]) -> None:
        before = self._children.get(folder, set[str]())
        now = self.desk.now()
        folders = {name for name in folders if self._place(join(folder, name)) not in self.desk.leave_out}
        for name in folders - before:
            self._mark(join(folder, name), now - SOON_S)
        for name in before & folders:
            if join(folder, name) in self._closed:  # perhaps it may be read now
                self._mark(join(folder, name), now - SOON_S)
        for name in before - folders - mounted:
            self._vanished(join(folder, name))
        for name in mounted:
            self._mounted.add(join(folder, name))
        self._children[folder] = folders | (before & mounted)
        if not self._children[folder]:
            del self._children[folder]

    def _vanished(self, folder: str) -> None:
        """A folder is not there any more, and neither is what was in it."""
        self.desk.ear.forget(self._place(folder))
        waiting = [folder]
        while waiting:
            one = waiting.pop()
            self._dirty.forget(one)
            self._closed.discard(one)
            for name, signature in self.settling.expected(one, self._known(one)).items():
                if signature[0] < 0:
                    continue
                self.settling.missed(join(one, name), late=self._is_late(None), quiet=self._renewed)
            waiting.extend(join(one, name) for name in self._children.pop(one, ()))

    # What is no news

    def _is_no_news(self, path: str, found: Found) -> bool:
        """Whether a file was there before the watch began."""
        if self.row.complete or found.ctime_ns > self.row.since * 1_000 - _SLACK_NS:
            return False
        return self._old is None or not self._old.takes(path)

    def _is_late(self, found: Found | None) -> bool:
        return self._first and self.row.complete and (found is None or found.ctime_ns < self._began_ns)

    def _leave_out_of_scope(self) -> None:
        """Forget what the watch is not about any more."""
        folders, _ = self.desk.call(lambda connection: manifest.folders(connection, self.row.watch_id), "watch.read")
        self.settling.folders.update(folders)
        for folder in folders:
            outside = [
                join(folder, name)
                for name in self._known(folder)
                if not self._scope.takes(join(folder, name)) or (folder and not self._scope.recursive)
            ]
            if outside:
                self.desk.call(
                    lambda connection, outside=outside: manifest.drop(connection, self.row.watch_id, outside),
                    "watch.scope",
                )
        self.settling.folders.clear()

    def _has_room(self) -> bool:
        if self.settling.files + self.settling.waiting + self._baseline.waiting < MOST_FILES:
            return True
        if not self._too_many:
            self._too_many = True
            self._tell_once("too many", f"A job does not see all files: {self._many_words()}")
        return False

    # Words

    def _note(self) -> str:
        if self._away:
            return self._away
        notes = [self._remote or self._full]
        if self._too_many:
            notes.append(self._many_words())
        if self._closed:
            some = printable(self._place(min(self._closed)))
            many = len(self._closed)
            notes.append(f"{some} cannot be read." if many == 1 else f"{many} folders cannot be read, {some} for one.")
        if self._mounted:
            some = printable(self._place(min(self._mounted)))
            notes.append(f"{some} is another disk: to watch it, name it by itself.")
        return " ".join(filter(None, notes))

    def _many_words(self) -> str:
        return (
            f"{printable(self._named)} holds more than {MOST_FILES:,} files that fit, and the rest is not watched. "
            "Narrow the folder or the patterns."
        )

    def _tell_once(self, what: str, text: str) -> None:
        if what not in self._told:
            self._told.add(what)
            self.desk.notice(self.row.job_id, text)

    def _listen(self, place: str) -> None:
        if self._remote:
            return
        try:
            self.desk.ear.begin(self._root, recursive=self.watch.recursive)
            self.desk.ear.listen(place)
        except EarFull as error:
            self.how = "scanning"
            self._full = self._heard_full = str(error)
            self._tell_once("full", str(error))
            if self._scan_at is None and not self._scan_began:
                self._scan_at = self.desk.now() + self.desk.scan_s

    def _place(self, folder: str) -> str:
        return os.path.join(self._root, *folder.split("/")) if folder else self._root
