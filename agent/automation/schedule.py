"""When a job is due by its clock triggers. Pure: no clock is read, nothing is kept."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain, islice
from typing import Protocol
from zoneinfo import ZoneInfo

from agent.automation import cron
from agent.automation.cron import CronClock, CronLine, Tick, never, read_cron
from agent.automation.zone import named
from agent.errors import UsageError
from agent.jobs import Cron, Every, Once, PluginEvent, Trigger

EXACT = 20_000
"""Up to so many moments of several triggers are told apart; above, those that two share are counted twice."""
LONGEST = timedelta(days=50 * 366)
"""Of a span that is longer, only the last fifty years are looked at."""
LONGEST_EVERY_S = 10 * 366 * 86_400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, order=True)
class Moment:
    """One moment at which a job is due."""

    at: datetime
    """UTC."""
    key: str
    """Names the moment within its job, so that it is never run twice.

    Of a cron line with fixed times, what the clock on the wall shows, `2026-11-27T08:30`: whoever travels west does
    not have the 08:30 of one day twice. A line with a zone of its own adds it: `2026-11-27T08:30[Europe/Berlin]`.
    Of everything else (rhythms such as `*/20 * * * *`, intervals, one-shots) the instant, `2026-11-27T07:20:00Z`.
    """


@dataclass(frozen=True)
class Span:
    """What was due in a span of time."""

    moments: tuple[Moment, ...]
    """The latest ones, in order."""
    count: int
    """How many there were in all. Exact for one trigger, and for several up to `EXACT`; then an upper bound."""
    first: datetime | None
    """The moment of the very first; None if there was none."""


class _Source(Protocol):
    """One trigger. `after` is exclusive, `until` inclusive; all are UTC."""

    def forward(self, after: datetime) -> Iterator[Moment]: ...
    def latest(self, after: datetime, until: datetime, most: int) -> list[Moment]: ...
    def count(self, after: datetime, until: datetime) -> int: ...


@dataclass(frozen=True)
class Schedule:
    """All moments of a job's clock triggers. Two triggers at one moment give it once, with the key of the first."""

    sources: tuple[_Source, ...]

    @classmethod
    def of(cls, triggers: Iterable[Trigger], zone: ZoneInfo) -> Schedule:
        """Read the triggers; file watches and plugins have no moments. `zone` is for cron lines that name none.

        An `Every` without a start counts from 1970, as long as nobody saved it. Raises UsageError as `check_triggers`.
        """
        return cls(tuple(_source(trigger, zone) for trigger in triggers if isinstance(trigger, Cron | Every | Once)))

    def next(self, after: datetime) -> Moment | None:
        """The first moment later than `after`; None when there is none to come."""
        return next(self._forward(after), None)

    def coming(self, after: datetime, until: datetime, most: int) -> list[Moment]:
        """The first `most` moments later than `after` and not later than `until`, in order."""
        found: list[Moment] = []
        for moment in islice(self._forward(after), max(0, most)):
            if moment.at > until:
                break
            found.append(moment)
        return found

    def between(self, after: datetime, until: datetime, most: int) -> Span:
        """What was due later than `after` and not later than `until`: the latest `most`, and how many in all."""
        after, until = after.astimezone(UTC), until.astimezone(UTC)
        after = max(after, until - LONGEST) if until - _EPOCH > LONGEST else after
        if until <= after:
            return Span((), 0, None)
        count = self._count(after, until)
        first = next(self._forward(after), None) if count else None
        moments = self._latest(after, until, min(most, count)) if most > 0 and count else []
        return Span(tuple(moments), count, first.at if first else None)

    def skipped_by_travel(self, after: datetime, at: datetime, old: ZoneInfo, new: ZoneInfo) -> list[Moment]:
        """The wall-clock moments that a change from zone `old` to `new` jumped over.

        Everything up to `after` was planned by the old zone, and what comes later is planned by the new one, so it is
        what walls show between the two at `after`: nothing on the way west. Only cron lines with fixed times and no
        zone of their own, since a rhythm just goes on. `at` is when the change was seen; each moment has the instant
        that it would have had in the old zone, but none later than `at`. At most those of two days.
        """
        since, until = (cron.wall_of(zone, cron.to_seconds(after)) for zone in (old, new))
        found: dict[str, Moment] = {}
        for source in self.sources:
            if isinstance(source, _CronSource) and source.clock.line.fixed and not source.suffix:
                for moment in source.on_wall(since, until, old):
                    found.setdefault(moment.key, Moment(min(moment.at, at.astimezone(UTC)), moment.key))
        return sorted(found.values(), key=lambda moment: (moment.at, moment.key))

    def _forward(self, after: datetime) -> Iterator[Moment]:
        start = after.astimezone(UTC)
        return _once_each(heapq.merge(*(_numbered(i, s.forward(start)) for i, s in enumerate(self.sources))))

    def _latest(self, after: datetime, until: datetime, most: int) -> list[Moment]:
        lists = [_numbered(index, source.latest(after, until, most)) for index, source in enumerate(self.sources)]
        return list(_once_each(sorted(chain.from_iterable(lists))))[-most:]

    def _count(self, after: datetime, until: datetime) -> int:
        total = sum(source.count(after, until) for source in self.sources)
        if len(self.sources) < 2 or total > EXACT:
            return total
        return len(self._latest(after, until, total)) if total else 0


def check_triggers(triggers: Sequence[Trigger], now: datetime, zone: ZoneInfo) -> None:
    """Raise UsageError, with what is wrong and what to do, if a trigger cannot be read or will never come."""
    for trigger in triggers:
        if isinstance(trigger, Once) and trigger.at.tzinfo is not None and trigger.at <= now:
            raise UsageError(
                f"{trigger.at.astimezone(zone):%a %d %b %Y at %H:%M} is in the past. Give a moment that is to come."
            )
        if isinstance(trigger, PluginEvent) and not (trigger.plugin and trigger.trigger):
            raise UsageError("Which plugin starts it, and by which of its triggers? `homard plugins show` names them.")
        if isinstance(trigger, Every) and trigger.seconds > LONGEST_EVERY_S:
            raise UsageError("An interval of more than ten years is no interval. Give a date instead.")
        if isinstance(trigger, Cron | Every | Once) and Schedule.of([trigger], zone).next(now) is None:
            raise UsageError(never(trigger.fields) if isinstance(trigger, Cron) else "That moment never comes.")


@dataclass(frozen=True)
class _CronSource:
    clock: CronClock
    suffix: str
    """The zone of its own, in brackets."""

    def forward(self, after: datetime) -> Iterator[Moment]:
        return map(self._moment, self.clock.forward(cron.to_seconds(after)))

    def latest(self, after: datetime, until: datetime, most: int) -> list[Moment]:
        ticks = self.clock.latest(cron.to_seconds(after), cron.to_seconds(until), most)
        return [self._moment(tick) for tick in ticks]

    def count(self, after: datetime, until: datetime) -> int:
        return self.clock.count(cron.to_seconds(after), cron.to_seconds(until))

    def on_wall(self, since: int, until: int, zone: ZoneInfo) -> Iterator[Moment]:
        """What the line says for the times on the wall from `since`, exclusive, to `until`."""
        clock = CronClock(self.clock.line, zone)
        for tick in clock.forward(since - 2 * cron.DAY_S):
            if tick[2] > until + cron.DAY_S:
                return
            if since < tick[2] <= until:
                yield self._moment(tick)

    def _moment(self, tick: Tick) -> Moment:
        at = cron.to_moment(tick[0])
        return Moment(at, cron.wall_text(tick[2]) + self.suffix if self.clock.line.fixed else _utc_text(at))


@dataclass(frozen=True)
class _EverySource:
    start: datetime
    step: timedelta

    def forward(self, after: datetime) -> Iterator[Moment]:
        number = max(0, (after - self.start) // self.step + 1)
        while (moment := self._moment(number)) is not None:
            yield moment
            number += 1

    def latest(self, after: datetime, until: datetime, most: int) -> list[Moment]:
        last = (until - self.start) // self.step
        first = max(0, (after - self.start) // self.step + 1, last - most + 1)
        moments = (self._moment(number) for number in range(first, last + 1))
        return [moment for moment in moments if moment is not None]

    def count(self, after: datetime, until: datetime) -> int:
        first = max(0, (after - self.start) // self.step + 1)
        return max(0, (until - self.start) // self.step + 1 - first)

    def _moment(self, number: int) -> Moment | None:
        try:
            at = self.start + number * self.step
        except OverflowError:
            return None
        return Moment(at, _utc_text(at))


@dataclass(frozen=True)
class _OnceSource:
    at: datetime

    def forward(self, after: datetime) -> Iterator[Moment]:
        if self.at > after:
            yield Moment(self.at, _utc_text(self.at))

    def latest(self, after: datetime, until: datetime, most: int) -> list[Moment]:
        return [Moment(self.at, _utc_text(self.at))] if most > 0 and self.count(after, until) else []

    def count(self, after: datetime, until: datetime) -> int:
        return int(after < self.at <= until)


def _source(trigger: Cron | Every | Once, zone: ZoneInfo) -> _Source:
    if isinstance(trigger, Cron):
        line: CronLine = read_cron(trigger.fields)
        own = named(trigger.zone) if trigger.zone else None
        return _CronSource(CronClock(line, own or zone), f"[{trigger.zone}]" if own else "")
    if isinstance(trigger, Every):
        return _EverySource(_aware(trigger.start or _EPOCH), timedelta(seconds=trigger.seconds))
    return _OnceSource(_aware(trigger.at))


def _aware(moment: datetime) -> datetime:
    """In UTC. Raises UsageError if it could mean anything."""
    if moment.tzinfo is None:
        raise UsageError(f"{moment.isoformat()} has no time zone. Write it as {moment.isoformat()}+01:00, or with Z.")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise UsageError(f"{moment.isoformat()} is no moment of the calendar. Give another date.") from None


def _utc_text(at: datetime) -> str:
    return at.isoformat().removesuffix("+00:00") + "Z"


def _numbered(index: int, moments: Iterable[Moment]) -> Iterator[tuple[datetime, int, Moment]]:
    return ((moment.at, index, moment) for moment in moments)


def _once_each(numbered: Iterable[tuple[datetime, int, Moment]]) -> Iterator[Moment]:
    """Drop what falls on the same moment as the one before."""
    last: datetime | None = None
    for at, _, moment in numbered:
        if at != last:
            last = at
            yield moment
