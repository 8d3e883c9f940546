"""From a difference to a finding: files that keep still are read, compared, and stored with what they start."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from agent.automation.watch import manifest
from agent.automation.watch.content import Busy, digest_of, look
from agent.automation.watch.desk import Desk
from agent.automation.watch.manifest import Known, split
from agent.automation.watch.outcome import Outcome, Pending, Signature, compared
from agent.automation.watch.state import Found, Settled
from agent.jobs import Change, Watch
from agent.storage.connection import Connection

CHUNK = 256
"""Files that are read, and stored in one transaction."""
BATCH_MOST = 10_000
"""Files in one batch; what is more makes another one."""
GRACE_S = 1.0
"""A file that is gone may turn up at another path: that is looked for first."""
LONGEST_S = 60.0
"""Nothing else holds up a removal, or a batch, for longer than that and ten times the settle time."""


class Settling:
    """The differences of one watch between the disk and the manifest, until they are stored."""

    def __init__(self, desk: Desk, job_id: str, watch_id: int, watch: Watch) -> None:
        self.root = ""
        """Real path of the watched folder."""
        self.watch = watch
        self.told_elsewhere: Callable[[str, Change], bool] = lambda _path, _change: False
        """Whether another watch of the same job tells of a path anyway."""
        self.files = 0
        """In the manifest."""
        self.folders: set[str] = set()
        """Below the watched one, in which files may be in the manifest."""
        self._desk, self._job_id, self._watch_id = desk, job_id, watch_id
        self._pending: dict[str, Pending] = {}
        self._gone: dict[str, Pending] = {}
        self._ready: dict[str, Outcome] = {}
        self._ready_since = 0.0
        self._claimed: set[str] = set()
        self._overlay: dict[str, dict[str, Signature | None]] = {}

    @property
    def waiting(self) -> int:
        """How many differences are held in memory."""
        return len(self._pending) + len(self._gone) + len(self._ready)

    @property
    def idle(self) -> bool:
        """Whether there is none."""
        return not (self._pending or self._gone or self._ready)

    def expected(self, folder: str, known: dict[str, Signature]) -> dict[str, Signature]:
        """Put what is found but not stored yet over what the manifest knows of a folder."""
        for name, signature in self._overlay.get(folder, {}).items():
            if signature is None:
                known.pop(name, None)
            else:
                known[name] = signature
        return known

    def saw(self, path: str, found: Found, *, late: bool) -> None:
        """Take note of a file that is not as expected."""
        self._gone.pop(path, None)
        before = self._pending.get(path)
        if before is not None and before.found is not None and before.found.signature == found.signature:
            return
        self._unready(path)
        self._pend(path, Pending(found, self._desk.now(), late))

    def as_expected(self, path: str) -> None:
        """Take note of a file that is as it was."""
        self._pending.pop(path, None)
        self._gone.pop(path, None)

    def missed(self, path: str, *, late: bool, quiet: bool) -> None:
        """Take note of a file that is not there."""
        self._pending.pop(path, None)
        self._unready(path)
        if path not in self._gone:
            self._gone[path] = Pending(None, self._desk.now(), late, quiet)

    def drop_all(self) -> None:
        """Forget all differences: they will be found again."""
        self._pending.clear()
        self._gone.clear()
        self._ready.clear()
        self._overlay.clear()

    def next_at(self, calm: bool) -> float | None:
        """When there is something to do. `calm`: all folders were looked at since they changed."""
        wait = self.watch.settle_s
        times = [next(iter(self._pending.values())).at + wait] if self._pending else []
        if self._gone:
            times.append(self._gone_due(next(iter(self._gone.values())), calm))
        if self._ready:
            times.append(self._ready_since if self._whole(calm) else self._ready_since + self._longest)
        return min(times, default=None)

    def step(self, calm: bool) -> bool:
        """Do a piece of what is due; whether there was any. Raises StorageError, and what storing raised."""
        now = self._desk.now()
        due = self._take(self._pending, lambda one: one.at + self.watch.settle_s <= now)
        if not due:
            due = self._take(self._gone, lambda one: self._gone_due(one, calm) <= now)
        if due:
            outcomes = self._examined(due)
            together = [one for one in outcomes if self._is_stored_together(one)]
            self._store([one for one in outcomes if not self._is_stored_together(one)])
            self._keep(together)
        if self._ready and (self._whole(calm) or now >= self._ready_since + self._longest or self._many):
            ready = list(self._ready.values())
            self._ready.clear()
            self._overlay.clear()
            self._store(ready)
            return True
        return bool(due)

    @property
    def _longest(self) -> float:
        return LONGEST_S + 10 * self.watch.settle_s

    @property
    def _many(self) -> bool:
        return len(self._ready) >= BATCH_MOST

    def _is_stored_together(self, outcome: Outcome) -> bool:
        """What belongs to one batch, or waits for one answer of a person, is recorded at once."""
        return outcome.change != "same" and (self.watch.per == "batch" or outcome.late)

    def _whole(self, calm: bool) -> bool:
        return calm and not self._pending and not self._gone

    def _gone_due(self, one: Pending, calm: bool) -> float:
        first = next(iter(self._pending.values()), None)
        if calm and (first is None or first.at > one.at):
            return one.at + self.watch.settle_s + GRACE_S
        return one.at + self._longest

    def _pend(self, path: str, pending: Pending) -> None:
        self._pending.pop(path, None)  # the oldest are the first
        self._pending[path] = pending

    def _unready(self, path: str) -> None:
        outcome = self._ready.pop(path, None)
        if outcome is None:
            return
        for old in filter(None, (path, outcome.old)):
            folder, name = split(old)
            self._overlay.get(folder, {}).pop(name, None)
        if outcome.old:
            self._gone[outcome.old] = Pending(None, self._desk.now(), outcome.late, outcome.quiet)

    def _take(self, waiting: dict[str, Pending], is_due: Callable[[Pending], bool]) -> list[tuple[str, Pending]]:
        due: list[tuple[str, Pending]] = []
        for path, one in waiting.items():
            if len(due) >= CHUNK or not is_due(one):
                break
            due.append((path, one))
        for path, _ in due:
            del waiting[path]
        return due

    def _examined(self, due: Sequence[tuple[str, Pending]]) -> list[Outcome]:
        watch_id = self._watch_id

        def read(connection: Connection) -> list[tuple[Known | None, list[tuple[str, str]]]]:
            rows: list[tuple[Known | None, list[tuple[str, str]]]] = []
            for path, one in due:
                known = manifest.known(connection, watch_id, path)
                look_for = known is None and one.found is not None
                rows.append((known, manifest.alike(connection, watch_id, one.found) if look_for and one.found else []))
            return rows

        outcomes: list[Outcome] = []
        self._claimed.clear()
        for (path, one), (known, alike) in zip(due, self._desk.call(read, "watch.read"), strict=True):
            outcome = self._examine(path, one, known, alike)
            if outcome is not None:
                outcomes.append(outcome)
            self._desk.pace.keep()
        return outcomes

    def _examine(
        self, path: str, one: Pending, known: Known | None, alike: Iterable[tuple[str, str]]
    ) -> Outcome | None:
        """Look at one file again; None: it has to wait on, or there is nothing to say."""
        place = self._place(path)
        now = self._desk.now()
        try:
            found = look(place)
        except OSError:
            return None  # nobody may look: what was known stays known
        if found is None:
            if known is None or known.found.absent:
                return None  # it came and went
            if one.found is not None:
                self._gone[path] = Pending(None, now, one.late)
                return None
            return Outcome(path, "removed", None, known.digest, known, one.late, one.quiet)
        if one.found is None or one.found.signature != found.signature:
            self._pend(path, Pending(found, now, one.late))
            return None
        try:
            digest = digest_of(place, found, self._desk.pace.keep)
        except Busy:
            self._pend(path, Pending(found, now, one.late))
            return None
        if known is not None:
            change = compared(known, found, digest)
            return Outcome(path, change, found, digest, known, one.late, one.quiet)
        old = next((old for old, before in alike if before in ("", digest) and self._has_left(old, found)), "")
        self._claimed.add(old)
        return Outcome(path, "moved" if old else "created", found, digest, None, one.late, one.quiet, old)

    def _has_left(self, old: str, found: Found) -> bool:
        """Whether a file was at another path, is not there any more, and no other one is the same file."""
        folder, name = split(old)
        if old in self._claimed or name in self._overlay.get(folder, ()):
            return False
        try:
            there = look(self._place(old))
        except OSError:
            return False
        return there is None or there.inode != found.inode

    def _keep(self, outcomes: Sequence[Outcome]) -> None:
        if outcomes and not self._ready:
            self._ready_since = self._desk.now()
        for outcome in outcomes:
            self._ready[outcome.path] = outcome
            if outcome.old:
                self._gone.pop(outcome.old, None)
                folder, name = split(outcome.old)
                self._overlay.setdefault(folder, {})[name] = None
            folder, name = split(outcome.path)
            self._overlay.setdefault(folder, {})[name] = outcome.found.signature if outcome.found else None

    def _store(self, outcomes: Sequence[Outcome]) -> None:
        if not outcomes:
            return
        try:
            put_off, told, net = self._desk.call(lambda connection: self._write(connection, outcomes), "watch.settle")
        except BaseException:
            self._put_back(outcomes)
            raise
        self.files += net
        self._put_back(put_off)
        for outcome in outcomes:
            if outcome.old:
                self._gone.pop(outcome.old, None)
            if outcome.found:
                self.folders.add(split(outcome.path)[0])
        if told:
            self._desk.wake()

    def _put_back(self, outcomes: Iterable[Outcome]) -> None:
        now = self._desk.now()
        for outcome in outcomes:
            again = Pending(outcome.found, now, outcome.late, outcome.quiet)
            if outcome.found is None:
                self._gone[outcome.path] = again
            else:
                self._pend(outcome.path, again)

    def _write(self, connection: Connection, outcomes: Sequence[Outcome]) -> tuple[list[Outcome], int, int]:
        """Move the manifest and record what is news: in one transaction, so that neither is ever without the other."""
        busy = self._desk.own.under_way(connection)
        put_off: list[Outcome] = []
        news: list[Outcome] = []
        drops: list[str] = []
        puts: list[tuple[str, Known]] = []
        net = 0
        for outcome in outcomes:
            place = self._place(outcome.path)
            if outcome.change != "same" and any(_within(place, root) for root in busy):
                put_off.append(outcome)
                continue
            after = outcome.known.own if outcome.known else 0
            mine, last = self._desk.own.last(connection, place, outcome.found, outcome.digest, after)
            was = outcome.known is not None and not outcome.known.found.absent
            net += (outcome.found is not None) - was - bool(outcome.old)
            if outcome.found is not None:
                puts.append((outcome.path, Known(outcome.found, outcome.digest, last)))
                drops.extend(filter(None, (outcome.old,)))
            elif outcome.quiet and outcome.known is not None:
                puts.append((outcome.path, outcome.known._replace(found=outcome.known.found.as_absent(), own=last)))
            else:
                drops.append(outcome.path)
            if not mine and self._is_news(outcome, place):
                news.append(outcome)
        manifest.drop(connection, self._watch_id, drops)
        manifest.put(connection, self._watch_id, puts)
        self._record(connection, news)
        return put_off, len(news), net

    def _is_news(self, outcome: Outcome, place: str) -> bool:
        if outcome.change == "same" or outcome.quiet or (outcome.late and not self.watch.catch_up):
            return False
        return outcome.change in self.watch.on and not self.told_elsewhere(place, outcome.change)

    def _record(self, connection: Connection, news: Sequence[Outcome]) -> None:
        if not news:
            return
        generation = manifest.generations(connection, len(news))
        for late in (True, False):
            settled = [
                self._settled(outcome, generation + number)
                for number, outcome in enumerate(news)
                if outcome.late is late
            ]
            if settled:
                self._desk.record(connection, self._job_id, self.watch, settled, late)

    def _settled(self, outcome: Outcome, generation: int) -> Settled:
        change: Any = outcome.change
        old = self._place(outcome.old) if outcome.old else ""
        return Settled(self._place(outcome.path), change, outcome.digest, generation, old)

    def _place(self, path: str) -> str:
        return os.path.join(self.root, *path.split("/")) if os.sep != "/" else f"{self.root.rstrip('/')}/{path}"


def _within(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)
