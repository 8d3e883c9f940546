"""Why did it not run? An answer for every moment of a job, from its slots and its schedule, in English sentences."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from agent.automation.ledger import Ledger
from agent.automation.notes import note_for, words_of
from agent.automation.planning import schedule_of
from agent.automation.plugin_slots import wanted
from agent.automation.schedule import Moment, Schedule
from agent.errors import HomardError
from agent.jobs import JobRow, Slot, Watch

__all__ = ["note_for", "why"]

_MOST = 5
_MINUTE = timedelta(minutes=1)
_TICK = timedelta(microseconds=1)


async def why(ledger: Ledger, row: JobRow, at: datetime | None, now: datetime, zone: ZoneInfo) -> list[str]:
    """Say what came of the slots of a moment (to the minute), or, without one, how the job stands and why.

    Each answer is one or more sentences, the most telling first. `at` is aware; times are told in `zone`.
    """
    return await _Answer(ledger, row, now, zone).about(at)


class _Answer:
    def __init__(self, ledger: Ledger, row: JobRow, now: datetime, zone: ZoneInfo) -> None:
        self._ledger = ledger
        self._row = row
        self._now = now
        self._zone = zone
        try:
            self._schedule = schedule_of(row, zone, now)
        except HomardError:
            self._schedule = Schedule(())

    async def about(self, at: datetime | None) -> list[str]:
        if at is None:
            return [*self._standing(), *await self._last()]
        since = at - timedelta(seconds=at.second, microseconds=at.microsecond)
        slots = await self._ledger.slots_at(self._row.job_id, since, since + _MINUTE - _TICK, most=_MOST)
        told = [self._slot(slot, since) for slot in slots if self._is_in(slot, since)]
        return told or self._none(since)

    def _standing(self) -> list[str]:
        row = self._row
        if row.deleted_at is not None:
            return [f"The job was deleted on {self._time(row.deleted_at)}."]
        if row.paused:
            return [f"The job is paused. {row.paused_note or 'Resume it to let it run.'}"]
        moment = self._schedule.next(self._now)
        if moment is not None:
            return [f"It is due next on {self._time(moment.at)}."]
        if any(isinstance(trigger, Watch) for trigger in row.job.triggers):
            return ["It is due when a file settles in a folder it watches."]
        if plugins := wanted([row.job]):
            return [f"It is due when {'one of the plugins' if len(plugins) > 1 else 'the plugin'} "
                    f"{', '.join(plugins)} has something to tell."]  # fmt: skip
        if row.job.triggers:
            return ["Nothing is to come: its last moment has passed."]
        return ["It has no schedule: it runs when a person wants it."]

    async def _last(self) -> list[str]:
        slots = await self._ledger.slots(self._row.job_id, limit=1)
        waiting = [slot for slot in await self._ledger.open_slots() if slot.job_id == self._row.job_id]
        told = {slot.slot_id: slot for slot in (*waiting[:_MOST], *slots)}
        if not told:
            return [f"It has had no slot since it was made on {self._time(self._row.created_at)}."]
        return [self._slot(slot) for slot in told.values()]

    def _is_in(self, slot: Slot, since: datetime) -> bool:
        """Tell whether a row is about this minute; one for many slots is if the schedule has a moment there."""
        inside = since <= slot.due_at < since + _MINUTE
        return inside or (slot.count > 1 and self._moment_at(since) is not None)

    def _moment_at(self, since: datetime) -> Moment | None:
        return next(iter(self._schedule.coming(since - _TICK, since + _MINUTE - _TICK, 1)), None)

    def _slot(self, slot: Slot, since: datetime | None = None) -> str:
        named = self._named(slot, since)
        note = slot.note or note_for(slot.reason)
        if slot.state == "done":
            return f"{named}: it ran, {self._ran(slot)}. {slot.note}".strip()
        if slot.state == "running":
            return f"{named}: it runs{self._since(slot.started_at)}. {note}".strip()
        if slot.state == "due":
            return f"{named}: it is due. {note or 'It starts as soon as there is room for it.'}"
        if slot.state == "parked":
            return f"{named}: it waits for you. {note}"
        if slot.state == "failed":
            return f"{named}: it ran and failed, {self._ran(slot)}. {note}"
        return f"{named}: it did not run. {note}"

    def _named(self, slot: Slot, since: datetime | None) -> str:
        if slot.count > 1 and slot.until is not None:
            these = f"{slot.count} slots from {self._time(slot.due_at)} to {self._time(slot.until)}"
            return these if since is None else f"{self._time(since)}, one of {these}"
        if slot.origin == "file_watch":
            return f"{self._time(slot.due_at)}, {slot.files} file{'' if slot.files == 1 else 's'}"
        if slot.origin == "plugin":
            plugin, _, key = slot.key.removeprefix("plugin ").partition(" ")
            return f"{self._time(slot.due_at)}, told by {plugin} ({key[:60]})"
        return self._time(slot.due_at) + (", by hand" if slot.origin == "manual" else "")

    def _ran(self, slot: Slot) -> str:
        if slot.started_at is None or slot.finished_at is None:
            return "for a time that is not known"
        cost = "" if slot.cost_usd is None else f", for ${slot.cost_usd:.2f}"
        return f"for {words_of((slot.finished_at - slot.started_at).total_seconds())}{cost}"

    def _since(self, started: datetime | None) -> str:
        return "" if started is None else f" since {self._time(started)}"

    def _none(self, since: datetime) -> list[str]:
        """There is no row of that minute: say why."""
        row, moment = self._row, self._moment_at(since)
        if since > self._now:
            if moment is None:
                return [f"It will not be due on {self._time(since)}.", *self._around(since)]
            return [f"{self._time(moment.at)} is still to come.", *(self._standing() if row.paused else ())]
        if since + _MINUTE <= row.created_at:
            return [f"The job did not exist yet: it was made on {self._time(row.created_at)}."]
        if row.deleted_at is not None and since > row.deleted_at:
            return [f"The job had been deleted on {self._time(row.deleted_at)}."]
        if moment is None:
            return [f"It was not due on {self._time(since)}.", *self._around(since)]
        return [self._unwritten(since)]

    def _unwritten(self, since: datetime) -> str:
        if self._now - since < 2 * _MINUTE:
            return f"{self._time(since)} has just come; Homard has not looked yet."
        if self._row.paused:
            return f"{self._time(since)}: it did not run. {self._standing()[0]}"
        return (
            f"Nothing is recorded of {self._time(since)}: the job had other triggers then, or Homard has not been "
            "running since, or it is so long ago that the record is gone."
        )

    def _around(self, since: datetime) -> list[str]:
        told: list[str] = []
        before = self._schedule.between(self._row.created_at, min(since, self._now), 1).moments
        if before:
            told.append(f"Before that it was due on {self._time(before[-1].at)}.")
        after = self._schedule.next(since)
        if after is not None:
            told.append(f"After that it is due on {self._time(after.at)}.")
        return told or self._standing()

    def _time(self, moment: datetime) -> str:
        local = moment.astimezone(self._zone)
        text = f"{local:%a %d %b %Y at %H:%M}"
        return text + (f":{local:%S}" if local.second else "")
